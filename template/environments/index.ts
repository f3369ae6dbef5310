import type { EnvironmentStackProps } from '../stacks/environment-stack';

/** An environment: the id of its stack, and the values in which it differs from the others. */
export interface Environment extends EnvironmentStackProps {
  /** Stack id, as in `cdktf deploy staging`; part of resource names. */
  readonly name: string;
}

/**
 * All environments. Each is deployed as a stack of its own, to a Google Cloud project of its own.
 *
 * Ranges do not overlap, so that the networks can be joined later.
 */
export const environments: readonly Environment[] = [
  {
    name: 'staging',
    projectId: '__NAME__-staging',
    projectNumber: '100000000001',
    region: 'europe-west1',
    stateBucket: '__NAME__-staging-terraform-state',

    deletionProtection: true,
    protectedAddresses: ['google_container_cluster.Cluster_EB0386A7'],

    nodeRange: '10.10.0.0/22',
    dataRange: '10.10.8.0/24',
    serviceRange: '10.11.0.0/20',
    podRange: '10.16.0.0/16',

    googleGroupsSecurityGroup: 'gke-security-groups@__NAME__.example',
    machineType: 'e2-standard-4',
    minNodes: 1,
    maxNodes: 4,
    minReplicas: 2,
    maxReplicas: 4,
  },
  {
    name: 'production',
    projectId: '__NAME__-production',
    projectNumber: '100000000002',
    region: 'europe-west1',
    stateBucket: '__NAME__-production-terraform-state',

    deletionProtection: true,
    protectedAddresses: ['google_container_cluster.Cluster_EB0386A7'],

    nodeRange: '10.20.0.0/20',
    dataRange: '10.20.16.0/24',
    serviceRange: '10.21.0.0/20',
    podRange: '10.32.0.0/14',

    googleGroupsSecurityGroup: 'gke-security-groups@__NAME__.example',
    machineType: 'e2-standard-8',
    minNodes: 3,
    maxNodes: 12,
    minReplicas: 3,
    maxReplicas: 12,
  },
];
