import type { Level } from '../verification';

/** Steps of the recovery of one disk. */
export type DiskStep = 'disk-identity' | 'disk-files' | 'disk-boot' | 'disk-rows' | 'disk-prepare';

/** Checks of each step: level and code. */
export const DISK_CHECKS: Readonly<Record<DiskStep, readonly (readonly [level: Level, code: string])[]>> = {
  'disk-identity': [
    [1, 'file-system'],
    [1, 'disk-identity'],
    [1, 'cassandra-version'],
  ],
  'disk-files': [
    [2, 'system-tables'],
    [2, 'sstable-complete'],
    [2, 'sstable-digest'],
    [2, 'commit-log-files'],
  ],
  'disk-boot': [
    [3, 'boot'],
    [3, 'saved-tokens'],
    [3, 'commit-log-replay'],
    [1, 'host-identity'],
    [2, 'table-directories'],
    [3, 'single-node'],
    [3, 'restart'],
    [3, 'clean-shutdown'],
  ],
  'disk-rows': [
    [4, 'roles'],
    [4, 'rows'],
  ],
  'disk-prepare': [[1, 'prepared']],
};
