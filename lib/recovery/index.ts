export type { DiskGenerations } from '../cassandra-contract/disk-generations';
export { type BackupReport, type BackupReportOptions, createBackupReport, formatBackupReport } from './backup-report';
export { compareRows, type LiveRows, type RowDifference, type TableId } from './compare-rows';
export { COMPUTE_ENDPOINT_VARIABLE, ComputeEngine, type ComputeEngineOptions, type ComputeResource, type Zonal } from './compute-engine';
export { describeQuestion, describeResult, type RestoreNames } from './describe-restore';
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
export { readLiveRows } from './live-rows';
export { nextGenerations } from './next-generations';
export { RecoveryError } from './recovery-error';
export { RESTORE_STEPS, type RestoreResult, type RestoreState, type RestoreStep, restoreRing } from './restore-ring';
export { type FlushedSet, type RestoredTables, type RestoreTablesOptions, type RestoreTablesTools, restoreTables } from './restore-table';
export { createRestoreTools } from './restore-tools';
export { hashRingConfiguration } from './ring-configuration';
export { type DiskSnapshot, describeSetProblem, type SetProblem, type SnapshotSet } from './snapshot-set';
export { type ListSnapshotSetsOptions, listSnapshotSets } from './snapshot-sets';
export { type Check, isVerified, LEVELS, type Level, type TableRows, type Verification } from './verification';
export { type FlushSetOptions, flushSet, removeRecovery, type VerifySetOptions, verifySet } from './verify-set';
