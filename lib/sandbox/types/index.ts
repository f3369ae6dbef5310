import type { TypeDescription } from '../type-description';
import { artifactRegistry } from './artifact-registry';
import { cloudScheduler } from './cloud-scheduler';
import { computeDisk } from './compute-disk';
import { computeInstance } from './compute-instance';
import { computeLoadBalancing } from './compute-load-balancing';
import { computeNetwork } from './compute-network';
import { containerCluster } from './container-cluster';
import { containerNodePool } from './container-node-pool';
import { dns } from './dns';
import { gkeBackup } from './gke-backup';
import { helm } from './helm';
import { iam } from './iam';
import { kubernetes } from './kubernetes';
import { kubernetesAccess } from './kubernetes-access';
import { kubernetesNetwork } from './kubernetes-network';
import { kubernetesStorage } from './kubernetes-storage';
import { kubernetesWorkload } from './kubernetes-workload';
import { memorystore } from './memorystore';
import { monitoring } from './monitoring';
import { projects } from './projects';
import { pubsub } from './pubsub';
import { secretManager } from './secret-manager';
import { storage } from './storage';
import { workflows } from './workflows';

/** Described resource types, one list per service. */
export const TYPE_DESCRIPTIONS: readonly TypeDescription[] = [
  ...artifactRegistry,
  ...cloudScheduler,
  ...computeDisk,
  ...computeInstance,
  ...computeLoadBalancing,
  ...computeNetwork,
  ...containerCluster,
  ...containerNodePool,
  ...dns,
  ...gkeBackup,
  ...helm,
  ...iam,
  ...kubernetes,
  ...kubernetesAccess,
  ...kubernetesNetwork,
  ...kubernetesStorage,
  ...kubernetesWorkload,
  ...memorystore,
  ...monitoring,
  ...projects,
  ...pubsub,
  ...secretManager,
  ...storage,
  ...workflows,
];
