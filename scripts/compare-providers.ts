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

// Plans the environments with the real provider plugins, if they are installed, and with the sandbox, and lists the differences. Then plans
// them with newer plugins, also of the next major versions, and lists their differences. No API is called: a plan that only creates
// resources needs none.

/** Exit codes: equal plans; different plans; missing plugins. */
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
          `The real provider plugins are missing: nothing to compare. Terraform is required and, in ~/.terraform.d/plugins or ` +
            `a reachable registry: ${providers}.\n\n${status === null ? `${terraformBinary()} is not installed` : output}`,
        );
        return NO_PLUGINS;
      }
      const real = requirePlan(id, providers);

      const planFile = join(folder, `${id}.tfplan`);
      await sandbox.terraform(configuration, ['plan', '-input=false', '-no-color', `-out=${planFile}`]);
      const sandboxPlan: Plan = JSON.parse(await sandbox.terraform(configuration, ['show', '-json', planFile]));
      console.log(`${id}: ${real.plan.resource_changes.length} resources planned by both`);
      const sandboxSchemas: ProviderSchemas = JSON.parse(await sandbox.terraform(configuration, ['providers', 'schema', '-json']));
      comparePlans(id, real.plan, sandboxPlan, (subject) => describeKind(subject, real.schemas), differences);
      compareSchemas(listTypes(real.plan), real.schemas, sandboxSchemas, differences);
      for (const comparison of comparisons) comparison.add(id, configuration, real);
    }
    differences.print('The plans of the sandbox and the real providers are equal.');
    for (const comparison of comparisons) comparison.print();
    printMissing(required, comparisons);
    return differences.unexplained === 0 && comparisons.every(({ isSame }) => isSame) ? SAME : DIFFERENT;
  } finally {
    await sandbox.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

function requirePlan(id: string, providers: RealProviders): RealPlan {
  try {
    return providers.plan();
  } catch (error) {
    throw new Error(`${id}: ${(error as Error).message}`);
  }
}

/** Comparison of newer plugins with those of the bindings, on the plans of all stacks. */
class Comparison {
  private readonly differences = new Differences(['pinned', 'newer'], KNOWN_VERSION_DIFFERENCES);
  private readonly lines: string[] = [];
  private readonly refusals: string[] = [];

  constructor(
    public readonly versions: ProviderVersions,
    private readonly folder: string,
  ) {}

  /** True if every stack is planned, and all differences have a known reason. */
  public get isSame(): boolean {
    return this.refusals.length === 0 && this.differences.unexplained === 0;
  }

  /** Plans a stack with the newer plugins and records the differences. */
  public add(id: string, configuration: string, pinned: RealPlan): void {
    const folder = join(this.folder, Object.values(this.versions).join('-'), id);
    const providers = new RealProviders(configuration, folder, this.versions);
    const { status, output } = providers.init();
    if (status !== 0) throw new Error(`${providers} cannot be used:\n${output}`);
    let newer: RealPlan;
    try {
      newer = requirePlan(id, providers);
    } catch (error) {
      this.refusals.push((error as Error).message);
      return;
    }
    this.lines.push(`${id}: ${newer.plan.resource_changes.length} resources planned with ${providers}`);
    const kind = (subject: string) => (isKnown(subject, pinned.schemas) ? describeKind(subject, newer.schemas) : 'new argument: ');
    comparePlans(id, pinned.plan, newer.plan, kind, this.differences);
    compareSchemas(listTypes(pinned.plan), pinned.schemas, newer.schemas, this.differences);
    for (const warning of newer.warnings.filter((each) => !pinned.warnings.includes(each))) {
      this.differences.add(warning, 'newer warns, pinned does not', id);
    }
  }

  public print(): void {
    for (const line of [...this.lines, ...this.refusals]) console.log(line);
    this.differences.print('The plans of the newer plugins are equal, except for known differences.');
  }
}

/** Prints the providers without an installed newer version, which were not compared. */
function printMissing(required: RequiredProviders, comparisons: readonly Comparison[]): void {
  const missing = Object.entries(required).filter(([name]) => comparisons.every(({ versions }) => versions[name] === undefined));
  if (missing.length === 0) return;
  const versions = missing.map(([name, { version }]) => `${name} ${version}`).sort();
  console.log(`Not compared: nothing newer than ${versions.join(', ')} is installed in ${pluginFolders(process.env).join(', ')}.`);
}

function listTypes(plan: Plan): string[] {
  return [...new Set(plan.resource_changes.map(({ type }) => type))].filter((type) => !type.startsWith('terraform_')).sort();
}
