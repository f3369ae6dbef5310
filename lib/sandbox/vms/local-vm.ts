import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { STATE_ATTRIBUTE } from '../../cassandra-contract/guest-attributes';
import { SandboxError } from '../sandbox-error';
import { type CommandOptions, type CommandResult, tryCommand, WITH_DEBIAN_MODES } from './command';
import type { DiskStore } from './disk-store';
import { BOOT_SCRIPT, FORBIDDEN_CAPABILITIES, INIT_SCRIPT } from './guest-scripts';
import { childOf, type Held, type Lab } from './lab';
import { type AttachedDisk, gatewayOf, type Machine } from './machine';
import type { MetadataServer } from './metadata-server';

/** What a VM is doing, in Compute Engine's words. */
export type VmStatus = 'RUNNING' | 'STOPPING' | 'TERMINATED';

/** What all VMs of a lab have in common. */
export interface VmSurroundings {
  readonly lab: Lab;
  readonly metadata: MetadataServer;
  readonly disks: DiskStore;

  /** Root file system that VMs write beside. */
  readonly image: string;

  /** Certificate of the authority that VMs trust besides Debian's. */
  readonly ca: string;

  /** Lines of `/etc/hosts`. */
  readonly hosts: string;

  /** Control group that those of the VMs are in. */
  readonly controlGroup: string;
  readonly memoryMiB: number;
}

/** Signal that asks systemd to switch the machine off. */
const POWER_OFF_SIGNAL = 38;

/** How long a VM gets to end in good order, in seconds, as on Compute Engine. */
const STOP_SECONDS = 90;

/** One virtual machine: what the cloud describes, running on this machine. */
export class LocalVm {
  private running?: { readonly process: ChildProcess; readonly pid: number; readonly link: string; readonly ended: Promise<void> };
  private readonly attached = new Map<string, { readonly disk: AttachedDisk; readonly held: Held; readonly path: string }>();
  private starting?: Promise<void>;
  private isEnding = false;
  private boots = 0;

  /** @param folder where its boot disk and its console are kept */
  constructor(
    private description: Machine,
    private readonly folder: string,
    private readonly surroundings: VmSurroundings,
  ) {
    mkdirSync(folder, { recursive: true });
  }

  public get machine(): Machine {
    return this.description;
  }

  public get name(): string {
    return this.description.name;
  }

  public get status(): VmStatus {
    if (!this.running) return 'TERMINATED';
    return this.isEnding ? 'STOPPING' : 'RUNNING';
  }

  /** How often it was switched on since the lab began. */
  public get bootCount(): number {
    return this.boots;
  }

  /** What the VM wrote to its serial port, since its boot disk is new. */
  public serialConsole(): string {
    return existsSync(this.consolePath) ? readFileSync(this.consolePath, 'utf8').replaceAll('\r', '') : '';
  }

  public get consolePath(): string {
    return join(this.folder, 'console');
  }

  /** Guest attributes that the VM has set since it was switched on, by `NAMESPACE/KEY`. */
  public guestAttributes(): Readonly<Record<string, string>> {
    return Object.fromEntries(this.surroundings.metadata.attributesOf(this.description.id));
  }

  /**
   * Runs a command as root in the VM, as SSH and sudo would.
   *
   * @param words a program with its arguments, or one text for a shell
   */
  public async exec(words: string | readonly string[], options: Omit<CommandOptions, 'cwd' | 'env'> = {}): Promise<CommandResult> {
    if (!this.running) return { status: 255, stdout: '', stderr: `${this.name} is not running\n` };
    return tryCommand(this.entering(typeof words === 'string' ? ['bash', '-c', words] : words), { timeoutSeconds: 120, ...options });
  }

  /** Words that run a program in the VM, for whoever wants the terminal for it. */
  public entering(words: readonly string[]): readonly string[] {
    if (!this.running) throw new SandboxError(`${this.name} is not running`);
    // Namespaces are joined, but what the VM may not do is not taken over with them: that has to be said.
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
    // nsenter itself would be stopped with the command by systemd's shutdown, for ever, and keep the VM from ending; unshare only waits.
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

  /** Switches it on. Nothing happens when it is on. */
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
    // A guest that reboots ends with SIGHUP, which nohup would have it ignore.
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
          // The guest asked for it.
          if (signal === 'SIGHUP' && lab.isAlive) this.start().catch(() => {});
        });
      });
    });
    await this.firstLine(child);
    const pid = childOf(childOf(child.pid!) ?? 0);
    if (pid === undefined) throw new SandboxError(`${this.name} ended as soon as it began: see ${join(this.folder, 'boot.log')}`);
    this.running = { process: child, pid, link, ended };
    this.boots++;
    for (const disk of this.description.disks) await this.attach(disk);
  }

  /** Asks it to end in good order, and switches it off after 90 s. */
  public async stop(): Promise<void> {
    const { running } = this;
    if (!running) return;
    this.isEnding = true;
    process.kill(running.pid, POWER_OFF_SIGNAL);
    const timer = setTimeout(() => this.cut(), STOP_SECONDS * 1000);
    await running.ended;
    clearTimeout(timer);
  }

  /** Takes its power away: it sends nothing more, and ends at once. */
  public async powerOff(): Promise<void> {
    const { running } = this;
    if (!running) return;
    this.isEnding = true;
    await this.surroundings.lab.run(['ip', 'link', 'set', running.link, 'down']);
    this.cut();
    await running.ended;
  }

  /** Power off and on again, as Compute Engine's `reset`. */
  public async reset(): Promise<void> {
    await this.powerOff();
    await this.start();
  }

  /** Ends it in good order and starts it. */
  public async restart(): Promise<void> {
    await this.stop();
    await this.start();
  }

  /** Says what the cloud describes now. What needs no stop takes effect at once. */
  public async describe(machine: Machine): Promise<void> {
    this.description = machine;
    // Whoever starts it attaches its disks.
    await this.starting?.catch(() => {});
    if (!this.running) return;
    const wanted = new Set(machine.disks.map(({ id }) => id));
    for (const [id, { disk }] of [...this.attached]) if (!wanted.has(id)) await this.detach(disk);
    for (const disk of machine.disks) if (!this.attached.has(disk.id)) await this.attach(disk);
  }

  /** Makes the VM see that its disks have grown. */
  public async refreshDisks(): Promise<void> {
    for (const { held } of this.attached.values()) await this.surroundings.lab.run(['losetup', '--set-capacity', held.said]);
  }

  /** Waits until its guest attribute `STATE_ATTRIBUTE`, or another one, begins with a word. */
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
        throw new SandboxError(`${this.name} is not '${state}' after ${seconds} s, but '${value}'; its last line: ${this.lastLine()}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }

  /** Forgets its boot disk, with everything on it. */
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
      GATEWAY: gatewayOf(this.description.range),
      LINK: link,
      CGROUP: this.controlGroup,
      MEMORY_MIB: String(memoryMiB),
      CA: ca,
      HOSTS: `127.0.0.1 localhost\n${this.description.address} ${this.name}\n${hosts}`,
      INIT_SCRIPT,
    };
  }

  /** Waits until systemd takes over. */
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
      // It may have lost its power meanwhile.
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

/** How `waitFor` waits. */
export interface WaitOptions {
  /** @default 180 */
  readonly seconds?: number;

  /** @default 'cassandra/state' */
  readonly attribute?: string;

  /** Words that end the waiting with an error. */
  readonly endsOn?: readonly string[];
}
