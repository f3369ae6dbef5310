import { describeQuestion, describeResult, type RestoreNames } from '../../lib/recovery/describe-restore';
import { RESTORE_STEPS, type RestoreQuestion, type RestoreResult, type RestoreState } from '../../lib/recovery/restore-ring';
import type { DiskSnapshot, SnapshotSet } from '../../lib/recovery/snapshot-set';
import type { Check } from '../../lib/recovery/verification';

const TAKEN = Date.parse('2026-11-29T04:15:00Z');
const NOW = Date.parse('2026-11-30T03:15:00Z');
const NAMES: RestoreNames = {
  ...{ stack: 'staging', ring: 'staging-cassandra', options: [], disksFile: 'environments/staging.disks.json' },
};
const SET: SnapshotSet = {
  ...{ id: '20261129-041500', takenAt: TAKEN, lastTakenAt: TAKEN + 40_000, origin: 'schedule', problems: [] },
  snapshots: new Map(['b', 'c', 'd'].map((node) => [node, {} as DiskSnapshot])),
};
const QUESTION: RestoreQuestion = {
  set: SET,
  verification: {
    ...{ set: SET.id, checks: [], seconds: {} },
    tables: ['b', 'c', 'd'].map((node) => ({ node, keyspace: 'shop', table: 'orders', rows: 100, hash: 'aa' })),
  },
  replaced: ['staging-cassandra-b-data', 'staging-cassandra-c-data'],
  ...{ newestWrite: { time: NOW - 60_000, unread: [] }, passwordChangedAt: undefined, continues: false },
};

test('the question names what is replaced and what is lost', () => {
  expect(describeQuestion(QUESTION, NAMES, NOW)).toEqual([
    'staging-cassandra is restored from set 20261129-041500 of 2026-11-29 04:15:00 UTC (23 h ago, snapshots within 40 s).',
    'Verified on clones, levels 0 to 4: 1 table with 300 rows on 3 disks.',
    'Replaced: staging-cassandra-b-data, staging-cassandra-c-data. Snapshots of them are taken first, and the disks are kept for 30 days.',
    'Lost: every write after the set; the newest write in the ring is of 2026-11-30 03:14:00 UTC.',
    'Schema, roles and passwords are those of 2026-11-29 04:15:00 UTC: later changes of them are lost, too.',
    'The ring is down until the disks are replaced. Stop the applications: rows that they write before the comparison fail it.',
  ]);
});

test('question and result name the checks that were not run', () => {
  const checks = ['b', 'c'].flatMap((node): Check[] => [
    { level: 1, code: 'manifest', outcome: 'not-run', node },
    { level: 5, code: 'canary', outcome: 'not-run', node },
    { level: 4, code: 'rows', outcome: 'passed', node },
  ]);
  const line =
    'Not checked, because the snapshots have no manifest or canary: manifest of b, c; canary of b, c. SSTables or commit logs may be missing unnoticed.';
  const verification = { ...QUESTION.verification, checks };
  expect(describeQuestion({ ...QUESTION, verification }, NAMES, NOW)).toContain(line);
  const unchecked = checks.filter(({ outcome }) => outcome === 'not-run');
  expect(describeResult(result('restored', { unchecked }), NAMES)).toContain(line);
});

test('question names the keyspaces whose disks were not compared', () => {
  const checks: Check[] = [{ level: 4, code: 'disks-agree', outcome: 'not-run', detail: 'no comparison of shop' }];
  const verification = { ...QUESTION.verification, checks };
  expect(describeQuestion({ ...QUESTION, verification }, NAMES, NOW)).toContain(
    'Not compared with each other: the disks (no comparison of shop). Rows may be missing unnoticed.',
  );
});

test('it reports what is unknown, what is continued, and which password changed', () => {
  const question = { ...QUESTION, newestWrite: { time: undefined, unread: ['b', 'c'] }, continues: true, passwordChangedAt: NOW };
  const text = describeQuestion(question, { ...NAMES, options: ['--ring staging-cassandra'] }, NOW).join('\n');
  expect(text).toContain('the newest write in the ring is of an unknown time');
  expect(text).toContain('a former run has not ended, and is continued');
  expect(text).toContain("'gke-platform cassandra renew-superuser staging --ring staging-cassandra --lost'");
});

const result = (state: RestoreState, more: Partial<RestoreResult> = {}): RestoreResult => ({
  set: SET,
  state,
  done: RESTORE_STEPS,
  compared: { differences: [], equal: ['shop.orders'], counted: [] },
  kept: [],
  unchecked: [],
  ...more,
});
const CONTINUE = 'gke-platform cassandra restore staging --set 20261129-041500';
const BACK = 'Go back with: gke-platform cassandra restore staging --set before-20261130-031500';
const FORMER = {
  formerSet: 'before-20261130-031500',
  returnSet: 'before-20261130-031500',
  kept: [{ disk: 'staging-cassandra-b-data', until: '2026-12-30' }],
};

test('the newest write names the nodes that were not read', () => {
  const question = { ...QUESTION, newestWrite: { time: NOW - 60_000, unread: ['c', 'd'] } };
  expect(describeQuestion(question, NAMES, NOW)).toContain(
    'Lost: every write after the set; the newest write in the ring is of 2026-11-30 03:14:00 UTC, without c, d, which could not be read.',
  );
});

test('nothing is said to be changed before the ring is stopped', () => {
  expect(describeResult(result('unchanged'), NAMES)).toEqual([
    'This run stopped and replaced nothing. State of the ring: gke-platform cassandra status staging',
  ]);
  expect(describeResult(result('unchanged', { formerSet: 'before-1' }), NAMES).join('\n')).toContain('as set before-1');
});

test('a stopped ring is started again by one command', () => {
  expect(describeResult(result('stopped'), NAMES)).toEqual([
    'The disks of staging-cassandra are unchanged, and its nodes may be stopped.',
    `Continue with: ${CONTINUE}`,
    'Go back with: gke-platform cassandra start staging',
  ]);
});

test.each(['replacing', 'replaced', 'running'] as const)('%s: both commands are named, and the kept disks', (state) => {
  const lines = describeResult(result(state, FORMER), NAMES);
  expect(lines.join('\n')).toContain(CONTINUE);
  expect(lines).toContain(BACK);
  expect(lines).toContain('Kept: staging-cassandra-b-data until 2026-12-30.');
});

test('only a complete restore is called restored', () => {
  const states = ['unchanged', 'stopped', 'replacing', 'replaced', 'running', 'restored'] as const;
  const said = states.filter((state) => /is restored from/.test(describeResult(result(state, FORMER), NAMES).join('\n')));
  expect(said).toEqual(['restored']);
  expect(describeResult(result('restored', FORMER), NAMES)).toEqual([
    'staging-cassandra is restored from set 20261129-041500, and a new plan is empty.',
    'Read back: 1 table has exactly the rows of the set.',
    'Commit environments/staging.disks.json.',
    'Kept: staging-cassandra-b-data until 2026-12-30.',
    BACK,
  ]);
  expect(describeResult(result('restored', { done: ['verify', 'compare', 'repair', 'plan-again'] }), NAMES)).toContain(
    'This run replaced no disk: a former one had attached them.',
  );
});
