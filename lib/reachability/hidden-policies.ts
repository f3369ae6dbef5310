import { isKnown } from '../terraform/references';
import type { PodIdentity } from './endpoint';
import { formatNamespaceKey } from './namespace-key';

/** Policies that are not in the JSON. */
export interface HiddenPolicy {
  /** Reason why there may be some. */
  readonly reason: string;

  /** False for NetworkPolicies, which only add to what others allow. */
  readonly mayDeny: boolean;
}

/** Reasons why pods may have policies that are not in the JSON. */
export class HiddenPolicies {
  private readonly byNamespace = new Map<string, HiddenPolicy>();
  private readonly byCluster = new Map<string, HiddenPolicy>();

  /** @param namespace undefined for policies of any namespace of the cluster */
  public add(cluster: string, namespace: string | undefined, reason: string, mayDeny = true): void {
    const [policies, key] =
      namespace === undefined ? [this.byCluster, cluster] : [this.byNamespace, formatNamespaceKey(cluster, namespace)];
    const known = policies.get(key);
    if (!known || (mayDeny && !known.mayDeny)) policies.set(key, { reason, mayDeny });
  }

  /** Policies that pods may have; undefined when all their policies are in the JSON. */
  public find({ cluster, namespace }: PodIdentity): HiddenPolicy | undefined {
    const ofNamespace = this.findOfNamespace(cluster.key, namespace.name);
    const ofCluster = this.byCluster.get(cluster.key);
    return ofNamespace && (ofNamespace.mayDeny || !ofCluster?.mayDeny) ? ofNamespace : ofCluster;
  }

  /** Policies of a namespace; those of any namespace of the cluster when its name is not known. */
  private findOfNamespace(cluster: string, name: string | undefined): HiddenPolicy | undefined {
    if (name === undefined) return undefined;
    if (isKnown(name)) return this.byNamespace.get(formatNamespaceKey(cluster, name));
    return [...this.byNamespace].find(([key]) => key.startsWith(formatNamespaceKey(cluster, '')))?.[1];
  }
}
