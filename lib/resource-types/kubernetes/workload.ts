import type { ResourceType } from '../resource-type';

export const workload: readonly ResourceType[] = [
  {
    names: [
      'kubernetes_deployment',
      'kubernetes_deployment_v1',
      'kubernetes_replica_set',
      'kubernetes_replica_set_v1',
      'kubernetes_replication_controller',
      'kubernetes_replication_controller_v1',
    ],
    kinds: ['apps/Deployment', 'apps/ReplicaSet', 'ReplicationController'],
    what: 'a workload',
    deletion: {
      kind: 'service',
      impact: 'its pods: what they serve is down',
      recovery: 'the configuration, from Terraform',
      severity: 'warn',
    },
  },
  {
    names: ['kubernetes_daemon_set', 'kubernetes_daemon_set_v1', 'kubernetes_daemonset'],
    kinds: ['apps/DaemonSet'],
    what: 'a daemon set',
    deletion: {
      kind: 'service',
      impact: 'its pods on every node',
      recovery: 'the configuration, from Terraform',
      severity: 'warn',
    },
  },
  {
    names: ['kubernetes_pod', 'kubernetes_pod_v1'],
    kinds: ['Pod'],
    what: 'a pod',
    deletion: {
      kind: 'service',
      impact: 'what it serves',
      recovery: 'the configuration, from Terraform',
      severity: 'warn',
    },
  },
  {
    names: ['kubernetes_job', 'kubernetes_job_v1'],
    kinds: ['batch/Job'],
    what: 'a job',
    deletion: {
      kind: 'service',
      impact: 'its pods, also while they run',
      recovery: 'the configuration, from Terraform',
      severity: 'warn',
    },
  },
  {
    names: ['kubernetes_cron_job', 'kubernetes_cron_job_v1'],
    kinds: ['batch/CronJob'],
    what: 'a scheduled job',
    deletion: {
      kind: 'service',
      impact: 'its runs',
      recovery: 'the configuration, from Terraform',
      severity: 'warn',
    },
  },
  {
    names: [
      'kubernetes_horizontal_pod_autoscaler',
      'kubernetes_horizontal_pod_autoscaler_v1',
      'kubernetes_horizontal_pod_autoscaler_v2',
      'kubernetes_horizontal_pod_autoscaler_v2beta2',
    ],
    kinds: ['autoscaling/HorizontalPodAutoscaler'],
    what: 'an autoscaler of pods',
    deletion: {
      kind: 'service',
      impact: 'scaling: the workload keeps its present number of pods',
      recovery: 'the configuration, from Terraform',
      severity: 'warn',
    },
  },
  {
    names: ['kubernetes_pod_disruption_budget', 'kubernetes_pod_disruption_budget_v1'],
    kinds: ['policy/PodDisruptionBudget'],
    what: 'a disruption budget',
    deletion: {
      kind: 'service',
      impact: 'the limit of pods that node maintenance evicts at once',
      recovery: 'the configuration, from Terraform',
      severity: 'warn',
    },
  },
];
