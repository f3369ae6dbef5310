import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { STATE_ATTRIBUTE } from '../../cassandra-contract/guest-attributes';
import { SandboxError } from '../sandbox-error';
import { type CommandOptions, type CommandResult, tryCommand, WITH_DEBIAN_MODES } from './command';
import type { DiskStore } from './disk-store';
import { BOOT_SCRIPT, FORBIDDEN_CAPABILITIES, INIT_SCRIPT } from './guest-scripts';
import { findChild, type Held, type Lab } from './lab';
import type { MetadataServer } from './metadata-server';
import { type AttachedDisk, computeGateway, type VmInstance } from './vm-instance';

/** Status of a VM, as in Compute Engine. */
export type VmStatus = 'RUNNING' | 'STOPPING' | 'TERMINATED';

/** Environment that all VMs of a lab share. */
export interface VmSurroundings {
  readonly lab: Lab;
  readonly metadata: MetadataServer;
  readonly disks: DiskStore;

  /** Read-only root file system, below the overlay of each VM. */
  readonly image: string;

  /** CA certificate that VMs trust besides Debian's. */
  readonly ca: string;

  /** Lines of `/etc/hosts`. */
  readonly hosts: string;

  /** Parent of the VMs' control groups. */
  readonly controlGroup: string;
  readonly memoryMiB: number;
}

/** Signal that makes systemd power off: `SIGRTMIN+4`. */
const POWER_OFF_SIGNAL = 38;

/** Shutdown timeout in seconds, as on Compute Engine. */
const STOP_SECONDS = 90;

/** VM on this host, as the cloud describes it. */
export class LocalVm {
  private running?: { readonly process: ChildProcess; readonly pid: number; readonly link: string; readonly ended: Promise<void> };
  private readonly attached = new Map<string, { readonly disk: AttachedDisk; readonly held: Held; readonly path: string }>();
  private starting?: Promise<void>;
  private isEnding = false;
  private boots = 0;

  /** @param folder folder of its boot disk and console */
  constructor(
    private description: VmInstance,
    private readonly folder: string,
    private readonly surroundings: VmSurroundings,
  ) {
    mkdirSync(folder, { recursive: true });
  }

  /** Description of the VM instance in the cloud. */
  public get instance(): VmInstance {
    return this.description;
  }

  /** @deprecated Use `instance`. */
  public get machine(): VmInstance {
    return this.description;
  }

  public get name(): string {
    return this.description.name;
  }

  public get status(): VmStatus {
    if (!this.running) return 'TERMINATED';
    return this.isEnding ? 'STOPPING' : 'RUNNING';
  }

  /** Number of boots since the start of the lab. */
  public get bootCount(): number {
    return this.boots;
  }

  /** Output on the serial console since the creation of the boot disk. */
  public serialConsole(): string {
    return existsSync(this.consolePath) ? readFileSync(this.consolePath, 'utf8').replaceAll('\r', '') : '';
  }

  public get consolePath(): string {
    return join(this.folder, 'console');
  }

  /** Guest attributes that the VM has set since its start, by `NAMESPACE/KEY`. */
  public guestAttributes(): Readonly<Record<string, string>> {
    return Object.fromEntries(this.surroundings.metadata.attributesOf(this.description.id));
  }

  /**
   * Runs a command as root in the VM, like SSH with sudo.
   *
   * @param words a program with its arguments, or a script for bash
   */
  public async exec(words: string | readonly string[], options: Omit<CommandOptions, 'cwd' | 'env'> = {}): Promise<CommandResult> {
    if (!this.running) return { status: 255, stdout: '', stderr: `${this.name} is not running\n` };
    return tryCommand(this.entering(typeof words === 'string' ? ['bash', '-c', words] : words), { timeoutSeconds: 120, ...options });
  }

  /** Command line that runs a program in the VM, for callers that pass the terminal to it. */
  public entering(words: readonly string[]): readonly string[] {
    if (!this.running) throw new SandboxError(`${this.name} is not running`);
    // nsenter joins namespaces and does not drop capabilities.
    const confined = ['setpriv', `--bounding-set=${FORBIDDEN_CAPABILITIES}`, '--inh-caps=-all'];
    const path = 'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
    const environment = [
      'env',
      '--ignore-environment',
      '--chdir=/root',
      path,
      'HOME=/root',
      'LANG=C.UTF-8',
      `TERM=${process.env.TERM ?? 'dumb'}`,
    ];
    // systemd's shutdown would stop nsenter with the command and block the end of the VM; unshare only waits.
    return [
      'nsenter',
      `--target=${this.running.pid}`,
      '--all',
      '--no-fork',
      '--',
      ...confined,
      'unshare',
      '--fork',
      '--kill-child',
      '--',
      ...WITH_DEBIAN_MODES,
      ...environment,
      ...words,
    ];
  }

  /** Starts the VM. No effect on a running one. */
  public start(): Promise<void> {
    if (this.running) return Promise.resolve();
    this.starting ??= this.boot().finally(() => {
      this.starting = undefined;
    });
    return this.starting;
  }

  private async boot(): Promise<void> {
    const { lab, metadata } = this.surroundings;
    metadata.forget(this.description.id);
    mkdirSync(this.controlGroup, { recursive: true });
    const link = lab.nextLink();
    const log = openSync(join(this.folder, 'boot.log'), 'a');
    // A rebooting guest ends with SIGHUP, which nohup would make it ignore.
    const words = ['--default-signal=HUP', ...lab.inside, 'unshare', '--net', 'bash', '-c', BOOT_SCRIPT, 'boot'];
    const child = spawn('env', words, {
      env: { ...process.env, ...this.bootVariables(link) },
      stdio: ['ignore', 'pipe', log],
    });
    closeSync(log);
    const ended = new Promise<void>((resolve) => {
      child.once('exit', (_code, signal) => {
        this.running = undefined;
        this.isEnding = false;
        void this.detachAll().then(() => {
          resolve();
          // The guest requested a reboot.
          if (signal === 'SIGHUP' && lab.isAlive) this.start().catch(() => {});
        });
      });
    });
    await this.firstLine(child);
    const pid = findChild(findChild(child.pid!) ?? 0);
    if (pid === undefined) throw new SandboxError(`${this.name} ended immediately after its start: see ${join(this.folder, 'boot.log')}`);
    this.running = { process: child, pid, link, ended };
    this.boots++;
    for (const disk of this.description.disks) await this.attach(disk);
  }

  /** Shuts the VM down, and powers it off after 90 s. */
  public async stop(): Promise<void> {
    const { running } = this;
    if (!running) return;
    this.isEnding = true;
    process.kill(running.pid, POWER_OFF_SIGNAL);
    const timer = setTimeout(() => this.cut(), STOP_SECONDS * 1000);
    await running.ended;
    clearTimeout(timer);
  }

  /** Powers the VM off: it sends no more packets and ends at once. */
  public async powerOff(): Promise<void> {
    const { running } = this;
    if (!running) return;
    this.isEnding = true;
    await this.surroundings.lab.run(['ip', 'link', 'set', running.link, 'down']);
    this.cut();
    await running.ended;
  }

  /** Powers the VM off and on, like Compute Engine's `reset`. */
  public async reset(): Promise<void> {
    await this.powerOff();
    await this.start();
  }

  /** Shuts the VM down and starts it. */
  public async restart(): Promise<void> {
    await this.stop();
    await this.start();
  }

  /** Updates the description from the cloud. Changes that need no stop take effect at once. */
  public async describe(instance: VmInstance): Promise<void> {
    this.description = instance;
    // A start attaches the disks.
    await this.starting?.catch(() => {});
    if (!this.running) return;
    const wanted = new Set(instance.disks.map(({ id }) => id));
    for (const [id, { disk }] of [...this.attached]) if (!wanted.has(id)) await this.detach(disk);
    for (const disk of instance.disks) if (!this.attached.has(disk.id)) await this.attach(disk);
  }

  /** Updates the sizes of the attached disks. */
  public async refreshDisks(): Promise<void> {
    for (const { held } of this.attached.values()) await this.surroundings.lab.run(['losetup', '--set-capacity', held.said]);
  }

  /** Waits until the guest attribute `cassandra/state`, or another one, begins with a word. */
  public async waitFor(
    state: string,
    { seconds = 180, attribute = STATE_ATTRIBUTE, endsOn = ['refused', 'failed'] }: WaitOptions = {},
  ): Promise<string> {
    const end = Date.now() + seconds * 1000;
    for (;;) {
      const value = this.guestAttributes()[attribute] ?? '';
      if (value.startsWith(state)) return value;
      if (endsOn.some((word) => value.startsWith(word))) throw new SandboxError(`${this.name}: ${value}`);
      if (Date.now() > end) {
        throw new SandboxError(
          `${this.name} is not '${state}' after ${seconds} s but '${value}'; last line of its console: ${this.lastLine()}`,
        );
      }
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }

  /** Stops the VM and deletes its boot disk. */
  public async delete(): Promise<void> {
    await this.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  private lastLine(): string {
    return this.serialConsole().trimEnd().split('\n').at(-1) ?? '';
  }

  private cut(): void {
    writeFileSync(join(this.controlGroup, 'cgroup.kill'), '1');
  }

  private get controlGroup(): string {
    return join(this.surroundings.controlGroup, this.description.id);
  }

  private bootVariables(link: string): Record<string, string> {
    const { image, ca, hosts, memoryMiB } = this.surroundings;
    return {
      VM: this.folder,
      IMAGE: image,
      NAME: this.name,
      ADDRESS: this.description.address,
      GATEWAY: computeGateway(this.description.range),
      LINK: link,
      CGROUP: this.controlGroup,
      MEMORY_MIB: String(memoryMiB),
      CA: ca,
      HOSTS: `127.0.0.1 localhost\n${this.description.address} ${this.name}\n${hosts}`,
      INIT_SCRIPT,
    };
  }

  /** Waits until systemd runs. */
  private async firstLine(child: ChildProcess): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      child.stdout!.once('data', () => resolve());
      child.once('error', reject);
      child.once('exit', (code, signal) => {
        const said = readFileSync(join(this.folder, 'boot.log'), 'utf8').trim().split('\n').at(-1);
        reject(new SandboxError(`${this.name} cannot be started (${code ?? signal}): ${said}`));
      });
    });
  }

  private async attach(disk: AttachedDisk): Promise<void> {
    const { lab, disks } = this.surroundings;
    const { running } = this;
    const held = await lab.openDisk(disks.image(disk.id), disk.isReadOnly);
    try {
      const { rdev } = statSync(held.said);
      const letter = [...'bcdefghijklmnop'].find((each) => ![...this.attached.values()].some(({ path }) => path.endsWith(`sd${each}`)))!;
      const path = join(this.folder, 'dev', `sd${letter}`);
      const link = join(this.folder, 'dev/disk/by-id', `google-${disk.deviceName}`);
      await lab.run(['mknod', '--mode=660', path, 'b', String(rdev >> 8), String(rdev & 0xff)]);
      await lab.run(['ln', '-sfn', `../../sd${letter}`, link]);
      // The VM may have been powered off meanwhile.
      if (this.running === running) this.attached.set(disk.id, { disk, held, path });
    } finally {
      if (this.attached.get(disk.id)?.held !== held) await held.end();
    }
  }

  private async detach(disk: AttachedDisk): Promise<void> {
    const { held, path } = this.attached.get(disk.id)!;
    this.attached.delete(disk.id);
    await this.surroundings.lab.run(['rm', '-f', path, join(this.folder, 'dev/disk/by-id', `google-${disk.deviceName}`)]);
    await held.end();
  }

  private async detachAll(): Promise<void> {
    const attached = [...this.attached.values()];
    this.attached.clear();
    await Promise.all(attached.map(({ held }) => held.end()));
  }
}

/** Options of `LocalVm.waitFor`. */
export interface WaitOptions {
  /** Timeout. @default 180 */
  readonly seconds?: number;

  /** Guest attribute to wait for. @default 'cassandra/state' */
  readonly attribute?: string;

  /** First words of values that end the wait with an error. @default ['refused', 'failed'] */
  readonly endsOn?: readonly string[];
}
