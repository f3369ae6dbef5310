export { COMPUTE_ENDPOINT_VARIABLE, ComputeEngine, type ComputeEngineOptions, type ComputeResource, type Zonal } from './compute-engine';
export {
  type AssertionResult,
  checkProof,
  createProof,
  type DrillProof,
  type DrillRecord,
  type DrillResult,
  decideResult,
  describeProofProblem,
  type ProofProblem,
  type ProofRequirements,
  requireProof,
} from './drill-proof';
export { RecoveryError } from './recovery-error';
export { hashRingConfiguration } from './ring-configuration';
export type { DiskSnapshot, SetProblem, SnapshotSet } from './snapshot-set';
export { type Check, isVerified, LEVELS, type Level, type TableRows, type Verification } from './verification';
