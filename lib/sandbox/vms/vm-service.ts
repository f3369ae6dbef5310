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

/** Summary of a VM. */
export interface VmSummary {
  readonly name: string;
  readonly zone: string;
  readonly machineType: string;
  readonly address: string;
  readonly status: string;

  /** Its guest attribute `cassandra/state`; empty if it has none or is not running. */
  readonly state: string;

  /** File with the output on its serial console. */
  readonly console: string;
}

/** Path of the socket of a folder's service. */
export function socketPath(directory: string): string {
  const key = createHash('sha256').update(resolve(directory)).digest('hex').slice(0, 12);
  return `/run/gke-platform/${key}.sock`;
}

/** Debounce of changes of the cloud, in milliseconds: simultaneous changes are applied together. */
const SETTLE_MS = 300;

/**
 * VMs of a sandbox's folder, in a separate process: they keep running after the command that deployed them, and follow later deployments.
 */
export class VmService {
  public static async start(directory: string): Promise<VmService> {
    const service = new VmService(resolve(directory));
    await service.listen();
    return service;
  }

  /** Resolves when the service has ended. */
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
    rmSync(socketPath(this.directory), { force: true });
    this.sayEnded();
  }

  private async listen(): Promise<void> {
    const secrets = {
      read: (name: string, version?: number) => SecretManager.open(join(this.directory, 'secrets.json')).read(name, version),
    };
    const service = this;
    // Reads the current content each time: the sandbox that changes it is another process.
    const cloud = new SimulatedCloud({
      get resources() {
        return service.content.resources;
      },
      series: {},
    });
    this.engine = await LocalComputeEngine.start({ directory: join(this.directory, 'vms'), cloud, secrets });
    const path = socketPath(this.directory);
    rmSync(path, { force: true });
    // Accessible to root only: the mode of the folder applies before that of the socket can be set.
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
    if (name === 'snapshot-failure') {
      const { id } = (await json(request)) as { id: string };
      return sendJson(response, 200, { failure: this.engine!.snapshotFailure(id) });
    }
    if (name === 'end') {
      // The client polls until the service no longer answers.
      response.once('close', () => void this.stop());
      return sendJson(response, 200, {});
    }
    const vm = this.engine!.vm(name);
    if (verb === 'entering') return sendJson(response, 200, vm.entering((await json(request)) as string[]));
    if (verb === 'exec') {
      const { words, input } = (await json(request)) as { words: string | string[]; input?: string };
      return sendJson(response, 200, await vm.exec(words, { input, timeoutSeconds: 3600 }));
    }
    if (verb === 'attributes') return sendJson(response, 200, vm.guestAttributes());
    const action = ACTIONS[verb ?? ''];
    if (!action) throw new SandboxError(`unknown verb '${verb}'`);
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

/** Logs an error of a reconciliation, which runs after the deploying command has ended. */
function log(error: Error): void {
  process.stderr.write(`${error instanceof ReportedError ? error.message : error.stack}\n`);
}

function summary(vm: LocalVm): VmSummary {
  const { name, zone, machineType, address } = vm.instance;
  const { status } = vm;
  const state = status === 'RUNNING' ? (vm.guestAttributes()[STATE_ATTRIBUTE] ?? '') : '';
  return { name, zone, machineType, address, status, state, console: vm.consolePath };
}

/** Runs the service of a folder until it is ended. */
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
