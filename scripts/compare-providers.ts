import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Sandbox } from '../lib/sandbox';
import { comparePlans, type Plan } from './compare-plans';
import { compareSchemas, isBlock, type ProviderSchemas } from './compare-schemas';
import { Differences } from './differences';

// Plans both environments with the real provider plugins, where they are installed, and with the sandbox, and lists what
// the sandbox plans differently. Nothing is contacted: a plan of resources that do not exist yet asks nobody.

/** Exit codes: what was planned is the same; something differs; the real plugins are not there. */
const SAME = 0;
const DIFFERENT = 1;
const NO_PLUGINS = 3;

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = DIFFERENT;
  },
);

async function main(): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'providers-'));
  const sandbox = await Sandbox.start();
  try {
    const environments = join(__dirname, '../environments/main.js');
    execFileSync(process.execPath, [environments], {
      env: { ...process.env, CDKTF_OUTDIR: folder },
      stdio: ['ignore', 'ignore', 'inherit'],
    });

    const differences = new Differences();
    for (const id of readdirSync(join(folder, 'stacks')).sort()) {
      const configuration = join(folder, 'stacks', id);
      const real = realTerraform(configuration, join(folder, 'real', id));
      if (!real) return NO_PLUGINS;

      const validation = real(['validate', '-no-color']);
      if (validation.status !== 0) throw new Error(`${id} is not valid for the real providers:\n${validation.output}`);
      const planning = real(['plan', '-input=false', '-no-color', '-out=plan.tfplan']);
      if (planning.status !== 0) throw new Error(`the real providers do not plan ${id}:\n${planning.output}`);
      const realPlan: Plan = JSON.parse(real(['show', '-json', 'plan.tfplan']).output);

      const planFile = join(folder, `${id}.tfplan`);
      await sandbox.terraform(configuration, ['plan', '-input=false', '-no-color', `-out=${planFile}`]);
      const sandboxPlan: Plan = JSON.parse(await sandbox.terraform(configuration, ['show', '-json', planFile]));
      console.log(`${id}: ${realPlan.resource_changes.length} resources planned by both`);
      const realSchemas: ProviderSchemas = JSON.parse(real(['providers', 'schema', '-json']).output);
      const sandboxSchemas: ProviderSchemas = JSON.parse(await sandbox.terraform(configuration, ['providers', 'schema', '-json']));
      comparePlans(id, realPlan, sandboxPlan, (subject) => isBlock(subject, realSchemas), differences);
      compareSchemas(typesOf(realPlan), realSchemas, sandboxSchemas, differences);
    }
    differences.print();
    return differences.unexplained === 0 ? SAME : DIFFERENT;
  } finally {
    await sandbox.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

type Terraform = (args: string[]) => { status: number | null; output: string };

/** Terraform with the installed plugins, in a copy of the configuration with a local backend; undefined without plugins. */
function realTerraform(configuration: string, folder: string): Terraform | undefined {
  cpSync(configuration, folder, { recursive: true });
  writeFileSync(join(folder, 'backend_override.tf.json'), JSON.stringify({ terraform: { backend: { local: {} } } }));
  const { TF_REATTACH_PROVIDERS, TF_CLI_CONFIG_FILE, ...inherited } = process.env;
  const env = {
    ...inherited,
    ...(TF_CLI_CONFIG_FILE && existsSync(TF_CLI_CONFIG_FILE) ? { TF_CLI_CONFIG_FILE } : {}),
    CHECKPOINT_DISABLE: '1',
    GOOGLE_OAUTH_ACCESS_TOKEN: 'none: a plan asks nobody',
  };
  const terraform: Terraform = (args) => {
    const { status, stdout, stderr } = spawnSync('terraform', args, { cwd: folder, env, encoding: 'utf8', maxBuffer: 1 << 30 });
    return { status, output: status === 0 ? stdout : `${stdout ?? ''}${stderr ?? ''}` };
  };

  const { status, output } = terraform(['init', '-input=false', '-no-color']);
  if (status === 0) return terraform;
  const { required_providers: required } = JSON.parse(readFileSync(join(configuration, 'cdk.tf.json'), 'utf8')).terraform;
  const needed = Object.values(required as Record<string, { source: string; version: string }>).map(
    ({ source, version }) => `${source} ${version}`,
  );
  console.error(
    `The real provider plugins are missing, so there is nothing to compare with. This needs Terraform and, in ~/.terraform.d/plugins or ` +
      `from a registry that can be reached: ${needed.join(', ')}.\n\n${status === null ? 'terraform is not installed' : output}`,
  );
  return undefined;
}

function typesOf(plan: Plan): string[] {
  return [...new Set(plan.resource_changes.map(({ type }) => type))].filter((type) => !type.startsWith('terraform_')).sort();
}
