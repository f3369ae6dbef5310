import { type ChildProcess, spawn } from 'node:child_process';
import type { Socket as DatagramSocket } from 'node:dgram';
import { readFileSync } from 'node:fs';
import type { Server } from 'node:net';
import { SandboxError } from '../sandbox-error';
import { type CommandOptions, type CommandResult, command, tryCommand } from './command';
import { DISK_SCRIPT, HOST_SCRIPT, LAB_SCRIPT } from './guest-scripts';

/** Process that runs until `end`, and the line that it printed when it was ready. */
export interface Held {
  readonly said: string;
  readonly process: ChildProcess;
  end(): Promise<void>;
}

/** Address and port of a listener. */
export interface ListenAt {
  readonly address: string;
  readonly port: number;
}

/**
 * Namespaces of the host in which VMs run: a network without external connectivity, separate mounts and processes.
 *
 * Ends with the process that started it, and releases all resources.
 */
export class Lab {
  /** @param addresses addresses of servers in the lab, routed only there */
  public static async start(addresses: readonly string[]): Promise<Lab> {
    const namespaces = ['--mount', '--net', '--pid', '--fork', '--kill-child=KILL', '--mount-proc', '--propagation=private'];
    const held = await hold([
      ...['setpriv', '--pdeathsig=KILL', 'unshare', ...namespaces],
      ...['bash', '-c', LAB_SCRIPT, 'lab', ...addresses],
    ]);
    return new Lab(held, findChild(held.process.pid!)!);
  }

  private links = 0;

  private constructor(
    private readonly holder: Held,
    private readonly pid: number,
  ) {}

  /** Command prefix that runs a command in the lab. */
  public get inside(): readonly string[] {
    return ['nsenter', `--target=${this.pid}`, '--mount', '--pid', '--net', '--'];
  }

  /** The lab is running. */
  public get isAlive(): boolean {
    return this.holder.process.exitCode === null && this.holder.process.signalCode === null;
  }

  public run(words: readonly string[], options?: CommandOptions): Promise<string> {
    return command([...this.inside, ...words], options);
  }

  /** Returns a unique name for a network link. */
  public nextLink(): string {
    return `vm${this.links++}`;
  }

  /** Attaches a disk image as a block device until `end`. `said` is the path of the device. */
  public openDisk(image: string, isReadOnly = false): Promise<Held> {
    return hold([...this.inside, 'bash', '-c', DISK_SCRIPT, 'disk', image, ...(isReadOnly ? ['--read-only'] : [])]);
  }

  /** Adds a host with only an address to the network, such as a pod. */
  public async addHost(address: string, gateway: string): Promise<LabHost> {
    const held = await hold([...this.inside, 'unshare', '--net', 'bash', '-c', HOST_SCRIPT, 'host', address, gateway, this.nextLink()]);
    return new LabHost(address, held, findChild(held.process.pid!)!);
  }

  /**
   * Opens listening sockets in the lab for servers of this process.
   *
   * A short-lived process enters the lab, listens, and passes the sockets to this process.
   */
  public async listen(places: readonly ListenAt[], datagramPlaces: readonly ListenAt[]): Promise<[Server[], DatagramSocket[]]> {
    const words = [`--net=/proc/${this.pid}/ns/net`, process.execPath, '-e', LISTENER];
    const child = spawn('nsenter', words, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
    const servers: Server[] = [];
    const sockets: DatagramSocket[] = [];
    await new Promise<void>((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', (code) => reject(new SandboxError(`the lab's servers cannot listen (status ${code})`)));
      child.on('message', (place: { index: number; isDatagram: boolean }, handle) => {
        (place.isDatagram ? sockets : servers)[place.index] = handle as never;
        if (Object.keys(servers).length === places.length && Object.keys(sockets).length === datagramPlaces.length) resolve();
      });
      child.send({ places, datagramPlaces });
    });
    child.removeAllListeners('exit');
    child.kill();
    return [servers, sockets];
  }

  /** Stops the lab with all its processes. */
  public async stop(): Promise<void> {
    if (!this.isAlive) return;
    const ended = new Promise((resolve) => this.holder.process.once('exit', resolve));
    this.holder.process.kill('SIGKILL');
    await ended;
    while (isRunning(this.pid)) await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** Host with an address in the lab's network. */
export class LabHost {
  constructor(
    public readonly address: string,
    private readonly held: Held,
    private readonly pid: number,
  ) {}

  /** Runs a command with the host's files and the lab's network. */
  public run(words: readonly string[], options?: CommandOptions): Promise<CommandResult> {
    return tryCommand(['nsenter', `--target=${this.pid}`, '--net', '--', ...words], options);
  }

  public remove(): Promise<void> {
    return this.held.end();
  }
}

/** Program of that process. */
const LISTENER = `
process.once('message', ({ places, datagramPlaces }) => {
  places.forEach(({ address, port }, index) => {
    const server = require('node:net').createServer();
    server.listen(port, address, () => process.send({ index, isDatagram: false }, server));
  });
  datagramPlaces.forEach(({ address, port }, index) => {
    const socket = require('node:dgram').createSocket('udp4');
    socket.bind(port, address, () => process.send({ index, isDatagram: true }, socket));
  });
});
`;

/**
 * Starts a command that prints one line when it is ready and keeps running.
 *
 * @throws SandboxError with its error output if it exits instead
 */
export async function hold([program, ...args]: readonly string[], options: Pick<CommandOptions, 'env'> = {}): Promise<Held> {
  const child = spawn(program!, args, { ...options, stdio: ['pipe', 'pipe', 'pipe'] });
  child.stdin.on('error', () => {});
  let errors = '';
  child.stderr.on('data', (chunk: Buffer) => {
    errors += chunk;
  });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const said = await new Promise<string>((resolve, reject) => {
    let text = '';
    child.stdout.on('data', (chunk: Buffer) => {
      text += chunk;
      const end = text.indexOf('\n');
      if (end >= 0) resolve(text.slice(0, end));
    });
    child.once('error', reject);
    child.once('close', (code, signal) => reject(new SandboxError(`'${program}' ended (${code ?? signal}): ${errors.trim()}`)));
  });
  const end = async (): Promise<void> => {
    child.stdin.end();
    await ended;
  };
  return { said, process: child, end };
}

/** Finds the only child of a process, by its id in this process's namespace. */
export function findChild(pid: number): number | undefined {
  try {
    const [child] = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ');
    return child ? Number(child) : undefined;
  } catch {
    return undefined;
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
