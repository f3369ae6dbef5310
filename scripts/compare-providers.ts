import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Sandbox } from '../lib/sandbox';
import { terraformBinary } from '../lib/terraform/cli';
import { comparePlans, type Plan } from './compare-plans';
import { compareSchemas, describeKind, isKnown, type ProviderSchemas } from './compare-schemas';
import { Differences } from './differences';
import { KNOWN_DIFFERENCES, KNOWN_VERSION_DIFFERENCES } from './known-differences';
import { newerPlugins, type ProviderVersions, pluginFolders, type RequiredProviders } from './newer-plugins';
import { type RealPlan, RealProviders, requiredProviders } from './real-providers';

// Plans both environments with the real provider plugins, where they are installed, and with the sandbox, and lists what
// the sandbox plans differently. Then plans them with newer plugins, those of the next major versions among them, and lists what these plan
// differently. Nothing is contacted: a plan of resources that do not exist yet asks nobody.

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
    const ids = readdirSync(join(folder, 'stacks')).sort();
    const required = requiredProviders(join(folder, 'stacks', ids[0]!));

    const differences = new Differences(['real', 'sandbox'], KNOWN_DIFFERENCES);
    const comparisons = newerPlugins(required, pluginFolders(process.env)).map((versions) => new Comparison(versions, folder));
    for (const id of ids) {
      const configuration = join(folder, 'stacks', id);
      const providers = new RealProviders(configuration, join(folder, 'real', id));
      const { status, output } = providers.init();
      if (status !== 0) {
        console.error(
          `The real provider plugins are missing, so there is nothing to compare with. This needs Terraform and, in ~/.terraform.d/plugins or ` +
            `from a registry that can be reached: ${providers}.\n\n${status === null ? `${terraformBinary()} is not installed` : output}`,
        );
        return NO_PLUGINS;
      }
      const real = planOf(id, providers);

      const planFile = join(folder, `${id}.tfplan`);
      await sandbox.terraform(configuration, ['plan', '-input=false', '-no-color', `-out=${planFile}`]);
      const sandboxPlan: Plan = JSON.parse(await sandbox.terraform(configuration, ['show', '-json', planFile]));
      console.log(`${id}: ${real.plan.resource_changes.length} resources planned by both`);
      const sandboxSchemas: ProviderSchemas = JSON.parse(await sandbox.terraform(configuration, ['providers', 'schema', '-json']));
      comparePlans(id, real.plan, sandboxPlan, (subject) => describeKind(subject, real.schemas), differences);
      compareSchemas(typesOf(real.plan), real.schemas, sandboxSchemas, differences);
      for (const comparison of comparisons) comparison.add(id, configuration, real);
    }
    differences.print('The sandbox plans what the real providers plan.');
    for (const comparison of comparisons) comparison.print();
    printMissing(required, comparisons);
    return differences.unexplained === 0 && comparisons.every(({ isSame }) => isSame) ? SAME : DIFFERENT;
  } finally {
    await sandbox.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

function planOf(id: string, providers: RealProviders): RealPlan {
  try {
    return providers.plan();
  } catch (error) {
    throw new Error(`${id}: ${(error as Error).message}`);
  }
}

/** The plans of all stacks with some newer plugins, beside those with the plugins that the bindings were made for. */
class Comparison {
  private readonly differences = new Differences(['pinned', 'newer'], KNOWN_VERSION_DIFFERENCES);
  private readonly lines: string[] = [];
  private readonly refusals: string[] = [];

  constructor(
    public readonly versions: ProviderVersions,
    private readonly folder: string,
  ) {}

  /** Whether every stack is planned, with no difference that has no known reason. */
  public get isSame(): boolean {
    return this.refusals.length === 0 && this.differences.unexplained === 0;
  }

  /** Plans a stack with the newer plugins, and notes how the plan differs. */
  public add(id: string, configuration: string, pinned: RealPlan): void {
    const folder = join(this.folder, Object.values(this.versions).join('-'), id);
    const providers = new RealProviders(configuration, folder, this.versions);
    const { status, output } = providers.init();
    if (status !== 0) throw new Error(`${providers} cannot be used:\n${output}`);
    let newer: RealPlan;
    try {
      newer = planOf(id, providers);
    } catch (error) {
      this.refusals.push((error as Error).message);
      return;
    }
    this.lines.push(`${id}: ${newer.plan.resource_changes.length} resources planned with ${providers}`);
    const kind = (subject: string) => (isKnown(subject, pinned.schemas) ? describeKind(subject, newer.schemas) : 'new argument: ');
    comparePlans(id, pinned.plan, newer.plan, kind, this.differences);
    compareSchemas(typesOf(pinned.plan), pinned.schemas, newer.schemas, this.differences);
    for (const warning of newer.warnings.filter((each) => !pinned.warnings.includes(each))) {
      this.differences.add(warning, 'newer warns, pinned does not', id);
    }
  }

  public print(): void {
    for (const line of [...this.lines, ...this.refusals]) console.log(line);
    this.differences.print('The newer plugins plan the same but for the known differences.');
  }
}

/** Says which providers were compared with no newer version, so that their absence does not pass for agreement. */
function printMissing(required: RequiredProviders, comparisons: readonly Comparison[]): void {
  const missing = Object.entries(required).filter(([name]) => comparisons.every(({ versions }) => versions[name] === undefined));
  if (missing.length === 0) return;
  const versions = missing.map(([name, { version }]) => `${name} ${version}`).sort();
  console.log(`Not compared: nothing newer than ${versions.join(', ')} is installed in ${pluginFolders(process.env).join(', ')}.`);
}

function typesOf(plan: Plan): string[] {
  return [...new Set(plan.resource_changes.map(({ type }) => type))].filter((type) => !type.startsWith('terraform_')).sort();
}
