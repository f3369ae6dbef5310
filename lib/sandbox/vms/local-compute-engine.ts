import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, rmdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { Socket } from 'node:net';
import { join, resolve } from 'node:path';
import { CertificateAuthority } from '../certificate-authority';
import { SandboxError } from '../sandbox-error';
import type { Cloud } from '../type-description';
import { baseImage } from './base-image';
import { DiskStore } from './disk-store';
import { Lab, type LabHost } from './lab';
import { LocalVm } from './local-vm';
import { disksOf, gatewayOf, type Machine, machinesOf, snapshotsOf } from './machine';
import { METADATA_ADDRESS, MetadataServer } from './metadata-server';
import { packageRepository } from './package-repository';
import { GOOGLE_ADDRESS, INTERNET_ADDRESS, type MetricPoint, PUBLIC_NAMES, PublicServers, type Secrets } from './public-servers';
import { controlGroupMount, requireVms } from './requirements';
import { secretRefusal } from './secret-access';
import { TimeServer } from './time-server';
import { firewallRules } from './vpc-firewall';

/** Properties for `LocalComputeEngine.start`. */
export interface LocalComputeEngineOptions {
  /** Folder of the VMs' disks and consoles; a later one of the same folder goes on from there. */
  readonly directory: string;

  /** The cloud whose instances, disks and firewall rules become real. */
  readonly cloud: Cloud;

  /**
   * Secrets the VMs may read with their service accounts' tokens.
   *
   * @default - Secret Manager has none
   */
  readonly secrets?: Secrets;

  /**
   * Memory each VM sees, in MiB, whatever its machine type.
   *
   * @default 1024
   */
  readonly memoryMiB?: number;
}

/**
 * Compute Engine on one Linux machine: each instance of a simulated cloud becomes a VM with its own systemd, address and disks, which
 * runs its startup script at each boot as Google's own agent does it.
 *
 * The VMs share the machine's kernel. They have no way to the world outside; what they ask of it is answered here. When
 * this process ends, by whatever, they end with it. Their disks stay.
 */
export class LocalComputeEngine {
  /** @throws SandboxError when this machine cannot run VMs: it says what is missing */
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
  private readonly machines = new Map<string, LocalVm>();
  private readonly hosts = new Map<string, Promise<LabHost>>();
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
      repository: () => this.repository,
      refuse: (token, project, secret) => secretRefusal(options.cloud, this.metadata.accountOf(token), project, secret),
    });
  }

  /** Every VM there is, by name. */
  public get vms(): readonly LocalVm[] {
    return [...this.machines.values()].sort((one, other) => (one.name < other.name ? -1 : 1));
  }

  /** What VMs wrote to Cloud Monitoring. */
  public get metrics(): readonly MetricPoint[] {
    return this.servers.metrics;
  }

  /** @throws SandboxError when there is no VM of that name */
  public vm(name: string): LocalVm {
    const found = this.machines.get(name);
    if (found) return found;
    const names = this.vms.map((vm) => vm.name).join(', ') || 'none';
    throw new SandboxError(`unknown VM '${name}'; known: ${names}`);
  }

  /**
   * Makes the VMs what the cloud holds: makes and starts those that are new, stops and removes those that are gone, and carries
   * out what changed. One after the other when asked several times.
   */
  public reconcile(): Promise<void> {
    this.last = this.last.catch(() => {}).then(() => this.follow());
    return this.last;
  }

  /** Another machine in the network, such as a pod, from which commands of this machine can be run. */
  public host(address: string): Promise<LabHost> {
    const known = this.hosts.get(address);
    if (known) return known;
    const host = this.lab.addHost(address, gatewayOf(`${address}/24`));
    this.hosts.set(address, host);
    host.catch(() => this.hosts.delete(address));
    return host;
  }

  /** Ends all VMs in good order, then everything else. */
  public async stop(): Promise<void> {
    await this.last.catch(() => {});
    if (this.lab.isAlive) await Promise.all(this.vms.map((vm) => vm.stop()));
    await this.end();
  }

  /** Ends everything at once, as a power failure would. */
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
    const machines = machinesOf(cloud);
    const disks = disksOf(cloud);
    await this.offerPackages(machines);

    // Those that go first: their disks and addresses may be those of the ones that come.
    const byId = new Map(machines.map((machine) => [machine.id, machine]));
    await Promise.all(this.vms.filter(({ machine }) => !byId.has(machine.id)).map((vm) => this.delete(vm)));
    await this.takeSnapshots();
    for (const disk of disks) await this.disks.ensure(disk);

    this.metadata.show(machines);
    await this.lab.run(['nft', '--file', '-'], { input: firewallRules(machines, cloud) });
    await Promise.all(machines.map((machine) => this.bringUp(machine)));

    this.disks.keepOnly(new Set(disks.map(({ id }) => id)), new Set(snapshotsOf(cloud).map(({ id }) => id)));
    this.removeForgotten(byId);
  }

  private async bringUp(machine: Machine): Promise<void> {
    const known = this.machines.get(machine.name);
    if (!known) {
      const vm = new LocalVm(machine, join(this.directory, 'instances', machine.id), this.surroundings);
      this.machines.set(machine.name, vm);
      if (machine.isWanted) await vm.start();
      return;
    }
    const before = known.machine;
    const needsStop = before.machineType !== machine.machineType || before.serviceAccount?.email !== machine.serviceAccount?.email;
    const wasRunning = known.status === 'RUNNING';
    if (wasRunning && (needsStop || !machine.isWanted)) await known.stop();
    await known.describe(machine);
    if (known.status === 'RUNNING') await known.refreshDisks();
    else if (machine.isWanted && (wasRunning || !before.isWanted)) await known.start();
  }

  private async delete(vm: LocalVm): Promise<void> {
    await vm.delete();
    this.metadata.forget(vm.machine.id);
    this.machines.delete(vm.name);
  }

  /**
   * Takes the snapshots that were made since. Only with a guest flush a file system in use is frozen, which writes what
   * is still in memory; every other snapshot holds what a power failure would leave.
   */
  private async takeSnapshots(): Promise<void> {
    for (const { id, diskId, guestFlush } of snapshotsOf(this.options.cloud)) {
      if (diskId === undefined || this.disks.hasSnapshot(id) || !existsSync(this.disks.image(diskId))) continue;
      if (!guestFlush) {
        await this.disks.takeSnapshot(diskId, id);
        continue;
      }
      const user = this.vms.find(({ machine }) => machine.disks.some((disk) => disk.id === diskId));
      const disk = user?.machine.disks.find((each) => each.id === diskId);
      const device = `/dev/disk/by-id/google-${disk?.deviceName}`;
      const target = await user?.exec(`findmnt --noheadings --first-only --output TARGET --source "$(readlink -f ${device})"`);
      const mounted = target?.status === 0 ? target.stdout.trim() : undefined;
      if (mounted) await user!.exec(['fsfreeze', '--freeze', mounted]);
      try {
        await this.disks.takeSnapshot(diskId, id);
      } finally {
        if (mounted) await user!.exec(['fsfreeze', '--unfreeze', mounted]);
      }
    }
  }

  /** Each release of Cassandra that a VM's metadata names can be installed. */
  private async offerPackages(machines: readonly Machine[]): Promise<void> {
    const versions = new Set(
      machines.flatMap(({ metadata }) => Object.values(metadata).flatMap((text) => text.match(/(?<![\d.])5\.0\.\d+(?![\d.])/g) ?? [])),
    );
    if (versions.size > 0) this.repository = await packageRepository([...versions]);
  }

  /** Boot disks of VMs that were deleted while nothing ran here. */
  private removeForgotten(byId: ReadonlyMap<string, Machine>): void {
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

  /** Starts the servers. The first process in the lab listens, this one answers. */
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

/** Removes a control group with those below it. Nothing runs in them any more. */
function removeControlGroup(path: string): void {
  if (!existsSync(path)) return;
  for (const entry of readdirSync(path, { withFileTypes: true })) if (entry.isDirectory()) removeControlGroup(join(path, entry.name));
  try {
    rmdirSync(path);
  } catch {
    // The kernel may take a moment to see that the last process is gone; an empty group holds nothing.
  }
}
