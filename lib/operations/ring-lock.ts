import { randomUUID } from 'node:crypto';
import { hostname, userInfo } from 'node:os';
import { ReportedError } from '../core/reported-error';
import { OperationsError } from './operations-error';
import type { Ring, RingNode } from './ring';
import { type NodeShell, quoted, UnreachableError } from './shell/node-shell';

/** A boot forgets it: whoever had the node then is looked at anew. */
const LOCK_FILE = '/run/gke-platform-lock';

/** Somebody is at work on the ring. */
export class RingLockedError extends ReportedError {
  public override readonly name = 'RingLockedError';
}

/**
 * Keeps two commands from working on one ring: a file on each of its VMs, taken in the order of their names. It is made or not made,
 * never both, and VMs that are down are passed over, since the others have it too.
 */
export class RingLock {
  /**
   * @param what the command, for example `rolling-restart`
   * @param breaking whether a lock that is there is taken over
   * @throws RingLockedError when another one has it
   */
  public static async take(shell: NodeShell, ring: Ring, what: string, breaking = false): Promise<RingLock> {
    const text = `${userInfo().username} at ${hostname()} with ${what} since ${new Date().toISOString()} (${randomUUID()})`;
    const lock = new RingLock(shell, ring, text);
    for (const node of ring.nodes) {
      const script = `${breaking ? `rm -f ${LOCK_FILE}\n` : ''}set -o noclobber
if { echo ${quoted(text)} >${LOCK_FILE}; } 2>/dev/null; then echo taken; else cat ${LOCK_FILE}; fi`;
      const held = await askedOf(shell, node, script);
      if (held === undefined || held === 'taken') continue;
      await lock.release();
      if (held === '') throw new OperationsError(`the lock ${LOCK_FILE} cannot be made on ${node.vm}`);
      throw new RingLockedError(`${node.vm} is worked on by ${held.replace(/ \([0-9a-f-]{36}\)$/, '')}`);
    }
    return lock;
  }

  private constructor(
    private readonly shell: NodeShell,
    private readonly ring: Ring,
    private readonly text: string,
  ) {}

  /** @returns VMs that could not be asked, where the lock may be still */
  public async release(): Promise<string[]> {
    const script = `if [ "$(cat ${LOCK_FILE} 2>/dev/null)" = ${quoted(this.text)} ]; then rm ${LOCK_FILE}; fi`;
    const answers = await Promise.all(this.ring.nodes.map((node) => askedOf(this.shell, node, script)));
    return this.ring.nodes.filter((_, index) => answers[index] === undefined).map(({ vm }) => vm);
  }
}

async function askedOf(shell: NodeShell, node: RingNode, script: string): Promise<string | undefined> {
  try {
    return (await shell.run(node, script)).stdout.trim();
  } catch (error) {
    if (error instanceof UnreachableError) return undefined;
    throw error;
  }
}
