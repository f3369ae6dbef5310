import { type DataLoss, type Deletion, findKind, findResourceType, type ResourceType } from '../resource-types';
import type { SubjectChange } from './typed-change';

/** Finds what is known of the type of the existing object. A manifest has the type of its kind. */
export function findTypeBefore({ type, objectBefore: object }: SubjectChange): ResourceType | undefined {
  return object === undefined ? findResourceType(type) : findKind(object.apiVersion, object.kind);
}

/** Finds the effect of deleting the existing object; undefined when its type is unknown. */
export function findDeletion(change: SubjectChange): Deletion | undefined {
  const deletion = findTypeBefore(change)?.deletion;
  return typeof deletion === 'function' ? deletion(change.before) : deletion;
}

/** Finds the data that is lost with the existing object. */
export function findDataLoss(change: SubjectChange): DataLoss | undefined {
  const deletion = findDeletion(change);
  return deletion?.kind === 'data' ? deletion : undefined;
}
