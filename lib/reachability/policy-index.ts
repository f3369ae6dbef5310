import type { Answer } from './answer';
import type { Endpoint, PodIdentity } from './endpoint';
import { NAMESPACE_NAME_LABEL } from './labels';
import { formatNamespaceKey } from './namespace-key';
import { matches, type NetworkPolicy, type PolicyPeer } from './network-policy';

/** Endpoints by namespace, so that an entry is tested with its few candidates only. */
export class EndpointIndex {
  private readonly byNamespace = new Map<string, Endpoint[]>();
  private readonly outside: Endpoint[] = [];
  private readonly anywhere: Endpoint[] = [];
  private readonly results = new Map<string, ReadonlyMap<Endpoint, Answer>>();

  constructor(private readonly endpoints: readonly Endpoint[]) {
    for (const endpoint of endpoints) {
      if (!endpoint.pods) this.outside.push(endpoint);
      else if (endpoint.pods.namespace.name === undefined) this.anywhere.push(endpoint);
      else {
        const key = formatNamespaceKey(endpoint.pods.cluster.key, endpoint.pods.namespace.name);
        const list = this.byNamespace.get(key);
        if (list) list.push(endpoint);
        else this.byNamespace.set(key, [endpoint]);
      }
    }
  }

  /** Endpoints that an entry of a policy matches or may match. */
  public findMatches(entry: PolicyPeer, policy: NetworkPolicy): ReadonlyMap<Endpoint, Answer> {
    const key = `${policy.cluster.key} ${entry.cacheKey}`;
    const known = this.results.get(key);
    if (known) return known;
    const result = new Map<Endpoint, Answer>();
    for (const endpoint of this.findCandidates(entry, policy)) {
      const answer = matches(entry, policy, endpoint);
      if (answer !== 'no') result.set(endpoint, answer);
    }
    this.results.set(key, result);
    return result;
  }

  private findCandidates(entry: PolicyPeer, policy: NetworkPolicy): readonly Endpoint[] {
    if (entry.undetermined !== undefined) return this.endpoints;
    if (entry.ranges) return policy.cluster.dataPlane.isV2 === 'yes' ? this.outside : this.endpoints;
    const names = entry.namespaces ? entry.namespaces.findAllowedValues(NAMESPACE_NAME_LABEL) : [policy.namespace];
    if (!names || names.some((name) => name.includes('${'))) return this.endpoints;
    return [...names.flatMap((name) => this.byNamespace.get(formatNamespaceKey(policy.cluster.key, name)) ?? []), ...this.anywhere];
  }
}

/** Policies of a stack by namespace. */
export class PolicyIndex {
  private readonly byNamespace = new Map<string, NetworkPolicy[]>();
  private readonly unplaced: NetworkPolicy[] = [];

  constructor(policies: readonly NetworkPolicy[]) {
    for (const policy of policies) {
      const key = formatNamespaceKey(policy.cluster.key, policy.namespace);
      const list = this.byNamespace.get(key);
      if (list) list.push(policy);
      else this.byNamespace.set(key, [policy]);
      if (policy.namespaces !== undefined || policy.namespace.includes('${')) this.unplaced.push(policy);
    }
  }

  /** Policies that may select pods of a namespace. */
  public findCandidates({ cluster, namespace }: PodIdentity): readonly NetworkPolicy[] {
    const own = namespace.name === undefined ? [] : (this.byNamespace.get(formatNamespaceKey(cluster.key, namespace.name)) ?? []);
    return this.unplaced.length === 0 ? own : [...new Set([...own, ...this.unplaced])];
  }
}
