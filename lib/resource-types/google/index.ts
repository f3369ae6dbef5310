import type { ResourceType } from '../resource-type';
import { accessContextManager } from './access-context-manager';
import { alloydb } from './alloydb';
import { apigee } from './apigee';
import { appEngine } from './app-engine';
import { artifactRegistry } from './artifact-registry';
import { backupDr } from './backup-dr';
import { bigquery } from './bigquery';
import { bigtable } from './bigtable';
import { billingBudget } from './billing-budget';
import { binaryAuthorization } from './binary-authorization';
import { certificateManager } from './certificate-manager';
import { cloudBuild } from './cloud-build';
import { cloudFunctions } from './cloud-functions';
import { cloudRun } from './cloud-run';
import { cloudScheduler } from './cloud-scheduler';
import { cloudTasks } from './cloud-tasks';
import { composer } from './composer';
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
import { dataFusion } from './data-fusion';
import { dataMigration } from './data-migration';
import { dataflow } from './dataflow';
import { dataform } from './dataform';
import { dataplex } from './dataplex';
import { dataproc } from './dataproc';
import { dialogflow } from './dialogflow';
import { directory } from './directory';
import { discoveryEngine } from './discovery-engine';
import { dns } from './dns';
import { documentAi } from './document-ai';
import { eventarc } from './eventarc';
import { filestore } from './filestore';
import { firebase } from './firebase';
import { firestore } from './firestore';
import { gkeBackup } from './gke-backup';
import { gkeHub } from './gke-hub';
import { healthcare } from './healthcare';
import { iam } from './iam';
import { integration } from './integration';
import { kms } from './kms';
import { logging } from './logging';
import { looker } from './looker';
import { managedKafka } from './managed-kafka';
import { memorystore } from './memorystore';
import { monitoring } from './monitoring';
import { netapp } from './netapp';
import { networkServices } from './network-services';
import { notebooks } from './notebooks';
import { oracleDatabase } from './oracle-database';
import { organization } from './organization';
import { otherClusters } from './other-clusters';
import { parallelFileSystem } from './parallel-file-system';
import { parameterManager } from './parameter-manager';
import { privateCa } from './private-ca';
import { project } from './project';
import { pubsub } from './pubsub';
import { secretManager } from './secret-manager';
import { securityCommandCenter } from './security-command-center';
import { serviceAccount } from './service-account';
import { sourceRepository } from './source-repository';
import { spanner } from './spanner';
import { sql } from './sql';
import { storage } from './storage';
import { storageNotification } from './storage-notification';
import { vertexAi } from './vertex-ai';
import { vmwareEngine } from './vmware-engine';
import { workflows } from './workflows';
import { workstations } from './workstations';

/** Known types of the google provider, by family. */
export const GOOGLE_TYPES: readonly ResourceType[] = [
  ...accessContextManager,
  ...alloydb,
  ...apigee,
  ...appEngine,
  ...artifactRegistry,
  ...backupDr,
  ...bigquery,
  ...bigtable,
  ...billingBudget,
  ...binaryAuthorization,
  ...certificateManager,
  ...cloudBuild,
  ...cloudFunctions,
  ...cloudRun,
  ...cloudScheduler,
  ...cloudTasks,
  ...composer,
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
  ...dataFusion,
  ...dataMigration,
  ...dataflow,
  ...dataform,
  ...dataplex,
  ...dataproc,
  ...dialogflow,
  ...directory,
  ...discoveryEngine,
  ...dns,
  ...documentAi,
  ...eventarc,
  ...filestore,
  ...firebase,
  ...firestore,
  ...gkeBackup,
  ...gkeHub,
  ...healthcare,
  ...iam,
  ...integration,
  ...kms,
  ...logging,
  ...looker,
  ...managedKafka,
  ...memorystore,
  ...monitoring,
  ...netapp,
  ...networkServices,
  ...notebooks,
  ...oracleDatabase,
  ...organization,
  ...otherClusters,
  ...parallelFileSystem,
  ...parameterManager,
  ...privateCa,
  ...project,
  ...pubsub,
  ...secretManager,
  ...securityCommandCenter,
  ...serviceAccount,
  ...sourceRepository,
  ...spanner,
  ...sql,
  ...storage,
  ...storageNotification,
  ...vertexAi,
  ...vmwareEngine,
  ...workflows,
  ...workstations,
];
