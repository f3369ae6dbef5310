import type { Resource, TerraformDocument } from '../terraform/document';
import { isKnown } from '../terraform/references';
import { type Answer, all, any, toAnswer } from './answer';
import type { References } from './references';

/** Network plugin of a cluster, as far as NetworkPolicies depend on it. */
export interface DataPlane {
  /** Dataplane V2 (Cilium), where an ipBlock never matches a pod or a node of the cluster. */
  readonly isV2: Answer;

  /** Enforcement of NetworkPolicies: by Dataplane V2 or Calico, and otherwise by nothing. */
  readonly enforces: Answer;

  /** Enforcement of CiliumClusterwideNetworkPolicies: by Dataplane V2, where they are enabled. Otherwise other software may enforce them. */
  readonly enforcesClusterwide: Exclude<Answer, 'no'>;

  /** Reason why NetworkPolicies are not, or may not be, enforced. */
  readonly reason: string;
}

/** Charts of network plugins that enforce NetworkPolicies. */
const NETWORK_PLUGIN = /antrea|calico|canal|cilium|kube-?router|tigera|weave/i;

/** Reads the data plane of a cluster. Autopilot clusters have Dataplane V2. */
export function readDataPlane({ address, values }: Resource, document: TerraformDocument, references: References): DataPlane {
  const provider = references.textAt(values, 'datapath_provider');
  const autopilot = toAnswer(references.booleanAt(values, 'enable_autopilot'));
  const isV2 = provider === '' ? autopilot : isKnown(provider) ? (provider === 'ADVANCED_DATAPATH' ? 'yes' : 'no') : 'unknown';
  const hasCalico = toAnswer(references.booleanAt(values, 'network_policy', 'enabled'));
  const enforces = any([isV2, hasCalico]);
  const hasClusterwide = toAnswer(references.booleanAt(values, 'enable_cilium_clusterwide_network_policy'));
  const enforcesClusterwide = all([isV2, hasClusterwide]) === 'yes' ? 'yes' : 'unknown';
  if (enforces !== 'no')
    return {
      isV2,
      enforces,
      enforcesClusterwide,
      reason: `it is not known whether ${address} has Dataplane V2 or Calico, which enforce NetworkPolicies`,
    };
  const plugin = document.ofType('helm_release').find((release) => NETWORK_PLUGIN.test(references.textAt(release.values, 'chart')));
  if (plugin)
    return {
      isV2,
      enforces: 'unknown',
      enforcesClusterwide,
      reason: `${plugin.address} may install a network plugin that enforces NetworkPolicies`,
    };
  return { isV2, enforces, enforcesClusterwide, reason: `${address} has neither Dataplane V2 nor Calico: no NetworkPolicy is enforced` };
}
