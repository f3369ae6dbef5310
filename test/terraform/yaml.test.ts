import { parseDocuments, parseYaml } from '../../lib/terraform/yaml';

test.each<[string, unknown]>([
  ['a: 1\nb: [x, "y", 2]', { a: 1, b: ['x', 'y', 2] }],
  ['a: {b: c, d: {e: "f"}, "g": []}', { a: { b: 'c', d: { e: 'f' }, g: [] } }],
  ['{\n  "a": [1, {"b": "c: d"}],"e":null\n}\n', { a: [1, { b: 'c: d' }], e: null }],
  ['a: [x] # rest', { a: ['x'] }],
  ['a: ["b # c", https://d:8080/e]', { a: ['b # c', 'https://d:8080/e'] }],
  ['a:\n- b: {}\n  c: "d" # e', { a: [{ b: {}, c: 'd' }] }],
  ['a: [\n  "b", # c ]\n  d: e\n]\nf: { g: 1,\n  h: 2 }', undefined],
  ['a: [\n  "b", # c ]\n  d\n]\nf: { g: 1,\n  h: 2 }', { a: ['b', 'd'], f: { g: 1, h: 2 } }],
  ['a: b # c: d\ne: "f" # "g"\nh: i#j', { a: 'b', e: 'f', h: 'i#j' }],
  ['a:\n  - b:\n      [\n        c,\n      ]\n    d: e', { a: [{ b: ['c'], d: 'e' }] }],
  ['a: 10.0.0.0/8\nb: 1.2.3', { a: '10.0.0.0/8', b: '1.2.3' }],
])('parses %j', (text, expected) => {
  expect(parseYaml(text)).toEqual(expected);
});

test.each([
  'a: &b c',
  'a: *b',
  'a: !!str 1',
  'a: 1\n---\nb: 2',
  'a: [b',
  'a: {b: 1, b: 2}',
  'a: 1\na: 2',
  'a: [{b}]',
  'a:\n\t- b',
  'a: [b] c',
  'a: b\n  c',
])('does not read %j', (text) => {
  expect(parseYaml(text)).toBeUndefined();
});

test('a plain scalar that versions of YAML read differently is converted, and by default text', () => {
  const scalars = ['yes', 'Off', 'y', 'TRUE', '0x50', '010', '1_000', '1e3', '+80', '12:30', '2026-01-02', '.5'];
  expect(scalars.map((scalar) => parseYaml(`a: ${scalar}`))).toEqual(scalars.map((scalar) => ({ a: scalar })));
  expect(parseYaml(`a: [${scalars.join(', ')}, 80, true, web, 10.0.0.1, "no", 'off']`, () => '?')).toEqual({
    a: [...scalars.map(() => '?'), 80, true, 'web', '10.0.0.1', 'no', 'off'],
  });
});

test.each<[string, string, readonly unknown[]]>([
  ['several documents', '# first\n---\na: 1\n--- # second\nb: 2\n...\n---\n# none\n', [{ a: 1 }, { b: 2 }]],
  ['documents with line breaks of Windows', '\uFEFF---\r\na: 1\r\n---\r\nb: 2\r\n', [{ a: 1 }, { b: 2 }]],
  ['a document that is not read, beside others', 'a: *b\n---\nb: 2', [undefined, { b: 2 }]],
  ['JSON on several lines', '{\n  "a": [\n    1\n  ]\n}\n', [{ a: [1] }]],
  ['no document', '---\n\n', []],
])('parses %s', (_what, text, documents) => {
  expect(parseDocuments(text)).toEqual(documents);
});
