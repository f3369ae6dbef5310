import { ReportedError } from '../../core/reported-error';
import type { RingNode } from '../ring';

/** Output and exit code of a script on a node. */
export interface ShellAnswer {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** The VM could not be reached: it is unknown whether the script ran. */
export class UnreachableError extends ReportedError {
  public override readonly name = 'UnreachableError';
}

/** Runs scripts on the VMs of a ring, as root. */
export interface NodeShell {
  /**
   * Runs a script for bash.
   *
   * @param timeoutSeconds timeout of the script. @default 60
   * @throws UnreachableError if the VM does not answer in time
   */
  run(node: RingNode, script: string, timeoutSeconds?: number): Promise<ShellAnswer>;

  /** Formats the equivalent command for a terminal. */
  formatCommand(node: RingNode, script: string): string;
}
