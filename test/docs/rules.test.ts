import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { RULES } from '../../lib/guard';
import { POLICY_RULES } from '../../lib/policy/reading';
import { UNSUPPORTED_CHECKS } from '../../lib/policy/unsupported-checks';

const cell = (text: string): string => text.replace(/\|/g, '\\|');

const table = (heads: readonly string[], rows: readonly (readonly string[])[]): string =>
  [heads, heads.map(() => '---'), ...rows.map((row) => row.map(cell))].map((row) => `| ${row.join(' | ')} |`).join('\n');

const SEVERITIES = { refuse: 'refuses', warn: 'warns' } as const;

/** Tables of each guide, by the name of the comments around them. */
const TABLES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'docs/guard.md': {
    rules: table(
      ['rule', 'severity', 'condition', 'reason', 'remediation', 'acknowledgement'],
      RULES.map(({ id, severities, title, why, remediation, canBeAcknowledged }) => [
        `\`${id}\``,
        severities.map((severity) => SEVERITIES[severity]).join(' or '),
        title,
        why,
        remediation,
        !severities.includes('refuse') ? 'not needed' : canBeAcknowledged === false ? 'not possible' : `\`rule: '${id}'\``,
      ]),
    ),
  },
  'docs/policy.md': {
    rules: table(
      ['rule', 'severity', 'requirement', 'reason', 'remediation', 'other rule sets'],
      POLICY_RULES.map(({ id, severity, title, why, remediation, sources }) => [
        `\`${id}\``,
        severity,
        title,
        why,
        remediation,
        sources.join(', ') || 'none',
      ]),
    ),
    unsupported: table(['check', 'reason'], Object.entries(UNSUPPORTED_CHECKS)),
  },
};

function update(guide: string, tables: Readonly<Record<string, string>>): string {
  return Object.entries(tables).reduce(
    (text, [name, rows]) =>
      text.replace(new RegExp(`<!-- ${name} -->[\\s\\S]*<!-- /${name} -->`), () => `<!-- ${name} -->\n${rows}\n<!-- /${name} -->`),
    guide,
  );
}

const read = (guide: string): string => readFileSync(path.join(__dirname, '../..', guide), 'utf8');

test.each(Object.entries(TABLES))('%s lists the rules of the code; UPDATE_DOCS=1 writes them', (guide, tables) => {
  if (process.env.UPDATE_DOCS === '1') writeFileSync(path.join(__dirname, '../..', guide), update(read(guide), tables));
  const text = read(guide);
  for (const name of Object.keys(tables)) expect(text).toContain(`<!-- ${name} -->`);
  expect(text).toBe(update(text, tables));
});

test.each([
  ['docs/guard.md', RULES],
  ['docs/policy.md', POLICY_RULES],
])('the example of %s names an existing rule', (guide, rules) => {
  const [, rule] = /rule: '([\w-]+)',\n/.exec(read(guide))!;
  expect(rules.map(({ id }) => id)).toContain(rule);
});

test('the guide to the policy counts its rules', () => {
  expect(/checks the stack against (\d+) rules/.exec(read('docs/policy.md'))?.[1]).toBe(String(POLICY_RULES.length));
});
