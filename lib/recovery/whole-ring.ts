import { RefusedError } from '../core/reported-error';
import type { Ring } from '../operations';

/** @throws RefusedError for one data center of a larger ring: the rows and keyspaces of the others would no longer fit */
export function requireWholeRing({ name, joins }: Ring): void {
  if (joins === undefined) return;
  throw new RefusedError(`${name} is a data center of a ring with ${joins}, whose disks are not replaced: remove 'joins' first`);
}
