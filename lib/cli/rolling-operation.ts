import { RUN_STARTUP_SCRIPT } from '../cassandra-contract/units';
import { RefusedError } from '../core/reported-error';
import type * as Operations from '../operations';
import { progress } from './cassandra-ring';
import { interruptionSignal } from './interruption';
import { withRingLock } from './ring-lock';

interface RollingCommandOptions {
  readonly ring: Operations.Ring;
  readonly shell: Operations.NodeShell;

  /** Name of the command, which the ring lock shows to others. */
  readonly what: string;

  /** Command that resumes the operation. */
  readonly again: string;
  readonly dryRun: boolean;
  readonly breakLock: boolean;

  /** Past participle for completed nodes, for example `restarted`. */
  readonly done: string;

  /** Message after completion. @default - the ring is healthy */
  readonly afterwards?: string;

  /** Command that runs the startup scripts, for operations whose changes may need them. @default - systemctl on each node */
  readonly runScripts?: string;
}

/**
 * Runs a rolling operation under the ring lock, and reports the result. An interruption takes effect once the current node is done. The lock
 * is released and the remaining nodes are reported in every case.
 */
export async function runRollingOperation(
  options: RollingCommandOptions,
  action: (signal: AbortSignal) => Promise<Operations.RollingResult>,
): Promise<void> {
  const { ring, shell, what, again, dryRun, breakLock, done: word, runScripts, afterwards = `${ring.name} is healthy.` } = options;
  const signal = interruptionSignal('stopping once the current node is done');
  const run = async (): Promise<void> => {
    const { done, remaining, problem, awaitingScript = [] } = await action(signal);
    if (dryRun && problem === undefined) return;
    for (const name of done) process.stdout.write(`${name} ${awaitingScript.includes(name) ? 'changed in place' : word}\n`);
    if (remaining.length === 0 && problem === undefined) {
      progress(done.length > 0 ? afterwards : `${ring.name}: no changes.`);
      reportAwaitingScript(awaitingScript, runScripts);
    } else if (signal.aborted) {
      progress(`interrupted${problem === undefined ? '' : `: ${problem}`}. ${describeRemaining(remaining, again)}`);
      reportAwaitingScript(awaitingScript, runScripts);
      process.exitCode = 1;
    } else {
      reportAwaitingScript(awaitingScript, runScripts);
      throw new RefusedError(`stopped: ${problem}. ${describeRemaining(remaining, again)}`);
    }
  };
  await (dryRun ? run() : withRingLock({ ring, shell, what, breakLock }, run));
}

function reportAwaitingScript(names: readonly string[], command = RUN_STARTUP_SCRIPT): void {
  if (names.length === 0) return;
  progress(
    `Not in effect yet on ${names.join(', ')}: their startup scripts have not run since. Run them, and restart the nodes that need it, with: ${command}`,
  );
}

function describeRemaining(names: readonly string[], again: string): string {
  return names.length === 0 ? 'No nodes remain; fix the problem above.' : `Remaining: ${names.join(', ')}. Resume with: ${again}`;
}
