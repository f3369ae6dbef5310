import { spawn } from 'node:child_process';
import { mkdirSync, openSync, readFileSync } from 'node:fs';
import { request } from 'node:http';
import { join, resolve } from 'node:path';
import { SandboxError } from '../sandbox-error';
import type { CommandOptions, CommandResult } from './command';
import { requireVms } from './requirements';
import { socketPath, type VmSummary } from './vm-service';

/** Client of the VM service of a sandbox. */
export class VmClient {
  /**
   * Connects to the VM service of a folder.
   *
   * @throws SandboxError if it is not running
   */
  public static async connect(directory: string): Promise<VmClient> {
    const client = await VmClient.find(directory);
    if (client) return client;
    throw new SandboxError(
      `no VMs run for the sandbox in ${directory}: deploy with 'gke-platform sandbox --vms COMMAND', or name its folder with --directory`,
    );
  }

  /** Connects to the VM service of a folder; `undefined` if it is not running. */
  public static async find(directory: string): Promise<VmClient | undefined> {
    const client = new VmClient(directory);
    return (await client.isAlive()) ? client : undefined;
  }

  /** Connects to the VM service of a folder, and starts it if necessary: it runs in the background until `end`. */
  public static async start(directory: string): Promise<VmClient> {
    requireVms();
    const client = new VmClient(directory);
    if (await client.isAlive()) return client;
    const folder = join(resolve(directory), 'vms');
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const path = join(folder, 'service.log');
    const log = openSync(path, 'w', 0o600);
    const child = spawn(process.execPath, [join(__dirname, 'vm-service.js'), resolve(directory)], {
      detached: true,
      stdio: ['ignore', log, log],
    });
    child.unref();
    let ended = false;
    child.once('exit', () => {
      ended = true;
    });
    while (!(await client.isAlive())) {
      if (ended) throw new SandboxError(`the VMs cannot be started: ${readFileSync(path, 'utf8').replace('failed: ', '').trim()}`);
      await new Promise((done) => setTimeout(done, 100));
    }
    return client;
  }

  private constructor(private readonly directory: string) {}

  public list(): Promise<VmSummary[]> {
    return this.ask<VmSummary[]>('/');
  }

  /** Reconciles the VMs with the deployed instances. */
  public reconcile(): Promise<VmSummary[]> {
    return this.ask<VmSummary[]>('/reconcile');
  }

  /** Reason why a snapshot could not be taken; `undefined` if it was, or is not yet. @param id its number */
  public async snapshotFailure(id: string): Promise<string | undefined> {
    return (await this.ask<{ failure?: string }>('/snapshot-failure', { id })).failure;
  }

  /**
   * Runs a command as root in a VM.
   *
   * @param words a program with its arguments, or a script for bash
   */
  public exec(name: string, words: string | readonly string[], options: Pick<CommandOptions, 'input'> = {}): Promise<CommandResult> {
    return this.ask<CommandResult>(`/${encodeURIComponent(name)}/exec`, { words, input: options.input });
  }

  /** Command line that runs a program in a VM, for callers that pass the terminal to it. */
  public entering(name: string, words: readonly string[]): Promise<string[]> {
    return this.ask<string[]>(`/${encodeURIComponent(name)}/entering`, words);
  }

  /** Guest attributes of a VM, by `NAMESPACE/KEY`. */
  public guestAttributes(name: string): Promise<Record<string, string>> {
    return this.ask(`/${encodeURIComponent(name)}/attributes`);
  }

  /** Output of a VM on its serial console. */
  public async serialConsole(name: string): Promise<string> {
    const found = (await this.list()).find((each) => each.name === name);
    return found === undefined ? '' : readFileSync(found.console, 'utf8').replaceAll('\r', '');
  }

  /** Status of each VM, by name. */
  public async statuses(): Promise<ReadonlyMap<string, string>> {
    return new Map((await this.list()).map(({ name, status }) => [name, status]));
  }

  public change(name: string, verb: 'start' | 'stop' | 'reset' | 'power-off'): Promise<VmSummary> {
    return this.ask<VmSummary>(`/${encodeURIComponent(name)}/${verb}`);
  }

  /** Shuts all VMs down and ends the service. Disks are kept. */
  public async end(): Promise<void> {
    await this.ask('/end');
    while (await this.isAlive()) await new Promise((done) => setTimeout(done, 50));
  }

  private async isAlive(): Promise<boolean> {
    try {
      await this.list();
      return true;
    } catch (error) {
      if (error instanceof SandboxError) throw error;
      return false;
    }
  }

  private ask<Answer>(path: string, body: unknown = {}): Promise<Answer> {
    return new Promise((done, fail) => {
      const asking = request({ socketPath: socketPath(this.directory), path, method: 'POST', agent: false }, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () => {
          const value = JSON.parse(Buffer.concat(chunks).toString());
          if (response.statusCode === 200) done(value);
          else fail(new SandboxError(value.message));
        });
      });
      asking.once('error', fail);
      asking.end(JSON.stringify(body));
    });
  }
}
