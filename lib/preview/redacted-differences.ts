import type { Redaction } from '../redaction';
import type { ResourceChange } from '../terraform/plan';
import { type Difference, findDifferences } from './differences';

/** Finds the differences of a resource, and marks those that are masked. */
export function findRedactedDifferences(redaction: Redaction, change: ResourceChange): (Difference & { readonly isMasked: boolean })[] {
  return findDifferences(change).map((difference) => ({ ...difference, isMasked: redaction.isMasked(change.type, difference) }));
}
