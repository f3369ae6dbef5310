import type { ResourceType } from '../resource-type';
import { alloydb } from './alloydb';
import { artifactRegistry } from './artifact-registry';
import { backupDr } from './backup-dr';
import { bigquery } from './bigquery';
import { bigtable } from './bigtable';
import { billingBudget } from './billing-budget';
import { cloudScheduler } from './cloud-scheduler';
import { computeAddress } from './compute-address';
import { computeDisk } from './compute-disk';
import { computeFirewall } from './compute-firewall';
import { computeInstance } from './compute-instance';
import { computeInstanceGroup } from './compute-instance-group';
import { computeLoadBalancing } from './compute-load-balancing';
import { computeMetadata } from './compute-metadata';
import { computeNetwork } from './compute-network';
import { computeNetworkPeering } from './compute-network-peering';
import { computeResourcePolicy } from './compute-resource-policy';
import { computeRouter } from './compute-router';
import { computeSecurityPolicy } from './compute-security-policy';
import { computeSnapshot } from './compute-snapshot';
import { computeSubnetwork } from './compute-subnetwork';
import { computeVpn } from './compute-vpn';
import { containerCluster } from './container-cluster';
import { containerNodePool } from './container-node-pool';
import { dns } from './dns';
import { filestore } from './filestore';
import { firestore } from './firestore';
import { gkeBackup } from './gke-backup';
import { gkeHub } from './gke-hub';
import { iam } from './iam';
import { kms } from './kms';
import { logging } from './logging';
import { memorystore } from './memorystore';
import { monitoring } from './monitoring';
import { netapp } from './netapp';
import { parallelFileSystem } from './parallel-file-system';
import { project } from './project';
import { pubsub } from './pubsub';
import { secretManager } from './secret-manager';
import { serviceAccount } from './service-account';
import { spanner } from './spanner';
import { sql } from './sql';
import { storage } from './storage';
import { storageNotification } from './storage-notification';

/** Known types of the google provider, by family. */
export const GOOGLE_TYPES: readonly ResourceType[] = [
  ...alloydb,
  ...artifactRegistry,
  ...backupDr,
  ...bigquery,
  ...bigtable,
  ...billingBudget,
  ...cloudScheduler,
  ...computeAddress,
  ...computeDisk,
  ...computeFirewall,
  ...computeInstance,
  ...computeInstanceGroup,
  ...computeLoadBalancing,
  ...computeMetadata,
  ...computeNetwork,
  ...computeNetworkPeering,
  ...computeResourcePolicy,
  ...computeRouter,
  ...computeSecurityPolicy,
  ...computeSnapshot,
  ...computeSubnetwork,
  ...computeVpn,
  ...containerCluster,
  ...containerNodePool,
  ...dns,
  ...filestore,
  ...firestore,
  ...gkeBackup,
  ...gkeHub,
  ...iam,
  ...kms,
  ...logging,
  ...memorystore,
  ...monitoring,
  ...netapp,
  ...parallelFileSystem,
  ...project,
  ...pubsub,
  ...secretManager,
  ...serviceAccount,
  ...spanner,
  ...sql,
  ...storage,
  ...storageNotification,
];
