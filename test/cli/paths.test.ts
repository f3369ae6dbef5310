import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type CommandLines, Workplace } from './workplace';

let place: Workplace;
let program: CommandLines;
beforeAll(async () => {
  place = Workplace.make();
  program = await place.commandLines(GITHUB);
});
afterAll(() => {
  program?.end();
  place?.remove();
});

type Row = readonly [option: string, args: (target: string) => string[]];

const output = (): string => place.at('output');
const synthesized = (): string[] => ['--no-synth', '--out-dir', output()];
const PLAN = ['preview', 'staging', '--plan-json', 'plan.json', '--config', 'cdk.tf.json'];

/** Options that name a folder to fill, replace or remove. */
const FOLDERS: readonly Row[] = [
  ['init --directory', (target) => ['init', 'tickets', '--directory', target]],
  ['sandbox --directory', (target) => ['sandbox', '--directory', target, 'true']],
  ['sandbox --reset --directory', (target) => ['sandbox', '--reset', '--directory', target]],
  ['preview --out-dir', (target) => ['preview', 'staging', '--no-bundle', '--out-dir', target]],
  ['preview --bundle', (target) => ['preview', 'staging', '--bundle', target, ...synthesized()]],
  ['reach --out-dir', (target) => ['reach', 'staging', '--out-dir', target]],
  ['topology --out-dir', (target) => ['topology', 'staging', '--out-dir', target]],
  ['cost --out-dir', (target) => ['cost', 'staging', '--out-dir', target]],
  ['artifact pack --out', (target) => ['artifact', 'pack', ...synthesized(), '--out', target]],
  ['artifact pack --out-dir', (target) => ['artifact', 'pack', '--out', place.at('new'), '--out-dir', target]],
  ...['init-secrets', 'renew-secrets', 'status', 'rolling-restart', 'rollout', 'release', 'stop', 'start'].map(
    (verb): Row => [`cassandra ${verb} --out-dir`, (target) => ['cassandra', verb, 'staging', '--out-dir', target]],
  ),
  ['cassandra replace --out-dir', (target) => ['cassandra', 'replace', 'staging', 'b', '--out-dir', target]],
];

/** Options that name a file to write. */
const RESULTS: readonly Row[] = [
  ['preview --out', (target) => [...PLAN, '--out', target]],
  ['preview --html', (target) => [...PLAN, '--html', target]],
  ['preview --json', (target) => [...PLAN, '--json', target]],
  ['preview --sarif', (target) => [...PLAN, '--sarif', target]],
  ['topology --output', (target) => ['topology', 'staging', ...synthesized(), '--output', target]],
];

/** Options that name a file or folder to read. */
const INPUTS: readonly Row[] = [
  ['preview --plan-json', (target) => ['preview', 'staging', '--plan-json', target]],
  ['preview --config', (target) => ['preview', 'staging', '--plan-json', 'plan.json', '--config', target]],
  ['preview --acknowledgements', (target) => [...PLAN, '--acknowledgements', target]],
  ['preview --prices', (target) => [...PLAN, '--prices', target]],
  ['preview --base', (target) => ['preview', 'staging', '--config-only', ...synthesized(), '--base', target]],
  ['deploy --bundle', (target) => ['deploy', 'staging', '--bundle', target]],
  ['reach --base', (target) => ['reach', 'staging', ...synthesized(), '--base', target]],
  ['reach --plan', (target) => ['reach', 'staging', ...synthesized(), '--plan', target]],
  ['reach --no-synth --out-dir', (target) => ['reach', 'staging', '--no-synth', '--out-dir', target]],
  ['cost --prices', (target) => ['cost', 'staging', ...synthesized(), '--prices', target]],
  ['check', (target) => ['check', target]],
  ['check --out-dir', (target) => ['check', 'staging', '--out-dir', target]],
  ['guard --plan-json', (target) => ['guard', '--plan-json', target]],
  ['guard --config', (target) => ['guard', '--plan-json', 'plan.json', '--config', target]],
  ['guard --base', (target) => ['guard', '--plan-json', 'plan.json', '--base', target]],
  ['guard --acknowledgements', (target) => ['guard', '--plan-json', 'plan.json', '--acknowledgements', target]],
  [
    'artifact pack --acknowledgements',
    (target) => ['artifact', 'pack', ...synthesized(), '--out', place.at('new'), '--acknowledgements', target],
  ],
  ['artifact verify --head', (target) => ['artifact', 'verify', '--head', target, '--base', output()]],
  ['artifact verify --base', (target) => ['artifact', 'verify', '--head', output(), '--base', target]],
  ['comment --file', (target) => ['comment', '--topic', 'staging', '--pull-request', '1', '--max-wait', '1', '--file', target]],
  ['init --library', (target) => ['init', 'tickets', '--directory', place.at('new'), '--library', target]],
  ['vm --directory', (target) => ['vm', 'list', '--directory', target]],
];

const GITHUB = { GITHUB_TOKEN: 'none', GITHUB_REPOSITORY: 'a/b', GITHUB_API_URL: 'http://127.0.0.9:9' };

/** Runs the command for each target; nothing that belongs to others may change. */
async function expectRefusals(args: Row[1], targets: readonly string[], codes: readonly number[]): Promise<void> {
  const before = place.precious();
  await Promise.all(
    targets.map(async (target) => {
      const { status, stderr } = await program.run(args(place.at(target)));
      expect({ target, stderr, status: codes.includes(status ?? -1) ? 'refused' : status }).toEqual({
        target,
        stderr: expect.stringMatching(/\w+ \w+/),
        status: 'refused',
      });
      expect(stderr).not.toMatch(/\n\s+at |node:internal|Error:/);
    }),
  );
  expect(place.precious()).toEqual(before);
}

test.each(FOLDERS)('%s refuses a folder that is not its own, and does not change it', (_, args) =>
  expectRefusals(args, ['stranger', 'fifo', '.'], [2]),
);

test.each(RESULTS)('%s: fails with one sentence for a folder or a pipe without a reader', (_, args) =>
  expectRefusals(args, ['stranger', 'fifo', '.'], [1]),
);

test.each(INPUTS)('%s: fails with one sentence for unreadable input', (_, args) => expectRefusals(args, ['stranger', 'file'], [1, 2]));

test('the error for a missing output folder contains its path', async () => {
  expect(await place.run([...PLAN, '--html', place.at('missing/page.html')])).toMatchObject({
    status: 1,
    stderr: expect.stringMatching(/cannot write '.*missing\/page\.html': no such folder$/m),
  });
});

describe('an app that calls requireOutputFolder()', () => {
  const app = path.join(__dirname, '../../dist/environments/main.js');
  const synth = (target: string) => place.node([app], { CDKTF_OUTDIR: target });

  test.each(['stranger', 'file', 'fifo', '.', '..'])('does not synthesize into %s', async (name) => {
    const before = place.precious();
    const { status, stderr } = await synth(place.at(name));
    expect({ status, stderr }).toEqual({
      status: 2,
      stderr: expect.stringMatching(/^'.*' cannot be used for a synthesized output: [^\n]*\n$/),
    });
    expect(place.precious()).toEqual(before);
  });

  test('synthesizes into a new folder, the folder of an interrupted synth, and an empty one', async () => {
    mkdirSync(place.at('project/environments'));
    for (const name of ['staging', 'production']) writeFileSync(place.at(`project/environments/${name}.disks.json`), '{}');
    const folder = place.at('fresh');
    expect(await synth(folder)).toMatchObject({ status: 0, stderr: '' });
    rmSync(path.join(folder, 'manifest.json'));
    expect(await synth(folder)).toMatchObject({ status: 0, stderr: '' });
    mkdirSync(place.at('empty'));
    expect(await synth(place.at('empty'))).toMatchObject({ status: 0, stderr: '' });
  });

  test('does not accept a folder only because its single entry is named stacks', async () => {
    mkdirSync(place.at('own/stacks/compose'), { recursive: true });
    writeFileSync(place.at('own/stacks/compose/docker-compose.yml'), 'precious');
    expect(await synth(place.at('own'))).toMatchObject({ status: 2, stderr: expect.stringContaining("it holds 'stacks'") });
  });
});
