import { requireAssertions } from '../../lib/recovery';

const assertion = { cql: 'SELECT count(*) FROM shop.countries', expect: '249' };

test('accepts SELECT statements with the expected text', () => {
  const assertions = [assertion, { cql: ' select value from k.t', expect: '' }];
  expect(requireAssertions(assertions, 'a.json')).toBe(assertions);
});

test.each<[unknown, string]>([
  [
    { ...assertion },
    `it must be a list of objects with 'cql' and 'expect', got {"cql":"SELECT count(*) FROM shop.countries","expect":"249"}`,
  ],
  [[], 'it must have 1 to 100 assertions, got 0'],
  [Array(101).fill(assertion), 'it must have 1 to 100 assertions, got 101'],
  [[assertion, 'SELECT'], `'[1]' must be an object with 'cql' and 'expect', got "SELECT"`],
  [[{ ...assertion, level: 6 }], "'[0]' must have 'cql' and 'expect' only, got 'level'"],
  [[{ ...assertion, cql: 'DELETE FROM k.t' }], `'[0].cql' must be a SELECT statement, got "DELETE FROM k.t"`],
  [[{ expect: '3' }], "'[0].cql' must be a SELECT statement, got nothing"],
  [[{ ...assertion, expect: 249 }], "'[0].expect' must be a string, got 249"],
  [[{ cql: assertion.cql }], "'[0].expect' must be a string, got nothing"],
  [[{ ...assertion, cql: `SELECT ${'x'.repeat(2000)}` }], "'[0].cql' must have at most 2000 characters, got 2007"],
  [[{ ...assertion, expect: 'x'.repeat(1001) }], "'[0].expect' must have at most 1000 characters, got 1001"],
  [Array(90).fill({ cql: `SELECT ${'x'.repeat(1900)}`, expect: '' }), 'it must have at most 131072 bytes, got 173701'],
])('fails for %j', (json, problem) => {
  expect(() => requireAssertions(json, 'a.json')).toThrow(`'a.json' is not a list of assertions: ${problem}`);
});
