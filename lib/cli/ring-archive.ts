import type * as Operations from '../operations';
import type * as Recovery from '../recovery';

/** Ring of a command, and the signal of its interruption. */
interface RingContext {
  readonly ring: Operations.Ring;
  readonly signal: AbortSignal;
}

/** Reader of buckets, for a ring with an archive. */
export function openStorage({ ring, signal }: RingContext, environment: NodeJS.ProcessEnv): Recovery.CloudStorage {
  const { CloudStorage } = require('../recovery') as typeof Recovery;
  return new CloudStorage({ project: ring.project, environment, signal });
}

/** Reader of the archive of a ring, as an option of a verification; none for a ring without an archive. */
export function openArchive(context: RingContext, environment: NodeJS.ProcessEnv): { readonly storage?: Recovery.CloudStorage } {
  return context.ring.archive === undefined ? {} : { storage: openStorage(context, environment) };
}
