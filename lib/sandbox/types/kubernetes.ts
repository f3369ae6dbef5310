import { CloudError } from '../cloud-error';
import type { CloudResource } from '../cloud-resource';
import type { Rule, TypeDescription } from '../type-description';

/** Namespaces that a new GKE cluster has. */
const BORN_WITH = ['default', 'gke-managed-system', 'gmp-public', 'gmp-system', 'kube-node-lease', 'kube-public', 'kube-system'];

/** Where a cluster's API is: two clusters may hold the same names. */
function hostOf(resource: CloudResource): string {
  return resource.provider.host ?? 'https://localhost';
}

/** `https://<cluster>/namespaces/billing/deployments/api`; without a namespace, `https://<cluster>/namespaces/billing`. */
export function kubernetesIdentity(plural: string, scope: 'namespaced' | 'cluster' = 'namespaced'): (resource: CloudResource) => string {
  return (resource) => {
    const place = scope === 'namespaced' ? `namespaces/${resource.text('metadata.namespace') || 'default'}/` : '';
    return `${hostOf(resource)}/${place}${plural}/${resource.text('metadata.name')}`;
  };
}

/** The `id` the provider gives: `billing/api`, or the name alone. */
export function kubernetesId(resource: CloudResource): string {
  const name = resource.text('metadata.name');
  const namespace = resource.text('metadata.namespace');
  return namespace ? `${namespace}/${name}` : name;
}

/** Identity of the namespace that a resource is in. */
export function namespaceIdentity(resource: CloudResource, at = 'metadata.namespace'): string {
  return `${hostOf(resource)}/namespaces/${resource.text(at) || 'default'}`;
}

/** Refuses what goes into a namespace that is not there. */
export function namespaceExists(doing = '', at = 'metadata.namespace'): Rule {
  return ({ resource, cloud }) => {
    const namespace = resource.text(at) || 'default';
    if (BORN_WITH.includes(namespace) || cloud.get('kubernetes_namespace_v1', namespaceIdentity(resource, at))) return;
    throw new CloudError(`${doing}namespaces "${namespace}" not found`);
  };
}

/** Names of most kinds are DNS names. */
const nameIsAllowed: Rule = ({ resource }) => {
  const name = resource.text('metadata.name');
  if (name === '' || /^[a-z0-9]([-a-z0-9.:]*[a-z0-9])?$/.test(name)) return;
  throw new CloudError(
    `metadata.0.name a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')`,
  );
};

/** What kinds that live in a namespace have in common. */
export interface KubernetesKind extends Omit<TypeDescription, 'identity'> {
  /** As the API has it: `deployments`, or `deployments.apps` where errors say so. */
  readonly plural: string;
  readonly scope?: 'namespaced' | 'cluster';
  /** How the provider begins an error about a creation: `Failed to create deployment: `. */
  readonly creating?: string;
}

/** Completes the description of a kind: identity, `id`, metadata, and the namespace it needs. */
export function kubernetesKind({ plural, scope = 'namespaced', creating = '', ...kind }: KubernetesKind): TypeDescription {
  const isNamespaced = scope === 'namespaced';
  return {
    id: kubernetesId,
    ...kind,
    identity: kubernetesIdentity(plural, scope),
    fillsIn: ['metadata.name', ...(kind.fillsIn ?? [])],
    replaces: [isNamespaced ? 'metadata.{generate_name,name,namespace}' : 'metadata.{generate_name,name}', ...(kind.replaces ?? [])],
    defaults: { ...(isNamespaced && { 'metadata.namespace': 'default' }), ...kind.defaults },
    values: { 'metadata.generation': (resource) => (resource.type.includes('namespace') ? 0 : 1), ...kind.values },
    rules: {
      ...kind.rules,
      plan: [nameIsAllowed, ...(kind.rules?.plan ?? [])],
      create: [...(isNamespaced ? [namespaceExists(creating)] : []), ...(kind.rules?.create ?? [])],
    },
  };
}

const namespace: TypeDescription = kubernetesKind({
  type: 'kubernetes_namespace_v1',
  label: 'namespace',
  plural: 'namespaces',
  scope: 'cluster',
  defaults: { wait_for_default_service_account: false },
  notReadBack: { wait_for_default_service_account: false },
  rules: {
    create: [
      ({ resource }) => {
        const name = resource.text('metadata.name');
        if (BORN_WITH.includes(name)) throw new CloudError(`namespaces "${name}" already exists`);
      },
    ],
  },
  effects: {
    // What is in a namespace goes with it.
    delete: [({ resource, cloud }) => cloud.removeBelow(`${resource.identity}/`)],
  },
});

const resourceQuota = kubernetesKind({
  type: 'kubernetes_resource_quota_v1',
  label: 'resource quota',
  plural: 'resourcequotas',
  creating: 'Failed to create resource quota: ',
  replaces: ['spec.scopes'],
});

const limitRange = kubernetesKind({
  type: 'kubernetes_limit_range_v1',
  label: 'limit range',
  plural: 'limitranges',
  creating: 'Failed to create limit range: ',
  fillsIn: ['spec.limit.default_request'],
  values: {
    // Without a request of its own, a container asks for its limit.
    'spec.limit.default_request': (_resource, _cloud, limit) => limit.default ?? {},
  },
});

const priorityClass = kubernetesKind({
  type: 'kubernetes_priority_class_v1',
  label: 'priority class',
  plural: 'priorityclasses',
  scope: 'cluster',
  replaces: ['preemption_policy', 'value'],
  defaults: { global_default: false, preemption_policy: 'PreemptLowerPriority' },
});

const configMap = kubernetesKind({
  type: 'kubernetes_config_map_v1',
  label: 'Config Map',
  plural: 'configmaps',
  rules: { update: [notImmutable('configmap')] },
});

const secret = kubernetesKind({
  type: 'kubernetes_secret_v1',
  label: 'secret',
  plural: 'secrets',
  fillsIn: ['data'],
  replaces: ['type'],
  defaults: { type: 'Opaque', wait_for_service_account_token: true },
  notReadBack: { wait_for_service_account_token: null },
  sensitive: ['binary_data', 'data'],
  rules: { update: [notImmutable('secret')] },
});

/** What is immutable can be deleted, not changed. */
function notImmutable(kind: string): Rule {
  return ({ before }) => {
    if (before?.flag('immutable')) {
      throw new CloudError(
        `Failed to update ${kind}: ${kind} "${before.text('metadata.name')}" is invalid: data: Forbidden: field is immutable when \`immutable\` is set`,
      );
    }
  };
}

export const kubernetes: readonly TypeDescription[] = [namespace, resourceQuota, limitRange, priorityClass, configMap, secret];
