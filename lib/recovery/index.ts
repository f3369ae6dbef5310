export type { DiskGenerations } from '../cassandra-contract/disk-generations';
export { type Assertion, requireAssertions } from './assertions';
export { type BackupReport, type BackupReportOptions, createBackupReport, formatBackupReport } from './backup-report';
export { listChoices } from './choose-set';
export { CloudStorage, STORAGE_ENDPOINT_VARIABLE } from './cloud-storage';
export { compareDatacenters, describeComparison, type TableComparison } from './compare-datacenters';
export { type CountedTable, compareRows, type LiveRows, type RowComparison, type RowDifference, type TableId } from './compare-rows';
export { COMPUTE_ENDPOINT_VARIABLE, ComputeEngine, type ComputeEngineOptions, type ComputeResource, type Zonal } from './compute-engine';
export { type CopiesProject, type ListCopiedSetsOptions, listCopiedSets, listRestorableSets } from './copied-sets';
export { describeDisk, describeRecovery } from './describe-disk';
export { createDrillBadge, describeDrill, formatDrillSummary, isClean, type ProvenDrill } from './describe-drill';
export { describeRecoverQuestion, describeRecoverResult, describeRecoverSteps } from './describe-recovery';
export { describeQuestion, describeResult, describeUnchecked, type RestoreNames } from './describe-restore';
export { describeTablesQuestion, describeTablesResult } from './describe-tables';
export type { ReplacementResult } from './disk-replacement';
export { createFailedOutcome, type DrillOptions, type DrillOutcome, runDrill } from './drill';
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
  requireSigningKey,
} from './drill-proof';
export { readLiveRows } from './live-rows';
export { nextGenerations } from './next-generations';
export { type PointInTime, planPointInTime } from './point-in-time';
export {
  type DiskVerification,
  type FoundSource,
  findSource,
  type RecoverDiskOptions,
  type RecoverySource,
  recoverDisk,
} from './recover-disk';
export { RECOVER_STEPS, type RecoverResult, type RecoverState, type RecoverStep, recoverRing, requirePlace } from './recover-ring';
export { createRecoverTools } from './recover-tools';
export type { RecoveredDisk, RecoveredKeyspace } from './recovered-disk';
export { RecoveryError } from './recovery-error';
export type { RemainingResource } from './remaining-resources';
export { createReplayTools, type ReplayToolsOptions } from './replay-tools';
export { RESTORE_STEPS, type ReplayTools, type RestoreResult, type RestoreState, type RestoreStep, restoreRing } from './restore-ring';
export {
  type FlushedSet,
  type RestoredSetTable,
  type RestoredTables,
  type RestoreTablesOptions,
  type RestoreTablesQuestion,
  type RestoreTablesTools,
  restoreTables,
  type TableToRestore,
} from './restore-table';
export { createDiskTools, createRestoreTools, type RestoreToolsOptions, type SynthesizedRing } from './restore-tools';
export { hashRingConfiguration } from './ring-configuration';
export { type DiskSnapshot, describeSetProblem, type SetProblem, type SnapshotSet } from './snapshot-set';
export { type ListSnapshotSetsOptions, listSnapshotSets } from './snapshot-sets';
export { type Check, isRestorable, isVerified, LEVELS, type Level, listUnchecked, type TableRows, type Verification } from './verification';
export { type FlushSetOptions, flushSet, removeRecovery, type VerifySetOptions, verifySet } from './verify-set';
