import { RefusedError } from '../core/reported-error';
import type * as Operations from '../operations';
import { progress } from './cassandra-ring';

interface RingLockOptions {
  readonly ring: Operations.Ring;
  readonly shell: Operations.NodeShell;

  /** Name of the command, which others read when they find the ring locked. */
  readonly what: string;

  /** Takes over a lock that is there. */
  readonly breakLock: boolean;
}

/**
 * Runs an action while no other command can work on the ring. The lock is released however the action ends.
 *
 * @throws RefusedError when another command holds the lock
 */
export async function withRingLock({ ring, shell, what, breakLock }: RingLockOptions, action: () => Promise<void>): Promise<void> {
  const { RingLock, RingLockedError } = require('../operations') as typeof Operations;
  const lock = await RingLock.take(shell, ring, what, breakLock).catch((error: Error) => {
    throw error instanceof RingLockedError ? new RefusedError(`${error.message}; if that is no more: --break-lock`) : error;
  });
  try {
    await action();
  } finally {
    const unsure = await lock.release();
    if (unsure.length > 0) progress(`the lock may be left on ${unsure.join(', ')}: the next command needs --break-lock then`);
  }
}
