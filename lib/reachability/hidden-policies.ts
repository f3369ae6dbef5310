import type { PodIdentity } from './endpoint';
import { formatNamespaceKey } from './policy-side';

/** Reasons why pods may have policies that are not in the JSON. */
export class HiddenPolicies {
  private readonly byNamespace = new Map<string, string>();
  private readonly byCluster = new Map<string, string>();

  /** @param namespace undefined for policies of any namespace of the cluster */
  public add(cluster: string, namespace: string | undefined, reason: string): void {
    const [reasons, key] = namespace === undefined ? [this.byCluster, cluster] : [this.byNamespace, formatNamespaceKey(cluster, namespace)];
    if (!reasons.has(key)) reasons.set(key, reason);
  }

  /** Reason for pods; undefined when all their policies are in the JSON. */
  public find({ cluster, namespace }: PodIdentity): string | undefined {
    const ofNamespace = namespace.name === undefined ? undefined : this.byNamespace.get(formatNamespaceKey(cluster.key, namespace.name));
    return ofNamespace ?? this.byCluster.get(cluster.key);
  }
}
