import { App, Fn, Lazy, TerraformOutput, TerraformStack, TerraformVariable, Token } from 'cdktf';
import { requireMatch, requireOneOf } from '../../lib/core/require';
import { requireText, requireTexts } from '../../lib/core/template-text';
import { evaluateBlock } from '../../lib/terraform/values';
import { HOSTILE_TEXTS } from '../support/hostile-texts';
import { Synthesized } from '../support/synthesized';

let stack: TerraformStack;
let reference: string;

beforeEach(() => {
  stack = new TerraformStack(new App(), 'staging');
  reference = new TerraformVariable(stack, 'image', { type: 'string' }).stringValue;
});

function synthesize(text: string): string {
  new TerraformOutput(stack, 'text', { value: requireText(stack, 'text', text) });
  return Synthesized.from(stack).json.output.text.value;
}

test.each(Object.entries(HOSTILE_TEXTS))('%s evaluates to itself', (_, text) => {
  expect(evaluateBlock(synthesize(text))).toBe(text);
});

test.each(['a', 'a $ b', '100 %', '{a}', '$(a)', '$a%', '}{'])('%p is unchanged', (text) => {
  expect(requireText(stack, 'text', text)).toBe(text);
});

describe('a text with tokens', () => {
  test.each([
    ['', '', `\${var.image}`],
    ['a ', ' b', `a \${var.image} b`],
    ['a } ', ' { b', `a } \${var.image} { b`],
    [`\${file("x")} `, ' %{ if a }', `$\${file("x")} \${var.image} %%{ if a }`],
    // cdktf would render the token without braces here.
    [`\${a `, ' b}', `$\${a \${var.image} b}`],
    [`\${a `, '', `$\${a \${var.image}`],
    // Terraform would read the dollar sign and the brace of the expression as an escape sequence.
    ['$', '', `\${"$"}\${var.image}`],
    ['a$$', 'b', `a\${"$$"}\${var.image}b`],
    ['%', '{', `%\${var.image}{`],
    ['$(', ')', `$(\${var.image})`],
  ])('%p before and %p after it', (before, after, synthesized) => {
    expect(synthesize(`${before}${reference}${after}`)).toBe(synthesized);
  });

  test('is unchanged when its literals are harmless', () => {
    const text = `a ${reference} b`;
    expect(requireText(stack, 'text', text)).toBe(text);
  });

  test('keeps functions and lazy values', () => {
    const lazy = Lazy.stringValue({ produce: () => reference });
    expect(synthesize(`\${a} ${Fn.upper(reference)} ${lazy}`)).toBe(`$\${a} \${upper(var.image)} \${var.image}`);
  });

  test('can be part of another text', () => {
    const inner = requireText(stack, 'text', `$${reference}`);
    expect(synthesize(`%{ ${inner}`)).toBe(`%%{ \${"$"}\${var.image}`);
  });

  test('is escaped for the stack that reads the reference of another', () => {
    const app = new App();
    const [one, other] = ['one', 'other'].map((id) => new TerraformStack(app, id)) as [TerraformStack, TerraformStack];
    const { stringValue } = new TerraformVariable(one, 'image', { type: 'string' });
    new TerraformOutput(other, 'text', { value: requireText(other, 'text', `\${a} ${stringValue}`) });
    app.synth();
    expect(Synthesized.from(other).json.output.text.value).toMatch(/^\$\$\{a\} \$\{data\.terraform_remote_state\.\S+\}$/);
  });
});

test('each text of a list is escaped, and a list that is a token stays one', () => {
  expect(requireTexts(stack, 'texts', [`\${a}`, 'b'])).toEqual([`$\${a}`, 'b']);
  const list = Token.asList(Fn.split(',', reference));
  expect(requireTexts(stack, 'texts', list)).toEqual(list);
});

test.each([
  ['a\0b', `'text' must be a text of Unicode characters other than NUL, got "a\\u0000b" (at staging)`],
  ['a\ud83d', `'text' must be a text of Unicode characters other than NUL, got "a\\ud83d" (at staging)`],
  ['\ufeffa', `'text' must not begin with a byte order mark, got "\ufeffa" (at staging)`],
  [`\${TfToken[TOKEN.99999]}`, `'text' must have tokens of this app only, got '\${TfToken[TOKEN.99999]}' (at staging)`],
  [8080, "'text' must be a text, got 8080 (at staging)"],
  [undefined, "'text' must be a text, got undefined (at staging)"],
  [null, "'text' must be a text, got null (at staging)"],
])('fails for %p', (text, message) => {
  expect(() => requireText(stack, 'text', text as string)).toThrow(message);
});

describe('an identifier', () => {
  const PATH = /^\/\S*$/;

  test.each([`/\${file("a")}`, '/%{a}', `/$\${a}`])('must not be %p, which its pattern admits', (text) => {
    const message = `'path' must be a path, without '\${' and '%{', got '${text}' (at staging)`;
    expect(() => requireMatch(stack, 'path', text, PATH, 'a path')).toThrow(message);
  });

  test.each([`\${file("a")}`, '%{ if a }', '$', `'`, '"', '`', '\\', '\n', '\u2028', '\0'])('must not have %p beside a token', (text) => {
    const rule = "without '$', '%{', quotes, backslashes and control characters beside a reference";
    expect(() => requireMatch(stack, 'path', `${text}${reference}`, PATH, 'a path')).toThrow(
      `'path' must be a path, ${rule}, got '${text}`,
    );
    expect(() => requireMatch(stack, 'path', `${reference}${text}`, PATH, 'a path')).toThrow(rule);
    expect(() => requireOneOf(stack, 'path', `${reference}${text}`, ['a'])).toThrow(rule);
  });

  test('may be a token, alone or beside other characters', () => {
    for (const text of [reference, `/a-${reference}_b.c/${reference}`])
      expect(requireMatch(stack, 'path', text, PATH, 'a path')).toBe(text);
  });
});
