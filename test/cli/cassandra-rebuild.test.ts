import { cassandraRebuildCommand } from '../../lib/cli/cassandra-rebuild';
import { RefusedError } from '../../lib/core/reported-error';
import type { RebuildDatacenterOptions } from '../../lib/operations';
import { FakeRing } from '../operations/fake-ring';

const mockRebuild = async (given: RebuildDatacenterOptions): Promise<string | undefined> => {
  options = given;
  return problem ?? (given.dryRun ? undefined : given.compare(['shop']));
};
const mockCompare = async (): Promise<object[]> => [{ table: 'shop.orders', rows: 12, repeated: 1, different }];
jest.mock('../../lib/operations', () => ({
  ...jest.requireActual<object>('../../lib/operations'),
  rebuildDatacenter: (given: RebuildDatacenterOptions) => mockRebuild(given),
}));
jest.mock('../../lib/recovery', () => ({
  ...jest.requireActual<object>('../../lib/recovery'),
  compareDatacenters: () => mockCompare(),
}));

const mockFake = new FakeRing();
jest.mock('../../lib/cli/cassandra-ring', () => ({
  ...jest.requireActual<typeof import('../../lib/cli/cassandra-ring')>('../../lib/cli/cassandra-ring'),
  withRing: (_: string, __: object, action: (...of: unknown[]) => Promise<void>) =>
    action({ ...mockFake.ring, joins: 'dc1', datacenter: 'eu' }, mockFake),
  progress: () => {},
}));

let options: RebuildDatacenterOptions | undefined;
let problem: string | undefined;
let written: string;
let different: number;

beforeEach(() => {
  options = undefined;
  problem = undefined;
  written = '';
  different = 0;
  jest.spyOn(process.stdout, 'write').mockImplementation((text) => {
    written += text;
    return true;
  });
});
afterEach(() => jest.restoreAllMocks());

const rebuild = (...words: string[]) => cassandraRebuildCommand().parseAsync(['staging', '--no-synth', ...words], { from: 'user' });

test('prints the compared tables, and releases the lock', async () => {
  await rebuild('--yes');
  expect(written).toBe(
    'shop.orders: 12 rows are equal at LOCAL_QUORUM and ALL (1 token ranges once they were read again: written meanwhile, or repaired by the read)\n' +
      'staging-cassandra has all rows of dc1, and clients are let in\n',
  );
  expect(mockFake.nodes.map(({ lock }) => lock)).toEqual([undefined, undefined, undefined]);
});

test('rows that differ end it', async () => {
  different = 2;
  await expect(rebuild('--yes')).rejects.toMatchObject({
    exitCode: 2,
    message: 'stopped: the rows of shop.orders are not complete in eu. Resume with: gke-platform cassandra rebuild staging',
  });
  expect(written).toBe('shop.orders: 12 rows, and 2 token ranges differ\n');
});

test('a problem names the command that resumes', async () => {
  problem = 'c is unreachable';
  await expect(rebuild('--yes', '--ring', 'two')).rejects.toEqual(
    new RefusedError('stopped: c is unreachable. Resume with: gke-platform cassandra rebuild staging --ring two'),
  );
});

test('needs no terminal and takes no lock in a dry run', async () => {
  mockFake.of('b').lock = 'another';
  await rebuild('--dry-run');
  expect(options?.dryRun).toBe(true);
  mockFake.of('b').lock = undefined;
});

test('is refused without a terminal', async () => {
  await expect(rebuild()).rejects.toMatchObject({ exitCode: 2, message: expect.stringContaining('pass --yes') });
  expect(options).toBeUndefined();
});
