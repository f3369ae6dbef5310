import { type DataLoss, type Deletion, findKind, findResourceType, type ResourceType } from '../resource-types';
import { known, textAt } from '../terraform/values';
import type { SubjectChange } from './typed-change';

/** Finds what is known of the type of the existing object. A manifest has the type of its kind. */
export function findTypeBefore({ type, objectBefore: object }: SubjectChange): ResourceType | undefined {
  return object === undefined ? findResourceType(type) : findKind(object.apiVersion, object.kind);
}

/** Finds the effect of deleting the existing object; undefined when its type is unknown. */
export function findDeletion(change: SubjectChange): Deletion | undefined {
  const deletion = findTypeBefore(change)?.deletion;
  if (deletion !== undefined && isAbandoned(change)) return ABANDONED;
  return typeof deletion === 'function' ? deletion(change.before) : deletion;
}

/** Finds the data that is lost with the existing object. */
export function findDataLoss(change: SubjectChange): DataLoss | undefined {
  const deletion = findDeletion(change);
  return deletion?.kind === 'data' ? deletion : undefined;
}

const ABANDONED: Deletion = {
  kind: 'service',
  impact: 'its management and its protection: the object stays, and Terraform only forgets it',
  recovery: 'complete, by importing it',
  severity: 'warn',
};

/** Tests that the provider keeps the existing object when its resource is deleted. */
function isAbandoned({ before, type }: SubjectChange): boolean {
  return type.startsWith('google_') && known(textAt(before, 'deletion_policy')) === 'ABANDON';
}
