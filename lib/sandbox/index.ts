/**
 * Simulated Google Cloud, for deploys in tests: `import { Sandbox } from 'cdktf-gke-platform/sandbox'`.
 *
 * @module sandbox
 */

export { RefusedError, ReportedError } from '../core/reported-error';
export { TerraformError } from '../terraform/errors';
export type { ApiFault, OperationError } from './api-faults';
export type { Refusal } from './cloud-error';
export type { CloudResource } from './cloud-resource';
export type { Configuration } from './configuration';
export type { Fault } from './faults';
export type { AnsweredCall } from './google-api';
export type { KubernetesRequest } from './kubernetes-api';
export { PlannedChanges, type ResourceChange } from './planned-changes';
export { type Applied, Sandbox, type SandboxOptions } from './sandbox';
export { SandboxError } from './sandbox-error';
export { SecretManager } from './secret-manager';
export type { AdvancedTime, ScheduledSnapshot } from './snapshot-schedules';
export { LocalComputeEngine, type LocalComputeEngineOptions, type LocalVm, missingForVms, type VmStatus, type WaitOptions } from './vms';
