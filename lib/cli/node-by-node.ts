import { RUN_STARTUP_SCRIPT } from '../cassandra-contract/units';
import { RefusedError } from '../core/reported-error';
import type * as Operations from '../operations';
import { progress } from './cassandra-ring';
import { withRingLock } from './ring-lock';

interface NodeByNodeOptions {
  readonly ring: Operations.Ring;
  readonly shell: Operations.NodeShell;

  /** The command, as others are told who find the ring locked. */
  readonly what: string;

  /** What goes on with it. */
  readonly again: string;
  readonly dryRun: boolean;
  readonly breakLock: boolean;

  /** What was done to a node, for example `restarted`. */
  readonly done: string;

  /** What there is to say once all is done. @default - the ring is whole */
  readonly afterwards?: string;

  /** Command that runs the startup scripts, where changes may wait for them. */
  readonly runScripts?: string;
}

/**
 * Runs what goes through a ring node by node, while nobody else does. Interrupted, it ends at the next moment at which nothing is half
 * done. Whatever happens, nothing stays locked, and what is left is said.
 */
export async function nodeByNode(
  options: NodeByNodeOptions,
  action: (signal: AbortSignal) => Promise<Operations.NodeByNode>,
): Promise<void> {
  const { ring, shell, what, again, dryRun, breakLock, done: word, runScripts, afterwards = `${ring.name} is whole.` } = options;
  const interruption = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      if (!interruption.signal.aborted) progress('interrupted: it stops when what was begun on a node is done');
      interruption.abort();
    });
  }
  const run = async (): Promise<void> => {
    const { done, left, doubt, awaitingScript = [] } = await action(interruption.signal);
    if (dryRun && doubt === undefined) return;
    for (const name of done) process.stdout.write(`${name} ${awaitingScript.includes(name) ? 'changed in place' : word}\n`);
    if (left.length === 0 && doubt === undefined) {
      progress(done.length > 0 ? afterwards : `${ring.name}: there is nothing to do.`);
      reportAwaitingScript(awaitingScript, runScripts);
    } else if (interruption.signal.aborted) {
      progress(`interrupted${doubt === undefined ? '' : `: ${doubt}`}. ${leftToDo(left, again)}`);
      reportAwaitingScript(awaitingScript, runScripts);
      process.exitCode = 1;
    } else {
      reportAwaitingScript(awaitingScript, runScripts);
      throw new RefusedError(`stopped: ${doubt}. ${leftToDo(left, again)}`);
    }
  };
  await (dryRun ? run() : withRingLock({ ring, shell, what, breakLock }, run));
}

function reportAwaitingScript(names: readonly string[], command = RUN_STARTUP_SCRIPT): void {
  if (names.length === 0) return;
  progress(
    `Not in effect yet: the startup scripts of ${names.join(', ')} have not run since. Run them, and restart what needs it, with: ${command}`,
  );
}

function leftToDo(left: readonly string[], again: string): string {
  return left.length === 0 ? 'Nothing is left to do once that is right' : `Left: ${left.join(', ')}, go on with: ${again}`;
}
