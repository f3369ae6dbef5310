export { COMPUTE_ENDPOINT_VARIABLE, ComputeEngine, type ComputeEngineOptions, type ComputeResource, type Zonal } from './compute-engine';
export { RecoveryError } from './recovery-error';
export type { DiskSnapshot, SetProblem, SnapshotSet } from './snapshot-set';
export { type Check, isVerified, LEVELS, type Level, type TableRows, type Verification } from './verification';
