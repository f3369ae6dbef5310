import { HelmProvider } from '@cdktf/provider-helm/lib/provider';
import { KubernetesProvider } from '@cdktf/provider-kubernetes/lib/provider';
import { TerraformProvider, TerraformStack } from 'cdktf';
import type { Construct } from 'constructs';
import { kebabCase } from '../core/physical-name';

/**
 * Credentials are asked for when they are used, and are those Terraform's google provider has. A token in the
 * configuration would end up in state and in saved plans, and would be an hour old too soon.
 */
const EXEC = {
  apiVersion: 'client.authentication.k8s.io/v1beta1',
  command: 'gke-gcloud-auth-plugin',
  args: ['--use_application_default_credentials'],
};

/** Where the Kubernetes API is. */
export interface ApiServerAddress {
  /** `https://` and a name or address, or a reference that resolves to it. */
  readonly host: string;

  /** Certificate authority of the cluster, PEM; none for the DNS endpoint, whose certificate is Google's. */
  readonly clusterCaCertificate?: string;
}

/**
 * The kubernetes and helm providers that reach one cluster.
 *
 * Those of a stack's first cluster have no alias, so that its resources need not name them; those of later clusters do.
 */
export function clusterProviders(
  cluster: Construct,
  address: ApiServerAddress,
): { kubernetes: TerraformProvider; helm: TerraformProvider } {
  const alias = isFirst(cluster) ? undefined : kebabCase(cluster.node.path.split('/').slice(1).join('-'));
  return {
    kubernetes: new KubernetesProvider(cluster, 'Kubernetes', { alias, ...address, exec: [EXEC] }),
    helm: new HelmProvider(cluster, 'Helm', { alias, kubernetes: { ...address, exec: EXEC } }),
  };
}

function isFirst(cluster: Construct): boolean {
  return !TerraformStack.of(cluster)
    .node.findAll()
    .some((construct) => TerraformProvider.isTerraformProvider(construct) && /^(kubernetes|helm)$/.test(construct.terraformResourceType));
}
