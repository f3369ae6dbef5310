import { mkdirSync, writeFileSync } from 'node:fs';
import { type CommandLines, type Outcome, Workplace } from './workplace';

/** Files in the project, malformed or of another kind than any command expects. */
const FILES: Readonly<Record<string, string>> = {
  'half.json': '{"a": [1, ',
  'empty.json': '',
  'binary.json': '\u0000\u0001\ufffd',
  'null.json': 'null',
  'number.json': '7',
  'list.json': '[1, null, "x"]',
  'object.json': '{"a": {"b": null}}',
  'future.json': '{"format_version":"9.0","resource_changes":[]}',
  'odd-plan.json': '{"format_version":"1.2","terraform_version":"1.11.4","resource_changes":[null, 7, {"address": 1}],"configuration":[]}',
  'odd-stack.json': '{"resource": {"google_compute_firewall": {"A": [7], "B": null, "C": "x"}, "google_compute_instance": 3}, "data": []}',
  'throws.js': 'throw new Error("on purpose");',
  'nothing.js': 'exports.other = [];',
  'acknowledgements.ts': 'export const acknowledgements = [];',
  'report.md': 'all is well',
};

/** Files in the project whose bytes are not UTF-8. */
const BYTES: Readonly<Record<string, Buffer>> = {
  'mark.json': Buffer.from('\ufeff{"a": 1}'),
  'utf16.json': Buffer.from('\ufeff{"a": 1}', 'utf16le'),
  'latin1.json': Buffer.from('{"a": "\u00e9"}', 'latin1'),
  'zip.json': Buffer.from([0x50, 0x4b, 0x03, 0x04, 0xff, 0x00]),
};

/** Synthesized outputs in the project, by the text of their manifest. */
const OUTPUTS: Readonly<Record<string, string>> = {
  'out-half': '{',
  'out-null': 'null',
  'out-list': '[]',
  'out-odd': '{"version":"1","stacks":{"staging":null}}',
  'out-stack-null': '{"version":"1","stacks":{"staging":{"synthesizedStackPath":"cdk.tf.json"}}}',
  'out-lost': '{"version":"1","stacks":{"staging":{"synthesizedStackPath":"stacks/staging/cdk.tf.json"}}}',
};

const OUT = ['--no-synth', '--out-dir', '../output'];
const PLAN = ['preview', 'staging', '--plan-json', 'plan.json'];
const RING = ['staging', ...OUT];

const LINES: readonly (readonly string[])[] = [
  [],
  ['nonsense'],
  ['--nonsense'],
  ['init'],
  ['init', 'Not-A-Name'],
  ['init', 'tickets', '--directory', ''],
  ['init', 'tickets', '--directory', 'nowhere/tickets'],
  ['init', 'tickets', '--directory', 'plan.json'],
  ['init', 'tickets', '--library', 'plan.json'],
  ['sandbox', '--nonsense'],
  ['sandbox', '--directory'],
  ['sandbox', '--directory', '', 'true'],
  ['sandbox', '--directory', 'plan.json/below', 'true'],
  ['sandbox', '--reset', '--directory', 'plan.json/below'],
  ['preview'],
  ['preview', 'staging', 'production', ...OUT],
  ['preview', 'nonsense', ...OUT],
  ['preview', 'constructor', ...OUT],
  ['preview', 'staging', '--nonsense'],
  ['preview', 'staging', '--html'],
  ['preview', 'staging', '--no-synth', '--out-dir', 'nowhere'],
  ['preview', 'staging', '--plan-json', 'nowhere.json'],
  ['preview', 'staging', '--plan-json', '.'],
  ...['half', 'empty', 'binary', 'null', 'number', 'list', 'object', 'future', 'odd-plan'].map((name) => [
    'preview',
    'staging',
    '--plan-json',
    `${name}.json`,
  ]),
  ['preview', 'staging', '--plan-json', '/dev/stdin'],
  [...PLAN, '--config', 'half.json'],
  [...PLAN, '--config', 'null.json'],
  [...PLAN, '--config', 'list.json'],
  [...PLAN, '--html', 'nowhere/page.html'],
  [...PLAN, '--prices', 'half.json'],
  [...PLAN, '--prices', 'object.json'],
  [...PLAN, '--acknowledgements', 'object.json'],
  [...PLAN, '--acknowledgements', 'list.json'],
  [...PLAN, '--acknowledgements', 'acknowledgements.ts'],
  [...PLAN, '--acknowledgements', 'throws.js'],
  [...PLAN, '--acknowledgements', 'nothing.js'],
  [...PLAN, '--acknowledgements', 'nowhere.js'],
  [...PLAN, '--config-only', '--base', '../output'],
  ['preview', 'staging', ...OUT, '--config', 'cdk.tf.json'],
  ['preview', 'staging', ...OUT, '--config-only'],
  ['preview', 'staging', ...OUT, '--config-only', '--base', 'no-commit'],
  ['deploy'],
  ['deploy', 'staging'],
  ['deploy', 'staging', '--bundle', ''],
  ['deploy', 'staging', '--digest', 'sha256:1234'],
  ['deploy', 'staging', '--max-age', 'soon'],
  ...['-1', '0', 'NaN', 'Infinity', '1e999', ''].map((age) => ['deploy', 'staging', '--max-age', age]),
  ['reach'],
  ['reach', 'nonsense', ...OUT],
  ['reach', 'toString', ...OUT],
  ['reach', 'staging', ...OUT, '--from', 'gateway'],
  ['reach', 'staging', ...OUT, '--from', 'nobody', '--to', 'gateway', '--port', '80'],
  ...['0', '-1', '1.5', '65536', 'NaN', 'http', 'dccp/80', ''].map((port) => [
    ...['reach', 'staging', ...OUT, '--from', 'internet', '--to', 'gateway', '--port', port],
  ]),
  ['reach', 'staging', ...OUT, '--plan', 'null.json'],
  ['reach', 'staging', ...OUT, '--plan', 'list.json'],
  ['reach', 'staging', ...OUT, '--base', 'nowhere'],
  ...Object.keys(OUTPUTS).map((folder) => ['reach', 'staging', '--no-synth', '--out-dir', folder]),
  ...['topology', 'cost', 'check', 'deploy'].map((verb) => [
    verb,
    'staging',
    ...(verb === 'check' || verb === 'deploy' ? [] : ['--no-synth']),
    ...(verb === 'deploy' ? ['--bundle'] : ['--out-dir']),
    'out-stack-null',
  ]),
  ['cassandra', 'status', 'staging', '--no-synth', '--out-dir', 'out-stack-null'],
  ['topology', 'nonsense', ...OUT],
  ['topology', 'staging', ...OUT, '--output', ''],
  ['topology', 'staging', ...OUT, '--output', 'nowhere/picture.svg'],
  ['cost'],
  ['cost', 'nonsense', ...OUT],
  ['cost', 'staging', ...OUT, '--prices', 'nowhere.json'],
  ['cost', 'staging', ...OUT, '--prices', 'null.json'],
  ['cost', 'staging', ...OUT, '--prices', 'list.json'],
  ['check'],
  ['check', 'nowhere.json'],
  ['check', '.'],
  ['check', 'plan.json'],
  ...['half', 'null', 'number', 'list'].map((name) => ['check', `${name}.json`]),
  ['guard'],
  ['guard', '--plan-json', 'half.json'],
  ['guard', '--plan-json', 'plan.json', '--config', 'half.json'],
  ...['list', 'object', 'plan'].map((name) => ['guard', '--plan-json', 'plan.json', '--config', `${name}.json`]),
  ['guard', '--plan-json', 'plan.json', '--base', 'half.json'],
  ['guard', '--plan-json', 'plan.json', '--base', 'number.json'],
  ['guard', '--plan-json', 'plan.json', '--acknowledgements', 'null.json'],
  ...['null', 'number', 'list', 'object', 'empty', 'binary', 'mark', 'utf16', 'latin1', 'zip'].map((name) => [
    ...['guard', '--plan-json', `${name}.json`],
  ]),
  ['guard', '--plan-json', 'plan.json/below'],
  ['guard', '--plan-json', '.'],
  ['guard', '--plan-json', 'plan.json', '--plan-json', 'nowhere.json'],
  ...Object.keys(BYTES).flatMap((file) => [
    ['check', file],
    ['cost', 'staging', ...OUT, '--prices', file],
    [...PLAN, '--config', file],
  ]),
  ['deploy', 'nosuch'],
  ['deploy', '__proto__'],
  ['preview', '__proto__', ...OUT],
  ['reach', '__proto__', ...OUT],
  ['topology', 'constructor', ...OUT],
  ['cost', '__proto__', ...OUT],
  ['check', '__proto__', '--out-dir', '../output'],
  ['cassandra', 'status', '__proto__', ...OUT],
  ['cassandra', 'status', ...RING, '--ring', '__proto__'],
  ['topology', 'staging', ...OUT, '--output', 'plan.json/picture.svg'],
  ['topology', 'staging', ...OUT, '--output', '.'],
  ['topology', 'staging', ...OUT, '--output', '-'],
  [...PLAN, '--html', '-'],
  ['artifact', 'pack', ...OUT, '--out', '-'],
  [...PLAN, '--html', 'plan.json/page.html'],
  [...PLAN, '--prices', '.'],
  [...PLAN, '--prices', 'plan.json/below'],
  ['artifact', 'pack', ...OUT, '--out', 'plan.json/below'],
  ['init', '__proto__'],
  ['init', 'tickets', '--directory', 'plan.json/below'],
  ['init', 'tickets', '--library', 'zip.json'],
  ['init', 'tickets', '--library', '.'],
  ['init', 'tickets', '--library', 'nowhere.tgz'],
  ['sandbox', '--directory', 'plan.json', 'true'],
  ['artifact'],
  ['handover', 'check', '--head', 'nowhere', '--base', '../output'],
  ['artifact', 'pack'],
  ['artifact', 'pack', ...OUT, '--out', ''],
  ['artifact', 'verify', '--head', '../output'],
  ['artifact', 'verify', '--head', 'nowhere', '--base', '../output'],
  ['artifact', 'verify', '--head', 'out-null', '--base', '../output'],
  ['artifact', 'verify', '--head', 'out-odd', '--base', '../output'],
  ['comment', '--topic', 'staging'],
  ['comment', '--topic', 'staging', '--file', 'report.md'],
  ['comment', '--topic', 'staging', '--file', 'report.md', '--head', 'a:b'],
  ...['0', '-1', '1.5', 'NaN', 'first'].map((number) => ['comment', '--topic', 'staging', '--file', 'report.md', '--pull-request', number]),
  ...['-1', 'NaN', 'Infinity', 'soon'].map((wait) => [
    ...['comment', '--topic', 'staging', '--file', 'report.md', '--pull-request', '1', '--max-wait', wait],
  ]),
  ['comment', '--topic', 'staging', '--file', '.', '--pull-request', '1'],
  ['comment', '--topic', 'staging', '--file', 'nowhere.md', '--pull-request', '1'],
  ['cassandra'],
  ['cassandra', 'nonsense', 'staging'],
  ['cassandra', 'status'],
  ['cassandra', 'status', 'nonsense', ...OUT],
  ['cassandra', 'status', ...RING, '--ring', 'nonsense'],
  ['cassandra', 'init-secrets', ...RING, '--address', 'b'],
  ['cassandra', 'init-secrets', ...RING, '--address', 'b=10.0.0.300'],
  ['cassandra', 'init-secrets', ...RING, '--address', 'z=10.0.0.3'],
  ['cassandra', 'renew-secrets', ...RING, '--ca', '--node', 'b'],
  ['cassandra', 'renew-secrets', ...RING, '--node', 'z'],
  ...['0', '-1', 'NaN', 'Infinity', '1e999', 'soon', ''].flatMap((timeout) =>
    ['rolling-restart', 'rollout'].map((verb) => ['cassandra', verb, ...RING, '--timeout', timeout]),
  ),
  ['cassandra', 'rolling-restart', ...RING, '--since', ''],
  ['cassandra', 'rolling-restart', ...RING, '--since', 'yesterday'],
  ['cassandra', 'rolling-restart', ...RING, '--since', '2999-01-01T00:00:00Z'],
  ['cassandra', 'rollout', ...RING, '--acknowledgements', 'nowhere.json'],
  ['cassandra', 'replace', 'staging'],
  ['cassandra', 'replace', 'staging', 'z', ...OUT],
  ['cassandra', 'replace', 'staging', 'constructor', ...OUT],
  ['cassandra', 'renew-superuser', ...RING, '--ring', 'nonsense'],
  ...['orders', 'shop.orders.more', '.', "shop.'", ''].map((name) => ['cassandra', 'restore', ...RING, '--yes', '--table', name]),
  ...['shop.orders', '..', ''].map((name) => ['cassandra', 'restore', ...RING, '--yes', '--keyspace', name]),
  ['cassandra', 'restore', ...RING, '--yes', '--keyspace', 'shop', '--table', 'shop.orders'],
  ['cassandra', 'restore', ...RING, '--yes', '--keyspace', 'shop', '--as', 'shop.other'],
  ['cassandra', 'restore', ...RING, '--yes', '--as', 'shop.other'],
  ['cassandra', 'restore', ...RING, '--yes', '--keyspace', 'system_auth'],
  ['cassandra', 'restore', ...RING, '--table', 'shop.orders'],
  ['cassandra', 'release', ...RING, '--except', 'z'],
  ['cassandra', 'rebuild', ...RING],
  ['cassandra', 'rebuild', ...RING, '--yes'],
  ['cassandra', 'rebuild', ...RING, '--dry-run', '--node', 'b'],
  ['cassandra', 'recover', ...RING],
  ['cassandra', 'recover', ...RING, '--disk', 'a', '--snapshot', 'b'],
  ['cassandra', 'recover', ...RING, '--disk', 'a', '--partial'],
  ['cassandra', 'recover', ...RING, '--disk', 'a', '--into', 'z', '--dry-run'],
  ['vm'],
  ['vm', 'nonsense'],
  ['vm', 'console'],
  ['vm', 'list', '--directory', 'nowhere'],
  ['vm', 'exec', '--directory', 'nowhere', 'staging-cassandra-b', 'true'],
  ['vm', 'power-off', '--directory', 'plan.json', 'staging-cassandra-b'],
];

/** Plans that the guard does not understand: its verdict is its result, and goes to standard output. */
const VERDICTS: readonly (readonly string[])[] = ['odd-plan', 'future'].map((name) => ['guard', '--plan-json', `${name}.json`]);

/** Nothing is asked that answers: what goes on although it is wrong fails with a sentence about that. */
const ENVIRONMENT = {
  GITHUB_TOKEN: 'none',
  GITHUB_REPOSITORY: 'a/b',
  GITHUB_API_URL: 'http://127.0.0.9:9',
  GOOGLE_OAUTH_ACCESS_TOKEN: 'none',
  CLOUDSDK_API_ENDPOINT_OVERRIDES_SECRETMANAGER: 'http://127.0.0.9:9',
};

let place: Workplace;
let program: CommandLines;

beforeAll(async () => {
  place = Workplace.make();
  mkdirSync(place.at('tmp'));
  for (const [name, text] of Object.entries(FILES)) place.write(`project/${name}`, text);
  for (const [name, bytes] of Object.entries(BYTES)) writeFileSync(place.at(`project/${name}`), bytes);
  for (const [name, manifest] of Object.entries(OUTPUTS)) {
    mkdirSync(place.at(`project/${name}`));
    place.write(`project/${name}/manifest.json`, manifest);
    place.write(`project/${name}/cdk.tf.json`, 'null');
  }
  program = await place.commandLines({ ...ENVIRONMENT, TMPDIR: place.at('tmp') });
});

afterAll(() => {
  program?.end();
  place?.remove();
});

/** Progress of commands, above the sentence that ends them. */
const PROGRESS = /^(?:(?:synth|report|checking the bundle|secrets of .*:)\n)*/;

/** Usage, for a command without its subcommand, or one sentence. */
const SENTENCE = /^(?:Usage: gke-platform [\s\S]*|[^\n]+ [^\n]+\n)$/;

/** Findings of a check, one per line. */
const REFUSALS = /^(?:refused: [^\n]*\n)+$/;

function expectRefusal({ status, stdout, stderr, left }: Outcome): void {
  const sentence = stderr.replace(PROGRESS, '');
  expect(stderr).not.toMatch(/\n\s+at |node:internal|(?:Type|Range|Reference|Syntax|Internal)Error|Warning/);
  expect({ status, stdout, sentence, left }).toEqual({
    status: status === 2 ? 2 : 1,
    stdout: '',
    sentence: expect.stringMatching(status === 2 && REFUSALS.test(sentence) ? REFUSALS : SENTENCE),
    left: [],
  });
}

test.each(LINES.map((line) => [line.join(' '), line] as const))(
  "'%s' fails with one sentence, and leaves nothing behind",
  async (_, line) => {
    expectRefusal(await program.run(line));
  },
);

test.each(VERDICTS.map((line) => [line.join(' '), line] as const))("'%s' is refused by the guard", async (_, line) => {
  expect(await program.run(line)).toMatchObject({
    status: 2,
    stdout: expect.stringMatching(/^refused unknown-plan: /),
    stderr: '',
    left: [],
  });
});

describe('every command', () => {
  test('is found in the program', () => {
    expect(program.commands.map(({ words }) => words.join(' '))).toEqual(
      expect.arrayContaining(['preview', 'cassandra status', 'vm power-off']),
    );
  });

  test('fails for an unknown option', async () => {
    for (const { words } of program.commands) expectRefusal(await program.run([...words, '--nonsense']));
  });

  test('fails for an option without its value', async () => {
    for (const { words, options } of program.commands) for (const option of options) expectRefusal(await program.run([...words, option]));
  });

  test.each(['plan.json/below', '.', '__proto__', 'zip.json', '-'])("fails with '%s' in any option", async (value) => {
    for (const { words, options, required } of program.commands) {
      // They run without an argument, and a repository can have any name of a folder.
      if (['sandbox', 'vm list'].includes(words.join(' '))) continue;
      if (value === '__proto__' && words.join() === 'init') continue;
      const names = Array.from({ length: required }, () => 'nonsense');
      for (const option of options) expectRefusal(await program.run([...words, ...names, option, value]));
    }
  });

  test('fails for a missing or an extra argument', async () => {
    for (const { words, required, isVariadic } of program.commands) {
      const names = Array.from({ length: required }, () => 'nonsense');
      if (required > 0) expectRefusal(await program.run([...words, ...names.slice(1)]));
      if (!isVariadic) expectRefusal(await program.run([...words, ...names, 'nonsense']));
    }
  });
});
