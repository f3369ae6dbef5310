import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runRecoveryProgram } from './run-recovery-program';

/** Output of sstablemetadata of Cassandra 5.0.8, by what is in the SSTable. */
const METADATA = {
  row: ['SSTable min local deletion time: no tombstones (9223372036854775807)', 'totalRows: 1'],
  deletion: ['SSTable min local deletion time: 11/30/2026 17:45:24 (1796060724)', 'totalRows: 0'],
  'row and deletion': ['SSTable min local deletion time: 11/30/2026 17:45:24 (1796060724)', 'totalRows: 2'],
  'row of Cassandra 4': ['SSTable min local deletion time: 2147483647', 'totalRows: 1'],
  'deletion of Cassandra 4': ['SSTable min local deletion time: 1796060724', 'totalRows: 0'],
  'no row': ['SSTable min local deletion time: no tombstones (9223372036854775807)', 'totalRows: 0'],
  unreadable: ['error'],
} as const;

const DRIVER = `
import json, sys
import recovery
texts = json.loads(sys.argv[1])
folder = sys.argv[2]

def output(program, *paths):
    about = ''
    for path in paths:
        text = texts[path.split('/')[-1]]
        # The tool ends at the first one.
        if text == 'error':
            break
        about += 'SSTable: %s\\n%s\\n' % (path[: -len('-Data.db')], text)
    return about

recovery.output = output
node = recovery.Node({'steps': []}, {'name': 'b'})
node.sstables = {'shop.orders': [folder + '/' + name.replace('-Data.db', '') for name in texts][:1]}
print(node.has_live_partitions('shop.orders'))
`;

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'deleted-rows-'));
});
afterEach(() => rmSync(root, { recursive: true }));

/** Tests that a table without a row must have had rows, by its SSTables. */
function hasLivePartitions(kinds: readonly (keyof typeof METADATA)[]): boolean {
  const folder = join(root, 'orders');
  mkdirSync(folder);
  const texts = Object.fromEntries(kinds.map((kind, index) => [`nb-${index}-big-Data.db`, METADATA[kind].join('\n')]));
  for (const name of Object.keys(texts)) writeFileSync(join(folder, name), '');
  return runRecoveryProgram(root, DRIVER, [JSON.stringify(texts), folder]) === 'True\n';
}

test.each([[['row']], [['no row', 'row']], [['row of Cassandra 4']]] as const)(
  'a table without a row is damaged, if its SSTables have: %s',
  (kinds) => {
    expect(hasLivePartitions(kinds)).toBe(true);
  },
);

test.each([
  [['row', 'deletion']],
  [['row and deletion']],
  [['row', 'deletion of Cassandra 4']],
  [['no row']],
  [['deletion']],
  [['row', 'unreadable']],
  [['unreadable', 'row']],
] as const)('a table without a row may have had none, if its SSTables have: %s', (kinds) => {
  expect(hasLivePartitions(kinds)).toBe(false);
});
