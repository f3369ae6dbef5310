import type { CloudResource } from '../cloud-resource';
import type { TypeDescription } from '../type-description';
import { isZero } from '../values';
import { checkAutoscaler } from './admission/autoscalers';
import { checkDisruptionBudget } from './admission/disruption-budgets';
import {
  below,
  METADATA,
  matching,
  notNegative,
  numberOrPercent,
  oneOf,
  type PluginChecks,
  positive,
  wholeNumber,
} from './admission/plugin-checks';
import { podChecks } from './admission/pod-checks';
import { podsAdmitted } from './admission/pods';
import { schedule } from './admission/schedule';
import { dnsLabel } from './admission/syntax';
import { ACCESS_MODES } from './admission/volume-claims';
import { checkCronJob, checkDaemonSet, checkDeployment, checkJob, checkStatefulSet, readableAmounts } from './admission/workloads';
import { describeKind } from './kubernetes';
import { describePodTemplate } from './kubernetes-pod';

/** Pod template of workloads. Pods are not simulated: a rollout completes immediately, or fails if its pods are not admitted. */
const template = describePodTemplate('spec.template');

const rollout = (resource: CloudResource) =>
  `Waiting for rollout to finish: 0 out of ${resource.number('spec.replicas')} new replicas have been updated...`;
const statefulRollout = (resource: CloudResource) => `StatefulSet ${resource.text('id')} is not finished rolling out`;
const noneScheduled = (resource: CloudResource) => `Waiting for 1 replicas of "${resource.text('metadata.name')}" to be scheduled (0)`;
const noPods = (resource: CloudResource) => `job: ${resource.text('id')} is not in complete state`;
const noRuns = (resource: CloudResource) => `cron job: ${resource.text('id')} cannot start its runs`;

const RESTART_POLICIES = ['Always', 'OnFailure', 'Never'];

/** Checks of a job's spec, or of a cron job's job template. */
const JOB_CHECKS: PluginChecks = {
  ...below('template', podChecks(RESTART_POLICIES)),
  '{completions,active_deadline_seconds}': positive,
  '{parallelism,backoff_limit,backoff_limit_per_index,max_failed_indexes}': notNegative,
  completion_mode: oneOf('Indexed', 'NonIndexed'),
};

const TEMPLATE_METADATA = 'spec.template.metadata.{generate_name,name,namespace}';

const deployment = describeKind({
  type: 'kubernetes_deployment_v1',
  kind: 'Deployment.apps',
  planChecks: {
    ...below('spec.template', podChecks(['Always'])),
    'spec.replicas': wholeNumber,
    'spec.strategy.type': oneOf('RollingUpdate', 'Recreate'),
    'spec.strategy.rolling_update.{max_surge,max_unavailable}': matching(/^([0-9]+|[0-9]+%|)$/),
  },
  readable: readableAmounts('spec.template'),
  validate: checkDeployment,
  label: 'deployment',
  plural: 'deployments.apps',
  creating: 'Failed to create deployment: ',
  computed: ['spec.replicas', 'spec.template.metadata.name', ...template.computed],
  values: { 'spec.replicas': '1', 'spec.template.metadata.name': '', 'spec.template.metadata.generation': 0, ...template.values },
  defaults: {
    'spec.min_ready_seconds': 0,
    'spec.paused': false,
    'spec.progress_deadline_seconds': 600,
    'spec.revision_history_limit': 10,
    'spec.strategy.rolling_update.max_surge': '25%',
    'spec.strategy.rolling_update.max_unavailable': '25%',
    'spec.strategy.type': 'RollingUpdate',
    wait_for_rollout: true,
    ...template.defaults,
  },
  notReadBack: { wait_for_rollout: null },
  forceNew: ['spec.selector', TEMPLATE_METADATA],
  diffSuppress: template.diffSuppress,
  sentAsZero: template.sentAsZero,
  notSentWhen: template.notSentWhen,
  rules: { wait: [podsAdmitted(rollout)] },
});

const CLAIM = 'spec.volume_claim_template';

const statefulSet = describeKind({
  type: 'kubernetes_stateful_set_v1',
  kind: 'StatefulSet.apps',
  name: dnsLabel,
  planChecks: {
    ...below('spec.template', podChecks(RESTART_POLICIES)),
    'spec.replicas': wholeNumber,
    'spec.revision_history_limit': positive,
    'spec.pod_management_policy': oneOf('OrderedReady', 'Parallel'),
    'spec.update_strategy.type': oneOf('RollingUpdate', 'OnDelete'),
    'spec.volume_claim_template.spec.access_modes': ACCESS_MODES,
  },
  readable: readableAmounts('spec.template'),
  validate: checkStatefulSet,
  label: 'StatefulSet',
  plural: 'statefulsets.apps',
  computed: [
    'spec.{pod_management_policy,replicas,revision_history_limit}',
    'spec.template.metadata.name',
    `${CLAIM}.metadata.name`,
    `${CLAIM}.spec.{storage_class_name,volume_mode,volume_name}`,
    ...template.computed,
  ],
  values: {
    'spec.pod_management_policy': 'OrderedReady',
    'spec.replicas': '1',
    'spec.revision_history_limit': 10,
    'spec.template.metadata.name': '',
    'spec.template.metadata.generation': 0,
    [`${CLAIM}.spec.storage_class_name`]: 'standard-rwo',
    [`${CLAIM}.spec.volume_mode`]: 'Filesystem',
    [`${CLAIM}.spec.volume_name`]: '',
    ...template.values,
  },
  defaults: {
    'spec.min_ready_seconds': 0,
    'spec.persistent_volume_claim_retention_policy.when_deleted': 'Retain',
    'spec.persistent_volume_claim_retention_policy.when_scaled': 'Retain',
    'spec.update_strategy.rolling_update.partition': 0,
    'spec.update_strategy.type': 'RollingUpdate',
    [`${CLAIM}.metadata.namespace`]: 'default',
    wait_for_rollout: true,
    ...template.defaults,
  },
  notReadBack: { wait_for_rollout: null },
  forceNew: ['spec.{pod_management_policy,revision_history_limit,selector,service_name,volume_claim_template}', TEMPLATE_METADATA],
  diffSuppress: template.diffSuppress,
  sentAsZero: template.sentAsZero,
  notSentWhen: template.notSentWhen,
  rules: { wait: [podsAdmitted(statefulRollout)] },
});

const daemonSet = describeKind({
  type: 'kubernetes_daemon_set_v1',
  kind: 'DaemonSet.apps',
  planChecks: {
    ...below('spec.template', podChecks(RESTART_POLICIES)),
    'spec.strategy.type': oneOf('RollingUpdate', 'OnDelete'),
    'spec.strategy.rolling_update.{max_surge,max_unavailable}': matching(/^(0|[1-9][0-9]*|[1-9][0-9]?%|100%)$/),
  },
  readable: readableAmounts('spec.template'),
  validate: checkDaemonSet,
  label: 'daemonset',
  plural: 'daemonsets.apps',
  creating: 'Failed to create daemonset: ',
  computed: ['spec.template.metadata.name', ...template.computed],
  values: { 'spec.template.metadata.name': '', 'spec.template.metadata.generation': 0, ...template.values },
  defaults: {
    'spec.min_ready_seconds': 0,
    'spec.revision_history_limit': 10,
    'spec.strategy.rolling_update.max_surge': '0',
    'spec.strategy.rolling_update.max_unavailable': '1',
    'spec.strategy.type': 'RollingUpdate',
    wait_for_rollout: true,
    ...template.defaults,
  },
  notReadBack: { wait_for_rollout: null },
  forceNew: ['spec.selector', TEMPLATE_METADATA],
  diffSuppress: template.diffSuppress,
  sentAsZero: template.sentAsZero,
  notSentWhen: template.notSentWhen,
  rules: { wait: [podsAdmitted(noneScheduled)] },
});

/** Pod template of jobs, with the provider's default restart policy. */
const run = describePodTemplate('spec.template', 'Never');

const job = describeKind({
  type: 'kubernetes_job_v1',
  kind: 'Job.batch',
  updating: 'Failed to update Job! API error: ',
  planChecks: below('spec', JOB_CHECKS),
  readable: readableAmounts('spec.template'),
  validate: checkJob,
  label: 'Job',
  plural: 'jobs.batch',
  creating: 'Failed to create Job! API error: ',
  computed: ['metadata.labels', 'spec.completion_mode', 'spec.template.metadata.name', ...run.computed],
  values: {
    'metadata.labels': {},
    'spec.completion_mode': 'NonIndexed',
    'spec.template.metadata.name': '',
    'spec.template.metadata.generation': 0,
    ...run.values,
  },
  defaults: {
    ...run.defaults,
    'spec.backoff_limit': 6,
    'spec.completions': 1,
    'spec.parallelism': 1,
    'spec.pod_failure_policy.rule.on_pod_condition.status': 'True',
    wait_for_completion: true,
  },
  notReadBack: { wait_for_completion: null },
  forceNew: ['spec.{backoff_limit_per_index,completion_mode,completions,pod_failure_policy,selector,template}'],
  diffSuppress: run.diffSuppress,
  sentAsZero: run.sentAsZero,
  notSentWhen: run.notSentWhen,
  rules: { wait: [podsAdmitted(noPods)] },
});

const JOB = 'spec.job_template';
const scheduled = describePodTemplate(`${JOB}.spec.template`, 'Never');

const cronJob = describeKind({
  type: 'kubernetes_cron_job_v1',
  kind: 'CronJob.batch',
  updating: '',
  name: (text) => (text.length > 52 ? ['must be no more than 52 characters'] : []),
  planChecks: {
    ...below('spec.job_template.metadata', METADATA),
    ...below('spec.job_template.spec', JOB_CHECKS),
    'spec.schedule': schedule,
    'spec.concurrency_policy': oneOf('Allow', 'Forbid', 'Replace'),
  },
  readable: readableAmounts(`${JOB}.spec.template`),
  validate: checkCronJob,
  label: 'cron job',
  plural: 'cronjobs.batch',
  computed: [`${JOB}.metadata.name`, `${JOB}.spec.completion_mode`, `${JOB}.spec.template.metadata.name`, ...scheduled.computed],
  values: {
    [`${JOB}.metadata.name`]: '',
    [`${JOB}.metadata.generation`]: 0,
    [`${JOB}.spec.completion_mode`]: 'NonIndexed',
    [`${JOB}.spec.template.metadata.name`]: '',
    [`${JOB}.spec.template.metadata.generation`]: 0,
    ...scheduled.values,
  },
  defaults: {
    ...scheduled.defaults,
    'spec.concurrency_policy': 'Allow',
    'spec.failed_jobs_history_limit': 1,
    'spec.starting_deadline_seconds': 0,
    'spec.successful_jobs_history_limit': 3,
    'spec.suspend': false,
    [`${JOB}.spec.backoff_limit`]: 6,
    [`${JOB}.spec.completions`]: 1,
    [`${JOB}.spec.parallelism`]: 1,
  },
  diffSuppress: scheduled.diffSuppress,
  sentAsZero: scheduled.sentAsZero,
  notSentWhen: scheduled.notSentWhen,
  rules: { wait: [podsAdmitted(noRuns)] },
});

const horizontalPodAutoscaler = describeKind({
  type: 'kubernetes_horizontal_pod_autoscaler_v2',
  kind: 'HorizontalPodAutoscaler.autoscaling',
  planChecks: { 'spec.metric.type': oneOf('ContainerResource', 'External', 'Object', 'Pods', 'Resource') },
  validate: checkAutoscaler,
  label: 'horizontal pod autoscaler',
  plural: 'horizontalpodautoscalers.autoscaling',
  computed: ['spec.target_cpu_utilization_percentage'],
  values: { 'spec.target_cpu_utilization_percentage': 0, 'spec.min_replicas': 1 },
  defaults: { 'spec.min_replicas': 1 },
  notSentWhen: { 'spec.min_replicas': isZero },
  // A configured rule without a stabilization window makes the autoscaler scale immediately.
  sentAsZero: ['spec.behavior.{scale_down,scale_up}.stabilization_window_seconds'],
});

const podDisruptionBudget = describeKind({
  type: 'kubernetes_pod_disruption_budget_v1',
  kind: 'PodDisruptionBudget.policy',
  updating: '',
  planChecks: { 'spec.{max_unavailable,min_available}': numberOrPercent },
  validate: checkDisruptionBudget,
  label: 'pod disruption budget',
  plural: 'poddisruptionbudgets.policy',
  forceNew: ['spec'],
});

export const kubernetesWorkload: readonly TypeDescription[] = [
  deployment,
  statefulSet,
  daemonSet,
  job,
  cronJob,
  horizontalPodAutoscaler,
  podDisruptionBudget,
];
