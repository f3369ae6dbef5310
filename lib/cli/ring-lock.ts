import { RefusedError } from '../core/reported-error';
import type * as Operations from '../operations';
import { progress } from './cassandra-ring';

interface RingLockOptions {
  readonly ring: Operations.Ring;
  readonly shell: Operations.NodeShell;

  /** Name of the command, shown to users that find the ring locked. */
  readonly what: string;

  /** Takes over an existing lock. */
  readonly breakLock: boolean;
}

/**
 * Runs an action with the ring locked for other commands. The lock is always released.
 *
 * @throws RefusedError when another command holds the lock
 */
export async function withRingLock({ ring, shell, what, breakLock }: RingLockOptions, action: () => Promise<void>): Promise<void> {
  const { RingLock, RingLockedError } = require('../operations') as typeof Operations;
  const lock = await RingLock.take(shell, ring, what, breakLock).catch((error: Error) => {
    throw error instanceof RingLockedError ? new RefusedError(`${error.message}; stale lock: pass --break-lock`) : error;
  });
  try {
    await action();
  } finally {
    const unsure = await lock.release();
    if (unsure.length > 0) progress(`the lock may remain on ${unsure.join(', ')}: pass --break-lock to the next command`);
  }
}
