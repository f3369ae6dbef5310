export { RefusedError, ReportedError } from '../core/reported-error';
export type { CloudResource } from './cloud-resource';
export type { Configuration } from './configuration';
export type { Fault } from './faults';
export { PlannedChanges, type ResourceChange } from './planned-changes';
export { type Applied, Sandbox, type SandboxOptions } from './sandbox';
export { SandboxError, TerraformError } from './sandbox-error';
export { SecretManager } from './secret-manager';
export { LocalComputeEngine, type LocalComputeEngineOptions, type LocalVm, missingForVms, type VmStatus, type WaitOptions } from './vms';
