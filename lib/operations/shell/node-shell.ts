import { ReportedError } from '../../core/reported-error';
import type { RingNode } from '../ring';

/** What a script on a node printed, and how it ended. */
export interface ShellAnswer {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** The VM could not be reached, so nobody knows whether anything ran on it. */
export class UnreachableError extends ReportedError {
  public override readonly name = 'UnreachableError';
}

/** Runs scripts on the VMs of a ring, as root. */
export interface NodeShell {
  /**
   * Runs a script for bash.
   *
   * @param timeoutSeconds how long it may take. @default 60
   * @throws UnreachableError when the VM does not answer, or not in time
   */
  run(node: RingNode, script: string, timeoutSeconds?: number): Promise<ShellAnswer>;

  /** The same, as a person would type it in a terminal. */
  typed(node: RingNode, script: string): string;
}

/** A text as one word for a shell. */
export function quoted(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
