import { toSnakeCase } from '../core/snake-case';
import { findKind, findManifestArguments, type ResourceType } from '../resource-types';
import type { ResourceChange } from '../terraform/plan';
import { type Block, booleanAt, isBlock, known, valueAt } from '../terraform/values';
import { apiGroup, type ManifestObject, readManifest } from './manifest';
import { toTypedValues } from './typed-values';

/** Change of a resource as rules read it. A manifest of a known kind has the type and the values of the typed resource of its kind. */
export interface SubjectChange extends ResourceChange {
  /** Existing object of a manifest. */
  readonly objectBefore?: ManifestObject;

  /** Planned object of a manifest. */
  readonly objectAfter?: ManifestObject;
}

/**
 * Converts a change of a manifest to the change of the typed resource of its kind, so that rules know one form of each object. Other
 * changes are returned as they are.
 *
 * An update that names another object is a replacement, although the plan shows an update. When its kind changes too, the deletion and
 * the creation are two changes.
 */
export function toTypedChanges(change: ResourceChange): readonly SubjectChange[] {
  const names = findManifestArguments(change.type);
  if (names === undefined) return [change];
  const was = readManifest(change.type, change.before);
  // A planned manifest that is unknown is not the one that other attributes still show.
  const isUnknown = valueAt(change.afterUnknown, names[0]!) === true;
  const is = isUnknown ? undefined : readManifest(change.type, change.after);
  if (isKept(change)) return [toTyped({ ...change, action: 'forget', actions: ['forget'] }, was, is)];
  if (was === undefined || is === undefined) return [toTyped(change, was, is)];
  if (isSameKind(was, is)) return [toTyped(isSameObject(was, is) ? change : toReplacement(change), was, is)];
  return [
    { ...toTyped({ ...change, after: null, afterUnknown: false }, was, undefined), action: 'replace', actions: ['delete'] },
    { ...toTyped({ ...change, before: null, beforeSensitive: false }, undefined, is), action: 'replace', actions: ['create'] },
  ];
}

/** Tests that the provider leaves the object in the cluster when Terraform deletes its resource. */
function isKept({ action, before }: ResourceChange): boolean {
  return action === 'delete' && known(booleanAt(before, 'apply_only')) === true;
}

function isSameKind(one: ManifestObject, other: ManifestObject): boolean {
  return one.kind === other.kind && apiGroup(one.apiVersion) === apiGroup(other.apiVersion);
}

/** Tests that two manifests name the same object. A name that is not known yet may be another one. */
function isSameObject(one: ManifestObject, other: ManifestObject): boolean {
  return one.name === other.name && (one.namespace ?? 'default') === (other.namespace ?? 'default');
}

function toReplacement(change: ResourceChange): ResourceChange {
  return change.action === 'update'
    ? { ...change, action: 'replace', actions: ['delete', 'create'], replacePaths: [['metadata', 'name']] }
    : change;
}

function toTyped(change: ResourceChange, was: ManifestObject | undefined, is: ManifestObject | undefined): SubjectChange {
  const object = was ?? is;
  const objects = { ...(was && { objectBefore: was }), ...(is && { objectAfter: is }) };
  const kind = object && findKind(object.apiVersion, object.kind);
  const type = kind && findTypedName(kind, object.kind);
  if (object === undefined || type === undefined) return { ...change, ...objects };
  const shape = (value: unknown): unknown => toShape(change.type, object.kind, value);
  return {
    ...change,
    ...objects,
    type,
    before: was === undefined ? change.before : toTypedValues(was.kind, was.body),
    after: is === undefined ? (change.after === null ? null : {}) : toTypedValues(is.kind, is.body),
    // A planned manifest that cannot be read may have any value.
    afterUnknown: is === undefined && change.after !== null ? true : shape(change.afterUnknown),
    beforeSensitive: shape(change.beforeSensitive),
    afterSensitive: shape(change.afterSensitive),
  };
}

/** Shape of unknown or sensitive values, for the typed values. */
function toShape(type: string, kind: string, shape: unknown): unknown {
  if (!isBlock(shape)) return shape;
  const member = valueAt(shape, findManifestArguments(type)![0]!);
  return isBlock(member) ? toTypedValues(kind, member as Block) : (member ?? {});
}

/** Terraform type of a kind: its newest version. */
function findTypedName({ names }: ResourceType, kind: string): string | undefined {
  const name = `kubernetes_${toSnakeCase(kind)}`;
  return [`${name}_v2`, `${name}_v1`, name].find((each) => names.includes(each));
}
