import { isKnown } from '../terraform/references';
import type { StackContext } from './context';
import type { Endpoint } from './endpoint';
import type { Firewall } from './firewall';
import { findPortRangePolicies } from './network-policy-reader';
import { listUnevaluatedManifests } from './unevaluated';

/** Adds the limits of the analysis that apply to a stack to its notes. */
export function describeLimits(
  context: StackContext,
  endpoints: readonly Endpoint[],
  firewall: Firewall,
  ownNetworks: ReadonlySet<string>,
): void {
  const { document, notes } = context;
  const internalBalancers = endpoints.filter(({ isInternal }) => isInternal === true);
  const otherIngresses = endpoints.filter(({ otherClass }) => otherClass !== undefined);
  if (document.unreadModules.length > 0) notes.push('resources of Terraform modules are not in a synthesized stack: pass a plan');
  if (firewall.otherPolicies.length > 0) notes.push('firewall policies are not evaluated, so answers are unknown where VPC rules decide');
  const manifests = listUnevaluatedManifests(context);
  if (manifests.length > 0) notes.push(`manifests are not evaluated: ${manifests.map(({ address }) => address).join(', ')}`);

  if (internalBalancers.length > 0) {
    const names = internalBalancers.map(({ address }) => address).join(', ');
    notes.push(`internal load balancers are not evaluated, so it is unknown which clients reach pods through them: ${names}`);
  }

  if (otherIngresses.length > 0) {
    const names = otherIngresses.map(({ address }) => address).join(', ');
    notes.push(
      `ingresses of controllers other than GKE's are not evaluated, so it is unknown which clients reach pods through them: ${names}`,
    );
  }

  const several = [
    ...new Set(
      endpoints.filter(({ otherAddresses }) => otherAddresses !== undefined).map(({ address, cluster }) => cluster?.address ?? address),
    ),
  ];
  if (several.length > 0) notes.push(`IPv6, alias ranges and network interfaces after the first are not evaluated: ${several.join(', ')}`);

  const ranges = findPortRangePolicies(document);
  if (ranges.length > 0) {
    notes.push(
      `port ranges (end_port) need Cilium 1.16: under Dataplane V2 of an older GKE version only the first port is open: ${ranges.map(({ address }) => address).join(', ')}`,
    );
  }

  const others = new Set(endpoints.flatMap((endpoint) => describeForeignNetwork(endpoint, ownNetworks) ?? []));
  if (others.size > 0)
    notes.push(
      `${[...others].join(' and ')} ${others.size > 1 ? 'are' : 'is'} part of another stack: its other firewall rules, and hierarchical firewall policies, are not evaluated`,
    );
}

/** Describes the network of a workload or a VM, when it belongs to another stack. */
function describeForeignNetwork(
  { kind, platform, network, cluster, group, label }: Endpoint,
  ownNetworks: ReadonlySet<string>,
): string | undefined {
  if (platform || (kind !== 'pods' && kind !== 'machine') || (network !== undefined && ownNetworks.has(network))) return undefined;
  const name = network !== undefined && isKnown(network) ? network.slice(network.lastIndexOf('/') + 1) : '';
  return name === '' ? `the network of ${cluster ? 'the cluster' : (group ?? label)}` : `the network ${name}`;
}
