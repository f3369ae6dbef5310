import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { dirname, join } from 'node:path';
import { json } from 'node:stream/consumers';
import { socketPath } from '../../lib/sandbox/vms/vm-service';
import type { RealRing } from './real-ring';

const MAIN = join(__dirname, '../../dist/lib/cli/main.js');

/** Result of a command. */
export interface CommandOutcome {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** `gke-platform` in a process of its own, on a ring whose VMs run in this process. */
export class CommandLine {
  public static async start(ring: RealRing): Promise<CommandLine> {
    const line = new CommandLine(ring);
    rmSync(line.socket, { force: true });
    mkdirSync(dirname(line.socket), { recursive: true, mode: 0o700 });
    await new Promise<void>((done, fail) => {
      line.server.once('error', fail);
      line.server.listen(line.socket, done);
    });
    return line;
  }

  private readonly server: Server;

  private constructor(private readonly ring: RealRing) {
    this.server = createServer((request, response) => {
      this.answer(request, response).catch((error: Error) => send(response, 400, { message: error.message }));
    });
  }

  /**
   * Runs a command on the synthesized stack, without input.
   *
   * @param onProgress called with each text on standard error
   */
  public run(words: readonly string[], onProgress: (text: string, child: ChildProcess) => void = () => {}): Promise<CommandOutcome> {
    const { folder, environment } = this.ring.toPlan();
    const env = { ...environment, GKE_PLATFORM_SANDBOX: this.ring.directory, NO_COLOR: '1' };
    const own = ['--no-synth', '--out-dir', join(folder, '../..')];
    const child = spawn(process.execPath, [MAIN, ...words, ...own], { env, stdio: ['ignore', 'pipe', 'pipe'] });
    const text = { stdout: '', stderr: '' };
    child.stdout.on('data', (data) => (text.stdout += data));
    child.stderr.on('data', (data) => {
      text.stderr += data;
      onProgress(String(data), child);
    });
    return new Promise((done) => child.once('close', (status) => done({ status, ...text })));
  }

  public stop(): void {
    this.server.closeAllConnections();
    this.server.close();
    rmSync(this.socket, { force: true });
  }

  private get socket(): string {
    return socketPath(this.ring.directory);
  }

  /** Answers as the VM service of a sandbox does: lists the VMs, and runs scripts on them. */
  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const [, name, verb] = (request.url ?? '/').split('/').map(decodeURIComponent);
    if (!name) return send(response, 200, []);
    if (verb !== 'exec') throw new Error(`unknown verb '${verb}'`);
    const { words } = (await json(request)) as { words: readonly string[] };
    send(response, 200, await this.ring.sandbox.vms.vm(name).exec(words, { timeoutSeconds: 600 }));
  }
}

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}
