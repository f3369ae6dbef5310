import type { Resource } from '../terraform/document';
import { isKnown } from '../terraform/references';
import { valueAt } from '../terraform/values';
import type { StackContext } from './context';
import type { Endpoint } from './endpoint';
import { type ReleaseStatement, readReleaseStatement } from './helm-release';
import { PortSet } from './port-set';
import { createPods } from './workloads';

/** Charts of software that adds policies to every namespace: policy engines, service meshes and GitOps. */
const POLICY_ENGINE = /argo-?cd|calico|cilium|consul|flux|gatekeeper|istio|kuma|kyverno|linkerd|network-?polic|tigera/i;

/** Pods of the charts of a stack. The JSON has no resources of a chart, but HelmApp notes what it creates. */
export function readCharts(context: StackContext): Endpoint[] {
  return context.document.ofType('helm_release').flatMap((resource) => {
    const { references } = context;
    const { name, namespace } = readRelease(context, resource);
    const { podLabels, ports, networkPolicies } = readReleaseStatement(resource, references);
    if (networkPolicies !== false) {
      const reason = networkPolicies
        ? `the chart of ${name} has NetworkPolicies of its own`
        : `it is not known whether the chart of ${name} has NetworkPolicies`;
      const isOfCluster = networkPolicies === undefined && POLICY_ENGINE.test(references.textAt(resource.values, 'chart'));
      context.hiddenPolicies.add(
        context.clusters.of(resource).key,
        isOfCluster || !isKnown(namespace) ? undefined : namespace,
        reason,
        !networkPolicies,
      );
    }
    if (podLabels === null) return [];
    return createPods(context, resource, {
      namespace,
      name,
      labels: { known: podLabels ?? new Map(), others: 'unknown' },
      ports: undefined,
      serves: ports && PortSet.union([...ports.values()]),
      onNodeNetwork: 'no',
      silent: podLabels === undefined ? `the pods of the chart of ${name} are not known` : undefined,
    });
  });
}

/** Name and namespace of a Helm release. */
export function readRelease(context: StackContext, { name, values }: Resource): { readonly name: string; readonly namespace: string } {
  const text = (argument: string, otherwise: string) => context.references.text(valueAt(values, argument) ?? otherwise);
  return { name: text('name', name), namespace: text('namespace', 'default') };
}

/** BackendConfig or FrontendConfig of a name, from the chart of that name in the cluster and namespace. */
export function findLoadBalancerSettings(
  context: StackContext,
  user: Resource,
  namespace: string,
  name: string | undefined,
): ReleaseStatement['loadBalancer'] {
  const { references } = context;
  if (name === undefined) return undefined;
  const release = context.document.ofType('helm_release').find((candidate) => {
    const own = readRelease(context, candidate);
    return context.clusters.of(candidate).key === context.clusters.of(user).key && own.name === name && own.namespace === namespace;
  });
  return release && readReleaseStatement(release, references).loadBalancer;
}
