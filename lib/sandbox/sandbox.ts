import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { RefusedError } from '../core/reported-error';
import { runTerraform } from '../terraform/cli';
import { readConfiguration } from '../terraform/configuration';
import { parseJson } from '../terraform/json';
import { argumentPaths } from './argument-paths';
import { Bindings, PROVIDER_NAMES } from './bindings';
import { type Configuration, Configurations } from './configuration';
import { type Fault, Faults } from './faults';
import type { AnsweredCall, GoogleApiServer } from './google-api';
import type { KubernetesApiServers, KubernetesRequest } from './kubernetes-api';
import { Operations } from './operations';
import { type PlanJson, PlannedChanges } from './planned-changes';
import type { ProviderContext } from './provider';
import { ProviderServer, providerAddresses } from './provider-server';
import { ResourceType } from './resource-type';
import { SandboxError } from './sandbox-error';
import { SandboxFolder } from './sandbox-folder';
import { SecretManager } from './secret-manager';
import { type CloudOptions, SimulatedCloud } from './simulated-cloud';
import { StateStore } from './state-store';
import { TerraformFiles } from './terraform-files';
import type { TypeDescription } from './type-description';
import type * as Types from './types';
import type { LocalComputeEngine } from './vms';

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

  /**
   * Whether the instances of Compute Engine that `apply` makes really run, on this machine: as VMs with their own
   * systemd, disks and startup scripts. They need Linux, root and some Debian packages; without one of them the
   * sandbox does not start, and says what is missing.
   *
   * @default false
   */
  readonly vms?: boolean;

  /**
   * Whether Terraform runs its real provider plugins, from where it finds them, against simulated Google APIs and a real Kubernetes API
   * server for each cluster. It needs the programs `kube-apiserver` and `etcd`, in the folder that `KUBEBUILDER_ASSETS` names or on PATH,
   * and uses `kube-controller-manager` where it is. A folder that was deployed to in one way cannot be used in the other.
   *
   * @default false
   */
  readonly realProviders?: boolean;

  /**
   * Folder with Google's discovery documents, such as `compute.v1.json`: with `realProviders`, each request is held against them. They
   * are in the package `google-api-python-client` of PyPI, in `googleapiclient/discovery_cache/documents`.
   *
   * @default - requests are taken as they come
   */
  readonly discoveryDocuments?: string;

  /**
   * With `realProviders`: called with each writing request of the kubernetes and helm plugins that an API server accepted, as it was sent.
   *
   * @default - requests go to the API servers directly
   */
  readonly onKubernetesRequest?: (request: KubernetesRequest) => void;
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

  /** With `realProviders`: each call of a Google API, in order. */
  public readonly calls: AnsweredCall[] = [];

  /** With `realProviders`: paths of the arguments that were sent, such as `boot_disk.auto_delete`, by type. */
  public readonly sentArguments = new Map<string, Set<string>>();

  private readonly bindings = new Bindings();
  private readonly faults = new Faults();
  private readonly configurations: Configurations;
  private files?: TerraformFiles;
  private servers: ProviderServer[] = [];
  private kubernetes?: KubernetesApiServers;
  private googleApi?: GoogleApiServer;
  private states?: StateStore;
  private secretManager?: SecretManager;
  private computeEngine?: LocalComputeEngine;
  private following?: NodeJS.Timeout;
  private hasStopped = false;

  private constructor(
    private readonly folder: SandboxFolder,
    private readonly options: SandboxOptions,
  ) {
    this.cloud = new SimulatedCloud(
      folder.content,
      options,
      () => {
        folder.save();
        this.followSoon();
      },
      (path) => this.files?.locate(path),
    );
    this.configurations = new Configurations(folder.workPath);
  }

  /** Where the simulated cloud and the states are kept. */
  public get directory(): string {
    return this.folder.path;
  }

  /** The simulated Secret Manager. */
  public get secrets(): SecretManager {
    return this.secretManager!;
  }

  /** The VMs of the cloud's instances. */
  public get vms(): LocalComputeEngine {
    if (!this.computeEngine) throw new SandboxError('this sandbox has no VMs: start it with { vms: true }');
    return this.computeEngine;
  }

  /** Variables that send Terraform, `cdktf` and `gke-platform` to this sandbox. */
  public get environment(): Record<string, string> {
    return {
      ...(this.googleApi ? this.realProviders(this.googleApi) : this.simulatedProviders()),
      GOOGLE_BACKEND_STORAGE_CUSTOM_ENDPOINT: this.states!.endpoint,
      CLOUDSDK_API_ENDPOINT_OVERRIDES_SECRETMANAGER: this.secrets.endpoint,
      GKE_PLATFORM_SANDBOX: this.directory,
      GOOGLE_OAUTH_ACCESS_TOKEN: 'sandbox',
      CDKTF_SKIP_PROVIDER_LOCK: 'true',
      CHECKPOINT_DISABLE: '1',
      // Terraform lives for seconds and spends most of them collecting garbage: with four times the memory a plan takes half the time.
      GOGC: process.env.GOGC ?? '400',
      GOMEMLIMIT: process.env.GOMEMLIMIT ?? '1GiB',
    };
  }

  /** With `realProviders`: the folder that has to be the first on PATH, as it is in `environment`. */
  public get commandsPath(): string | undefined {
    return this.kubernetes?.commandsPath;
  }

  private realProviders(googleApi: GoogleApiServer): Record<string, string> {
    // In the shell of another sandbox, its plugins would be used.
    return { TF_REATTACH_PROVIDERS: '', ...googleApi.environment, ...this.kubernetes!.environment };
  }

  private simulatedProviders(): Record<string, string> {
    const providers = this.servers.flatMap((server) => providerAddresses(server.name).map((address) => [address, server.reattach]));
    return { TF_REATTACH_PROVIDERS: JSON.stringify(Object.fromEntries(providers)) };
  }

  /** Applies a configuration: `terraform apply`, without questions. Fails with Terraform's message. */
  public async apply(configuration: Configuration): Promise<Applied> {
    return this.change(configuration, ['apply', ...UNATTENDED]);
  }

  /** What `apply` would do. */
  public async plan(configuration: Configuration): Promise<PlannedChanges> {
    await this.terraform(configuration, ['plan', `-out=${PLAN_FILE}`, '-input=false', '-no-color']);
    return new PlannedChanges(parseJson(await this.terraform(configuration, ['show', '-json', '-no-color', PLAN_FILE])) as PlanJson);
  }

  /** Applies what `plan` planned for the same configuration, without reading the cloud again: `terraform apply PLAN`. */
  public async applyPlanned(configuration: Configuration): Promise<Applied> {
    return this.change(configuration, ['apply', '-input=false', '-no-color', PLAN_FILE]);
  }

  /** Destroys everything of a configuration: `terraform destroy`, without questions. */
  public async destroy(configuration: Configuration): Promise<Applied> {
    return this.change(configuration, ['destroy', ...UNATTENDED]);
  }

  /** Runs any Terraform command on a configuration, for example `['untaint', address]`, and returns what it prints. */
  public async terraform(configuration: Configuration, args: readonly string[]): Promise<string> {
    const folder = this.configurations.prepare(configuration);
    const environment = { ...cleanEnvironment(), ...this.environment, TF_IN_AUTOMATION: '1' };
    await this.initialize(folder, environment);
    return runTerraform(args, folder, environment);
  }

  /**
   * Reads the schemas of all types that the sandbox describes, after a second and one whenever there is nothing else to do: a plan that
   * needs them a few seconds later does not wait for them, and a command that ends at once does not either.
   */
  public readAhead(): void {
    let types: string[] | undefined;
    const next = (): void => {
      if (this.hasStopped) return;
      types ??= typeDescriptions().map(({ type }) => type);
      const type = types.shift();
      if (type === undefined) return;
      this.bindings.resource(type);
      setImmediate(next);
    };
    setTimeout(next, 1000).unref();
  }

  /** Makes a later operation fail, once. */
  public inject(fault: Fault): void {
    this.faults.inject(fault);
  }

  /** VMs follow what was changed also when a part of it failed. */
  private async change(configuration: Configuration, args: readonly string[]): Promise<Applied> {
    try {
      return applied(await this.terraform(configuration, args));
    } finally {
      await this.computeEngine?.reconcile();
    }
  }

  /** VMs also follow what others deploy, with `environment`. */
  private followSoon(): void {
    if (!this.computeEngine) return;
    clearTimeout(this.following);
    this.following = setTimeout(() => {
      this.computeEngine?.reconcile().catch((error: Error) => process.stderr.write(`the VMs do not follow: ${error.message}\n`));
    }, FOLLOW_AFTER_MS);
  }

  /** Ends the sandbox; nothing of it keeps running. What it holds stays, unless the folder was a temporary one. */
  public async stop(): Promise<void> {
    this.hasStopped = true;
    clearTimeout(this.following);
    await this.computeEngine?.end();
    this.computeEngine = undefined;
    await Promise.all(this.servers.map((server) => server.stop()));
    await this.googleApi?.stop();
    await this.kubernetes?.stop();
    await this.states?.stop();
    await this.secretManager?.stop();
    this.folder.close();
    if (this.options.directory === undefined) rmSync(this.folder.path, { recursive: true, force: true });
  }

  private async listen(): Promise<void> {
    this.requireSameProviders();
    if (this.options.onKubernetesRequest && !this.options.realProviders) {
      throw new SandboxError("'onKubernetesRequest' must be given with 'realProviders' alone");
    }
    if (this.options.discoveryDocuments !== undefined && !this.options.realProviders) {
      throw new SandboxError(`'discoveryDocuments' must be given with 'realProviders' alone, got '${this.options.discoveryDocuments}'`);
    }
    const context: ProviderContext = {
      bindings: this.bindings,
      cloud: this.cloud,
      operations: new Operations(this.cloud, typeDescriptions),
      faults: this.faults,
      descriptionOf,
      genericTypes: this.genericTypes,
      usedTypes: () => this.usedTypes(),
    };
    this.states = await StateStore.start(this.folder.statesPath);
    this.secretManager = await SecretManager.start(this.folder.secretsPath);
    if (this.options.realProviders) await this.startApis(context);
    else this.servers = await Promise.all(PROVIDER_NAMES.map((name) => ProviderServer.start(name, context)));
    if (!this.options.vms) return;
    const { LocalComputeEngine: Engine } = require('./vms') as typeof import('./vms');
    this.computeEngine = await Engine.start({ directory: this.folder.vmsPath, cloud: this.cloud, secrets: this.secretManager });
  }

  /** What the real plugins talk to. Loaded when it is asked for. */
  private async startApis({ cloud, operations, faults, bindings }: ProviderContext): Promise<void> {
    const { DiscoveryDocuments, GoogleApiServer: Server } = require('./google-api') as typeof import('./google-api');
    const { KubernetesApiServers: Servers } = require('./kubernetes-api') as typeof import('./kubernetes-api');
    const { discoveryDocuments: documents } = this.options;
    const validator = documents === undefined ? undefined : new DiscoveryDocuments(documents);
    const services = Object.keys(bindings.provider('google').attributes).flatMap((name) => /^(.+)_custom_endpoint$/.exec(name)?.[1] ?? []);
    this.kubernetes = await Servers.open(this.folder.kubernetesPath, process.env, this.options.onKubernetesRequest);
    const types = new Map<string, ResourceType>();
    const typeOf = (name: string): ResourceType => {
      if (!types.has(name)) types.set(name, new ResourceType(name, bindings.resource(name)!, descriptionOf(name)));
      return types.get(name)!;
    };
    this.googleApi = await Server.start({
      cloud,
      operations,
      faults,
      typeOf,
      kubernetes: this.kubernetes,
      services: services.map((name) => name.toUpperCase()),
      validator,
      onCall: (call) => this.calls.push(call),
      onArguments: (type, values) => {
        const known = this.sentArguments.get(type) ?? new Set<string>();
        this.sentArguments.set(type, new Set([...known, ...argumentPaths(values, typeOf(type).schema)]));
      },
    });
    await this.googleApi.resume();
  }

  /** What was made by the API's own requests has a body that the simulated plugins do not know, and the other way round. */
  private requireSameProviders(): void {
    const { content, path } = this.folder;
    const wanted = this.options.realProviders ? 'real' : undefined;
    if (content.providers === wanted) return;
    if (Object.keys(content.resources).length > 0) {
      const was = content.providers === 'real' ? 'with the real provider plugins' : 'with simulated providers';
      throw new RefusedError(`what is in ${path} was deployed ${was}: give another folder with --directory, or empty it with --reset`);
    }
    content.providers = wanted;
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
    const settings = existsSync(wanted) ? JSON.stringify(readConfiguration(parseJson(readFileSync(wanted, 'utf8'))).terraform) : 'hcl';
    if (settings !== 'hcl' && existsSync(stamp) && readFileSync(stamp, 'utf8') === settings) return;
    await runTerraform(['init', '-reconfigure', '-input=false', '-no-color'], folder, environment);
    mkdirSync(dirname(stamp), { recursive: true });
    writeFileSync(stamp, settings);
  }
}

/** Loaded with the first resource: a sandbox starts sooner without them. */
function typeDescriptions(): readonly TypeDescription[] {
  return (require('./types') as typeof Types).TYPE_DESCRIPTIONS;
}

let descriptionsByType: ReadonlyMap<string, TypeDescription> | undefined;

function descriptionOf(name: string): TypeDescription | undefined {
  descriptionsByType ??= new Map(typeDescriptions().map((description) => [description.type, description]));
  return descriptionsByType.get(name);
}

/** How long after a change VMs follow it, in milliseconds: what changes together is carried out together. */
const FOLLOW_AFTER_MS = 300;

/** Kept where Terraform keeps its own things, which a new copy of the configuration leaves alone. */
const PLAN_FILE = join('.terraform', 'sandbox.tfplan');

const UNATTENDED = ['-auto-approve', '-input=false', '-no-color'];

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
