import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NodeShell } from '../../lib/operations';
import { compareDatacenters, describeComparison } from '../../lib/recovery';
import { FakeRing } from '../operations/fake-ring';

const { ring } = new FakeRing();
let script = '';

const shell = (stdout: string, status = 0): NodeShell => ({
  run: async (_, text) => {
    script = text;
    return { status, stdout, stderr: 'it failed\n' };
  },
  formatCommand: () => '',
});

test('tables are reported with their rows', async () => {
  expect(await compareDatacenters(shell('shop.orders 12 1 0\nshop.log 0 0 0\nend\n'), ring, ['shop'])).toEqual([
    { table: 'shop.orders', rows: 12, repeated: 1, different: 0 },
    { table: 'shop.log', rows: 0, repeated: 0, different: 0 },
  ]);
});

test.each([
  ['a comparison that was cut off', 'shop.orders 12 1 0\n', 'b did not report all tables'],
  ['no output', '', 'b did not report all tables'],
  ['another line', 'Warning: x\nend\n', "b reported 'Warning: x' instead of a table"],
])('%s is no result', async (_, output, message) => {
  await expect(compareDatacenters(shell(output), ring, ['shop'])).rejects.toThrow(message);
});

test('a failed comparison is none', async () => {
  await expect(compareDatacenters(shell('shop.orders 12 1 0\nend\n', 1), ring, ['shop'])).rejects.toThrow(
    'the comparison of the rows failed on b: it failed',
  );
});

test('no keyspace needs no read', async () => {
  expect(await compareDatacenters(shell(''), ring, [])).toEqual([]);
});

test('ranges that differ are named', () => {
  expect(describeComparison({ table: 'shop.orders', rows: 12, repeated: 0, different: 2 })).toBe(
    'shop.orders: 12 rows, and 2 token ranges differ',
  );
  expect(describeComparison({ table: 'shop.orders', rows: 12, repeated: 0, different: 0 })).toBe(
    'shop.orders: 12 rows are equal at LOCAL_QUORUM and ALL',
  );
});

describe('the program on the node', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'compare-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  /** Runs it on tokens of rows, by level; `mend` makes the second read at LOCAL_QUORUM find what ALL has found. */
  async function compare(here: readonly number[], everywhere: readonly number[], mend = false): Promise<string> {
    await compareDatacenters(shell('end\n'), ring, ['shop']);
    const program = script.slice(script.indexOf('\n') + 1, script.lastIndexOf('END_OF_PROGRAM'));
    const fakes = `
here, everywhere = ${JSON.stringify(here)}, ${JSON.stringify(everywhere)}
load_client = lambda path: {'Connection': lambda *of: Client(), 'ADDRESS': '', 'SUPERUSER': '', 'password': str}
time.sleep = lambda seconds: None
class Client:
    def rows(self, statement, level):
        return [['orders']] if 'system_schema.tables' in statement else [['id', 'partition_key', '0']]
def read_pages(connection, statement, level):
    import re
    after, until = (int(text) for text in re.findall(r'[<>]=? (-?[0-9]+)', statement))
    rows = [token for token in (here if level == LEVEL_LOCAL_QUORUM else everywhere) if after < token <= until]
    if level == LEVEL_ALL and ${mend ? 'True' : 'False'}:
        here.extend(token for token in rows if token not in here)
    yield 1, len(rows), b''.join(struct.pack('>iq', 8, token) for token in rows)

main(sys.argv[1:])
`;
    const file = join(folder, 'program.py');
    writeFileSync(file, program.replace('\nmain(sys.argv[1:])\n', fakes));
    const { stdout, stderr } = spawnSync('python3', [file, 'shop'], { encoding: 'utf8' });
    return stdout + stderr;
  }

  const many = Array.from({ length: 2000 }, (_, index) => index * 1000 - 500_000);

  test('finds equal rows equal, in all ranges', async () => {
    expect(await compare([...many, 7], [...many, 7])).toBe('shop.orders 2001 0 0\nend\n');
  });

  test('finds one missing row, and the range that has it', async () => {
    expect(await compare(many.slice(1), many)).toMatch(/^shop\.orders 1999 \d+ 1\nend\n$/);
  });

  test('finds one row too many', async () => {
    expect(await compare(many, many.slice(0, -1))).toMatch(/^shop\.orders 2000 \d+ 1\nend\n$/);
  });

  test('reads a range again that was written meanwhile', async () => {
    expect(await compare([1, 2], [1, 2, 3], true)).toBe('shop.orders 3 1 0\nend\n');
  });
});
