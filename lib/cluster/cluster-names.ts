import { shorten, stableHash } from '../core/physical-name';
import type { IProject } from '../core/project';
import type { INetwork } from '../network/network-reference';
import { isSharedVpc } from '../network/shared-vpc-access';

/** Maximum length of a cluster name. */
export const CLUSTER_NAME_LENGTH = 40;

/** Derives names from a cluster's name, so that the name alone is enough to import a cluster. */
export function deriveClusterNames(clusterName: string, project: IProject, network: INetwork) {
  const nodeServiceAccountName = shorten(`${clusterName}-nodes`, 30);
  // Email addresses of a domain-scoped project, `example.com:parking`, have its parts in reverse order.
  const projectHost = project.projectId.split(':').reverse().join('.');
  return {
    nodeServiceAccountName,
    nodeServiceAccountEmail: `${nodeServiceAccountName}@${projectHost}.iam.gserviceaccount.com`,
    // Clusters of the same name in several service projects can share a VPC, where their tags must differ.
    nodeTag: isSharedVpc(network, project) ? `gke-${clusterName}-${stableHash(project.projectId)}` : `gke-${clusterName}`,
  };
}
