import { findManifestArguments } from '../resource-types';
import { type Block, isBlock, known, textAt, valueAt } from '../terraform/values';
import { parseDocuments } from '../terraform/yaml';

/** Kubernetes object that a resource applies as a manifest. */
export interface ManifestObject {
  /** Group and version of its API; empty when the plan does not show it. */
  readonly apiVersion: string;

  readonly kind: string;
  readonly name: string | undefined;
  readonly namespace: string | undefined;

  /** Fields of the object, as Kubernetes names them; without those that the plan does not show. */
  readonly body: Block;
}

/** Reads the object that a state of a resource applies. A `kubectl_manifest` also has its header in attributes of its own. */
export function readManifest(type: string, state: unknown): ManifestObject | undefined {
  const names = findManifestArguments(type);
  if (names === undefined || !isBlock(state)) return undefined;
  const body = names.map((name) => toObject(valueAt(state, name))).find((object) => object !== undefined) ?? {};
  const isKubectl = type === 'kubectl_manifest';
  const apiVersion = known(textAt(body, 'apiVersion')) ?? (isKubectl ? known(textAt(state, 'api_version')) : undefined);
  const kind = known(textAt(body, 'kind')) ?? (isKubectl ? known(textAt(state, 'kind')) : undefined);
  if (kind === undefined) return undefined;
  const other = (name: string): string | undefined => (isKubectl ? known(textAt(state, name)) : undefined);
  const name = known(textAt(body, 'metadata', 'name')) ?? other('name');
  const namespace = other('override_namespace') ?? known(textAt(body, 'metadata', 'namespace')) ?? other('namespace');
  const metadata = valueAt(body, 'metadata');
  return {
    apiVersion: apiVersion ?? '',
    kind,
    name,
    namespace,
    body: {
      ...body,
      metadata: {
        ...(isBlock(metadata) ? metadata : {}),
        ...(name !== undefined && { name }),
        ...(namespace !== undefined && { namespace }),
      },
    },
  };
}

function toObject(value: unknown): Block | undefined {
  if (isBlock(value)) return value;
  if (typeof value !== 'string') return undefined;
  const document = parseDocuments(value)[0];
  return isBlock(document) ? document : readHeader(value);
}

/** Header of an object whose text is in a form of YAML that is not read. */
export function readHeader(text: string): Block | undefined {
  const top = (name: string): string | undefined => new RegExp(`^["']?${name}["']?:\\s*["']?([\\w./-]+)`, 'm').exec(text)?.[1];
  const [apiVersion, kind] = [top('apiVersion'), top('kind')];
  if (kind === undefined) return undefined;
  const name = /^ +["']?name["']?:\s*["']?([\w.:-]+)/m.exec(text)?.[1];
  const annotations = /helm\.sh\/resource-policy["']?\s*:\s*["']?keep\b/.test(text) ? { 'helm.sh/resource-policy': 'keep' } : {};
  return { apiVersion, kind, metadata: { name, annotations } };
}

/** Group of an API: empty for the core of Kubernetes. */
export function apiGroup(apiVersion: string): string {
  return apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '';
}

/** Name of the existing object, from the arguments that providers use for it. */
export function nameBefore({ type, before }: { readonly type: string; readonly before: unknown }): string | undefined {
  return (
    readManifest(type, before)?.name ??
    known(textAt(before, 'name')) ??
    known(textAt(before, 'metadata', 'name')) ??
    IDS.map((id) => known(textAt(before, id))).find((name) => name !== undefined)
  );
}

const IDS: readonly string[] = ['cluster_id', 'instance_id', 'project_id', 'backup_id', 'dataset_id', 'table_id', 'secret_id'];
