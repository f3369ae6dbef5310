import { isKnown } from '../terraform/references';
import type { Cluster } from './cluster';
import type { StackContext } from './context';
import type { Endpoint, NamespaceIdentity } from './endpoint';
import { NAMESPACE_NAME_LABEL } from './labels';
import type { NetworkPolicy } from './network-policy';

/** Pods that the stack does not declare: of namespaces that its policies name, of kube-system, and of any other namespace. */
export function createUndeclaredPods(
  context: StackContext,
  policies: readonly NetworkPolicy[],
  cluster: Cluster,
  several: boolean,
): Endpoint[] {
  // Namespaces of every cluster.
  const names = new Set(['default', 'kube-system']);
  for (const policy of policies) {
    if (policy.cluster.key !== cluster.key) continue;
    for (const rule of [...(policy.ingress ?? []), ...(policy.egress ?? [])]) {
      for (const { namespaces } of rule.peers ?? [])
        for (const name of namespaces?.findAllowedValues(NAMESPACE_NAME_LABEL) ?? []) names.add(name);
    }
    if (policy.namespaces === undefined && isKnown(policy.namespace)) names.add(policy.namespace);
  }
  const { declared } = context.namespaces;
  const undeclared = [...names].filter((name) => !declared.has(name)).sort();

  const suffix = several ? ` of ${cluster.name}` : '';
  const endpoint = (label: string, namespace: NamespaceIdentity): Endpoint => ({
    id: `${label}${suffix}`,
    label: `${label}${suffix}`,
    kind: 'pods',
    platform: true,
    location: cluster.pods,
    otherAddresses: cluster.otherAddresses,
    network: cluster.network,
    vms: cluster.vms,
    cluster,
    pods: { cluster, namespace, labels: { known: new Map(), others: 'any' }, onNodeNetwork: 'no' },
  });
  return [
    ...undeclared.map((name) => endpoint(name, context.namespaces.find(cluster, name))),
    {
      ...endpoint('other pods', {
        declared: false,
        labels: { known: new Map(), others: 'any', excluded: { key: NAMESPACE_NAME_LABEL, values: new Set([...declared, ...names]) } },
      }),
      isPlural: true,
    },
  ];
}

export function createClusterEndpoints(context: StackContext, cluster: Cluster, several: boolean): Endpoint[] {
  if (cluster.address === undefined) return [];
  const suffix = several ? ` of ${cluster.name}` : '';
  const common = { platform: true, network: cluster.network, cluster, address: cluster.address };
  const node: Endpoint = {
    ...common,
    id: `nodes${suffix}`,
    label: `nodes${suffix}`,
    isPlural: true,
    kind: 'node',
    location: cluster.nodes,
    otherAddresses: cluster.otherAddresses,
    vms: cluster.vms,
  };
  const agents: Endpoint = {
    ...common,
    id: `konnectivity agents${suffix}`,
    label: `konnectivity agents${suffix}`,
    isPlural: true,
    kind: 'pods',
    location: cluster.pods,
    vms: cluster.vms,
    pods: {
      cluster,
      namespace: context.namespaces.find(cluster, 'kube-system'),
      labels: { known: new Map([['k8s-app', 'konnectivity-agent']]), others: 'unknown' },
      onNodeNetwork: 'no',
    },
  };
  return [
    {
      ...common,
      id: `control plane${suffix}`,
      label: `control plane${suffix}`,
      kind: 'control-plane',
      location: cluster.controlPlane.location,
      callsAs: cluster.controlPlane.kind === 'psc' ? agents : undefined,
    },
    node,
  ];
}
