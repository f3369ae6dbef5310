export { isStateCode, STATE_CODES, type StateCode, type StateKind, stateKind } from '../cassandra-contract/state-codes';
export type { AuditCategory, AuthConsistencyLevel, Repair, SettingValue } from './cassandra-configuration';
export { CassandraNode, type CassandraNodeSettings, type CassandraRingNode } from './cassandra-node';
export { CassandraRing, type CassandraRingProps, DEFAULT_CASSANDRA_VERSION, DEFAULT_IMAGE } from './cassandra-ring';
export type { DiskType } from './disk-type';
export { type IPersistentDisk, PersistentDisk, type PersistentDiskProps } from './persistent-disk';
export { type DailyStartHour, SnapshotSchedule, type SnapshotScheduleProps } from './snapshot-schedule';
export { type HoursBetweenSets, SnapshotSet, type SnapshotSetProps } from './snapshot-set';
export { type HoursBetweenCopies, SnapshotSetCopies, type SnapshotSetCopiesProps } from './snapshot-set-copies';
