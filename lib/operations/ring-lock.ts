import { randomUUID } from 'node:crypto';
import { hostname, userInfo } from 'node:os';
import { shellWord } from '../core/quote';
import { ReportedError } from '../core/reported-error';
import { OperationsError } from './operations-error';
import type { Ring, RingNode } from './ring';
import { type NodeShell, UnreachableError } from './shell/node-shell';

/** On a RAM disk: a reboot releases the lock. */
const LOCK_FILE = '/run/gke-platform-lock';

/** Another operation holds the ring lock. */
export class RingLockedError extends ReportedError {
  public override readonly name = 'RingLockedError';
}

/**
 * Lock against concurrent operations on a ring: a file on each of its VMs, created atomically in the order of their names. Unreachable VMs
 * are skipped: the others hold the lock too.
 */
export class RingLock {
  /**
   * @param command name of the command, for example `rolling-restart`
   * @param breaking takes over an existing lock
   * @throws RingLockedError if another operation holds the lock
   */
  public static async take(shell: NodeShell, ring: Ring, command: string, breaking = false): Promise<RingLock> {
    const text = `${userInfo().username} at ${hostname()} with ${command} since ${new Date().toISOString()} (${randomUUID()})`;
    const lock = new RingLock(shell, ring, text);
    for (const node of ring.nodes) {
      const script = `${breaking ? `rm -f ${LOCK_FILE}\n` : ''}set -o noclobber
if { echo ${shellWord(text)} >${LOCK_FILE}; } 2>/dev/null; then echo taken; else cat ${LOCK_FILE}; fi`;
      const held = await runIfReachable(shell, node, script);
      if (held === undefined || held === 'taken') continue;
      await lock.release();
      if (held === '') throw new OperationsError(`the lock ${LOCK_FILE} cannot be created on ${node.vm}`);
      throw new RingLockedError(`the ring lock on ${node.vm} is held by ${held.replace(/ \([0-9a-f-]{36}\)$/, '')}`);
    }
    return lock;
  }

  private constructor(
    private readonly shell: NodeShell,
    private readonly ring: Ring,
    private readonly text: string,
  ) {}

  /** @returns unreachable VMs, which may still hold the lock */
  public async release(): Promise<string[]> {
    const script = `if [ "$(cat ${LOCK_FILE} 2>/dev/null)" = ${shellWord(this.text)} ]; then rm ${LOCK_FILE}; fi`;
    const answers = await Promise.all(this.ring.nodes.map((node) => runIfReachable(this.shell, node, script)));
    return this.ring.nodes.filter((_, index) => answers[index] === undefined).map(({ vm }) => vm);
  }
}

async function runIfReachable(shell: NodeShell, node: RingNode, script: string): Promise<string | undefined> {
  try {
    return (await shell.run(node, script)).stdout.trim();
  } catch (error) {
    if (error instanceof UnreachableError) return undefined;
    throw error;
  }
}
