import { createBackupReport, formatBackupReport } from '../../lib/recovery';
import { chooseSet } from '../../lib/recovery/choose-set';
import type { SnapshotSet } from '../../lib/recovery/snapshot-set';
import { createSet, RING } from './fake-zones';

const NOW = Date.parse('2026-11-30T03:00:00Z');
const HOUR_MS = 3_600_000;

/** A set that was taken some hours ago. */
function setOf(id: string, hours: number): SnapshotSet {
  return { ...createSet(), id, takenAt: NOW - hours * HOUR_MS, lastTakenAt: NOW - hours * HOUR_MS };
}

test('snapshots of replaced disks are no backup, and are listed', () => {
  const sets = [setOf('before-20261130-025000', 0.1), setOf('20261125-030000', 120)];
  const report = createBackupReport({ ring: { ...RING, hoursBetweenSets: 24 }, sets, now: NOW });
  expect(report).toMatchObject({ recoveryPoint: { set: chooseSet(sets, {}).id, seconds: 120 * 3600 }, isKept: false });
  expect(formatBackupReport(report)).toMatch(/^before-20261130-025000 +6 min /m);
});

test('a ring with snapshots of replaced disks only has no backup', () => {
  const report = createBackupReport({ ring: { ...RING, hoursBetweenSets: 24 }, sets: [setOf('before-20261130-025000', 0.1)], now: NOW });
  expect(report).toMatchObject({ recoveryPoint: undefined, isKept: false });
});
