import { existsSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Testing } from 'cdktf';
import { staging } from '../../environments';
import type { StateCode, StateKind } from '../../lib/cassandra-contract/state-codes';
import { findRing, type NodeShell, type Ring, RingSecrets, SandboxShell, SecretManager, type StackToPlan } from '../../lib/operations';
import { type LocalVm, Sandbox } from '../../lib/sandbox';
import { SandboxFolder } from '../../lib/sandbox/sandbox-folder';
import type { CommandResult } from '../../lib/sandbox/vms';
import { EnvironmentStack, type EnvironmentStackProps } from '../../stacks/environment-stack';

/** Status of a node in the output of `nodetool status`. */
export interface NodeStatus {
  /** Up or down, and normal, leaving, joining or moving: `UN`. */
  readonly state: string;
  readonly address: string;
  readonly hostId: string;
  readonly rack: string;
}

/** Addresses of the network that no VM has. */
export const POD_ADDRESS = '10.16.3.9';
export const CLUSTER_NODE_ADDRESS = '10.10.0.50';

/** States that do not pass by themselves. `failed-cassandra` may: systemd starts Cassandra again after a minute. */
const FINAL = ['refused', 'failed-seeds', 'failed-script'] as const satisfies readonly (StateCode | StateKind)[];

/** The ring of staging, deployed to a sandbox and running on VMs. */
export class RealRing {
  /**
   * Deploys staging, and waits until its VMs boot.
   *
   * @param name of its folder: always the same, so that what an interrupted run left behind is cleared by the next
   * @param resumes boots the VMs of a folder that a former run has left, if there is one. @default - they are cleared
   */
  public static async start(name: string, changes: Partial<EnvironmentStackProps> = {}, { resumes = false } = {}): Promise<RealRing> {
    const directory = join(tmpdir(), `gke-platform-cassandra-${name}`);
    if (resumes && existsSync(directory)) return new RealRing(await Sandbox.start({ directory, vms: true }), changes);
    SandboxFolder.remove(directory);
    const ring = new RealRing(await Sandbox.start({ directory, vms: true }), changes);
    await ring.initSecrets();
    await ring.deploy();
    return ring;
  }

  private stopped?: Promise<void>;

  private constructor(
    public readonly sandbox: Sandbox,
    private changes: Partial<EnvironmentStackProps>,
  ) {}

  /** Changes values of staging; those that were changed before stay so. */
  public change(changes: Partial<EnvironmentStackProps>): void {
    this.changes = { ...this.changes, ...changes };
  }

  public get values(): EnvironmentStackProps {
    const { name: _, ...values } = staging;
    return { ...values, ...this.changes };
  }

  public stack(): EnvironmentStack {
    return new EnvironmentStack(new App(), staging.name, this.values);
  }

  /** `cdktf deploy staging`, with what was changed. */
  public async deploy(): Promise<void> {
    await this.sandbox.apply(this.stack());
  }

  /** The stack as commands plan it: synthesized into a folder. */
  public toPlan(): StackToPlan {
    const outdir = join(this.directory, 'synthesized');
    rmSync(outdir, { recursive: true, force: true });
    const app = new App({ outdir });
    new EnvironmentStack(app, staging.name, this.values);
    app.synth();
    const folder = join(outdir, 'stacks', staging.name);
    const synthesized = JSON.parse(readFileSync(join(folder, 'cdk.tf.json'), 'utf8'));
    return { folder, synthesized, environment: { ...process.env, ...this.sandbox.environment } };
  }

  /** The ring as commands find it in the synthesized stack. */
  public described(): Ring {
    const stack = new EnvironmentStack(Testing.app(), staging.name, this.values);
    stack.prepareStack();
    return findRing(JSON.parse(JSON.stringify(stack.toTerraform())));
  }

  /** Way of commands to the VMs. */
  public get shell(): NodeShell {
    return new SandboxShell({ exec: (name, script) => this.sandbox.vms.vm(name).exec(script, { timeoutSeconds: 600 }) });
  }

  /** `gke-platform cassandra init-secrets staging`. */
  public async initSecrets(): Promise<void> {
    await new RingSecrets({ ring: this.described(), store: this.secretStore }).init();
  }

  /** Secret Manager as operators see it. */
  public get secretStore(): SecretManager {
    const { projectId: project, region } = staging;
    return new SecretManager({
      project,
      region,
      token: this.sandbox.environment.GOOGLE_OAUTH_ACCESS_TOKEN!,
      endpoint: this.sandbox.secrets.endpoint,
    });
  }

  /** Folder of what is deployed. */
  public get directory(): string {
    return this.sandbox.directory;
  }

  public get vms(): readonly LocalVm[] {
    return this.stopped ? [] : this.sandbox.vms.vms;
  }

  /** Names of the nodes in the ring. */
  public get nodeNames(): string[] {
    return Object.keys(this.values.cassandraNodes).sort();
  }

  /** The VM of a node of the ring, by its name there. */
  public vm(node: string): LocalVm {
    return this.sandbox.vms.vm(`staging-cassandra-${node}`);
  }

  public address(node: string): string {
    return this.vm(node).instance.address;
  }

  /** Waits until every node, or these, takes clients. */
  public async ready(nodes: readonly string[] = this.nodeNames, seconds = 150): Promise<void> {
    await Promise.all(nodes.map((node) => this.vm(node).waitFor('ready', { seconds, attribute: 'cassandra/code', endsOn: FINAL })));
  }

  /** Waits until every node sees exactly these nodes, up and normal. */
  public async allUp(nodes: readonly string[] = this.nodeNames, seconds = 60): Promise<void> {
    const wanted = nodes.map((node) => `UN ${this.address(node)}`).sort();
    const end = Date.now() + seconds * 1000;
    await Promise.all(nodes.map((node) => this.sees(node, wanted, end)));
  }

  /** The ring as a node sees it. */
  public async status(node: string): Promise<NodeStatus[]> {
    const { stdout } = await this.vm(node).exec(['nodetool', 'status']);
    return [...stdout.matchAll(/^([UD][NLJM]) +(\S+) .* ([0-9a-f-]{36}) +(\S+) *$/gm)].map(([, state, address, hostId, rack]) => ({
      ...{ state: state!, address: address!, hostId: hostId!, rack: rack! },
    }));
  }

  public async hostId(node: string): Promise<string> {
    const { stdout } = await this.run(node, "nodetool info | awk '/^ID/ { print $3 }'");
    return stdout.trim();
  }

  /** Runs a command that has to succeed, as root. */
  public async run(node: string, words: string | readonly string[]): Promise<CommandResult> {
    const result = await this.vm(node).exec(words);
    if (result.status !== 0) throw new Error(`on ${node}: '${words}' ended with ${result.status}: ${result.stderr || result.stdout}`);
    return result;
  }

  /** Runs statements as the superuser. Rows, each with its columns. */
  public async cql(node: string, statements: readonly string[], consistency = 'QUORUM'): Promise<string[][]> {
    const { stdout } = await this.run(node, ['cassandra-cql', '--consistency', consistency, ...statements]);
    return stdout
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => line.split('\t'));
  }

  /** Runs a script of `clients/` at an address of the network without a VM, such as the one of a pod. */
  public async client(address: string, script: string, args: readonly string[], user = 'operator'): Promise<string> {
    const host = await this.sandbox.vms.host(address);
    const words = [process.execPath, join(__dirname, 'clients', script), ...args];
    const { status, stdout, stderr } = await host.run(words, { env: { ...process.env, ...this.credentials(user) } });
    if (status !== 0) throw new Error(`${script} ended with ${status}: ${stderr}`);
    return stdout.trim();
  }

  /** Ends all of it; once, however often it is asked. What was deployed stays. */
  public stop(): Promise<void> {
    this.stopped ??= this.sandbox.stop();
    return this.stopped;
  }

  /** Forgets what was deployed, once all of it has ended. */
  public remove(): void {
    SandboxFolder.remove(this.directory);
  }

  private async sees(node: string, wanted: readonly string[], end: number): Promise<void> {
    for (;;) {
      const seen = (await this.status(node)).map(({ state, address }) => `${state} ${address}`).sort();
      if (JSON.stringify(seen) === JSON.stringify(wanted)) return;
      if (Date.now() > end) throw new Error(`${node} does not see ${wanted.join(', ')} but ${seen.join(', ') || 'nothing'}`);
      await new Promise((done) => setTimeout(done, 500));
    }
  }

  private credentials(user: string): Record<string, string> {
    const { secrets } = this.sandbox;
    const password = user === 'operator' ? secrets.read('staging-cassandra-superuser') : user;
    return { CA: secrets.read('staging-cassandra-ca')!, PASSWORD: password! };
  }
}
