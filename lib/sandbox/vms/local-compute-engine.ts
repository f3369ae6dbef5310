import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, rmdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { Socket } from 'node:net';
import { join, resolve } from 'node:path';
import { CertificateAuthority } from '../certificate-authority';
import { ObjectStore } from '../object-store';
import { SandboxError } from '../sandbox-error';
import { StorageServer } from '../storage-server';
import type { Cloud } from '../type-description';
import { baseImage } from './base-image';
import { DiskStore } from './disk-store';
import { type DiskUser, withGuestFlush } from './guest-flush';
import { Lab, type LabHost } from './lab';
import { LocalVm } from './local-vm';
import { METADATA_ADDRESS, MetadataServer } from './metadata-server';
import { objectRefusal } from './object-access';
import { packageRepository } from './package-repository';
import { GOOGLE_ADDRESS, INTERNET_ADDRESS, type MetricPoint, PUBLIC_NAMES, PublicServers, type Secrets } from './public-servers';
import { controlGroupMount, requireVms } from './requirements';
import { secretRefusal } from './secret-access';
import { TimeServer } from './time-server';
import { computeGateway, type DiskSnapshot, listDisks, listInstances, listSnapshots, type VmInstance } from './vm-instance';
import { firewallRules } from './vpc-firewall';

/** Properties for `LocalComputeEngine.start`. */
export interface LocalComputeEngineOptions {
  /** Folder of the VMs' disks and consoles. A later engine with the same folder reuses them. */
  readonly directory: string;

  /** Simulated cloud whose instances, disks and firewall rules are run. */
  readonly cloud: Cloud;

  /**
   * Secrets that VMs read with the tokens of their service accounts.
   *
   * @default - none
   */
  readonly secrets?: Secrets;

  /**
   * Memory of each VM in MiB, independent of its machine type.
   *
   * @default 1024
   */
  readonly memoryMiB?: number;
}

/** Folder of the objects of buckets, below that of the VMs. */
const OBJECTS_FOLDER = 'objects';

/**
 * Compute Engine on a Linux host: each instance of a simulated cloud becomes a VM with its own systemd, address and disks, in which Google's
 * guest agent runs the startup script at each boot.
 *
 * VMs share the kernel of the host. They have no external connectivity; servers in this process answer their requests. VMs end with this
 * process; their disks are kept.
 */
export class LocalComputeEngine {
  /** @throws SandboxError with the missing requirements if the host cannot run VMs */
  public static async start(options: LocalComputeEngineOptions): Promise<LocalComputeEngine> {
    requireVms();
    const directory = resolve(options.directory);
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    const image = await baseImage();
    const authority = await CertificateAuthority.open(join(directory, 'authority'));
    const lab = await Lab.start([METADATA_ADDRESS, GOOGLE_ADDRESS, INTERNET_ADDRESS]);
    const engine = new LocalComputeEngine(options, directory, image, authority, lab);
    try {
      await engine.listen();
      await engine.reconcile();
    } catch (error) {
      await engine.stop();
      throw error;
    }
    return engine;
  }

  /** Clock of the metadata server. */
  public readonly time = new TimeServer();

  private readonly metadata = new MetadataServer();
  private readonly disks: DiskStore;
  private readonly servers: PublicServers;
  private readonly listening: { close(): unknown }[] = [];
  private readonly connections = new Set<Socket>();
  private readonly instances = new Map<string, LocalVm>();
  private readonly hosts = new Map<string, Promise<LabHost>>();

  /** Reasons why snapshots could not be taken, by number. They are not tried again. */
  private readonly failures = new Map<string, string>();
  private repository?: string;
  private last: Promise<void> = Promise.resolve();

  private constructor(
    private readonly options: LocalComputeEngineOptions,
    private readonly directory: string,
    private readonly image: string,
    private readonly authority: CertificateAuthority,
    private readonly lab: Lab,
  ) {
    this.disks = new DiskStore(directory);
    this.servers = new PublicServers({
      secrets: options.secrets,
      storage: new StorageServer(new ObjectStore(join(directory, OBJECTS_FOLDER), options.cloud)),
      refuseObject: (token, permission, bucket, name) =>
        objectRefusal(options.cloud, this.metadata.accountOf(token), permission, bucket, name),
      repository: () => this.repository,
      refuse: (token, project, secret) => secretRefusal(options.cloud, this.metadata.accountOf(token), project, secret),
    });
  }

  /** All VMs, sorted by name. */
  public get vms(): readonly LocalVm[] {
    return [...this.instances.values()].sort((one, other) => (one.name < other.name ? -1 : 1));
  }

  /** Metrics that VMs wrote to Cloud Monitoring. */
  public get metrics(): readonly MetricPoint[] {
    return this.servers.metrics;
  }

  /** Finds a VM by name. @throws SandboxError if there is none */
  public vm(name: string): LocalVm {
    const found = this.instances.get(name);
    if (found) return found;
    const names = this.vms.map((vm) => vm.name).join(', ') || 'none';
    throw new SandboxError(`unknown VM '${name}'; known: ${names}`);
  }

  /** Reason why a snapshot could not be taken; `undefined` if it was, or is not yet. @param id its number */
  public snapshotFailure(id: string): string | undefined {
    return this.failures.get(id);
  }

  /**
   * Reconciles the VMs with the cloud: creates and starts new ones, stops and removes deleted ones, and applies changes. Concurrent calls run
   * one after the other.
   */
  public reconcile(): Promise<void> {
    this.last = this.last.catch(() => {}).then(() => this.follow());
    return this.last;
  }

  /** Adds another host to the network, such as a pod, which runs commands of this host. */
  public host(address: string): Promise<LabHost> {
    const known = this.hosts.get(address);
    if (known) return known;
    const host = this.lab.addHost(address, computeGateway(`${address}/24`));
    this.hosts.set(address, host);
    host.catch(() => this.hosts.delete(address));
    return host;
  }

  /** Shuts all VMs down, then stops the lab. */
  public async stop(): Promise<void> {
    await this.last.catch(() => {});
    if (this.lab.isAlive) await Promise.all(this.vms.map((vm) => vm.stop()));
    await this.end();
  }

  /** Stops everything at once, like a power failure. */
  public async end(): Promise<void> {
    for (const server of this.listening) server.close();
    // An open connection would keep the lab's network.
    for (const socket of this.connections) socket.destroy();
    await this.lab.stop();
    removeControlGroup(this.controlGroup);
  }

  private get controlGroup(): string {
    const key = createHash('sha256').update(this.directory).digest('hex').slice(0, 12);
    return join(controlGroupMount(), `gke-platform-${key}`);
  }

  private async follow(): Promise<void> {
    const { cloud } = this.options;
    const instances = listInstances(cloud);
    const disks = listDisks(cloud);
    await this.offerPackages(instances);

    // Deletions first: new VMs may take over their disks and addresses.
    const byId = new Map(instances.map((instance) => [instance.id, instance]));
    await Promise.all(this.vms.filter(({ instance }) => !byId.has(instance.id)).map((vm) => this.delete(vm)));
    await this.takeSnapshots();
    for (const disk of disks) await this.disks.ensure(disk);
    // Of new disks.
    await this.takeSnapshots();

    this.metadata.show(instances);
    await this.lab.run(['nft', '--file', '-'], { input: firewallRules(instances, cloud) });
    await Promise.all(instances.map((instance) => this.bringUp(instance)));

    this.disks.keepOnly(new Set(disks.map(({ id }) => id)), new Set(listSnapshots(cloud).map(({ id }) => id)));
    this.removeForgotten(byId);
  }

  private async bringUp(instance: VmInstance): Promise<void> {
    const known = this.instances.get(instance.name);
    if (!known) {
      const vm = new LocalVm(instance, join(this.directory, 'instances', instance.id), this.surroundings);
      this.instances.set(instance.name, vm);
      if (instance.isWanted) await vm.start();
      return;
    }
    const before = known.instance;
    const needsStop = before.machineType !== instance.machineType || before.serviceAccount?.email !== instance.serviceAccount?.email;
    const wasRunning = known.status === 'RUNNING';
    if (wasRunning && (needsStop || !instance.isWanted)) await known.stop();
    await known.describe(instance);
    if (known.status === 'RUNNING') await known.refreshDisks();
    else if (instance.isWanted && (wasRunning || !before.isWanted)) await known.start();
  }

  private async delete(vm: LocalVm): Promise<void> {
    await vm.delete();
    this.metadata.forget(vm.instance.id);
    this.instances.delete(vm.name);
  }

  /**
   * Takes the snapshots that were created since, those of different disks at the same time. They are crash consistent unless the guest was
   * asked to flush.
   */
  private async takeSnapshots(): Promise<void> {
    const due = listSnapshots(this.options.cloud).filter(
      ({ id, diskId }) =>
        diskId !== undefined && !this.disks.hasSnapshot(id) && !this.failures.has(id) && existsSync(this.disks.image(diskId)),
    );
    const byDisk = new Map<string, DiskSnapshot[]>();
    for (const each of due) {
      const key = `${each.diskId} ${each.guestFlush}`;
      byDisk.set(key, [...(byDisk.get(key) ?? []), each]);
    }
    await Promise.all([...byDisk.values()].map((snapshots) => this.takeSnapshotsOfDisk(snapshots)));
  }

  private async takeSnapshotsOfDisk([first, ...others]: readonly DiskSnapshot[]): Promise<void> {
    const { id, diskId, guestFlush } = first!;
    try {
      const take = () => this.disks.takeSnapshot(diskId!, id);
      if (guestFlush) await withGuestFlush(this.findUser(diskId!), take);
      else await take();
      for (const other of others) this.disks.repeatSnapshot(id, other.id);
    } catch (error) {
      this.disks.removeSnapshot(id);
      for (const each of [first!, ...others]) this.failures.set(each.id, (error as Error).message);
    }
  }

  /** Finds the VM that a disk is attached to. */
  private findUser(diskId: string): DiskUser | undefined {
    for (const vm of this.vms) {
      const disk = vm.instance.disks.find((each) => each.id === diskId);
      if (disk && vm.status === 'RUNNING') return { vm, deviceName: disk.deviceName };
    }
    return undefined;
  }

  /** Provides packages of each release of Cassandra that the metadata of a VM names. */
  private async offerPackages(instances: readonly VmInstance[]): Promise<void> {
    const versions = new Set(
      instances.flatMap(({ metadata }) => Object.values(metadata).flatMap((text) => text.match(/(?<![\d.])5\.0\.\d+(?![\d.])/g) ?? [])),
    );
    if (versions.size > 0) this.repository = await packageRepository([...versions]);
  }

  /** Removes boot disks of VMs that were deleted while the engine was stopped. */
  private removeForgotten(byId: ReadonlyMap<string, VmInstance>): void {
    const folder = join(this.directory, 'instances');
    for (const name of readdirSync(folder)) if (!byId.has(name)) rmSync(join(folder, name), { recursive: true });
  }

  private get surroundings() {
    const hosts = Object.entries(PUBLIC_NAMES).map(([name, address]) => `${address} ${name}`);
    return {
      lab: this.lab,
      metadata: this.metadata,
      disks: this.disks,
      image: this.image,
      ca: this.authority.certificate,
      hosts: [`${METADATA_ADDRESS} metadata.google.internal metadata`, ...hosts].join('\n'),
      controlGroup: this.controlGroup,
      memoryMiB: this.options.memoryMiB ?? 1024,
    };
  }

  /** Starts the servers: they listen in the lab and are handled in this process. */
  private async listen(): Promise<void> {
    mkdirSync(join(this.directory, 'instances'), { recursive: true });
    const certificate = await this.authority.issue(Object.keys(PUBLIC_NAMES));
    const metadata = createServer((request, response) => this.metadata.answer(request, response).catch(() => response.destroy()));
    const secure = createSecureServer(certificate, (request, response) =>
      this.servers.answer(request, response).catch(() => response.destroy()),
    );
    const [servers, sockets] = await this.lab.listen(
      [
        { address: METADATA_ADDRESS, port: 80 },
        { address: GOOGLE_ADDRESS, port: 443 },
        { address: INTERNET_ADDRESS, port: 443 },
      ],
      [{ address: METADATA_ADDRESS, port: 123 }],
    );
    servers.forEach((server, index) => {
      server.on('connection', (socket) => {
        this.connections.add(socket);
        socket.once('close', () => this.connections.delete(socket));
        (index === 0 ? metadata : secure).emit('connection', socket);
      });
    });
    this.time.serve(sockets[0]!);
    this.listening.push(...servers, ...sockets);
    // Waiting for a change may take as long as it likes.
    metadata.requestTimeout = 0;
  }
}

/** Removes an empty control group with its children. */
function removeControlGroup(path: string): void {
  if (!existsSync(path)) return;
  for (const entry of readdirSync(path, { withFileTypes: true })) if (entry.isDirectory()) removeControlGroup(join(path, entry.name));
  try {
    rmdirSync(path);
  } catch {
    // The kernel may need a moment after the end of the last process; an empty group uses no resources.
  }
}
