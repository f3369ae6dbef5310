import type * as Operations from '../operations';
import type * as Recovery from '../recovery';

/** Ring of a command, and the signal of its interruption. */
interface RingContext {
  readonly ring: Operations.Ring;
  readonly signal: AbortSignal;
}

/** Reader of the archive of a ring; no request is made for a ring without one. */
export function openArchive({ ring, signal }: RingContext, environment: NodeJS.ProcessEnv): Recovery.CloudStorage {
  const { CloudStorage } = require('../recovery') as typeof Recovery;
  return new CloudStorage({ project: ring.project, environment, signal });
}
