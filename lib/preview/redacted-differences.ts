import type { Place, Redaction } from '../redaction';
import type { ResourceChange } from '../terraform/plan';
import { type Difference, findDifferences } from './differences';

/** Difference with its place, and if it is masked there. */
export interface RedactedDifference extends Difference {
  readonly place: Place;
  readonly isMasked: boolean;
}

/** Finds the differences of a resource, and marks those that are masked. */
export function findRedactedDifferences(redaction: Redaction, change: ResourceChange): RedactedDifference[] {
  return findDifferences(change).map((difference) => {
    const place = redaction.placeOf(change, difference.names);
    return { ...difference, place, isMasked: redaction.isMasked(place, difference) };
  });
}
