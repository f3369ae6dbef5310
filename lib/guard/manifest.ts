import type { ResourceChange } from '../terraform/plan';
import { isBlock, known, textAt, valueAt } from '../terraform/values';

/** Kubernetes object that a resource applies as a manifest. */
export interface ManifestObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string | undefined;
  readonly namespace: string | undefined;

  /** The object itself, when the provider has it as a value and not as text. */
  readonly body: unknown;
}

/** Reads a state of a `kubernetes_manifest`, or of a `kubectl_manifest` as far as its provider computed what it is. */
export function manifestObject(type: string, state: unknown): ManifestObject | undefined {
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

/** Type of the object that is there now. A manifest of a kind that is built into Kubernetes has the type of that kind. */
export function typeBefore({ type, before }: ResourceChange): string {
  const object = manifestObject(type, before);
  if (object === undefined) return type;
  const group = object.apiVersion.includes('/') ? object.apiVersion.slice(0, object.apiVersion.indexOf('/')) : '';
  const isBuiltIn = !group.includes('.') || group.endsWith('.k8s.io');
  return isBuiltIn ? `kubernetes_${object.kind.replace(/(?!^)[A-Z]/g, '_$&').toLowerCase()}` : type;
}

/** Name of the object that is there now, under the arguments that providers have for it. */
export function nameBefore({ type, before }: ResourceChange): string | undefined {
  return (
    manifestObject(type, before)?.name ??
    known(textAt(before, 'name')) ??
    known(textAt(before, 'metadata', 'name')) ??
    IDS.map((id) => known(textAt(before, id))).find((name) => name !== undefined)
  );
}

const IDS: readonly string[] = ['cluster_id', 'instance_id', 'project_id', 'backup_id', 'dataset_id', 'table_id', 'secret_id'];
