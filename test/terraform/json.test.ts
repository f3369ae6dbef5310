import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { TerraformDocumentError } from '../../lib/terraform/errors';
import { parseJson } from '../../lib/terraform/json';

const CORPUS = path.join(__dirname, '../preview/corpus');

/** Parses a text, and returns the value, or 'refused' for an error of the parser. */
function parseOutcome(parse: (text: string) => unknown, text: string): { readonly value: unknown } | 'refused' {
  try {
    return { value: parse(text) };
  } catch (error) {
    if (!(error instanceof TerraformDocumentError || error instanceof SyntaxError)) throw error;
    return 'refused';
  }
}

const name = fc.constantFrom('a', 'b', '"', '\\', 'é', '\u{1f600}', '__proto__', '');
const { value: valueWithoutDuplicates } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom(null, true, false, 0, -1.5e-7, 1e21, '', 'text', '\u2028', '"\\/\b\f\n\r\t', '\ud800'),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(name, tie('value'), { maxKeys: 3 }),
  ),
}));
const json = fc
  .tuple(valueWithoutDuplicates, fc.constantFrom(undefined, 1, '\t', '\r\n '))
  .map(([value, space]) =>
    JSON.stringify(value, undefined, space === '\r\n ' ? 2 : space).replaceAll(space === '\r\n ' ? '\n' : '\u0000', '\r\n'),
  );

test('parses all JSON that JSON.parse accepts', () => {
  fc.assert(fc.property(json, (text) => expect(parseJson(text)).toEqual(JSON.parse(text))));
});

test('fails on truncated and modified text where JSON.parse fails', () => {
  const change = fc.record({
    at: fc.nat(),
    removed: fc.nat(3),
    added: fc.oneof(
      fc.constantFrom('{', '}', '[', ']', ',', ':', '"', '\\', '\\u00', '0', '-', '.', 'e', 'n', ' ', '\n', '\u0001', '//'),
      fc.string({ maxLength: 2 }),
    ),
  });
  fc.assert(
    fc.property(json, change, (text, { at, removed, added }) => {
      const position = at % (text.length + 1);
      for (const changed of [text.slice(0, position), text.slice(0, position) + added + text.slice(position + removed)]) {
        const [strict, lenient] = [parseOutcome(parseJson, changed), parseOutcome(JSON.parse, changed)];
        // A changed key can become a duplicate.
        if (strict === 'refused' && lenient !== 'refused') expect(() => parseJson(changed)).toThrow('must occur once');
        else expect(strict).toEqual(lenient);
      }
    }),
    { numRuns: 2000 },
  );
});

test.each([
  ['', 'must be JSON: expected a value, got the end of the text, at line 1, column 1'],
  ['{"a": [1, ', 'must be JSON: expected a value, got the end of the text, at line 1, column 11 (at a[1])'],
  ['{"a": {\n  "b-c": tru}}', `must be JSON: expected a value, got "tru}}", at line 2, column 10 (at a.b-c)`],
  ['{"a": {"b.c": "x}}', 'must be JSON: expected the end of a string, got the end of the text, at line 1, column 19 (at a["b.c"])'],
  ['{} {}', 'must be JSON: expected the end of the text, got "{}", at line 1, column 4'],
  ['{a: 1}', `must be JSON: expected a name in double quotes, got "a: 1}", at line 1, column 2`],
  ['{"a" 1}', `must be JSON: expected ':', got "1}", at line 1, column 6`],
  ['["\\x"]', 'must be JSON: expected an escape, got "x\\"]", at line 1, column 4 (at [0])'],
  ['[1 2]', `must be JSON: expected ',' or ']', got "2]", at line 1, column 4`],
  ['\ufeff{}', 'must be JSON: expected a value, got "\ufeff{}", at line 1, column 1'],
])('fails on %j with the position', (text, message) => {
  expect(() => parseJson(text)).toThrow(new TerraformDocumentError(message));
});

test.each([
  ['{"a": 1, "b": 2, "a": 1}', ['a']],
  ['{"resource": {"t": {"n": {"allow": [{"ports": [], "ports": ["22"]}]}}}}', ['resource', 't', 'n', 'allow', 0, 'ports']],
  ['{"a": {"\\u0062": 1, "b": 2}}', ['a', 'b']],
  ['[{"//": 1, "//": 2}]', [0, '//']],
  ['{"__proto__": 1, "__proto__": 2}', ['__proto__']],
])('fails on the duplicate key in %s', (text, at) => {
  expect(() => parseJson(text)).toThrow(
    expect.objectContaining({ path: at, message: expect.stringContaining('must occur once, got it twice') }),
  );
});

test('fails on more than 200 levels', () => {
  expect(parseJson('['.repeat(200) + ']'.repeat(200))).toBeDefined();
  for (const bracket of ['[', '{"a":']) expect(() => parseJson(bracket.repeat(100_000))).toThrow('must be nested at most 200 levels deep');
});

test.each(readdirSync(CORPUS).filter((file) => file.endsWith('.json')))('parses the plan %s', (file) => {
  const text = readFileSync(path.join(CORPUS, file), 'utf8');
  expect(parseJson(text)).toEqual(JSON.parse(text));
});
