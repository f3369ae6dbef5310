import { createRingStatus, formatStatus, type Ring, RingState } from '../../lib/operations';
import { createBackupReport, formatBackupReport } from '../../lib/recovery';
import type { PointInTime } from '../../lib/recovery/point-in-time';
import { FakeRing } from '../operations/fake-ring';
import { createSet, RING } from './fake-zones';

const ARCHIVED = { ...RING, archive: 'parking-archive' };
const SET = createSet();
const NOW = SET.lastTakenAt + 3_600_000;
const FOUND: PointInTime = {
  ...{ asked: NOW, reached: NOW - 300_000, count: 9, bytes: 9, replay: new Map() },
  ends: [
    { node: 'b', until: NOW - 300_000, end: { code: 'archive-ends', after: 1 } },
    { node: 'c', until: NOW - 200_000, end: { code: 'segment-missing', after: 2 } },
  ],
};

test('the report names until when the archive is complete, and its gaps', () => {
  const report = createBackupReport({ ring: ARCHIVED, sets: [SET], archive: FOUND, now: NOW });
  expect(report.archive).toMatchObject({ bucket: 'parking-archive', seconds: 300, until: new Date(NOW - 300_000).toISOString() });
  expect(report.archive!.problems).toEqual([expect.stringContaining('the archive has later commit logs, and not the one after 2')]);
  const text = formatBackupReport(report);
  expect(text).toContain(
    'lost by a restore to a point in time now: the writes of the last 5 min (commit logs in parking-archive, complete from the newest set to',
  );
  expect(text).toContain('they were listed, not read');
});

test('an archive that could not be listed is unknown, with the reason', () => {
  const text = formatBackupReport(createBackupReport({ ring: ARCHIVED, sets: [SET], archive: 'HTTP 403', now: NOW }));
  expect(text).toContain('lost by a restore to a point in time now: unknown\nproblem of the archive: HTTP 403\n');
});

test('a ring without an archive has no line about one', () => {
  expect(formatBackupReport(createBackupReport({ ring: RING, sets: [SET], now: NOW }))).not.toContain('point in time');
});

test('the status has the promise of the archive', async () => {
  const status = async (ring: Ring) => {
    const fake = new FakeRing(ring);
    return formatStatus(createRingStatus(ring, await RingState.collect(fake, ring)));
  };
  expect(await status(ARCHIVED)).toContain(
    'restore to a point in time: at most 7 min of writes are lost while uploads to parking-archive succeed',
  );
  expect(await status(RING)).not.toContain('point in time');
});
