import { HelmProvider } from '@cdktf/provider-helm/lib/provider';
import { KubernetesProvider } from '@cdktf/provider-kubernetes/lib/provider';
import { TerraformProvider, TerraformStack } from 'cdktf';
import type { Construct } from 'constructs';
import { kebabCase } from '../core/physical-name';

/**
 * Exec plugin that gets application default credentials, as the google provider does, when a provider needs them. A token in
 * the configuration would be stored in state and saved plans, and would expire after an hour.
 */
const EXEC = {
  apiVersion: 'client.authentication.k8s.io/v1beta1',
  command: 'gke-gcloud-auth-plugin',
  args: ['--use_application_default_credentials'],
};

/** Address of a Kubernetes API. */
export interface ApiServerAddress {
  /** URL, `https://` and a host name or address, or a reference that resolves to it. */
  readonly host: string;

  /**
   * Certificate authority of the cluster, PEM.
   *
   * @default - public certificate authorities, as the DNS endpoint needs
   */
  readonly clusterCaCertificate?: string;
}

/**
 * Creates the kubernetes and helm providers of a cluster.
 *
 * Providers of the first cluster of a stack have no alias, so that resources need not name them; those of later clusters do.
 */
export function createClusterProviders(
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
