export type { Clock } from './clock';
export { describeFinding, type Finding, type FindingCode } from './findings';
export { type JoinNodeOptions, joinNode } from './join-node';
export { findLeftover, type Leftover, type LeftoverCopy, type LeftoverList, listLeftovers } from './leftovers';
export { NodePlan, type StackToPlan } from './node-plan';
export type { Role } from './node-state';
export { OperationsError } from './operations-error';
export { type RebuildDatacenterOptions, rebuildDatacenter, requireJoins } from './rebuild-datacenter';
export { type ReleaseRingOptions, releaseRing } from './release-ring';
export { type ReplaceNodeOptions, replaceNode } from './replace-node';
export { type RestoreLeftoverOptions, restoreLeftover } from './restore-leftover';
export {
  describeRestoredTable,
  findMissingRows,
  planTable,
  type RestoredTable,
  type RestoreTableOptions,
  requireHealthy,
  requireUserKeyspace,
  restoreTable,
  type TableBackup,
  type TablePlan,
  type TableSource,
} from './restore-table-backup';
export { findRing, findRings, type Ring, type RingNode } from './ring';
export { RingLock, RingLockedError } from './ring-lock';
export { RingState } from './ring-state';
export { createRingStatus, formatStatus, type NodeStatus, type RingStatus } from './ring-status';
export type { RollingOptions, RollingResult } from './rolling-operation';
export { type RollingRestartOptions, rollingRestart } from './rolling-restart';
export { type RolloutOptions, rollout } from './rollout';
export { accessToken } from './secrets/access-token';
export { type RenewalStep, RingSecrets, type RingSecretsOptions, type SecretOutcome, type SecretStore } from './secrets/ring-secrets';
export { ENDPOINT_VARIABLE, SecretManager, type SecretManagerOptions } from './secrets/secret-manager';
export { type RenewSuperuserOptions, renewSuperuser, resetSuperuser } from './secrets/superuser';
export { IapShell } from './shell/iap-shell';
export { type NodeShell, type ShellAnswer, UnreachableError } from './shell/node-shell';
export { type LocalVms, SANDBOX_VARIABLE, SandboxShell } from './shell/sandbox-shell';
export { recoveryPointHours } from './snapshot-interval';
export { type StartRingOptions, startRing } from './start-ring';
export { type StopRingOptions, stopRing } from './stop-ring';
export { formatTableName, parseTableName, TableDefinition, type TableName } from './table-definition';
export { runScript } from './table-import';
