import { CloudError } from '../cloud-error';
import type { CloudResource } from '../cloud-resource';
import { Quantity } from '../quantity';
import type { Rule, TypeDescription } from '../type-description';
import { isValues, type Value, type Values } from '../values';
import { checkData, checkPriorityClass } from './admission/configuration-objects';
import { Field, type Syntax } from './admission/field';
import { checkLimitRange, readableLimits } from './admission/limit-range';
import { checkMetadata } from './admission/metadata';
import { namespaceIdentity, readHost } from './admission/namespace';
import { withinQuota } from './admission/objects-quota';
import { below, createPluginRule, METADATA, oneOf, type PluginChecks, quantities, textLike } from './admission/plugin-checks';
import { checkQuota } from './admission/quota';
import { buildSentObject } from './admission/sent-object';
import { dnsLabel, subdomain } from './admission/syntax';
import { sameQuantities } from './kubernetes-pod';

/** Namespaces of a new GKE cluster. */
const BORN_WITH = ['default', 'gke-managed-system', 'gmp-public', 'gmp-system', 'kube-node-lease', 'kube-public', 'kube-system'];

/** Builds the identity of an object: `https://<cluster>/namespaces/billing/deployments/api`, or `https://<cluster>/namespaces/billing` for a cluster-scoped one. */
function createIdentityBuilder(plural: string, scope: 'namespaced' | 'cluster' = 'namespaced'): (resource: CloudResource) => string {
  return (resource) => {
    const place = scope === 'namespaced' ? `namespaces/${resource.text('metadata.namespace') || 'default'}/` : '';
    return `${readHost(resource)}/${place}${plural}/${resource.text('metadata.name')}`;
  };
}

/** Builds the provider's `id`: `billing/api`, or the name only. */
export function buildKubernetesId(resource: CloudResource): string {
  const name = resource.text('metadata.name');
  const namespace = resource.text('metadata.namespace');
  return namespace ? `${namespace}/${name}` : name;
}

/** Rejects objects in a namespace that does not exist. */
export function namespaceExists(doing: (resource: CloudResource) => string = () => '', at = 'metadata.namespace'): Rule {
  return ({ resource, cloud }) => {
    const namespace = resource.text(at) || 'default';
    if (BORN_WITH.includes(namespace) || cloud.get('kubernetes_namespace_v1', namespaceIdentity(resource, at))) return;
    throw new CloudError(`${doing(resource)}namespaces "${namespace}" not found`);
  };
}

/** Prefix of the provider's errors about a resource. */
type Prefix = (resource: CloudResource) => string;

/** Description of a Kubernetes kind. */
export interface KubernetesKind extends Omit<TypeDescription, 'identity'> {
  /** Plural in the API: `deployments`, or `deployments.apps` if errors include the group. */
  readonly plural: string;

  /** Kind and group in the API server's errors: `Deployment.apps`. */
  readonly kind: string;
  readonly scope?: 'namespaced' | 'cluster';

  /** Prefix of the provider's errors about a creation: `Failed to create deployment: `. */
  readonly creating?: string | Prefix;

  /** Prefix of the provider's errors about an update. @default - `Failed to update` with the label */
  readonly updating?: string | Prefix;

  /** Syntax of names in the provider. @default - DNS subdomain */
  readonly planName?: Syntax;

  /** Syntax of names in the API server. @default - any that the provider accepts */
  readonly name?: Syntax;

  /** Checks of arguments by the provider while planning. */
  readonly planChecks?: PluginChecks;

  /** Rejects arguments that the provider cannot convert to an object. */
  readonly readable?: (values: Values) => void;

  /** Validates the object as the API server does. */
  readonly validate?: (object: Field, before?: Field) => void;
}

/** Completes the description of a kind: identity, `id`, metadata, existence of its namespace, and validation by the API server. */
export function describeKind({
  plural,
  kind: kindName,
  scope = 'namespaced',
  creating = '',
  updating,
  planName = subdomain,
  name = () => [],
  planChecks = {},
  readable = () => {},
  validate = () => {},
  ...kind
}: KubernetesKind): TypeDescription {
  const isNamespaced = scope === 'namespaced';
  const asPrefix = (text: string | Prefix): Prefix => (typeof text === 'string' ? () => text : text);
  const [create, update] = [asPrefix(creating), asPrefix(updating ?? `Failed to update ${kind.label}: `)];
  const valid =
    (prefix: Prefix): Rule =>
    ({ resource, before }) => {
      readable(resource.values);
      const object = Field.of(buildSentObject(resource.values));
      checkMetadata(object.get('metadata'), name);
      validate(object, before && Field.of(buildSentObject(before.values)));
      object.refuse(`${prefix(resource)}${kindName} "${resource.text('metadata.name')}"`);
    };
  const group = kindName.slice(kindName.indexOf('.'));
  const fullPlural = plural.includes('.') || !kindName.includes('.') ? plural : `${plural}${group}`;
  return {
    id: buildKubernetesId,
    ...kind,
    identity: createIdentityBuilder(plural, scope),
    computed: ['metadata.name', ...(kind.computed ?? [])],
    forceNew: [isNamespaced ? 'metadata.{generate_name,name,namespace}' : 'metadata.{generate_name,name}', ...(kind.forceNew ?? [])],
    defaults: { ...(isNamespaced && { 'metadata.namespace': 'default' }), ...kind.defaults },
    values: { 'metadata.generation': (resource) => (resource.type.includes('namespace') ? 0 : 1), ...kind.values },
    rules: {
      ...kind.rules,
      plan: [
        createPluginRule({
          'metadata.name': textLike(planName),
          'metadata.generate_name': textLike((text) => (planName === subdomain ? dnsLabel(text.replace(/-$/, 'a')) : planName(text))),
          ...below('metadata', METADATA),
          ...planChecks,
        }),
        ...(kind.rules?.plan ?? []),
      ],
      create: [
        ...(isNamespaced ? [namespaceExists(create)] : []),
        valid(create),
        ...(isNamespaced ? [withinQuota(fullPlural, create)] : []),
        ...(kind.rules?.create ?? []),
      ],
      update: [...(kind.rules?.update ?? []), valid(update), ...(isNamespaced ? [withinQuota(fullPlural, update)] : [])],
    },
  };
}

const namespace: TypeDescription = describeKind({
  type: 'kubernetes_namespace_v1',
  kind: 'Namespace',
  updating: '',
  name: dnsLabel,
  validate: (object) => {
    const { text } = object.get('metadata.name');
    // The API server adds a label with the name.
    if (text.length > 63) object.get('metadata.name').at('metadata.labels').invalid('must be no more than 63 characters');
  },
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
    // Objects in a namespace are deleted with it.
    delete: [({ resource, cloud }) => cloud.removeBelow(`${resource.identity}/`)],
  },
});

const resourceQuota = describeKind({
  type: 'kubernetes_resource_quota_v1',
  kind: 'ResourceQuota',
  planChecks: {
    'spec.hard': quantities,
    'spec.scopes': oneOf('Terminating', 'NotTerminating', 'BestEffort', 'NotBestEffort', 'PriorityClass'),
  },
  validate: checkQuota,
  label: 'resource quota',
  plural: 'resourcequotas',
  creating: 'Failed to create resource quota: ',
  forceNew: ['spec.scopes'],
  diffSuppress: { 'spec.hard': sameQuantities },
});

/** Merges maps of quantities in canonical form, `1Gi` for `1024Mi`; later maps override earlier ones. */
function normalizeQuantities(...maps: readonly (Value | undefined)[]): Value {
  const amounts = Object.entries(Object.assign({}, ...maps.filter(isValues))).map(([name, amount]) => [
    name,
    Quantity.parse(String(amount))?.toString() ?? amount,
  ]);
  return amounts.length > 0 ? Object.fromEntries(amounts) : (maps.at(-1) ?? null);
}

/** Merges limits of containers, whose maximum is the default limit, and that the default request. Of other types, only the last map counts. */
const ofContainers = (limit: Values, ...maps: readonly (Value | undefined)[]): Value =>
  limit.type === 'Container' ? normalizeQuantities(...maps) : normalizeQuantities(maps.at(-1));

const limitRange = describeKind({
  type: 'kubernetes_limit_range_v1',
  kind: 'LimitRange',
  readable: readableLimits,
  validate: checkLimitRange,
  label: 'limit range',
  plural: 'limitranges',
  creating: 'Failed to create limit range: ',
  computed: ['spec.limit.default_request'],
  storedAs: {
    'spec.limit.max': ({ max }) => normalizeQuantities(max),
    'spec.limit.min': ({ min }) => normalizeQuantities(min),
    'spec.limit.max_limit_request_ratio': ({ max_limit_request_ratio: ratio }) => normalizeQuantities(ratio),
    'spec.limit.default': (limit) => ofContainers(limit, limit.max, limit.default),
    'spec.limit.default_request': (limit) => ofContainers(limit, limit.min, limit.default, limit.default_request),
  },
});

const priorityClass = describeKind({
  type: 'kubernetes_priority_class_v1',
  kind: 'PriorityClass.scheduling.k8s.io',
  creating: 'Failed to create priority class: ',
  validate: checkPriorityClass,
  label: 'priority class',
  plural: 'priorityclasses',
  scope: 'cluster',
  forceNew: ['preemption_policy', 'value'],
  defaults: { global_default: false, preemption_policy: 'PreemptLowerPriority' },
});

const configMap = describeKind({
  type: 'kubernetes_config_map_v1',
  kind: 'ConfigMap',
  validate: (object) => checkData(object),
  label: 'Config Map',
  plural: 'configmaps',
  rules: { update: [notImmutable('Config Map', 'ConfigMap')] },
});

const secret = describeKind({
  type: 'kubernetes_secret_v1',
  kind: 'Secret',
  validate: (object) => checkData(object, 'data'),
  label: 'secret',
  plural: 'secrets',
  computed: ['data'],
  forceNew: ['type'],
  defaults: { type: 'Opaque', wait_for_service_account_token: true },
  notReadBack: { wait_for_service_account_token: null },
  sensitive: ['binary_data', 'data'],
  rules: { update: [notImmutable('secret', 'Secret')] },
});

/** Rejects updates of immutable objects. */
function notImmutable(label: string, kind: string): Rule {
  return ({ before }) => {
    if (before?.flag('immutable')) {
      throw new CloudError(
        `Failed to update ${label}: ${kind} "${before.text('metadata.name')}" is invalid: data: Forbidden: field is immutable when \`immutable\` is set`,
      );
    }
  };
}

export const kubernetes: readonly TypeDescription[] = [namespace, resourceQuota, limitRange, priorityClass, configMap, secret];
