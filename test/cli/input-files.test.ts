import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const command = path.join(__dirname, '../../dist/lib/cli/main.js');
const PLAN = JSON.stringify({
  format_version: '1.2',
  terraform_version: '1.11.4',
  planned_values: { root_module: {} },
  resource_changes: [],
});
const STACK = JSON.stringify({ resource: { google_compute_network: { Main: { name: 'main', auto_create_subnetworks: false } } } });
const MANIFEST = JSON.stringify({ stacks: { main: { synthesizedStackPath: 'main.json' } } });

/** Commands that read a file, by the kind of the file. */
const READERS: readonly (readonly [file: 'plan' | 'stack', command: string])[] = [
  ['plan', 'guard --plan-json FILE'],
  ['plan', 'preview main --no-bundle --plan-json FILE'],
  ['plan', 'reach main --no-synth --out-dir out --plan FILE'],
  ['stack', 'guard --plan-json plan.json --config FILE'],
  ['stack', 'preview main --plan-json plan.json --config FILE'],
  ['stack', 'check FILE'],
];

describe('files that users name', () => {
  let folder: string;

  beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'inputs '));
    const write = (name: string, content: string | Buffer) => writeFileSync(path.join(folder, name), content);
    mkdirSync(path.join(folder, 'out'));
    write('plan.json', PLAN);
    write('out/main.json', STACK);
    write('out/manifest.json', MANIFEST);
    for (const [kind, text] of Object.entries({ plan: PLAN, stack: STACK })) {
      write(`${kind}-utf16.json`, Buffer.from(`\ufeff${text}`, 'utf16le'));
      write(`${kind}-zip.json`, Buffer.from('PK\x03\x04tfplan', 'latin1'));
      write(`${kind}-wrapper.json`, `[command]/bin/terraform-bin show -json\n${text}`);
      write(`${kind}-state.json`, JSON.stringify({ version: 4, serial: 1, lineage: 'x', resources: [] }));
    }
  });

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const run = (line: string, file: string) =>
    spawnSync(process.execPath, [command, ...line.split(' ').map((word) => (word === 'FILE' ? file : word))], {
      cwd: folder,
      encoding: 'utf8',
    });

  test.each(READERS)('a %s in UTF-16 is read by %s', (kind, line) => {
    expect(run(line, `${kind}-utf16.json`)).toMatchObject({ status: 0 });
  });

  test.each(READERS)('another output instead of a %s is refused by %s, with the file and the command to run', (kind, line) => {
    const [zip, wrapper, state] = ['zip', 'wrapper', 'state'].map((name) => `${kind}-${name}.json`) as [string, string, string];
    expect(run(line, zip)).toMatchObject({ status: 1, stderr: expect.stringMatching(`'${zip}'.*: run terraform show -json`) });
    expect(run(line, wrapper)).toMatchObject({ status: 1, stderr: expect.stringMatching(`'${wrapper}'.*: run terraform-bin`) });
    const { status, stderr } = run(line, state);
    expect({ status, stderr }).toEqual({ status: 1, stderr: expect.stringMatching(`^'${state}'.* (state|stack)`) });
    if (kind === 'plan') expect(stderr).toContain('but a state: run terraform plan');
  });
});
