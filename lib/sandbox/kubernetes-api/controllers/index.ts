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
 * What kube-controller-manager does, as far as Terraform's providers and Helm wait for it. Cron jobs, autoscalers, endpoints and disruption
 * budgets are left alone.
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
