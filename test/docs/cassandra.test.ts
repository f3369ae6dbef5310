import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { startupScript } from '../../lib/cassandra/boot/startup-script';
import { CONFIGURATION } from '../cassandra/node-configuration';
import { renderedNode } from '../cassandra/rendered-node';
import { RingStack } from '../cassandra/ring-stack';

const file = path.join(__dirname, '../../docs/cassandra.md');
const golden = path.join(__dirname, '../cassandra/golden/staging-b');
const script = startupScript(CONFIGURATION);

/** Files whose settings the guide explains one by one. */
const EXPLAINED = [
  'etc/cassandra/cassandra.yaml',
  'etc/cassandra/jvm-server.options',
  'etc/systemd/system/cassandra.service',
  'etc/systemd/system/cassandra.service.d/limits.conf',
  'etc/sysctl.d/60-cassandra.conf',
  'etc/udev/rules.d/99-cassandra-read-ahead.rules',
  'etc/chrony/chrony.conf',
];

/** Settings and the comment above them, as a table: a reason holds until a blank line or the next one. */
function explained(name: string): string {
  const rows: { reason: string; settings: string[] }[] = [];
  let fresh = true;
  for (const line of readFileSync(path.join(golden, name), 'utf8').split('\n')) {
    if (line.startsWith('#')) {
      if (fresh || rows.at(-1)!.settings.length > 0) rows.push({ reason: line.slice(2), settings: [] });
      else rows.at(-1)!.reason += ` ${line.slice(2)}`;
      fresh = false;
    } else if (line.trim() === '' || line.startsWith('[')) {
      fresh = true;
    } else {
      if (fresh) rows.push({ reason: '', settings: [] });
      fresh = false;
      if (/^\s/.test(line)) {
        const before = rows.at(-1)!.settings.pop()!;
        rows.at(-1)!.settings.push(`${before}${before.endsWith(':') ? ' ' : '; '}${line.trim().replace(/^- /, '')}`);
      } else rows.at(-1)!.settings.push(line);
    }
  }
  return [
    `\`/${name}\`:`,
    '',
    '| setting | why |',
    '|---|---|',
    ...rows.map(
      ({ reason, settings }) => `| ${settings.map((setting) => `\`${setting.replaceAll('|', '\\|')}\``).join('<br>')} | ${reason} |`,
    ),
  ].join('\n');
}

const between = (text: string, name: string): RegExp => {
  const pattern = new RegExp(`<!-- ${name} -->\\n([\\s\\S]*)<!-- /${name} -->`);
  expect(text).toMatch(pattern);
  return pattern;
};
const guide = () => readFileSync(file, 'utf8');
const firstColumn = (name: string): string[] =>
  [
    ...between(guide(), name)
      .exec(guide())![1]!
      .matchAll(/^\| `(.*?)` \|/gm),
  ].map(([, cell]) => cell!);

test('the settings of the guide are those of the files; UPDATE_DOCS=1 writes them', () => {
  const current = (text: string) =>
    text.replace(between(text, 'settings'), () => `<!-- settings -->\n${EXPLAINED.map(explained).join('\n\n')}\n<!-- /settings -->`);
  if (process.env.UPDATE_DOCS === '1') writeFileSync(file, current(guide()));
  expect(guide()).toBe(current(guide()));
});

test('each setting has its reason', () => {
  const lines = EXPLAINED.map(explained).join('\n').split('\n');
  const bare = lines.filter((line) => / \| {1,2}\|$/.test(line));
  expect(bare).toEqual([]);
});

test('the guide names every file that is on a node', () => {
  const missing = [...renderedNode(script, 8000).keys()].filter(
    (name) => !guide().includes(`\`/${name}\``) && !guide().includes(`\`${path.basename(name)}\``),
  );
  expect(missing).toEqual([]);
});

test('the guide names the phases in their order', () => {
  expect(firstColumn('phases')).toEqual([...script.matchAll(/^phase (\w+)$/gm)].map(([, phase]) => phase));
});

test('the guide lists a remediation for every refusal, and for no other message', () => {
  const sentences = [...script.matchAll(/\brefuse(?:_disk|_for_now)? [a-z-]+ (["'])(.*)\1/g)]
    .map(([, , text]) => text!)
    .map((text) => text.replace(/^\$2/, 'secret $name cannot be read (HTTP $status)').replace(/\$\([^)]*\)|\$\w+/g, '…'))
    // A sentence that is passed on stands where it is made.
    .filter((text) => text !== '…');
  expect(sentences.length).toBeGreaterThan(20);
  expect(firstColumn('refusals').sort()).toEqual([...new Set(sentences)].sort());
});

test('the defaults of the props are those of a ring', () => {
  const ring = new RingStack().addRing() as unknown as Record<string, unknown>;
  const rows = [
    ...between(guide(), 'props')
      .exec(guide())![1]!
      .matchAll(/^\| `(\w+)` \| `(.*?)` \|/gm),
  ].map(([, prop, value]) => [prop!, value!]);
  expect(rows.length).toBeGreaterThan(10);
  expect(rows).toEqual(rows.map(([prop]) => [prop, [ring[prop!]].flat().join(', ')]));
});
