import { parseTableName, TableDefinition } from '../../lib/operations/table-definition';

const SCHEMA = `CREATE TYPE IF NOT EXISTS shop.place (
    street text
);

CREATE TABLE IF NOT EXISTS shop.orders (
    id int,
    at int,
    "To; (" frozen<place>,
    value text,
    former int,
    PRIMARY KEY (id, at)
) WITH ID = 9a8b7c6d-0000-11f0-8000-aabbccddeeff
    AND CLUSTERING ORDER BY (at DESC)
    AND comment = 'it''s ; WITH ID = done'
    AND gc_grace_seconds = 864000;

ALTER TABLE shop.orders DROP former USING TIMESTAMP 1764480000000000;

CREATE INDEX IF NOT EXISTS by_value ON shop.orders (value);
`;
const former = { keyspace: 'shop', table: 'orders' };
const parse = (cql = SCHEMA) => TableDefinition.parse(cql, 'schema.cql');

test('a table is created again with its types, dropped columns and indexes, and a new id', () => {
  const statements = parse().statementsFor(former, former);
  expect(statements).toHaveLength(4);
  expect(statements[0]).toMatch(/^CREATE TYPE IF NOT EXISTS "shop"\.place \(/);
  expect(statements[1]).toMatch(/^CREATE TABLE IF NOT EXISTS "shop"\."orders" \(\n {4}id int,/);
  expect(statements[1]).toContain(") WITH CLUSTERING ORDER BY (at DESC)\n    AND comment = 'it''s ; WITH ID = done'\n");
  expect(statements[1]).not.toContain('9a8b7c6d');
  expect(statements[2]).toBe('ALTER TABLE "shop"."orders" DROP former USING TIMESTAMP 1764480000000000');
  expect(statements[3]).toBe('CREATE INDEX IF NOT EXISTS by_value ON shop.orders (value)');
});

test('a table of another name is created without indexes, whose names are taken', () => {
  const statements = parse().statementsFor({ keyspace: 'audit', table: 'Copy' }, former);
  expect(statements.map((statement) => statement.split(' (')[0]!.split('\n')[0])).toEqual([
    'CREATE TYPE IF NOT EXISTS "audit".place',
    'CREATE TABLE IF NOT EXISTS "audit"."Copy"',
    'ALTER TABLE "audit"."Copy" DROP former USING TIMESTAMP 1764480000000000',
  ]);
});

test.each([
  ['another option', (cql: string) => cql.replace('864000', '100'), []],
  ['another id', (cql: string) => cql.replace('9a8b7c6d', '00000000'), []],
  [
    'a column more',
    (cql: string) => cql.replace('    value text,', '    value text,\n    extra int,'),
    ['only in the live table: extra int'],
  ],
  ['a column less', (cql: string) => cql.replace('    value text,\n', ''), ['only in the backup: value text']],
  [
    'another type',
    (cql: string) => cql.replace('value text', 'value blob'),
    ['only in the backup: value text', 'only in the live table: value blob'],
  ],
  [
    'another order',
    (cql: string) => cql.replace('at DESC', 'at ASC'),
    ['only in the backup: CLUSTERING ORDER BY (at DESC)', 'only in the live table: CLUSTERING ORDER BY (at ASC)'],
  ],
  [
    'another key',
    (cql: string) => cql.replace('KEY (id, at)', 'KEY ((id, at))'),
    ['only in the backup: PRIMARY KEY (id, at)', 'only in the live table: PRIMARY KEY ((id, at))'],
  ],
])('differences: %s', (_, change, expected) => {
  expect(parse().differences(parse(change(SCHEMA)))).toEqual(expected);
});

test('a text without a table is refused', () => {
  expect(() => parse('CREATE TYPE shop.place (a int);')).toThrow('schema.cql has no CREATE TABLE');
});

test.each([
  ['shop.orders', { keyspace: 'shop', table: 'orders' }],
  ['Shop.Orders_2', { keyspace: 'Shop', table: 'Orders_2' }],
])('name of a table: %j', (text, expected) => {
  expect(parseTableName(text)).toEqual(expected);
});

test.each(['orders', 'shop.', '.orders', 'a.b.c', 'shop.or-ders', 'shop.orders; DROP', 'shop.o"', ''])('no name of a table: %j', (text) => {
  expect(parseTableName(text)).toBeUndefined();
});
