import { generateKeyPairSync } from 'node:crypto';
import { createBackupReport, createProof, type DrillProof, type DrillRecord, formatBackupReport } from '../../lib/recovery';
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

function createKeys(): { readonly privateKey: string; readonly publicKey: string } {
  return generateKeyPairSync('ed25519', {
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
}

describe('drills', () => {
  const ID = '20261130-000000';
  const record: DrillRecord = {
    ...{ formatVersion: 1, project: RING.project, ring: RING.name, configurationHash: 'abc' },
    zones: RING.nodes.map(({ zone }) => zone),
    verification: { set: ID, checks: [{ level: 4, code: 'rows', outcome: 'passed', node: 'b' }], tables: [], seconds: {} },
    assertions: [{ cql: 'SELECT 1', expect: '3', node: 'b', found: '3' }],
    ...{ startedAt: '2026-11-30T01:20:00.000Z', endedAt: '2026-11-30T01:25:00.000Z', diskSizesGiB: {} },
  };
  const failed: Partial<DrillRecord> = { assertions: [{ cql: 'SELECT 1', expect: '3', node: 'b' }] };
  const judge = (...changes: readonly Partial<DrillRecord>[]) => {
    const proofs = changes.map((each) => createProof({ ...record, ...each }));
    const report = createBackupReport({ ring: RING, sets: [setOf(ID, 3)], proofs, now: NOW });
    return { ...report.sets[0]!, text: formatBackupReport(report) };
  };

  test('of all zones make a set verified, and the report shows whether the proof is signed', () => {
    expect(judge({})).toMatchObject({
      ...{ state: 'verified', drill: { result: 'PASSED', zones: record.zones, signature: 'not-signed' } },
      text: expect.stringContaining('verified: drill PASSED 2026-11-30 (not signed)\n'),
    });
    const { privateKey } = createKeys();
    const report = createBackupReport({ ring: RING, sets: [setOf(ID, 3)], proofs: [createProof(record, privateKey)], now: NOW });
    expect(formatBackupReport(report)).toContain('verified: drill PASSED 2026-11-30 (signature not checked)\n');
  });

  test('vouch for nothing without the signature of the key that is given', () => {
    const { privateKey, publicKey } = createKeys();
    const signed = createProof(record, privateKey);
    const show = (proof: DrillProof, key = publicKey) =>
      formatBackupReport(createBackupReport({ ring: RING, sets: [setOf(ID, 3)], proofs: [proof], publicKey: key, now: NOW }));
    expect(show(signed)).toContain(' verified: drill PASSED 2026-11-30 (signed)\n');
    expect(show(createProof(record))).toContain(' complete: drill PASSED 2026-11-30 (it vouches for nothing, not signed)\n');
    const other = ' complete: drill PASSED 2026-11-30 (it vouches for nothing, altered, or signed by another key)\n';
    expect(show({ ...signed, record: { ...record, endedAt: '2026-11-30T01:26:00.000Z' } })).toContain(other);
    expect(show(signed, createKeys().publicKey)).toContain(other);
    expect(() => show(signed, 'no key')).toThrow('the public key of drill proofs cannot be read: ');
  });

  test.each<[string, Partial<DrillRecord>, string]>([
    ['of one zone', { zones: ['europe-west1-b'] }, 'drill PASSED 2026-11-30 (of europe-west1-b only, not signed)'],
    ['of local VMs', { isLocal: true }, 'drill PASSED 2026-11-30 (of local VMs, not signed)'],
    [
      'that began before the last snapshot',
      { startedAt: '2026-11-29T23:59:59.999Z' },
      'drill PASSED 2026-11-30 (begun before the set was taken, not signed)',
    ],
    ['that began at no time', { startedAt: 'today' }, 'drill PASSED 2026-11-30 (begun before the set was taken, not signed)'],
  ])('%s do not make a set verified, and are shown with the reason', (_, changes, text) => {
    const judged = judge(changes);
    expect(judged.state).toBe('complete');
    expect(judged.text).toContain(`complete: ${text}\n`);
  });

  test('of one zone that failed make a set invalid; those of local VMs and of a former set of this id do not', () => {
    expect(judge({ ...failed, zones: ['europe-west1-b'] }).state).toBe('invalid');
    expect(judge({ ...failed, isLocal: true }).state).toBe('complete');
    expect(judge({ ...failed, startedAt: '2026-11-29T23:00:00.000Z' }).state).toBe('complete');
  });

  test('that read less do not hide one of all zones, and a later failure does', () => {
    const later = { startedAt: '2026-11-30T02:20:00.000Z', endedAt: '2026-11-30T02:25:00.000Z' };
    expect(judge({}, { ...later, zones: ['europe-west1-b'] }).state).toBe('verified');
    expect(judge({}, { ...later, isLocal: true }).state).toBe('verified');
    expect(judge({ ...later, ...failed }, {}).state).toBe('invalid');
    expect(judge({ ...later }, failed).state).toBe('verified');
  });
});
