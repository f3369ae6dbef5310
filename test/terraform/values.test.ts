import {
  blockAt,
  blocksAt,
  booleanAt,
  evaluateBlock,
  hasBlock,
  known,
  numberAt,
  textAt,
  textsAt,
  Undetermined,
  valueAt,
  written,
} from '../../lib/terraform/values';

/** Creates a Terraform template expression, whose syntax is also that of JavaScript templates. */
const expression = (text: string): string => `$\{${text}}`;
const REFERENCE = expression('local.x');
const thrice = (value: unknown): [unknown, unknown, unknown] => [value, value, value];
const undetermined = (text: string): Undetermined => new Undetermined(text);

describe('reads a block', () => {
  test.each([
    ['as an object', { scaling: { max: 5 } }],
    ['in a list', { scaling: [{ max: 5 }] }],
    ['with a number as text', { scaling: [{ max: '5' }] }],
  ])('%s', (_, body) => {
    const values = evaluateBlock(body);
    expect(numberAt(values, 'scaling', 'max')).toBe(5);
    expect(textAt(values, 'scaling', 'max')).toBe('5');
    expect(blocksAt(values, 'scaling')).toHaveLength(1);
    expect(numberAt(blockAt(values, 'scaling'), 'max')).toBe(5);
    expect(hasBlock(values, 'scaling')).toBe(true);
  });
});

test.each<[unknown, unknown, unknown, unknown]>([
  // Value, text, number, boolean.
  ['500', '500', 500, undetermined('"500"')],
  [500, '500', 500, undetermined('500')],
  ['-1.5e3', '-1.5e3', -1500, undetermined('"-1.5e3"')],
  ['0x10', '0x10', undetermined('"0x10"'), undetermined('"0x10"')],
  ['true', 'true', undetermined('"true"'), true],
  [true, 'true', undetermined('true'), true],
  ['0', '0', 0, false],
  [false, 'false', undetermined('false'), false],
  ['', undefined, undefined, undefined],
  [null, undefined, undefined, undefined],
  [undefined, undefined, undefined, undefined],
  [REFERENCE, undetermined(REFERENCE), undetermined(REFERENCE), undetermined(REFERENCE)],
  [`a-${REFERENCE}`, undetermined(`a-${REFERENCE}`), undetermined(`a-${REFERENCE}`), undetermined(`a-${REFERENCE}`)],
  ['%{ if true }a%{ endif }', ...thrice(undetermined('%{ if true }a%{ endif }'))],
  [['a'], ...thrice(undetermined('["a"]'))],
  [{ a: 1 }, ...thrice(undetermined('{"a":1}'))],
])('reads %j as text, number and boolean', (value, text, number, boolean) => {
  const values = evaluateBlock({ value });
  expect([textAt(values, 'value'), numberAt(values, 'value'), booleanAt(values, 'value')]).toEqual([text, number, boolean]);
});

test.each([
  [`$${REFERENCE}`, REFERENCE],
  ['100%%{x}', '100%{x}'],
  ['$x {y} %z', '$x {y} %z'],
  [`$$${REFERENCE}`, `$${REFERENCE}`],
  ['%%%{ if true }x', '%%{ if true }x'],
  [`$${REFERENCE}${REFERENCE}`, undetermined(`$${REFERENCE}${REFERENCE}`)],
])('reads the template %s as %j', (template, text) => {
  expect(textAt(evaluateBlock([{ template }]), 'template')).toEqual(text);
});

test('text in a plan is not a template', () => {
  expect(textAt({ script: REFERENCE }, 'script')).toBe(REFERENCE);
});

describe('undetermined values', () => {
  test('are those of an expression', () => {
    const values = evaluateBlock({ spec: REFERENCE, list: [REFERENCE, 'a', 1, {}] });
    expect(textAt(values, 'spec', 'name')).toEqual(undetermined(REFERENCE));
    expect(blocksAt(values, 'spec')).toEqual([undetermined(REFERENCE)]);
    expect(textsAt(values, 'list')).toEqual([undetermined(REFERENCE), 'a', '1', undetermined('{}')]);
  });

  test('are the blocks of dynamic, in addition to configured blocks', () => {
    const written = { allow: [{ protocol: 'tcp' }], dynamic: { allow: { for_each: [1], content: {} }, deny: [{ for_each: REFERENCE }] } };
    const values = evaluateBlock(written);
    expect(blocksAt(values, 'allow')).toEqual([{ protocol: 'tcp' }, undetermined('dynamic.allow')]);
    expect(textAt(values, 'deny', 'protocol')).toEqual(undetermined('dynamic.deny'));
    expect(known(blocksAt(values, 'allow'))).toEqual([{ protocol: 'tcp' }]);
  });

  test('are those below a value without properties', () => {
    expect(valueAt({ spec: 'text' }, 'spec', 'name')).toEqual(undetermined('"text"'));
  });

  test('are not a label named dynamic', () => {
    expect(textAt(evaluateBlock({ labels: { dynamic: 'yes' } }), 'labels', 'dynamic')).toBe('yes');
  });
});

test('written returns the text of an expression', () => {
  expect([written('a'), written(undetermined(REFERENCE)), written(undefined), String(undetermined(REFERENCE))]).toEqual([
    'a',
    REFERENCE,
    '',
    REFERENCE,
  ]);
});

test('known omits undetermined values', () => {
  expect([known<string>('a'), known<string>(undetermined('x')), known(undefined)]).toEqual(['a', undefined, undefined]);
  expect(known<string>(['a', undetermined('x')])).toEqual(['a']);
});
