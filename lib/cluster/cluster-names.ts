import { shorten, stableHash } from '../core/physical-name';
import type { IProject } from '../core/project';
import type { INetwork } from '../network/network-reference';
import { isSharedVpc } from '../network/shared-vpc-access';

/** Longest name of a cluster. */
export const CLUSTER_NAME_LENGTH = 40;

/** Names that follow from a cluster's, so that a cluster can be referred to by its own name alone. */
export function clusterNames(clusterName: string, project: IProject, network: INetwork) {
  const nodeServiceAccountName = shorten(`${clusterName}-nodes`, 30);
  // A project of a domain, `example.com:parking`, has its parts the other way round in an address.
  const projectHost = project.projectId.split(':').reverse().join('.');
  return {
    nodeServiceAccountName,
    nodeServiceAccountEmail: `${nodeServiceAccountName}@${projectHost}.iam.gserviceaccount.com`,
    // Clusters of one name in several service projects share a VPC, where firewall rules know nodes by their tag.
    nodeTag: isSharedVpc(network, project) ? `gke-${clusterName}-${stableHash(project.projectId)}` : `gke-${clusterName}`,
  };
}
