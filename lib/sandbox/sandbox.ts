import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { RefusedError } from '../core/reported-error';
import { createTemporaryFolder, type TemporaryFolder } from '../core/temporary-folder';
import { runTerraform } from '../terraform/cli';
import { readConfiguration } from '../terraform/configuration';
import { parseJson } from '../terraform/json';
import { type ApiFault, ApiFaults } from './api-faults';
import { listArgumentPaths } from './argument-paths';
import { Bindings, PROVIDER_NAMES } from './bindings';
import { type Configuration, Configurations } from './configuration';
import { type Fault, Faults } from './faults';
import type { AnsweredCall, GoogleApiServer, VmHost } from './google-api';
import type { KubernetesApiServers, KubernetesRequest } from './kubernetes-api';
import type * as ObjectStores from './object-store';
import { Operations } from './operations';
import { type PlanJson, PlannedChanges } from './planned-changes';
import type { ProviderContext } from './provider';
import { listProviderAddresses, ProviderServer } from './provider-server';
import { ResourceType } from './resource-type';
import { SandboxError } from './sandbox-error';
import { SandboxFolder } from './sandbox-folder';
import { SecretManager } from './secret-manager';
import { type CloudOptions, SimulatedCloud } from './simulated-cloud';
import type * as SnapshotSchedules from './snapshot-schedules';
import type { AdvancedTime } from './snapshot-schedules';
import { StateStore } from './state-store';
import type * as StorageServers from './storage-server';
import { TerraformFiles } from './terraform-files';
import type { TypeDescription } from './type-description';
import type * as Types from './types';
import { UnsavedCreations } from './unsaved-creations';
import type { LocalComputeEngine } from './vms';

/** Properties for `Sandbox.start`. */
export interface SandboxOptions extends CloudOptions {
  /**
   * Folder for the simulated cloud and the Terraform states. A later sandbox with the same folder continues from them.
   *
   * @default - temporary folder, removed when the sandbox stops
   */
  readonly directory?: string;

  /**
   * Folders in which other programs run Terraform, using `environment`: their resource types are looked up there.
   *
   * @default - none: Terraform runs through `apply`, `plan` and `destroy` only
   */
  readonly configurations?: readonly string[];

  /**
   * Runs deployed Compute Engine instances as local VMs, with their own systemd, disks and startup scripts. Requires Linux, root and some
   * Debian packages; `start` fails with the list of missing ones.
   *
   * @default false
   */
  readonly vms?: boolean;

  /**
   * Uses Terraform's real provider plugins, against simulated Google APIs and one real Kubernetes API server per cluster. Requires
   * `kube-apiserver` and `etcd`, in the folder named by `KUBEBUILDER_ASSETS` or on PATH, and also uses `kube-controller-manager` if present.
   * A folder deployed with one kind of plugins cannot be used with the other.
   *
   * @default false
   */
  readonly realProviders?: boolean;

  /**
   * Folder with Google's discovery documents, such as `compute.v1.json`, that each request is validated against. Requires `realProviders`.
   * The PyPI package `google-api-python-client` has them in `googleapiclient/discovery_cache/documents`.
   *
   * @default - requests are not validated
   */
  readonly discoveryDocuments?: string;

  /**
   * Called with each write request of the kubernetes and helm plugins that an API server accepted, as sent. Requires `realProviders`.
   *
   * @default - not called: requests go directly to the API servers
   */
  readonly onKubernetesRequest?: (request: KubernetesRequest) => void;
}

/** Result of an apply or destroy. */
export interface Applied {
  /** Number of resources created. */
  readonly added: number;

  /** Number of resources updated in place. */
  readonly changed: number;

  /** Number of resources destroyed. */
  readonly destroyed: number;

  /** Output of Terraform. */
  readonly output: string;
}

/**
 * Simulated Google Cloud with Kubernetes and Helm, for the real Terraform or OpenTofu.
 *
 * Terraform, the configuration and its backend are unmodified. This process simulates what they talk to: the three provider plugins and the
 * bucket with the state. Any number of sandboxes can run at once.
 */
export class Sandbox {
  /**
   * Starts a sandbox, to be stopped with `stop`.
   *
   * @throws SandboxError if an option is invalid or a requirement is missing
   * @throws RefusedError if the folder is not a sandbox's, is in use, or was deployed with the other kind of plugins
   */
  public static async start(options: SandboxOptions = {}): Promise<Sandbox> {
    const temporary = createTemporaryFolder('sandbox', findSocketParent());
    let sandbox: Sandbox;
    try {
      const folder = SandboxFolder.open(options.directory === undefined ? join(temporary.path, 'sandbox') : resolve(options.directory));
      sandbox = new Sandbox(folder, options, temporary);
    } catch (error) {
      temporary.remove();
      throw error;
    }
    try {
      await sandbox.listen();
    } catch (error) {
      await sandbox.stop();
      throw error;
    }
    return sandbox;
  }

  /** Simulated cloud, to inspect, and to change outside of Terraform. */
  public readonly cloud: SimulatedCloud;

  /** Resource types in use that the sandbox has no description of. */
  public readonly genericTypes = new Set<string>();

  /** Calls of Google APIs in order, with `realProviders`. */
  public readonly calls: AnsweredCall[] = [];

  /** Paths of arguments sent to Google APIs, such as `boot_disk.auto_delete`, by resource type, with `realProviders`. */
  public readonly sentArguments = new Map<string, Set<string>>();

  private readonly bindings = new Bindings();
  private readonly faults = new Faults();
  private readonly apiFaults = new ApiFaults();
  private readonly configurations: Configurations;
  private files?: TerraformFiles;
  private servers: ProviderServer[] = [];
  private kubernetes?: KubernetesApiServers;
  private googleApi?: GoogleApiServer;
  private computeApi?: GoogleApiServer;
  private vmHost?: VmHost;
  private states?: StateStore;
  private secretManager?: SecretManager;
  private computeEngine?: LocalComputeEngine;
  private reconciliation?: NodeJS.Timeout;
  private hasStopped = false;
  private readonly creations: UnsavedCreations;

  /** Access token of the simulated servers. Only the environment has it. */
  private readonly token = `sandbox-${randomBytes(24).toString('hex')}`;

  private constructor(
    private readonly folder: SandboxFolder,
    private readonly options: SandboxOptions,
    private readonly temporary: TemporaryFolder,
  ) {
    this.cloud = new SimulatedCloud(
      folder.content,
      options,
      () => {
        folder.save();
        this.reconcileSoon();
      },
      (path) => this.files?.locate(path),
    );
    this.configurations = new Configurations(folder.workPath);
    this.creations = new UnsavedCreations(this.cloud, {
      stateFiles: () => [...this.states!.stateFiles(), ...this.findFiles().states],
      hasLocks: () => this.states!.hasLocks() || this.findFiles().hasLocks,
    });
  }

  /** Folder of the simulated cloud and the states. */
  public get directory(): string {
    return this.folder.path;
  }

  /** Simulated Secret Manager. */
  public get secrets(): SecretManager {
    return this.secretManager!;
  }

  /**
   * Local VMs of the deployed instances.
   *
   * @throws SandboxError without the option `vms`
   */
  public get vms(): LocalComputeEngine {
    if (!this.computeEngine) throw new SandboxError('this sandbox has no VMs: start it with { vms: true }');
    return this.computeEngine;
  }

  /** Environment variables that point Terraform, `cdktf` and `gke-platform` to this sandbox. */
  public get environment(): Record<string, string> {
    return {
      ...(this.googleApi ? this.realProviders(this.googleApi) : this.simulatedProviders()),
      ...(this.computeApi && {
        GOOGLE_COMPUTE_CUSTOM_ENDPOINT: this.computeApi.computeEndpoint,
        GOOGLE_STORAGE_CUSTOM_ENDPOINT: this.computeApi.storageEndpoint,
      }),
      GOOGLE_BACKEND_STORAGE_CUSTOM_ENDPOINT: this.states!.endpoint,
      CLOUDSDK_API_ENDPOINT_OVERRIDES_SECRETMANAGER: this.secrets.endpoint,
      GKE_PLATFORM_SANDBOX: this.directory,
      GOOGLE_OAUTH_ACCESS_TOKEN: this.token,
      CLOUDSDK_AUTH_ACCESS_TOKEN: this.token,
      CDKTF_SKIP_PROVIDER_LOCK: 'true',
      CHECKPOINT_DISABLE: '1',
      // Terraform spends most of its seconds in garbage collection: with four times the memory, a plan takes half the time.
      GOGC: process.env.GOGC ?? '400',
      GOMEMLIMIT: process.env.GOMEMLIMIT ?? '1GiB',
    };
  }

  /** Folder that has to be first on PATH, as in `environment`, with `realProviders`. */
  public get commandsPath(): string | undefined {
    return this.kubernetes?.commandsPath;
  }

  private realProviders(googleApi: GoogleApiServer): Record<string, string> {
    // Clears what the shell of another sandbox sets: its plugins would be used.
    return { TF_REATTACH_PROVIDERS: '', ...googleApi.environment, ...this.kubernetes!.environment };
  }

  private simulatedProviders(): Record<string, string> {
    const providers = this.servers.flatMap((server) => listProviderAddresses(server.name).map((address) => [address, server.reattach]));
    return { TF_REATTACH_PROVIDERS: JSON.stringify(Object.fromEntries(providers)) };
  }

  /**
   * Applies a configuration: `terraform apply`, without prompts.
   *
   * @throws TerraformError with Terraform's message
   */
  public async apply(configuration: Configuration): Promise<Applied> {
    return this.change(configuration, ['apply', ...UNATTENDED]);
  }

  /**
   * Plans a configuration: `terraform plan`.
   *
   * @throws TerraformError with Terraform's message
   */
  public async plan(configuration: Configuration): Promise<PlannedChanges> {
    await this.terraform(configuration, ['plan', `-out=${PLAN_FILE}`, '-input=false', '-no-color']);
    return new PlannedChanges(parseJson(await this.terraform(configuration, ['show', '-json', '-no-color', PLAN_FILE])) as PlanJson);
  }

  /**
   * Applies the last plan of the same configuration, without a refresh: `terraform apply PLAN`.
   *
   * @throws TerraformError with Terraform's message
   */
  public async applyPlanned(configuration: Configuration): Promise<Applied> {
    return this.change(configuration, ['apply', '-input=false', '-no-color', PLAN_FILE]);
  }

  /**
   * Destroys the resources of a configuration: `terraform destroy`, without prompts.
   *
   * @throws TerraformError with Terraform's message
   */
  public async destroy(configuration: Configuration): Promise<Applied> {
    return this.change(configuration, ['destroy', ...UNATTENDED]);
  }

  /**
   * Runs any Terraform command on a configuration, for example `['untaint', address]`.
   *
   * @returns standard output of the command
   * @throws TerraformError with Terraform's message
   */
  public async terraform(configuration: Configuration, args: readonly string[]): Promise<string> {
    const folder = this.configurations.prepare(configuration);
    const environment = { ...cleanEnvironment(), ...this.environment, TF_IN_AUTOMATION: '1' };
    await this.initialize(folder, environment);
    return runTerraform(args, folder, environment);
  }

  /**
   * Preloads the schemas of all described types, from a second on and one at a time while idle. A plan a few seconds later does not wait
   * for them, and neither does a command that ends at once.
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

  /** Resolves when all changes of the cloud are saved. */
  public saved(): Promise<void> {
    return this.folder.saved();
  }

  /** Injects a fault into later operations on a resource type, or into later calls of the Compute Engine API of a sandbox with VMs. */
  public inject(fault: Fault | ApiFault): void {
    if ('call' in fault) this.apiFaults.inject(fault);
    else this.faults.inject(fault);
  }

  /**
   * Lets hours pass for the snapshot schedules: existing snapshots become older, each disk on a schedule gets the snapshots of these hours,
   * and those whose retention has passed are removed. The clock does not change.
   *
   * @throws SandboxError if the hours are not a positive number, or the schedule's snapshots could not be taken
   */
  public async advanceTime(hours: number): Promise<AdvancedTime> {
    if (!(Number.isFinite(hours) && hours > 0)) throw new SandboxError(`'hours' must be a positive number, got ${hours}`);
    const { advanceTime: advance } = require('./snapshot-schedules') as typeof SnapshotSchedules;
    const advanced = advance(this.cloud, hours);
    if (!this.vmHost) return advanced;
    await this.vmHost.reconcile();
    const failures: string[] = [];
    for (const { name } of advanced.taken) {
      const snapshot = this.cloud.find('google_compute_snapshot', name);
      const failure = await this.vmHost.snapshotFailure(snapshot?.text('snapshot_id') ?? '');
      if (failure === undefined) continue;
      failures.push(failure);
      this.cloud.remove('google_compute_snapshot', snapshot!.identity);
    }
    await this.folder.saved();
    if (failures.length > 0)
      throw new SandboxError(`snapshots of schedules failed (${failures.length}): ${[...new Set(failures)].join('; ')}`);
    return advanced;
  }

  /** Runs a command that changes the cloud, and reconciles the VMs even if it fails. */
  private async change(configuration: Configuration, args: readonly string[]): Promise<Applied> {
    try {
      return parseSummary(await this.terraform(configuration, args));
    } finally {
      await this.computeEngine?.reconcile();
    }
  }

  /** Schedules the reconciliation of VMs, for changes that other programs deploy with `environment`. */
  private reconcileSoon(): void {
    if (!this.computeEngine) return;
    clearTimeout(this.reconciliation);
    this.reconciliation = setTimeout(() => {
      this.computeEngine?.reconcile().catch((error: Error) => process.stderr.write(`VMs cannot be reconciled: ${error.message}\n`));
    }, RECONCILE_AFTER_MS);
  }

  /**
   * Stops the sandbox and its processes. The folder stays, unless it is a temporary one.
   *
   * @throws ReportedError if the last changes cannot be saved
   */
  public async stop(): Promise<void> {
    this.hasStopped = true;
    clearTimeout(this.reconciliation);
    await this.computeEngine?.end();
    this.computeEngine = undefined;
    await Promise.all(this.servers.map((server) => server.stop()));
    await this.googleApi?.stop();
    await this.computeApi?.stop();
    await this.kubernetes?.stop();
    await this.states?.stop();
    await this.secretManager?.stop();
    try {
      this.folder.close();
    } finally {
      this.temporary.remove();
    }
  }

  private async listen(): Promise<void> {
    this.requireSameProviders();
    if (this.options.onKubernetesRequest && !this.options.realProviders) {
      throw new SandboxError("'onKubernetesRequest' must be used with 'realProviders'");
    }
    if (this.options.discoveryDocuments !== undefined && !this.options.realProviders) {
      throw new SandboxError(`'discoveryDocuments' must be used with 'realProviders', got '${this.options.discoveryDocuments}'`);
    }
    const context: ProviderContext = {
      bindings: this.bindings,
      cloud: this.cloud,
      operations: new Operations(this.cloud, typeDescriptions),
      faults: this.faults,
      findDescription,
      genericTypes: this.genericTypes,
      usedTypes: () => this.usedTypes(),
      creations: this.creations,
      saved: () => this.folder.saved(),
    };
    this.states = await StateStore.start(this.folder.statesPath, {
      token: this.token,
      onState: (file) => this.creations.saved(file),
      onStateLost: () => this.creations.lost(),
      onLockReleased: (lock) => process.stderr.write(`State lock of a killed run released: ${lock}\n`),
    });
    this.creations.ended();
    this.states.releaseLocks();
    this.secretManager = await SecretManager.start(this.folder.secretsPath, this.token);
    if (this.options.realProviders) await this.startApis(context);
    else this.servers = await Promise.all(PROVIDER_NAMES.map((name) => ProviderServer.start(name, context, this.temporary.path)));
    if (!this.options.vms) return;
    const { LocalComputeEngine: Engine } = require('./vms') as typeof import('./vms');
    const engine = await Engine.start({ directory: this.folder.vmsPath, cloud: this.cloud, secrets: this.secretManager });
    this.computeEngine = engine;
    await this.serveCompute({
      reconcile: () => engine.reconcile(),
      snapshotFailure: async (id) => engine.snapshotFailure(id),
      statuses: async () => new Map(engine.vms.map(({ name, status }) => [name, status])),
      guestAttributes: async (vm) => engine.vm(vm).guestAttributes(),
      serialConsole: async (vm) => engine.vm(vm).serialConsole(),
    });
  }

  /** Serves the part of the Compute Engine API that backups and restores use, on local VMs. */
  public async serveCompute(vms: VmHost): Promise<void> {
    const { GoogleApiServer: Server } = require('./google-api') as typeof import('./google-api');
    const { cloud, faults, token } = this;
    const { ObjectStore: Objects } = require('./object-store') as typeof ObjectStores;
    const { StorageServer: Storage } = require('./storage-server') as typeof StorageServers;
    const operations = new Operations(cloud, typeDescriptions);
    const storage = new Storage(new Objects(join(this.folder.vmsPath, 'objects'), cloud));
    this.vmHost = vms;
    this.computeApi = await Server.start({
      ...{ cloud, operations, faults, apiFaults: this.apiFaults, token, vms, storage, services: [] },
      resolveType: this.createTypeResolver(),
      saved: () => this.folder.saved(),
    });
  }

  private createTypeResolver(): (name: string) => ResourceType {
    const types = new Map<string, ResourceType>();
    return (name) => {
      if (!types.has(name)) types.set(name, new ResourceType(name, this.bindings.resource(name)!, findDescription(name)));
      return types.get(name)!;
    };
  }

  /** Starts the Google APIs and Kubernetes API servers for the real plugins. Their modules are loaded on demand. */
  private async startApis({ cloud, operations, faults, bindings, saved }: ProviderContext): Promise<void> {
    const { DiscoveryDocuments, GoogleApiServer: Server } = require('./google-api') as typeof import('./google-api');
    const { KubernetesApiServers: Servers } = require('./kubernetes-api') as typeof import('./kubernetes-api');
    const { discoveryDocuments: documents } = this.options;
    const validator = documents === undefined ? undefined : new DiscoveryDocuments(documents);
    const services = Object.keys(bindings.provider('google').attributes).flatMap((name) => /^(.+)_custom_endpoint$/.exec(name)?.[1] ?? []);
    this.kubernetes = await Servers.open(this.folder.kubernetesPath, process.env, this.options.onKubernetesRequest);
    const resolveType = this.createTypeResolver();
    this.googleApi = await Server.start({
      cloud,
      operations,
      faults,
      resolveType,
      kubernetes: this.kubernetes,
      services: services.map((name) => name.toUpperCase()),
      validator,
      token: this.token,
      saved,
      onCall: (call) => this.calls.push(call),
      onArguments: (type, values) => {
        const known = this.sentArguments.get(type) ?? new Set<string>();
        this.sentArguments.set(type, new Set([...known, ...listArgumentPaths(values, resolveType(type).schema)]));
      },
    });
    await this.googleApi.resume();
  }

  /** Checks that the folder was deployed with the same kind of plugins: each stores what the other cannot read. */
  private requireSameProviders(): void {
    const { content, path } = this.folder;
    const wanted = this.options.realProviders ? 'real' : undefined;
    if (content.providers === wanted) return;
    if (Object.keys(content.resources).length > 0) {
      const was = content.providers === 'real' ? 'with the real provider plugins' : 'with simulated providers';
      throw new RefusedError(`${path} was deployed ${was}: choose another folder with --directory, or delete this one with --reset`);
    }
    content.providers = wanted;
  }

  /**
   * Types of the configurations, the states and the cloud; undefined, for all types, if no configuration is known.
   *
   * Terraform requests all schemas of a provider at once. There are 1,500, and answering with the ones in use saves seconds.
   */
  private usedTypes(): ReadonlySet<string> | undefined {
    const { types } = this.findFiles();
    for (const type of this.cloud.types()) types.add(type);
    return types.size > 0 ? types : undefined;
  }

  /** Lists the Terraform files again: cdktf writes them while the sandbox runs. */
  private findFiles(): TerraformFiles {
    const { configurations = [] } = this.options;
    this.files = new TerraformFiles([...configurations, this.folder.workPath, this.folder.statesPath]);
    return this.files;
  }

  /** Runs `terraform init` if the providers or the backend have changed. */
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

/** Loads the type descriptions, with the first resource: a sandbox starts sooner without them. */
function typeDescriptions(): readonly TypeDescription[] {
  return (require('./types') as typeof Types).TYPE_DESCRIPTIONS;
}

let descriptionsByType: ReadonlyMap<string, TypeDescription> | undefined;

function findDescription(name: string): TypeDescription | undefined {
  descriptionsByType ??= new Map(typeDescriptions().map((description) => [description.type, description]));
  return descriptionsByType.get(name);
}

/** Delay of VM reconciliation after a change, in milliseconds, so that changes made together are carried out together. */
const RECONCILE_AFTER_MS = 300;

/** Plan file, in Terraform's own folder, which survives a new copy of the configuration. */
const PLAN_FILE = join('.terraform', 'sandbox.tfplan');

/** Finds the folder for temporary files. Its path must leave room for that of a socket, which may have about 100 characters. */
function findSocketParent(): string {
  return process.platform === 'win32' || tmpdir().length <= 50 ? tmpdir() : '/tmp';
}

const UNATTENDED = ['-auto-approve', '-input=false', '-no-color'];

/** Environment of this process without variables that would point Terraform elsewhere. */
export function cleanEnvironment(): NodeJS.ProcessEnv {
  const environment = { ...process.env };
  const file = environment.TF_CLI_CONFIG_FILE;
  // Terraform warns at every call if the file is missing.
  if (file && !existsSync(file)) delete environment.TF_CLI_CONFIG_FILE;
  for (const name of ['GOOGLE_BACKEND_CREDENTIALS', 'GOOGLE_CREDENTIALS', 'GOOGLE_APPLICATION_CREDENTIALS', 'TF_WORKSPACE', 'TF_CLI_ARGS'])
    delete environment[name];
  return environment;
}

function parseSummary(output: string): Applied {
  const count = (word: string): number => Number(new RegExp(`(\\d+) ${word}`).exec(output)?.[1] ?? 0);
  return { added: count('added'), changed: count('changed'), destroyed: count('destroyed'), output };
}
