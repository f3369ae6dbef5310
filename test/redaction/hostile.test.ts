import { createReport } from '../../lib/preview/report';
import { Redaction } from '../../lib/redaction';
import { looksGenerated } from '../../lib/redaction/secret-values';
import { createChange, createPlan } from '../preview/plans';

/** Texts of a megabyte that repeat a part, on which a rule could take quadratic time. */
const PARTS = [
  'a',
  ' ',
  '=',
  ':',
  '-',
  '@',
  '"',
  '\\',
  'a=',
  'auth=',
  'password=',
  'password: ',
  'token token ',
  '-a ',
  '--password ',
  'a:a@b:80 ',
  '://a:',
  'https://a@',
  '<a>',
  '<password>',
  "'a','",
  'mysql ',
  'echo a ',
  'htpasswd -b a ',
  'mc alias set a ',
  'login: a / ',
  'machine a login b password ',
  'Bearer ',
  '-----BEGIN PRIVATE KEY-----',
  '$apr1$',
  'eyJ',
  'hooks/a/',
  'a-',
  'name: a\nvalue: ',
  'kind: Secret\ndata:\n  a: ',
  'kind: Secret\n---\n',
  'IDENTIFIED WITH a ',
  'é',
  '\u0000',
  '{{',
  '${',
  'a: |\n',
] as const;

test.each(PARTS)('a megabyte of %j is redacted', (part) => {
  const text = part.repeat(Math.ceil(1_000_000 / part.length));
  const texts = [text, `password: x\n${text}\nx: y`];
  const plan = createPlan(...texts.map((content, index) => createChange('t', `r${index}`, { after: { content } })));
  expect(createReport({ plan }).counts.add).toBe(2);
});

test('a megabyte that is marked is masked', () => {
  const text = 'a'.repeat(1_000_000);
  const plan = createPlan(createChange('t', 'a', { after: { s: text, copy: `${text.slice(1)}b` }, after_sensitive: { s: true } }));
  expect(Redaction.of(plan).text(text)).toBe('(sensitive)');
});

test('words with separators do not look generated, however many there are', () => {
  expect(looksGenerated(`${'ab-cd-ef-gh-ij-'.repeat(200)}a1!`)).toBe(true);
  expect(looksGenerated(`${'ab-cd-ef-gh-ij-'.repeat(200)}a1`)).toBe(false);
});
