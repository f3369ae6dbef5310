import { cassandraRestoreCommand } from '../../lib/cli/cassandra-restore';
import { reportTables, restoreTablesCommand } from '../../lib/cli/cassandra-restore-tables';
import { RefusedError, ReportedError } from '../../lib/core/reported-error';
import type { RestoredTables } from '../../lib/recovery';

const restore = (...words: string[]) =>
  cassandraRestoreCommand()
    .exitOverride()
    .configureOutput({ writeErr: () => {} })
    .parseAsync(['staging', '--no-synth', '--out-dir', 'no such folder', ...words], { from: 'user' });

test.each([
  ['--as shop.other', "'--as' needs '--table' or '--leftover'"],
  ['--keyspace shop --as shop.other', "'--as' needs '--table' or '--leftover'"],
  ['--keyspace shop --leftover dropped-1-orders', "'--leftover' cannot be combined with '--keyspace'"],
  ['--table shop.orders --leftover dropped-1-orders', "'--leftover' cannot be combined with '--table'"],
  ['--table shop.orders --keyspace shop', "'--keyspace' cannot be combined with '--table'"],
  ['--set x --at 2026-11-29T12:00:00Z', "'--set' cannot be combined with '--at'"],
  ['--leftover dropped-1-orders --set x', "'--leftover' cannot be combined with '--set'"],
  ['--leftover dropped-1-orders --copies parking-vault', "'--leftover' cannot be combined with '--copies'"],
  ['--leftover dropped-1-orders --at 2026-11-29T12:00:00Z', "'--leftover' cannot be combined with '--at'"],
  ['--keyspace system_auth', 'tables of Cassandra itself are not restored, got keyspace system_auth'],
  ['--table system.local', 'tables of Cassandra itself are not restored, got keyspace system'],
  ['--table shop.orders --as system.local', 'tables of Cassandra itself are not restored, got keyspace system'],
  ['--again --table shop.orders', "'--again' cannot be combined with '--table'"],
  ['--again --keyspace shop', "'--again' cannot be combined with '--keyspace'"],
  ['--again --leftover dropped-1-orders', "'--again' cannot be combined with '--leftover'"],
])("'%s' is refused before anything is read", async (line, message) => {
  await expect(restore(...line.split(' '))).rejects.toMatchObject({ exitCode: 2, message });
});

test.each([
  ['--table orders', 'must be KEYSPACE.TABLE, such as shop.orders.'],
  ['--table shop.orders.more', 'must be KEYSPACE.TABLE, such as shop.orders.'],
  ['--table shop.or;ders', 'must be KEYSPACE.TABLE, such as shop.orders.'],
  ['--table shop.orders --as other', 'must be KEYSPACE.TABLE, such as shop.orders.'],
  ['--keyspace shop.orders', 'must be the name of a keyspace, such as shop.'],
  ['--keyspace ../shop', 'must be the name of a keyspace, such as shop.'],
  ...['2026-11-29T04:30:00', '2026-11-29T04:30', '2026-11-29', '2026-13-29T04:30:00Z', '2026-11-29T04:30:00+0100'].map((time) => [
    `--at ${time}`,
    'must be a time in ISO 8601 with its zone, such as 2026-11-29T12:00:00Z or 2026-11-29T13:00:00+01:00',
  ]),
])("'%s' is a wrong value", async (line, message) => {
  await expect(restore(...line.split(' '))).rejects.toMatchObject({ message: expect.stringContaining(message) });
});

test('no terminal and no --yes is refused before anything is read', async () => {
  const options = { synth: false, outDir: 'no such folder', keyspace: 'shop', dryRun: false, yes: false, breakLock: false };
  await expect(restoreTablesCommand('staging', options)).rejects.toMatchObject({
    exitCode: 2,
    message: expect.stringContaining('pass --yes'),
  });
});

const table = {
  ...{ target: { keyspace: 'shop', table: 'orders' }, imported: ['b'], rowsBefore: 0, rowsAfter: 1, problem: undefined },
  ...{ rowsInSet: 1, leastRows: 1, isEqual: true },
};
const result = (more: Partial<RestoredTables>): RestoredTables => ({
  ...{ set: { id: 'any' } as RestoredTables['set'], tables: [table], problem: undefined, unchecked: [], remaining: [], ...more },
});

describe('report', () => {
  let written: jest.SpyInstance;
  beforeEach(() => {
    written = jest.spyOn(process.stdout, 'write').mockReturnValue(true);
  });
  afterEach(() => written.mockRestore());

  test('tables that were read back are printed without an error', () => {
    reportTables(result({}), ['shop.orders: 1 row']);
    expect(written).toHaveBeenCalledWith('shop.orders: 1 row\n');
  });

  test.each<[string, Partial<RestoredTables>, number]>([
    ['a problem', {}, 1],
    ['a reported error', { error: new ReportedError('it failed') }, 1],
    ['a refusal before any change', { error: new RefusedError('it failed'), tables: [] }, 2],
    ['a refusal after a table', { error: new RefusedError('it failed') }, 1],
  ])('%s ends the command, with what remains', (_, more, exitCode) => {
    const ended = result({ problem: 'it failed', remaining: ['disk a', 'VM b'], ...more });
    expect(() => reportTables(ended, ['shop.orders: 1 row'])).toThrow(
      expect.objectContaining({ exitCode, message: 'it failed\nnot removed: disk a, VM b' }),
    );
    expect(written).toHaveBeenCalledWith('shop.orders: 1 row\n');
  });
});
