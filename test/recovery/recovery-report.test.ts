import { createHash } from 'node:crypto';
import { listMissingChecks, readRecoveryState } from '../../lib/recovery/recovery-report';
import { EXPECTED_CHECKS } from '../../lib/recovery/vm/recovery-program';
import type { RecoveryTask } from '../../lib/recovery/vm/recovery-script';

const TASK: RecoveryTask = {
  ...{ run: 'r1', cluster: 'ring', datacenter: 'dc', cassandraVersion: '5.0.8', numTokens: 16 },
  nodes: [{ name: 'b', device: 'recovery-b', rack: 'one', ownershipToken: 'ring/b' }],
  steps: ['identity', 'files', 'boot', 'rows'],
};

const ALL = TASK.steps.flatMap((step) => EXPECTED_CHECKS[step]).map(([level, code]) => ({ level, code, outcome: 'passed', node: 'b' }));
const HASH = 'a'.repeat(64);
const REPORT = {
  run: 'r1',
  checks: ALL,
  tables: [{ node: 'b', keyspace: 'k', table: 't', rows: 2, hash: HASH }],
  seconds: { boot: 1.5 },
  replicas: { k: 3 },
};

function publish(report: unknown, pieceLength = 100): Map<string, string> {
  const text = JSON.stringify(report);
  const pieces = Buffer.from(text)
    .toString('base64')
    .match(new RegExp(`.{1,${pieceLength}}`, 'g'))!;
  const digest = createHash('sha256').update(text).digest('hex');
  const keys = pieces.map((piece, index) => [`report-${String(index).padStart(3, '0')}`, piece] as const);
  return new Map([...keys, ['state', `done ${pieces.length} ${digest}`]]);
}

function problemOf(attributes: ReadonlyMap<string, string>): string {
  const state = readRecoveryState(attributes, TASK);
  if (state.kind !== 'failed') throw new Error(`it is ${state.kind}`);
  return state.problem;
}

test('reads a report from its pieces', () => {
  const { run: _, ...report } = REPORT;
  expect(readRecoveryState(publish(REPORT), TASK)).toEqual({ kind: 'done', report: { ...report, found: [], manifests: [] } });
});

const MANIFEST = { node: 'b', takenAt: '2026-11-29T04:15:20Z', sha256: HASH };

test('reads the manifests that the clones were compared with', () => {
  expect(readRecoveryState(publish({ ...REPORT, manifests: [MANIFEST] }), TASK)).toMatchObject({
    kind: 'done',
    report: { manifests: [MANIFEST] },
  });
});

test('reads the values that assertions found; one without a row has none', () => {
  const assertions = [
    { node: 'b', index: 0, found: '249' },
    { node: 'b', index: 1 },
  ];
  expect(readRecoveryState(publish({ ...REPORT, assertions }), TASK)).toMatchObject({ kind: 'done', report: { found: assertions } });
});

test.each([
  [undefined, ''],
  ['running: boot of b', 'boot of b'],
  ['done', 'done'],
])('a VM with the state %p is running', (state, phase) => {
  expect(readRecoveryState(new Map(state === undefined ? [] : [['state', state]]), TASK)).toEqual({ kind: 'running', phase });
});

test('a VM that failed reports why', () => {
  expect(problemOf(new Map([['state', 'failed Cassandra cannot be installed']]))).toBe('Cassandra cannot be installed');
});

test('a report with a missing piece is a failure', () => {
  const attributes = publish(REPORT);
  attributes.delete('report-001');
  expect(problemOf(attributes)).toBe('its report is incomplete: there is no report-001');
});

test('a report that was changed is a failure', () => {
  const attributes = publish(REPORT);
  const other = Buffer.from(JSON.stringify({ ...REPORT, run: 'r2' })).toString('base64');
  attributes.set('report-000', other.slice(0, 100));
  expect(problemOf(attributes)).toBe('its report does not have the digest that it published');
});

test.each([
  ['of another run', { ...REPORT, run: 'r2' }, 'it is of run r2'],
  ['with an unknown outcome', { ...REPORT, checks: [{ level: 1, code: 'x', outcome: 'fine', node: 'b' }] }, 'it has unknown checks'],
  ['with an unknown level', { ...REPORT, checks: [{ level: 9, code: 'x', outcome: 'passed', node: 'b' }] }, 'it has unknown checks'],
  ['about another node', { ...REPORT, checks: [{ level: 1, code: 'x', outcome: 'passed', node: 'c' }] }, 'it has unknown checks'],
  ['without checks', { ...REPORT, checks: undefined }, 'it has unknown checks'],
  ['with a hash that is none', { ...REPORT, tables: [{ ...REPORT.tables[0], hash: 'x' }] }, 'it has unknown tables'],
  ['with a count that is none', { ...REPORT, tables: [{ ...REPORT.tables[0], rows: 1.5 }] }, 'it has unknown tables'],
  ['with a value of another node', { ...REPORT, assertions: [{ node: 'c', index: 0 }] }, 'it has unknown values'],
  ['with a value that is none', { ...REPORT, assertions: [{ node: 'b', index: 0, found: 3 }] }, 'it has unknown values'],
  ['with a manifest of another node', { ...REPORT, manifests: [{ ...MANIFEST, node: 'c' }] }, 'it has unknown manifests'],
  ['with a time that is none', { ...REPORT, manifests: [{ ...MANIFEST, takenAt: '2026-11-29' }] }, 'it has unknown manifests'],
  ['with a digest that is none', { ...REPORT, manifests: [{ ...MANIFEST, sha256: 'x' }] }, 'it has unknown manifests'],
  ['without seconds', { ...REPORT, seconds: null }, 'it has unknown numbers'],
])('a report %s is a failure', (_, report, problem) => {
  expect(problemOf(publish(report))).toBe(`its report is invalid: ${problem}`);
});

test.each(ALL.map(({ code }) => code))('%s was not run if it was not reported', (code) => {
  const state = readRecoveryState(publish({ ...REPORT, checks: ALL.filter((check) => check.code !== code) }), TASK);
  expect(state).toMatchObject({
    kind: 'done',
    report: { checks: expect.arrayContaining([expect.objectContaining({ code, outcome: 'not-run' })]) },
  });
});

test('nothing was run without a report', () => {
  expect(listMissingChecks(TASK, []).map(({ outcome }) => outcome)).toEqual(ALL.map(() => 'not-run'));
});
