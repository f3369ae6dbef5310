import { hasRulesFor } from '../resource-types';
import { isKnown } from '../terraform/references';
import { blocksAt, isUndetermined, listAt, valueAt } from '../terraform/values';
import { readRelease } from './charts';
import type { StackContext } from './context';
import type { Endpoint } from './endpoint';
import { readReleaseStatement } from './helm-release';
import type { Interval } from './intervals';
import { formatReason } from './labels';
import { hasKnownCluster } from './manifests';
import { PortSet } from './port-set';
import { listServices, maySelect } from './services';
import { evaluateManifest, listUnevaluatedManifests, mayLeadToBackends, type UnevaluatedPath } from './unevaluated';

/** Types of policies, and of charts, which have readers of their own. */
const EVALUATED = ['helm_release', 'kubernetes_network_policy', 'kubernetes_network_policy_v1'];

/** Default range of node ports. */
const NODE_PORTS: Interval = [30000, 32767];

/** Finds the paths to endpoints that are not evaluated. */
export function findUnevaluatedPaths(context: StackContext, workloads: readonly Endpoint[]): UnevaluatedPath[] {
  return [
    ...findDeployers(context),
    ...findManifests(context),
    ...findForwardingRules(context),
    ...findExternalAddresses(context),
    ...findServicesOfUnknownType(context),
    ...findNodePorts(context),
    ...findHostPorts(workloads),
    ...findStandaloneGroups(context),
    ...findCharts(context),
    ...findModules(context),
  ];
}

/** Finds manifests that may add policies or paths to pods. */
function findManifests(context: StackContext): UnevaluatedPath[] {
  const { document, references, clusters, hiddenPolicies } = context;
  return listUnevaluatedManifests(context).flatMap((resource): UnevaluatedPath[] => {
    const { policies, paths, namespace } = evaluateManifest(resource, references);
    const keys = (hasKnownCluster(resource, document) ? [clusters.of(resource)] : clusters.list()).map(({ key }) => key);
    if (policies) {
      for (const key of keys) hiddenPolicies.add(key, namespace, `${resource.address} is not evaluated, and may add a NetworkPolicy`);
    }
    if (!paths) return [];
    return [
      {
        clients: 'all',
        leadsTo: ({ pods }) => pods !== undefined && keys.includes(pods.cluster.key),
        reason: ({ label }) => `${resource.address} is not evaluated, and may lead to ${label}`,
      },
    ];
  });
}

/** Finds resources that install software from elsewhere, which may add policies and paths to pods of any cluster. */
function findDeployers({ document, clusters, hiddenPolicies, notes }: StackContext): UnevaluatedPath[] {
  const deployers = document.resources.filter(({ type }) => hasRulesFor(type, 'pods') && !EVALUATED.includes(type));
  if (deployers.length > 0) {
    notes.push(`what these resources install in clusters is not evaluated: ${deployers.map(({ address }) => address).join(', ')}`);
  }
  return deployers.map(({ address }) => {
    for (const { key } of clusters.list())
      hiddenPolicies.add(key, undefined, `${address} may add a NetworkPolicy: what it installs is not evaluated`);
    return {
      clients: 'all',
      leadsTo: ({ pods }) => pods !== undefined,
      reason: ({ label }) => `${address} may lead to ${label}: what it installs is not evaluated`,
    };
  });
}

/** Finds services with a port on every node, which leads to their pods. */
function findNodePorts(context: StackContext): UnevaluatedPath[] {
  const { references } = context;
  return listServices(context).flatMap((service): UnevaluatedPath[] => {
    const type = references.textAt(service.values, 'spec', 'type');
    const hasPorts =
      type === 'NodePort' ||
      (type === 'LoadBalancer' && references.booleanAt(service.values, 'spec', 'allocate_load_balancer_node_ports') !== false);
    if (!hasPorts) return [];
    const ports = blocksAt(service.values, 'spec', 'port').map((port) => {
      const protocol = PortSet.protocol(references.text(valueAt(port, 'protocol') ?? 'TCP')) ?? 'tcp';
      const number = references.numberAt(port, 'node_port');
      return PortSet.of(protocol, typeof number === 'number' && number > 0 ? [number, number] : NODE_PORTS);
    });
    return [
      {
        clients: 'all',
        nodePorts: { cluster: context.clusters.of(service).key, ports: PortSet.union(ports) },
        leadsTo: (server) => maySelect(context, service, server),
        reason: ({ label }) => `${service.address} may lead to ${label} by a port of the nodes: from which addresses is not evaluated`,
      },
    ];
  });
}

/** Finds pods with a port on their node. */
function findHostPorts(workloads: readonly Endpoint[]): UnevaluatedPath[] {
  return workloads.flatMap((workload): UnevaluatedPath[] => {
    const { hostPorts, cluster, address } = workload;
    if (!hostPorts || hostPorts.isEmpty || !cluster) return [];
    return [
      {
        clients: 'all',
        nodePorts: { cluster: cluster.key, ports: hostPorts },
        leadsTo: ({ id }) => id === workload.id,
        reason: ({ label }) => `host ports of ${address} may lead to ${label} by a port of its node: they are not evaluated`,
      },
    ];
  });
}

/** Finds services with standalone network endpoint groups, which load balancers of other stacks may lead to. */
function findStandaloneGroups(context: StackContext): UnevaluatedPath[] {
  return listServices(context).flatMap((service): UnevaluatedPath[] => {
    const annotation = context.references.text(valueAt(service.values, 'metadata', 'annotations', 'cloud.google.com/neg'));
    if (isKnown(annotation) && !annotation.includes('exposed_ports')) return [];
    return [
      {
        clients: 'all',
        leadsTo: (server) => maySelect(context, service, server),
        reason: ({ label }) => `a load balancer may lead to ${label}: ${service.address} has standalone network endpoint groups`,
      },
    ];
  });
}

function findForwardingRules(context: StackContext): UnevaluatedPath[] {
  const { document, references, notes } = context;
  const rules = document
    .ofType('google_compute_forwarding_rule', 'google_compute_global_forwarding_rule')
    .filter((resource) => mayLeadToBackends(resource, references));
  if (rules.length > 0) {
    const names = rules.map(({ address }) => address).join(', ');
    notes.push(`forwarding rules are not followed, so it is unknown which clients reach VMs and pods through them: ${names}`);
  }
  return rules.map(({ address, values }) => {
    const scheme = references.textAt(values, 'load_balancing_scheme');
    const isInternal = scheme.startsWith('INTERNAL') || valueAt(values, 'load_balancing_scheme') === '';
    return {
      clients: isInternal ? 'network' : isKnown(scheme) ? 'internet' : 'all',
      isFiltered: !isInternal && isKnown(scheme) && references.textAt(values, 'ip_version') !== 'IPV6',
      leadsTo: (server) => server.pods === undefined || listServices(context).some((service) => maySelect(context, service, server)),
      reason: ({ label }) => `${address} may lead to ${label}: forwarding rules are not followed`,
    };
  });
}

function findExternalAddresses(context: StackContext): UnevaluatedPath[] {
  const found = listServices(context).filter(({ values }) => listAt(values, 'spec', 'external_ips').length > 0);
  if (found.length > 0) {
    const names = found.map(({ address }) => address).join(', ');
    context.notes.push(
      `external addresses of services are not evaluated, so it is unknown which clients reach pods through them: ${names}`,
    );
  }
  return found.map((service) => ({
    clients: 'all',
    leadsTo: (server) => maySelect(context, service, server),
    reason: ({ label }) => `${service.address} has external addresses, which may lead to ${label}: they are not evaluated`,
  }));
}

function findServicesOfUnknownType(context: StackContext): UnevaluatedPath[] {
  return listServices(context).flatMap((service): UnevaluatedPath[] => {
    const type = valueAt(service.values, 'spec', 'type');
    if (!isUndetermined(type) || isKnown(context.references.text(type))) return [];
    return [
      {
        clients: 'all',
        leadsTo: (server) => maySelect(context, service, server),
        reason: ({ label }) => `a load balancer may lead to ${label}: ${formatReason(service.address, ['spec', 'type'], type)}`,
      },
    ];
  });
}

/** Finds charts without a note, which may have load balancers for pods of their namespace. */
function findCharts(context: StackContext): UnevaluatedPath[] {
  const { document, references, clusters } = context;
  return document.ofType('helm_release').flatMap((release): UnevaluatedPath[] => {
    if (readReleaseStatement(release, references).podLabels !== undefined) return [];
    const { namespace } = readRelease(context, release);
    const { key } = clusters.of(release);
    return [
      {
        clients: 'all',
        leadsTo: ({ pods }) => {
          const own = pods?.namespace.name;
          return pods?.cluster.key === key && (own === namespace || !isKnown(namespace) || !isKnown(own ?? ''));
        },
        reason: ({ label }) => `${release.address} may lead to ${label}: what its chart creates is not known`,
      },
    ];
  });
}

function findModules({ document, clusters, hiddenPolicies }: StackContext): UnevaluatedPath[] {
  const [module] = document.unreadModules;
  if (module === undefined) return [];
  for (const { key } of clusters.list()) {
    hiddenPolicies.add(key, undefined, `module.${module} may add a NetworkPolicy: resources of modules are not in a synthesized stack`);
  }
  return [
    {
      clients: 'all',
      leadsTo: () => true,
      reason: ({ label }) => `Terraform modules may lead to ${label}: their resources are not in a synthesized stack`,
    },
  ];
}
