import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Check } from '../../lib/recovery/verification';
import { runRecoveryProgram } from './run-recovery-program';

const ID = '9a8b7c6d000011f08000aabbccddeeff';
const LATEST = Date.parse('2026-11-29T04:21:00Z');

/** Runs the real checks with the given interfaces, times of SSTables in microseconds, and values in the clone. */
const DRIVER = `
import json, sys
import recovery
state = json.loads(sys.argv[1])
node = recovery.Node({'assertions': state['assertions']}, {'name': 'b', 'latestWrite': ${LATEST}})
node.manifest = state.get('manifest')

class Cassandra:
    def poll(self):
        return 3 if state.get('hasEnded') else None

class Connection:
    def rows(self, statement, level):
        value = state['values'][statement]
        if value == 'error':
            raise ValueError('unconfigured table')
        return iter([[each] for each in value])

def output(program, *paths):
    assert program == 'sstablemetadata'
    about = ''
    for path in paths:
        name = path.split('/')[-1]
        if name in state['times']:
            about += 'SSTable: %s\\nMinimum timestamp: 1\\nMaximum timestamp: %s\\n' % (path[: -len('-Data.db')], state['format'] % state['times'][name])
    return about

recovery.output = output
recovery.time.sleep = lambda seconds: None
recovery.socket.if_nameindex = lambda: list(enumerate(state['interfaces']))
recovery.is_up = lambda name: not name.startswith('tunl')
node.cassandra, node.connection, node.connect = Cassandra(), Connection(), Connection
try:
    node.containment()
    node.assertions()
except recovery.Damaged:
    pass
`;

/** Formats of sstablemetadata. */
const FORMATS = ['11/29/2026 04:20:59 (%d)', '%d (11/29/2026 04:20:59)', '%d'];

interface State {
  format: string;
  interfaces: string[];
  times: Record<string, number>;
  manifest?: { takenAt: string };
  assertions: { cql: string; expect: string }[];
  values: Record<string, string[] | 'error'>;
  hasEnded?: boolean;
}

let root: string;
let state: State;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'drill-checks-'));
  const data = join(root, 'var/lib/cassandra/data');
  for (const table of ['shop/orders', 'shop/carts', 'system/local']) {
    const folder = join(data, `${table}-${ID}`);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, `${table === 'shop/orders' ? 'nb-1' : table === 'shop/carts' ? 'nb-2' : 'nb-3'}-big-Data.db`), '');
  }
  state = {
    format: FORMATS[0]!,
    interfaces: ['lo', 'tunl0'],
    times: { 'nb-1-big-Data.db': (LATEST - 1000) * 1000, 'nb-2-big-Data.db': 7_000_000 },
    assertions: [
      { cql: 'SELECT a', expect: '249' },
      { cql: 'SELECT b', expect: 'null' },
    ],
    values: { 'SELECT a': ['249', '3'], 'SELECT b': ['null'] },
  };
});
afterEach(() => rmSync(root, { recursive: true }));

function run(): { readonly checks: readonly Check[]; readonly assertions: readonly object[] } {
  const messages = runRecoveryProgram(root, DRIVER, [JSON.stringify(state)], join(root, 'var/lib/cassandra'))
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { check?: Check; assertion?: object });
  return { checks: messages.flatMap(({ check }) => check ?? []), assertions: messages.flatMap(({ assertion }) => assertion ?? []) };
}
const describeChecks = () => run().checks.map(({ level, code, outcome, table, detail }) => [level, code, outcome, table, detail]);

test('a clone that is apart from the ring and has what is asserted passes', () => {
  expect(describeChecks()).toEqual([
    [3, 'isolated-network', 'passed', undefined, 'loopback only'],
    [5, 'newer-rows', 'passed', undefined, 'newest write 2026-11-29T04:20:59Z'],
    [6, 'assertions', 'passed', undefined, '2 assertions'],
  ]);
  expect(run().assertions).toEqual([
    { node: 'b', index: 0, found: '249' },
    { node: 'b', index: 1, found: 'null' },
  ]);
});

test('another interface that is up fails level 3', () => {
  state.interfaces = ['lo', 'ens4'];
  expect(describeChecks()[0]).toEqual([3, 'isolated-network', 'failed', undefined, 'must have loopback only, got ens4']);
});

test('a write that is newer than the snapshot fails level 5 with its table; the tables of Cassandra do not count', () => {
  state.times = { 'nb-1-big-Data.db': 1, 'nb-2-big-Data.db': (LATEST + 1) * 1000, 'nb-3-big-Data.db': (LATEST + 9_000_000) * 1000 };
  expect(describeChecks()[1]).toEqual([
    ...[5, 'newer-rows', 'failed', 'shop.carts'],
    'has a write of 2026-11-29T04:21:00Z, and the snapshot was taken before 2026-11-29T04:21:00Z',
  ]);
});

test.each(FORMATS)('a time as %s is read', (format) => {
  state.format = format;
  expect(describeChecks()[1]).toEqual([5, 'newer-rows', 'passed', undefined, 'newest write 2026-11-29T04:20:59Z']);
});

test('the time of the manifest is a closer limit', () => {
  state.manifest = { takenAt: '2026-11-29T04:15:20Z' };
  expect(describeChecks()[1]).toEqual([
    ...[5, 'newer-rows', 'failed', 'shop.orders'],
    'has a write of 2026-11-29T04:20:59Z, and the snapshot was taken before 2026-11-29T04:16:20Z',
  ]);
});

test('metadata that cannot be read is no pass', () => {
  delete state.times['nb-2-big-Data.db'];
  expect(describeChecks()[1]).toEqual([
    ...[5, 'newer-rows', 'failed', undefined],
    expect.stringMatching(/^the metadata of SSTables cannot be read: \/.*\/carts-\w+\/nb-2-big-Data\.db$/),
  ]);
});

test.each<[string, string[] | 'error', string, string | undefined]>([
  ['another value', ['250'], '250', '250'],
  ['no row', [], 'no row', undefined],
  ['an error', 'error', 'unconfigured table', undefined],
])('%s fails level 6, and the other assertions are run', (_, value, got, found) => {
  state.values['SELECT a'] = value;
  const { checks, assertions } = run();
  expect(checks.slice(2)).toEqual([
    { level: 6, code: 'assertions', outcome: 'failed', node: 'b', detail: `SELECT a must be 249, got ${got}` },
  ]);
  expect(assertions).toEqual([
    { node: 'b', index: 0, ...(found !== undefined && { found }) },
    { node: 'b', index: 1, found: 'null' },
  ]);
});

test('Cassandra that ends during an assertion ends the checks of the node', () => {
  state.values['SELECT a'] = 'error';
  state.hasEnded = true;
  const { checks, assertions } = run();
  expect(checks.at(-1)).toMatchObject({ level: 6, outcome: 'failed', detail: 'SELECT a: Cassandra ended' });
  expect(assertions).toEqual([]);
});
