import type { Resource } from '../terraform/document';
import { isKnown } from '../terraform/references';
import { isBlock, Undetermined } from '../terraform/values';
import type { Answer } from './answer';
import { formatReason } from './labels';
import type { References } from './references';

/** Tests that a resource has a copy, by its `count` or `for_each`: `unknown` for one that may have none. */
export function hasCopies({ body }: Resource, references: References): Answer {
  const { count, for_each: each } = body;
  if (count !== undefined && count !== null) {
    const text = references.text(count);
    return /^\d+$/.test(text) ? (Number(text) > 0 ? 'yes' : 'no') : 'unknown';
  }
  if (each === undefined || each === null) return 'yes';
  if (!isBlock(each) && !Array.isArray(each)) return 'unknown';
  return Object.keys(each).length > 0 ? 'yes' : 'no';
}

/** Reason why a resource may have no copy; undefined for one that has some. */
export function explainCopies(resource: Resource, references: References): string | undefined {
  if (hasCopies(resource, references) === 'yes') return undefined;
  const argument = resource.body.count === undefined ? 'for_each' : 'count';
  const text = references.text(resource.body[argument]);
  return formatReason(resource.address, [argument], new Undetermined(isKnown(text) ? 'an expression' : text));
}
