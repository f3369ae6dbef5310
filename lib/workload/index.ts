export { AppNamespace, type AppNamespaceProps, type OwnerRole, type PodSecurity } from './app-namespace';
export { DefaultNamespace, type DefaultNamespaceProps } from './default-namespace';
export type { PodProps, PodTemplate, SecretKey, Toleration } from './pod-template';
export { ScheduledJob, type ScheduledJobProps } from './scheduled-job';
export { type Probe, Workload, type WorkloadProps } from './workload';
