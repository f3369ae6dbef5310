import type { Resource } from '../terraform/document';
import { blocksAt } from '../terraform/values';
import { AddressSet, type Location, parseLocation } from './addresses';
import type { References } from './references';

/** Range that is not in the stack. Two of them are equal when their names are. */
export function createUnknownRange(name: string): Location {
  return { addresses: AddressSet.all, reference: `\${${name}}`, text: 'a range that is not in this stack' };
}

/** Secondary range of a subnet; undefined when the subnet does not have it. */
export function findSecondaryRange(subnet: Resource | undefined, name: string, references: References): Location | undefined {
  const range = blocksAt(subnet?.values, 'secondary_ip_range').find((candidate) => references.textAt(candidate, 'range_name') === name);
  return range && parseLocation(references.textAt(range, 'ip_cidr_range'));
}

/** Union of ranges; undefined without any. */
export function mergeLocations(parts: readonly Location[]): Location | undefined {
  const locations = [...new Map(parts.map((part) => [`${part.reference} ${part.text}`, part])).values()];
  if (locations.length < 2) return locations[0];
  const references = locations.flatMap(({ reference }) => reference ?? []);
  return {
    addresses: AddressSet.union(locations.map(({ addresses }) => addresses)),
    reference: references.length > 0 ? references.join(', ') : undefined,
    text: locations.map(({ text }) => text).join(', '),
  };
}
