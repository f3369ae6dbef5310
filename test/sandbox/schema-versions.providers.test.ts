import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Sandbox } from '../../lib/sandbox';
import { Bindings, PROVIDER_NAMES, readProviderVersion } from '../../lib/sandbox/bindings';
import { findSchemaVersion } from '../../lib/sandbox/schema-versions';
import { terraformBinary } from '../../lib/terraform/cli';
import type { ProviderSchemas } from '../../scripts/compare-schemas';

// Without the plugins this fails: nothing else runs these tests than `npm run test:providers`, which is for machines that have them.

const folder = mkdtempSync(join(tmpdir(), 'schema-versions-'));
afterAll(() => rmSync(folder, { recursive: true }));

const { TF_REATTACH_PROVIDERS, TF_CLI_CONFIG_FILE, ...environment } = process.env;

const terraform = (cwd: string, ...args: string[]): string =>
  execFileSync(terraformBinary(), args, {
    cwd,
    env: { ...environment, CHECKPOINT_DISABLE: '1', GOOGLE_OAUTH_ACCESS_TOKEN: 'none: no API is called' },
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
  });

test('the schema version of each resource type is that of the real provider', () => {
  const required = Object.fromEntries(
    PROVIDER_NAMES.map((name) => [name, { source: `hashicorp/${name}`, version: readProviderVersion(name) }]),
  );
  writeFileSync(join(folder, 'main.tf.json'), JSON.stringify({ terraform: { required_providers: required } }));
  terraform(folder, 'init', '-input=false');
  const { provider_schemas }: ProviderSchemas = JSON.parse(terraform(folder, 'providers', 'schema', '-json'));
  const real = Object.assign({}, ...Object.values(provider_schemas).map(({ resource_schemas }) => resource_schemas));
  const bindings = new Bindings();
  const types = PROVIDER_NAMES.flatMap((name) => bindings.resourceTypes(name)).filter((type) => type in real);
  expect(types.length).toBeGreaterThan(1000);
  expect(types.filter((type) => findSchemaVersion(type) !== (real[type].version ?? 0))).toEqual([]);
});

test('the real providers read the state of an environment that was deployed in the sandbox', async () => {
  const output = join(folder, 'cdktf.out');
  execFileSync(process.execPath, [join(__dirname, '../../dist/environments/main.js')], {
    env: { ...process.env, CDKTF_OUTDIR: output },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const stack = join(output, 'stacks', 'staging');
  const sandbox = await Sandbox.start({ directory: join(folder, 'sandbox') });
  await sandbox.apply(stack);
  await sandbox.stop();

  const [bucket] = readdirSync(join(folder, 'sandbox', 'states'));
  const [object] = readdirSync(join(folder, 'sandbox', 'states', bucket!));
  const real = join(folder, 'real');
  cpSync(stack, real, { recursive: true });
  writeFileSync(join(real, 'test_override.tf.json'), JSON.stringify({ terraform: { backend: { local: {} } } }));
  writeFileSync(join(real, 'terraform.tfstate'), readFileSync(join(folder, 'sandbox', 'states', bucket!, object!)));
  terraform(real, 'init', '-input=false');
  terraform(real, 'plan', '-refresh=false', '-input=false', '-out=plan');
  const { resource_changes } = JSON.parse(terraform(real, 'show', '-json', 'plan'));
  const changed = (resource_changes as { address: string; change: { actions: string[] } }[]).filter(
    ({ change }) => !['no-op', 'update'].includes(change.actions.join()),
  );
  expect(changed.map(({ address }) => address)).toEqual([]);
});
