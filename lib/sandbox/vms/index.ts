export type { CommandResult } from './command';
export { LocalComputeEngine, type LocalComputeEngineOptions } from './local-compute-engine';
export type { LocalVm, VmStatus, WaitOptions } from './local-vm';
export type { Secrets } from './public-servers';
export { missingForVms, requireVms } from './requirements';
export { VmClient } from './vm-client';
export type { VmSummary } from './vm-service';
