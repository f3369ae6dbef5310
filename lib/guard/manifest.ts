import type { ResourceChange } from '../terraform/plan';
import { isBlock, known, textAt, valueAt } from '../terraform/values';

/** Kubernetes object that a resource applies as a manifest. */
export interface ManifestObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string | undefined;
  readonly namespace: string | undefined;

  /** Object itself, when the provider has it as a value and not as text. */
  readonly body: unknown;
}

/** Reads the object of a `kubernetes_manifest`, or of a `kubectl_manifest` by the attributes that its provider computes. */
export function readManifest(type: string, state: unknown): ManifestObject | undefined {
  if (type === 'kubernetes_manifest') {
    const body = valueAt(state, 'manifest') ?? valueAt(state, 'object');
    return read(
      body,
      known(textAt(body, 'apiVersion')),
      known(textAt(body, 'metadata', 'name')),
      known(textAt(body, 'metadata', 'namespace')),
    );
  }
  if (type !== 'kubectl_manifest') return undefined;
  return read(state, known(textAt(state, 'api_version')), known(textAt(state, 'name')), known(textAt(state, 'namespace')));
}

function read(body: unknown, apiVersion: string | undefined, name: string | undefined, namespace: string | undefined) {
  const kind = known(textAt(body, 'kind'));
  return isBlock(body) && kind !== undefined && apiVersion !== undefined ? { apiVersion, kind, name, namespace, body } : undefined;
}

/** Type of the existing object. A manifest of a built-in Kubernetes kind has the type of that kind. */
export function typeBefore({ type, before }: ResourceChange): string {
  const object = readManifest(type, before);
  if (object === undefined) return type;
  const group = object.apiVersion.includes('/') ? object.apiVersion.slice(0, object.apiVersion.indexOf('/')) : '';
  const isBuiltIn = !group.includes('.') || group.endsWith('.k8s.io');
  return isBuiltIn ? `kubernetes_${object.kind.replace(/(?!^)[A-Z]/g, '_$&').toLowerCase()}` : type;
}

/** Name of the existing object, from the arguments that providers use for it. */
export function nameBefore({ type, before }: ResourceChange): string | undefined {
  return (
    readManifest(type, before)?.name ??
    known(textAt(before, 'name')) ??
    known(textAt(before, 'metadata', 'name')) ??
    IDS.map((id) => known(textAt(before, id))).find((name) => name !== undefined)
  );
}

const IDS: readonly string[] = ['cluster_id', 'instance_id', 'project_id', 'backup_id', 'dataset_id', 'table_id', 'secret_id'];
