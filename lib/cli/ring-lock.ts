import { RefusedError } from '../core/reported-error';
import type * as Operations from '../operations';
import { progress } from './cassandra-ring';

interface RingLockOptions {
  readonly ring: Operations.Ring;
  readonly shell: Operations.NodeShell;

  /** Name of the command, which the lock shows to others. */
  readonly what: string;

  /** Takes over an existing lock. */
  readonly breakLock: boolean;
}

/**
 * Runs an action under the ring lock, which is released however the action ends.
 *
 * @throws RefusedError if another operation holds the lock
 */
export async function withRingLock({ ring, shell, what, breakLock }: RingLockOptions, action: () => Promise<void>): Promise<void> {
  const { RingLock, RingLockedError } = require('../operations') as typeof Operations;
  const lock = await RingLock.take(shell, ring, what, breakLock).catch((error: Error) => {
    throw error instanceof RingLockedError ? new RefusedError(`${error.message}; stale lock: pass --break-lock`) : error;
  });
  try {
    await action();
  } finally {
    const unreachable = await lock.release();
    if (unreachable.length > 0) progress(`the lock may remain on ${unreachable.join(', ')}: pass --break-lock to the next command`);
  }
}
