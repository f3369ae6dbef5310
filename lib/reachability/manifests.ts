import { toSnakeCase } from '../core/snake-case';
import { findKind, findPodTemplate, type ResourceType, readFacet } from '../resource-types';
import type { Resource, TerraformDocument } from '../terraform/document';
import { isKnown } from '../terraform/references';
import { type Block, isBlock, isUndetermined, toList, Undetermined, valueAt } from '../terraform/values';
import { parseYaml } from '../terraform/yaml';
import type { References } from './references';

/** Manifest of one Kubernetes resource. */
export interface Manifest {
  readonly resource: Resource;

  /** For example `apps/v1 Deployment`. */
  readonly kind: string;

  /** Values with the names of Kubernetes. */
  readonly body: Block;
}

const MANIFESTS = ['kubernetes_manifest', 'kubectl_manifest'];

/** Typed resource of a kind, whose arguments have the same names and meaning. */
interface TypedKind {
  readonly type: string;

  /** Blocks that Terraform names in the singular. */
  readonly singular?: Readonly<Record<string, string>>;

  /** Path of the block that the resource must have to be read, with the names of Terraform. */
  readonly needs?: readonly string[];
}

/** Kinds without pods that are read as typed resources. */
const TYPED_KINDS: Readonly<Record<string, TypedKind>> = {
  'networking.k8s.io/v1 NetworkPolicy': { type: 'kubernetes_network_policy_v1', needs: ['spec'] },
  'networking.k8s.io/v1 Ingress': { type: 'kubernetes_ingress_v1', singular: { rules: 'rule', paths: 'path' }, needs: ['spec'] },
  'v1 Service': { type: 'kubernetes_service_v1', singular: { ports: 'port' }, needs: ['spec'] },
  'v1 Namespace': { type: 'kubernetes_namespace_v1' },
  'v1 ConfigMap': { type: 'kubernetes_config_map_v1' },
};

/** Blocks of containers that Terraform names in the singular. */
const OF_CONTAINERS = { containers: 'container', initContainers: 'init_container', ports: 'port' };

function findTypedKind(kind: string): TypedKind | undefined {
  const [type] = findWorkload(kind)?.names ?? [];
  const template = type === undefined ? undefined : findPodTemplate(type);
  return type !== undefined && template ? { type, singular: OF_CONTAINERS, needs: [...template, 'spec'] } : TYPED_KINDS[kind];
}

function findWorkload(kind: string): ResourceType | undefined {
  const [apiVersion = '', name = ''] = kind.split(' ');
  const type = findKind(apiVersion, name);
  return readFacet(type, 'pods') === undefined ? undefined : type;
}

/** Maps whose keys are names of users. */
const MAPS = new Set(['labels', 'annotations', 'matchLabels', 'selector', 'nodeSelector', 'data']);

/** Typed resource in place of a manifest that can be read as such, with the address of the manifest; any other resource itself. */
export function toTypedResource(resource: Resource, document: TerraformDocument, references: References): Resource {
  const manifest = hasKnownCluster(resource, document) ? readManifest(resource, references) : undefined;
  return (manifest && toTyped(manifest)) ?? resource;
}

/** True for a resource whose cluster is that of its provider. Without a configuration, the kubectl provider may have any cluster. */
export function hasKnownCluster({ type }: Resource, { providers }: TerraformDocument): boolean {
  return type !== 'kubectl_manifest' || providers.kubectl !== undefined || toList(providers.kubernetes).length < 2;
}

/** Manifests with a known kind and cluster. */
export function readManifests(document: TerraformDocument, references: References): Manifest[] {
  return listManifests(document)
    .filter((resource) => hasKnownCluster(resource, document))
    .flatMap((resource) => readManifest(resource, references) ?? []);
}

/** Manifests of a document. */
export function listManifests(document: TerraformDocument): Resource[] {
  return document.ofType(...MANIFESTS);
}

/** Reads a manifest with a known kind; undefined for any other resource, and for YAML that is not supported. */
export function readManifest(resource: Resource, references: References): Manifest | undefined {
  if (!MANIFESTS.includes(resource.type)) return undefined;
  const body = resource.type === 'kubernetes_manifest' ? valueAt(resource.values, 'manifest') : readYaml(resource, references);
  if (!isBlock(body)) return undefined;
  const kind = `${references.textAt(body, 'apiVersion')} ${references.textAt(body, 'kind')}`;
  return kind === ' ' || !isKnown(kind) ? undefined : { resource, kind, body };
}

function readYaml({ values }: Resource, references: References): unknown {
  const text = references.textAt(values, 'yaml_body');
  if (!isKnown(text)) return undefined;
  const body = parseYaml(text, (scalar) => new Undetermined(scalar));
  const namespace = valueAt(values, 'override_namespace');
  if (!isBlock(body) || namespace === undefined || namespace === '') return body;
  return { ...body, metadata: { ...(isBlock(body.metadata) ? body.metadata : {}), namespace } };
}

function toTyped({ resource, kind, body }: Manifest): Resource | undefined {
  const typed = findTypedKind(kind);
  if (!typed) return undefined;
  const { type, singular, needs = [] } = typed;
  const values = toTerraformNames(body, singular) as Block;
  if (!needs.every((_, index) => isBlock(valueAt(values, ...needs.slice(0, index + 1))))) return undefined;
  const { name, address, metadata } = resource;
  return { type, name, address, metadata, body: resource.body, values };
}

/** True for a kind whose pods are those of its template. */
export function hasPodTemplate(kind: string): boolean {
  return findWorkload(kind) !== undefined;
}

/** Converts the names of Kubernetes to those of Terraform. */
function toTerraformNames(value: unknown, singular: Readonly<Record<string, string>> = {}): unknown {
  if (Array.isArray(value)) return value.map((item) => toTerraformNames(item, singular));
  if (isUndetermined(value) || !isBlock(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [
      singular[name] ?? toSnakeCase(name),
      MAPS.has(name) ? member : toTerraformNames(member, singular),
    ]),
  );
}
