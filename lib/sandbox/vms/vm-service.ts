import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync, rmSync, watch } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { dirname, join, resolve } from 'node:path';
import { json } from 'node:stream/consumers';
import { STATE_ATTRIBUTE } from '../../cassandra-contract/guest-attributes';
import { ReportedError } from '../../core/reported-error';
import { sendJson } from '../local-server';
import { SandboxError } from '../sandbox-error';
import { SandboxFolder } from '../sandbox-folder';
import { SecretManager } from '../secret-manager';
import { SimulatedCloud } from '../simulated-cloud';
import { LocalComputeEngine } from './local-compute-engine';
import type { LocalVm } from './local-vm';

/** A VM as the service tells of it. */
export interface VmSummary {
  readonly name: string;
  readonly zone: string;
  readonly machineType: string;
  readonly address: string;
  readonly status: string;

  /** What it says of itself: its guest attribute `cassandra/state`, or nothing. One that is off says nothing. */
  readonly state: string;

  /** File with what it wrote to its serial port. */
  readonly console: string;
}

/** Where the service of a sandbox's folder is asked. */
export function socketOf(directory: string): string {
  const key = createHash('sha256').update(resolve(directory)).digest('hex').slice(0, 12);
  return `/run/gke-platform/${key}.sock`;
}

/** How long after a change of the cloud VMs follow it, in milliseconds: what changes together is carried out together. */
const SETTLE_MS = 300;

/**
 * The VMs of a sandbox's folder, in a process of their own: they go on when the command that deployed them has ended, and follow
 * what later commands deploy.
 */
export class VmService {
  public static async start(directory: string): Promise<VmService> {
    const service = new VmService(resolve(directory));
    await service.listen();
    return service;
  }

  /** Settles when the service has ended. */
  public readonly ended: Promise<void>;

  private readonly server: Server;
  private engine?: LocalComputeEngine;
  private content: ReturnType<typeof SandboxFolder.read>;
  private settling?: NodeJS.Timeout;
  private sayEnded: () => void = () => {};

  private constructor(private readonly directory: string) {
    this.content = SandboxFolder.read(directory);
    this.server = createServer((request, response) => {
      this.answer(request, response).catch((error: Error) => sendJson(response, 400, { message: error.message }));
    });
    this.ended = new Promise((done) => {
      this.sayEnded = done;
    });
  }

  public async stop(): Promise<void> {
    clearTimeout(this.settling);
    await this.engine?.stop();
    this.server.close();
    rmSync(socketOf(this.directory), { force: true });
    this.sayEnded();
  }

  private async listen(): Promise<void> {
    const secrets = {
      read: (name: string, version?: number) => SecretManager.open(join(this.directory, 'secrets.json')).read(name, version),
    };
    const service = this;
    // What the cloud holds is read again each time: the sandbox that changes it is another process.
    const cloud = new SimulatedCloud({
      get resources() {
        return service.content.resources;
      },
      series: {},
    });
    this.engine = await LocalComputeEngine.start({ directory: join(this.directory, 'vms'), cloud, secrets });
    const path = socketOf(this.directory);
    rmSync(path, { force: true });
    // Of root alone: the folder decides, since a socket's own mode would be set too late.
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    chmodSync(dirname(path), 0o700);
    await new Promise<void>((done, fail) => {
      this.server.once('error', fail);
      this.server.listen(path, done);
    });
    watch(this.directory, (_, name) => {
      if (name !== 'cloud.json') return;
      this.settling ??= setTimeout(() => this.reconcile().catch(log), SETTLE_MS);
    });
  }

  private async reconcile(): Promise<void> {
    clearTimeout(this.settling);
    this.settling = undefined;
    this.content = SandboxFolder.read(this.directory);
    await this.engine!.reconcile();
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const [, name, verb] = (request.url ?? '/').split('/').map(decodeURIComponent);
    if (!name) return sendJson(response, 200, this.engine!.vms.map(summary));
    if (name === 'reconcile') {
      await this.reconcile();
      return sendJson(response, 200, this.engine!.vms.map(summary));
    }
    if (name === 'end') {
      // Whoever asked sees that it has ended when it does not answer any more.
      response.once('close', () => void this.stop());
      return sendJson(response, 200, {});
    }
    const vm = this.engine!.vm(name);
    if (verb === 'entering') return sendJson(response, 200, vm.entering((await json(request)) as string[]));
    if (verb === 'exec') {
      const { words, input } = (await json(request)) as { words: string | string[]; input?: string };
      return sendJson(response, 200, await vm.exec(words, { input, timeoutSeconds: 3600 }));
    }
    const action = ACTIONS[verb ?? ''];
    if (!action) throw new SandboxError(`there is no '${verb}'`);
    await action(vm);
    sendJson(response, 200, summary(vm));
  }
}

const ACTIONS: Readonly<Record<string, (vm: LocalVm) => Promise<void>>> = {
  start: (vm) => vm.start(),
  stop: (vm) => vm.stop(),
  reset: (vm) => vm.reset(),
  'power-off': (vm) => vm.powerOff(),
};

/** Whoever deployed has ended: what goes wrong afterwards is in the log. */
function log(error: Error): void {
  process.stderr.write(`${error instanceof ReportedError ? error.message : error.stack}\n`);
}

function summary(vm: LocalVm): VmSummary {
  const { name, zone, machineType, address } = vm.machine;
  const { status } = vm;
  const state = status === 'RUNNING' ? (vm.guestAttributes()[STATE_ATTRIBUTE] ?? '') : '';
  return { name, zone, machineType, address, status, state, console: vm.consolePath };
}

/** Runs the service of the folder given, until it is told to end. */
async function main(directory: string): Promise<void> {
  const service = await VmService.start(directory);
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void service.stop());
  process.stdout.write('ready\n');
  await service.ended;
  process.exit(0);
}

if (require.main === module) {
  main(process.argv[2]!).catch((error: Error) => {
    process.stdout.write(`failed: ${error instanceof ReportedError ? error.message : error.stack}\n`);
    process.exit(1);
  });
}
