import { RUN_STARTUP_SCRIPT } from '../cassandra-contract/units';
import { RefusedError } from '../core/reported-error';
import type * as Operations from '../operations';
import { progress } from './cassandra-ring';
import { withRingLock } from './ring-lock';

interface NodeByNodeOptions {
  readonly ring: Operations.Ring;
  readonly shell: Operations.NodeShell;

  /** Name of the command, shown to users that find the ring locked. */
  readonly what: string;

  /** Command that resumes the operation. */
  readonly again: string;
  readonly dryRun: boolean;
  readonly breakLock: boolean;

  /** Completed action on a node, for example `restarted`. */
  readonly done: string;

  /** Message after completion. @default - the ring is healthy */
  readonly afterwards?: string;

  /** Command that runs the startup scripts, where changes may wait for them. */
  readonly runScripts?: string;
}

/**
 * Runs a rolling operation, with the ring locked for other commands. Interrupted, it stops after the current node. The lock is always
 * released, and remaining nodes are reported.
 */
export async function nodeByNode(
  options: NodeByNodeOptions,
  action: (signal: AbortSignal) => Promise<Operations.NodeByNode>,
): Promise<void> {
  const { ring, shell, what, again, dryRun, breakLock, done: word, runScripts, afterwards = `${ring.name} is healthy.` } = options;
  const interruption = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      if (!interruption.signal.aborted) progress('interrupted: stopping after the current node');
      interruption.abort();
    });
  }
  const run = async (): Promise<void> => {
    const { done, left, doubt, awaitingScript = [] } = await action(interruption.signal);
    if (dryRun && doubt === undefined) return;
    for (const name of done) process.stdout.write(`${name} ${awaitingScript.includes(name) ? 'changed in place' : word}\n`);
    if (left.length === 0 && doubt === undefined) {
      progress(done.length > 0 ? afterwards : `${ring.name}: no changes.`);
      reportAwaitingScript(awaitingScript, runScripts);
    } else if (interruption.signal.aborted) {
      progress(`interrupted${doubt === undefined ? '' : `: ${doubt}`}. ${describeRemaining(left, again)}`);
      reportAwaitingScript(awaitingScript, runScripts);
      process.exitCode = 1;
    } else {
      reportAwaitingScript(awaitingScript, runScripts);
      throw new RefusedError(`stopped: ${doubt}. ${describeRemaining(left, again)}`);
    }
  };
  await (dryRun ? run() : withRingLock({ ring, shell, what, breakLock }, run));
}

function reportAwaitingScript(names: readonly string[], command = RUN_STARTUP_SCRIPT): void {
  if (names.length === 0) return;
  progress(
    `Not in effect yet: the startup scripts of ${names.join(', ')} have not run since the change. Run them, and restart pending nodes, with: ${command}`,
  );
}

function describeRemaining(left: readonly string[], again: string): string {
  return left.length === 0 ? 'No nodes remain; fix the problem above.' : `Remaining: ${left.join(', ')}. Resume with: ${again}`;
}
