import { setTimeout } from 'node:timers/promises';

/** Clock of an operation. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;

  /** Waits; returns early when the signal aborts. */
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>;
}

/** Clock of the system. */
export const REAL_CLOCK: Clock = {
  now: () => Date.now(),
  sleep: async (milliseconds, signal) => {
    try {
      await setTimeout(milliseconds, undefined, { signal });
    } catch (error) {
      if (!signal?.aborted) throw error;
    }
  },
};
