import { isSet, isUnknown, isValues, type Value, type Values } from '../../values';

/** Blocks that are elements of a list, with the list's name in the API. A key may include the enclosing block. */
const LISTS: Readonly<Record<string, string>> = {
  container: 'containers',
  egress: 'egress',
  env: 'env',
  env_from: 'envFrom',
  from: 'from',
  host_aliases: 'hostAliases',
  image_pull_secrets: 'imagePullSecrets',
  ingress: 'ingress',
  init_container: 'initContainers',
  items: 'items',
  limit: 'limits',
  match_expressions: 'matchExpressions',
  match_fields: 'matchFields',
  metric: 'metrics',
  node_selector_term: 'nodeSelectorTerms',
  path: 'paths',
  policy: 'policies',
  port: 'ports',
  ports: 'ports',
  preferred_during_scheduling_ignored_during_execution: 'preferredDuringSchedulingIgnoredDuringExecution',
  required_during_scheduling_ignored_during_execution: 'requiredDuringSchedulingIgnoredDuringExecution',
  rule: 'rules',
  sources: 'sources',
  subject: 'subjects',
  tls: 'tls',
  to: 'to',
  toleration: 'tolerations',
  topology_spread_constraint: 'topologySpreadConstraints',
  volume: 'volumes',
  volume_claim_template: 'volumeClaimTemplates',
  volume_mount: 'volumeMounts',
};

const SINGLE: readonly string[] = ['service.port', 'node_affinity.required_during_scheduling_ignored_during_execution'];

/** Names in the API that are not the Terraform name in camel case. */
const NAMES: Readonly<Record<string, string>> = {
  cluster_ip: 'clusterIP',
  cluster_ips: 'clusterIPs',
  external_ips: 'externalIPs',
  host_ip: 'hostIP',
  host_ipc: 'hostIPC',
  host_pid: 'hostPID',
  load_balancer_ip: 'loadBalancerIP',
  non_resource_urls: 'nonResourceURLs',
  timezone: 'timeZone',
};

/** Converts the arguments of a resource to the object that the provider sends. */
export function buildSentObject(values: Values): Values {
  return buildSentBlock(values, '');
}

function buildSentBlock(block: Values, around: string): Values {
  return Object.fromEntries(
    Object.entries(block).flatMap(([name, value]): [string, Value][] => {
      if (!isSet(value)) return [];
      if (!Array.isArray(value) || !value.every(isBlock)) return [[NAMES[name] ?? camelCase(name), value]];
      if (value.length === 0) return [];
      const isList = name in LISTS && !SINGLE.includes(`${around}.${name}`);
      const inner = value.map((each) => buildSentBlock(isValues(each) ? each : {}, name));
      return [isList ? [LISTS[name]!, inner] : [NAMES[name] ?? camelCase(name), inner[0]!]];
    }),
  );
}

/** True for a block, which can be null if it is empty. */
function isBlock(value: Value): boolean {
  return value === null || isValues(value) || isUnknown(value);
}

export function camelCase(name: string): string {
  return name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
