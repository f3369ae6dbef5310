import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { Bindings, PROVIDER_NAMES } from './bindings';
import { type Configuration, Configurations } from './configuration';
import { type Fault, Faults } from './faults';
import { Operations } from './operations';
import { PlannedChanges } from './planned-changes';
import type { ProviderContext } from './provider';
import { ProviderServer, providerAddresses } from './provider-server';
import { SandboxFolder } from './sandbox-folder';
import { type CloudOptions, SimulatedCloud } from './simulated-cloud';
import { StateStore } from './state-store';
import { runTerraform } from './terraform';
import { TerraformFiles } from './terraform-files';
import { TYPE_DESCRIPTIONS } from './types';

/** Properties for `Sandbox.start`. */
export interface SandboxOptions extends CloudOptions {
  /**
   * Folder in which the simulated cloud and the states are kept; a later sandbox of the same folder goes on from there.
   *
   * @default - a temporary folder, removed when the sandbox stops
   */
  readonly directory?: string;

  /**
   * Folders in which Terraform will be run by others, with `environment`: the resource types they use are looked up there.
   *
   * @default - none: everything goes through `apply`, `plan` and `destroy`
   */
  readonly configurations?: readonly string[];
}

/** What an apply or a destroy did. */
export interface Applied {
  readonly added: number;
  readonly changed: number;
  readonly destroyed: number;
  /** What Terraform printed. */
  readonly output: string;
}

/**
 * A simulated Google Cloud with Kubernetes and Helm, for the real Terraform.
 *
 * Terraform itself, the configuration and its backend stay as they are; the far ends are simulated in this process:
 * the three provider plugins and the bucket with the state. Any number of sandboxes can run at once.
 */
export class Sandbox {
  public static async start(options: SandboxOptions = {}): Promise<Sandbox> {
    const directory = options.directory === undefined ? mkdtempSync(join(tmpdir(), 'gke-platform-sandbox-')) : resolve(options.directory);
    const folder = SandboxFolder.open(directory);
    const sandbox = new Sandbox(folder, options);
    try {
      await sandbox.listen();
    } catch (error) {
      await sandbox.stop();
      throw error;
    }
    return sandbox;
  }

  /** The simulated cloud, to look into and to change behind Terraform's back. */
  public readonly cloud: SimulatedCloud;

  /** Types that a run used and that the sandbox has no description of. */
  public readonly genericTypes = new Set<string>();

  private readonly faults = new Faults();
  private readonly configurations: Configurations;
  private files?: TerraformFiles;
  private servers: ProviderServer[] = [];
  private states?: StateStore;

  private constructor(
    private readonly folder: SandboxFolder,
    private readonly options: SandboxOptions,
  ) {
    this.cloud = new SimulatedCloud(
      folder.content,
      options,
      () => folder.save(),
      (path) => this.files?.locate(path),
    );
    this.configurations = new Configurations(folder.workPath);
  }

  /** Where the simulated cloud and the states are kept. */
  public get directory(): string {
    return this.folder.path;
  }

  /** Variables that send Terraform, and `cdktf`, to this sandbox. */
  public get environment(): Record<string, string> {
    const providers = this.servers.flatMap((server) => providerAddresses(server.name).map((address) => [address, server.reattach]));
    return {
      TF_REATTACH_PROVIDERS: JSON.stringify(Object.fromEntries(providers)),
      GOOGLE_BACKEND_STORAGE_CUSTOM_ENDPOINT: this.states!.endpoint,
      GOOGLE_OAUTH_ACCESS_TOKEN: 'sandbox',
      CDKTF_SKIP_PROVIDER_LOCK: 'true',
      CHECKPOINT_DISABLE: '1',
    };
  }

  /** Applies a configuration: `terraform apply`, without questions. Fails with Terraform's message. */
  public async apply(configuration: Configuration): Promise<Applied> {
    return applied(await this.terraform(configuration, ['apply', '-auto-approve', '-input=false', '-no-color']));
  }

  /** What `apply` would do. */
  public async plan(configuration: Configuration): Promise<PlannedChanges> {
    await this.terraform(configuration, ['plan', `-out=${PLAN_FILE}`, '-input=false', '-no-color']);
    return new PlannedChanges(JSON.parse(await this.terraform(configuration, ['show', '-json', '-no-color', PLAN_FILE])));
  }

  /** Destroys everything of a configuration: `terraform destroy`, without questions. */
  public async destroy(configuration: Configuration): Promise<Applied> {
    return applied(await this.terraform(configuration, ['destroy', '-auto-approve', '-input=false', '-no-color']));
  }

  /** Runs any Terraform command on a configuration, for example `['untaint', address]`, and returns what it prints. */
  public async terraform(configuration: Configuration, args: readonly string[]): Promise<string> {
    const folder = this.configurations.prepare(configuration);
    const environment = { ...cleanEnvironment(), ...this.environment, TF_IN_AUTOMATION: '1' };
    await this.initialize(folder, environment);
    return runTerraform(args, folder, environment);
  }

  /** Makes a later operation fail, once. */
  public inject(fault: Fault): void {
    this.faults.inject(fault);
  }

  /** Ends the sandbox; nothing of it keeps running. What it holds stays, unless the folder was a temporary one. */
  public async stop(): Promise<void> {
    await Promise.all(this.servers.map((server) => server.stop()));
    await this.states?.stop();
    this.folder.close();
    if (this.options.directory === undefined) rmSync(this.folder.path, { recursive: true, force: true });
  }

  private async listen(): Promise<void> {
    const descriptions = new Map(TYPE_DESCRIPTIONS.map((description) => [description.type, description]));
    const context: ProviderContext = {
      bindings: new Bindings(),
      cloud: this.cloud,
      operations: new Operations(this.cloud, TYPE_DESCRIPTIONS),
      faults: this.faults,
      descriptions,
      genericTypes: this.genericTypes,
      usedTypes: () => this.usedTypes(),
    };
    this.states = await StateStore.start(this.folder.statesPath);
    this.servers = await Promise.all(PROVIDER_NAMES.map((name) => ProviderServer.start(name, context)));
  }

  /**
   * The types of all that is and was deployed here; all there are when the configuration is somewhere unknown.
   *
   * Terraform asks a provider for all its schemas at once, and there are 1,500: to give it those it needs saves seconds.
   */
  private usedTypes(): ReadonlySet<string> | undefined {
    const { types } = this.findFiles();
    for (const type of this.cloud.types()) types.add(type);
    return types.size > 0 ? types : undefined;
  }

  /** Looks at the configurations again: cdktf writes them while the sandbox runs. */
  private findFiles(): TerraformFiles {
    const { configurations = [] } = this.options;
    this.files = new TerraformFiles([...configurations, this.folder.workPath, this.folder.statesPath]);
    return this.files;
  }

  /** `terraform init`, when the providers or the backend are not those of the last time. */
  private async initialize(folder: string, environment: NodeJS.ProcessEnv): Promise<void> {
    const stamp = join(folder, '.terraform', 'sandbox-initialized');
    const wanted = join(folder, 'cdk.tf.json');
    const settings = existsSync(wanted) ? JSON.stringify(JSON.parse(readFileSync(wanted, 'utf8')).terraform) : 'hcl';
    if (settings !== 'hcl' && existsSync(stamp) && readFileSync(stamp, 'utf8') === settings) return;
    await runTerraform(['init', '-reconfigure', '-input=false', '-no-color'], folder, environment);
    mkdirSync(dirname(stamp), { recursive: true });
    writeFileSync(stamp, settings);
  }
}

/** Kept where Terraform keeps its own things, which a new copy of the configuration leaves alone. */
const PLAN_FILE = join('.terraform', 'sandbox.tfplan');

/** The environment of this process without what would lead Terraform elsewhere. */
export function cleanEnvironment(): NodeJS.ProcessEnv {
  const environment = { ...process.env };
  const file = environment.TF_CLI_CONFIG_FILE;
  // Terraform warns at every call when the file is not there.
  if (file && !existsSync(file)) delete environment.TF_CLI_CONFIG_FILE;
  for (const name of ['GOOGLE_BACKEND_CREDENTIALS', 'GOOGLE_CREDENTIALS', 'GOOGLE_APPLICATION_CREDENTIALS', 'TF_WORKSPACE', 'TF_CLI_ARGS'])
    delete environment[name];
  return environment;
}

function applied(output: string): Applied {
  const count = (word: string): number => Number(new RegExp(`(\\d+) ${word}`).exec(output)?.[1] ?? 0);
  return { added: count('added'), changed: count('changed'), destroyed: count('destroyed'), output };
}
