import { toSnakeCase } from '../core/snake-case';
import { type Block, isBlock, isUndetermined } from '../terraform/values';

/** Converts the fields of a Kubernetes object to the arguments of the typed resource of the Kubernetes provider. */
export function toTypedValues(kind: string, body: Block): Block {
  const values = convert(body) as Block;
  if (kind === 'PersistentVolume' && isBlock(values.spec)) {
    return { ...values, spec: { ...values.spec, persistent_volume_source: values.spec } };
  }
  return kind === 'StorageClass' ? { ...values, storage_provisioner: values.provisioner } : values;
}

/** Fields whose members have names of users. */
const MAPS: ReadonlySet<string> = new Set([
  'annotations',
  'binaryData',
  'data',
  'default',
  'defaultRequest',
  'hard',
  'labels',
  'limits',
  'matchLabels',
  'max',
  'min',
  'nodeSelector',
  'parameters',
  'requests',
  'stringData',
  'volumeAttributes',
]);

/** Lists of blocks that the provider names in the singular. */
const SINGULAR: Readonly<Record<string, string>> = {
  containers: 'container',
  initContainers: 'init_container',
  metrics: 'metric',
  paths: 'path',
  rules: 'rule',
  secrets: 'secret',
  subjects: 'subject',
  subsets: 'subset',
  tolerations: 'toleration',
  topologySpreadConstraints: 'topology_spread_constraint',
  volumeClaimTemplates: 'volume_claim_template',
  volumeMounts: 'volume_mount',
  volumes: 'volume',
  webhooks: 'webhook',
};

function convert(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(convert);
  if (isUndetermined(value) || !isBlock(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [toArgumentName(name, member, value), isMap(name, member) ? member : convert(member)]),
  );
}

function toArgumentName(name: string, member: unknown, parent: Block): string {
  // A limit range has a list of limits, a container a map; containers and services have ports in the singular, network policies not.
  if (name === 'limits') return Array.isArray(member) ? 'limit' : name;
  if (name === 'ports') return 'image' in parent || Array.isArray(member) === false || isServicePort(member[0]) ? 'port' : name;
  return Object.hasOwn(SINGULAR, name) ? SINGULAR[name]! : toSnakeCase(name);
}

function isServicePort(port: unknown): boolean {
  return isBlock(port) && ('targetPort' in port || 'nodePort' in port || 'name' in port || 'containerPort' in port);
}

/** Tests that the members of a field have names of users. The selector of a service is a map, that of a workload a block. */
function isMap(name: string, member: unknown): boolean {
  if (name === 'selector') return isBlock(member) && !('matchLabels' in member || 'matchExpressions' in member);
  return MAPS.has(name) && isBlock(member);
}
