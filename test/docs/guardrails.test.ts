import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { NOT_ASKED } from '../../lib/policy/not-asked';
import { POLICY_RULES } from '../../lib/policy/reading';

const file = path.join(__dirname, '../../docs/guardrails.md');

const cell = (text: string): string => text.replace(/\|/g, '\\|');

const rules = [
  '| rule | | what holds | why | the same elsewhere |',
  '|---|---|---|---|---|',
  ...POLICY_RULES.map(
    ({ id, severity, title, why, sources }) =>
      `| \`${id}\` | ${severity} | ${cell(title)} | ${cell(why)} | ${sources.join(', ') || 'only here'} |`,
  ),
].join('\n');

const notAsked = ['| | why |', '|---|---|', ...Object.entries(NOT_ASKED).map(([id, reason]) => `| ${id} | ${cell(reason)} |`)].join('\n');

/** The guide with the tables as they are in the code. */
function current(guide: string): string {
  const between = (text: string, name: string, table: string): string =>
    text.replace(new RegExp(`<!-- ${name} -->[\\s\\S]*<!-- /${name} -->`), () => `<!-- ${name} -->\n${table}\n<!-- /${name} -->`);
  return between(between(guide, 'rules', rules), 'not asked', notAsked);
}

test('the tables of the guide are those of the code; UPDATE_DOCS=1 writes them', () => {
  const guide = readFileSync(file, 'utf8');
  if (process.env.UPDATE_DOCS === '1') writeFileSync(file, current(guide));
  expect(readFileSync(file, 'utf8')).toBe(current(guide));
});

test('the guide waives a rule that there is', () => {
  const [, rule] = /rule: '([\w-]+)'/.exec(readFileSync(file, 'utf8'))!;
  expect(POLICY_RULES.map(({ id }) => id)).toContain(rule);
});

test('the guide counts the rules', () => {
  const guide = readFileSync(file, 'utf8');
  expect(/holds the stack against (\d+) rules/.exec(guide)?.[1]).toBe(String(POLICY_RULES.length));
});
