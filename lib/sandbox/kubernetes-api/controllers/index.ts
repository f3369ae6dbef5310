import type { Controller } from '../reconciliation';
import { countDaemonSets } from './daemon-sets';
import { rollOutDeployments } from './deployments';
import { collectGarbage } from './garbage-collector';
import { runJobs } from './jobs';
import { manageNamespaces } from './namespaces';
import { replicatePods } from './replica-sets';
import { countQuotas } from './resource-quotas';
import { runStatefulSets } from './stateful-sets';
import { releaseVolumes } from './volume-protection';

/**
 * Replacement for kube-controller-manager, as far as Terraform's providers and Helm wait for its controllers. Cron jobs, autoscalers,
 * endpoints and disruption budgets have none.
 */
export const CONTROLLERS: readonly Controller[] = [
  manageNamespaces,
  rollOutDeployments,
  replicatePods,
  runStatefulSets,
  countDaemonSets,
  runJobs,
  collectGarbage,
  releaseVolumes,
  countQuotas,
];
