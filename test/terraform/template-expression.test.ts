// biome-ignore-all lint/suspicious/noTemplateCurlyInString: templates of Terraform
import { readTemplate } from '../../lib/terraform/template-expression';

const read = (text: string): { calls: readonly string[]; references: string[] } => {
  const { calls, references } = readTemplate(text);
  const format = ({ root, path }: (typeof references)[number]): string =>
    root +
    path
      .map((step) => {
        if (typeof step === 'string') return `.${step}`;
        return step === undefined ? '[?]' : `[${JSON.stringify(typeof step === 'number' ? step : step.key)}]`;
      })
      .join('');
  return { calls, references: references.map(format) };
};

const inExpression = (expression: string): ReturnType<typeof read> => read(`\${${expression}}`);

test.each([
  'a file (of ours)',
  '$${file("x")}',
  '%%{ if file("x") }',
  '$$${file("x")} and $$$${file("x")}',
  'costs 5$ or 5%, { and }',
  '#!/bin/sh\necho $HOME $$ /* file("x") */',
  '',
])('reads no code in the text %j', (text) => {
  expect(read(text)).toEqual({ calls: [], references: [] });
});

test.each<[string, string[], string[]]>([
  ['google_compute_network.Main.id', [], ['google_compute_network.Main.id']],
  ['a.b[0].c["k"].d.1.e', [], ['a.b[0].c["k"].d[1].e']],
  ['a . b\n[ 0 ]', [], ['a.b[0]']],
  ['a.b[*].c', [], ['a.b[?].c']],
  ['a.b.*.c', [], ['a.b[?].c']],
  ['a.b[local.i].c', [], ['local.i', 'a.b[?].c']],
  ['a.b["x\\u0061"]', [], ['a.b[?]']],
  ['a.b["x${var.c}"]', [], ['var.c', 'a.b[?]']],
  ['(a.b).c', [], ['a.b']],
  ['file("x")', ['file'], []],
  ['file\n("x")', ['file'], []],
  ['file \t\r\n (a)', ['file'], ['a']],
  ['core::file("x")', ['core::file'], []],
  ['provider :: google :: x(1)', ['provider::google::x'], []],
  ['"file(1) ${upper(file("x"))}"', ['upper', 'file'], []],
  ['"a\\" ${b} $${c} %%{d}"', [], ['b']],
  ['[for k, v in a : upper(v) if k != b]', ['upper'], ['a', 'b']],
  ['{for k in a : k => f(k)...}', ['f'], ['a']],
  ['[for v in v : v.x]', [], ['v']],
  ['{ file = 1, "${a}" = b, (c) : d\n e = f }', [], ['a', 'b', 'c', 'd', 'f']],
  ['{ file(1) = 2 }', ['file'], []],
  ['a ? b : -c + !d', [], ['a', 'b', 'c', 'd']],
  ['f(a...)', ['f'], ['a']],
  ['~ a ~', [], ['a']],
  ['true ? null : 1.5e3', [], []],
  ['ünï.x-y', [], ['ünï.x-y']],
])('reads the functions and references of ${%s}', (expression, calls, references) => {
  expect(inExpression(expression)).toEqual({ calls, references });
});

test('reads references between literal texts', () => {
  expect(read('https://${a.b}/x/${~ c ~}$${d}')).toEqual({ calls: [], references: ['a.b', 'c'] });
});

test.each([
  ['a comment', 'file/**/("x")'],
  ['a line comment', 'file #x\n("x")'],
  ['another line comment', 'file //x\n("x")'],
  ['a heredoc', '<<EOT\nx\nEOT\n'],
  ['a directive in a quoted text', '"%{ if true }x%{ endif }"'],
  ['an unknown escape sequence', '"\\${file("x")}"'],
  ['a text over two lines', '"a\nb"'],
  ['an open bracket', 'a[0'],
  ['a closing bracket', 'a)'],
  ['a bracket of another kind', '(a]'],
  ['two values', 'a b'],
  ['nothing', ''],
  ['a number that is none', '1.2.3'],
  ['two indexes in the former syntax', 'a.0.1'],
  ['a splat in a splat', 'a.*.b.*'],
  ['another character', 'a;b'],
  ['a space that is none', 'file\u00a0("x")'],
  ['a character without width', 'fi\u200dle("x")'],
  ['a carriage return', 'file\r("x")'],
  ['deep nesting', `${'('.repeat(200)}a${')'.repeat(200)}`],
  ['deep nesting of signs', `${'-'.repeat(50_000)}a`],
  ['deep nesting of conditions', 'a?'.repeat(50_000)],
  ['deep nesting of texts', '"${'.repeat(50_000)],
  ['deep nesting of keys', `${'a["${'.repeat(99)}b`],
])('fails on %s', (_, expression) => {
  expect(() => inExpression(expression)).toThrow(expect.objectContaining({ name: 'TemplateSyntaxError' }));
});

test.each(['%{ if true }x%{ endif }', '%{', '${a', '${', '${a}${', '$%{x}', '${a ~ }'])('fails on the text %j', (text) => {
  expect(() => readTemplate(text)).toThrow(expect.objectContaining({ name: 'TemplateSyntaxError' }));
});
