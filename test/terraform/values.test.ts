import {
  blockAt,
  blocksAt,
  booleanAt,
  configuredValues,
  hasBlock,
  known,
  numberAt,
  textAt,
  textsAt,
  Undetermined,
  valueAt,
  written,
} from '../../lib/terraform/values';

/** Marks of Terraform's templates, which JavaScript has, too. */
const expression = (text: string): string => `$\{${text}}`;
const REFERENCE = expression('local.x');
const thrice = (value: unknown): [unknown, unknown, unknown] => [value, value, value];
const undetermined = (text: string): Undetermined => new Undetermined(text);

describe('a block means the same alone and in a list', () => {
  test.each([
    ['alone', { scaling: { max: 5 } }],
    ['in a list', { scaling: [{ max: 5 }] }],
    ['with text', { scaling: [{ max: '5' }] }],
  ])('%s', (_, body) => {
    const values = configuredValues(body);
    expect(numberAt(values, 'scaling', 'max')).toBe(5);
    expect(textAt(values, 'scaling', 'max')).toBe('5');
    expect(blocksAt(values, 'scaling')).toHaveLength(1);
    expect(numberAt(blockAt(values, 'scaling'), 'max')).toBe(5);
    expect(hasBlock(values, 'scaling')).toBe(true);
  });
});

test.each<[unknown, unknown, unknown, unknown]>([
  // Value, and what it is as text, as a number and as a boolean.
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
  const values = configuredValues({ value });
  expect([textAt(values, 'value'), numberAt(values, 'value'), booleanAt(values, 'value')]).toEqual([text, number, boolean]);
});

test.each([
  [`$${REFERENCE}`, REFERENCE],
  ['100%%{x}', '100%{x}'],
  ['$x {y} %z', '$x {y} %z'],
  [`$$${REFERENCE}`, undetermined(`$$${REFERENCE}`)],
  [`$${REFERENCE}${REFERENCE}`, undetermined(`$${REFERENCE}${REFERENCE}`)],
])('reads the template %s as %j', (template, text) => {
  expect(textAt(configuredValues([{ template }]), 'template')).toEqual(text);
});

test('texts of a plan are values and no templates', () => {
  expect(textAt({ script: REFERENCE }, 'script')).toBe(REFERENCE);
});

describe('cannot be told', () => {
  test('what is in an expression', () => {
    const values = configuredValues({ spec: REFERENCE, list: [REFERENCE, 'a', 1, {}] });
    expect(textAt(values, 'spec', 'name')).toEqual(undetermined(REFERENCE));
    expect(blocksAt(values, 'spec')).toEqual([undetermined(REFERENCE)]);
    expect(textsAt(values, 'list')).toEqual([undetermined(REFERENCE), 'a', '1', undetermined('{}')]);
  });

  test('the blocks of dynamic, beside those that are written', () => {
    const written = { allow: [{ protocol: 'tcp' }], dynamic: { allow: { for_each: [1], content: {} }, deny: [{ for_each: REFERENCE }] } };
    const values = configuredValues(written);
    expect(blocksAt(values, 'allow')).toEqual([{ protocol: 'tcp' }, undetermined('dynamic.allow')]);
    expect(textAt(values, 'deny', 'protocol')).toEqual(undetermined('dynamic.deny'));
    expect(known(blocksAt(values, 'allow'))).toEqual([{ protocol: 'tcp' }]);
  });

  test('a member of something that has none', () => {
    expect(valueAt({ spec: 'text' }, 'spec', 'name')).toEqual(undetermined('"text"'));
  });

  test('a label that is called dynamic is a value', () => {
    expect(textAt(configuredValues({ labels: { dynamic: 'yes' } }), 'labels', 'dynamic')).toBe('yes');
  });
});

test('the text that is written is the expression, too', () => {
  expect([written('a'), written(undetermined(REFERENCE)), written(undefined), String(undetermined(REFERENCE))]).toEqual([
    'a',
    REFERENCE,
    '',
    REFERENCE,
  ]);
});

test('known leaves out what cannot be told', () => {
  expect([known<string>('a'), known<string>(undetermined('x')), known(undefined)]).toEqual(['a', undefined, undefined]);
  expect(known<string>(['a', undetermined('x')])).toEqual(['a']);
});
