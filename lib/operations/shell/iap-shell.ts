import { spawn } from 'node:child_process';
import { OperationsError } from '../operations-error';
import type { Ring, RingNode } from '../ring';
import { type NodeShell, quoted, type ShellAnswer, UnreachableError } from './node-shell';

/** Printed after whatever a script prints: without it, the script did not get to its end. */
const END = 'gke-platform: the script ended with ';

/** Properties for `IapShell`. */
export interface IapShellOptions {
  readonly ring: Pick<Ring, 'project'>;
  readonly environment: NodeJS.ProcessEnv;
}

/**
 * Reaches VMs as an operator does: SSH through Identity-Aware Proxy, by `gcloud`.
 *
 * The script goes through standard input, so that no shell on the way reads it. Ctrl-C in the terminal does not reach gcloud: what runs on
 * a node is not cut off in the middle.
 */
export class IapShell implements NodeShell {
  constructor(private readonly options: IapShellOptions) {}

  public async run(node: RingNode, script: string, timeoutSeconds = 60): Promise<ShellAnswer> {
    const { environment } = this.options;
    const child = spawn('gcloud', [...this.words(node), '--command=sudo -n bash -s'], {
      env: environment,
      detached: process.platform !== 'win32',
      // On Windows, gcloud is a script; the words are names and numbers.
      shell: process.platform === 'win32',
    });
    let late = false;
    const killer = setTimeout(() => {
      late = true;
      kill(child.pid);
    }, timeoutSeconds * 1000);
    const text = { stdout: '', stderr: '' };
    child.stdout.setEncoding('utf8').on('data', (data) => (text.stdout += data));
    child.stderr.setEncoding('utf8').on('data', (data) => (text.stderr += data));
    // It may end before it has read everything.
    child.stdin.on('error', () => {});
    child.stdin.end(`(\n${script}\n)\necho "${END}$?"\n`);
    try {
      await new Promise<void>((resolve, reject) => {
        child.once('error', (error: NodeJS.ErrnoException) =>
          reject(error.code === 'ENOENT' ? new OperationsError(GCLOUD_MISSING) : error),
        );
        child.once('close', () => resolve());
      });
    } finally {
      clearTimeout(killer);
    }
    const at = text.stdout.lastIndexOf(END);
    if (at < 0) throw new UnreachableError(late ? `no answer within ${timeoutSeconds} s` : lastLine(text.stderr) || 'no answer');
    return { status: Number.parseInt(text.stdout.slice(at + END.length), 10), stdout: text.stdout.slice(0, at), stderr: text.stderr };
  }

  public typed(node: RingNode, script: string): string {
    return `gcloud ${this.words(node).join(' ')} --command=${quoted(`sudo ${script}`)}`;
  }

  private words({ vm, zone }: RingNode): string[] {
    return ['compute', 'ssh', vm, `--project=${this.options.ring.project}`, `--zone=${zone}`, '--tunnel-through-iap', '--quiet'];
  }
}

const GCLOUD_MISSING = "'gcloud' was not found on PATH: nodes are reached by it, https://cloud.google.com/sdk/docs/install";

/** Ends gcloud with what it started. */
function kill(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(process.platform === 'win32' ? pid : -pid, 'SIGKILL');
  } catch {
    // It has ended already.
  }
}

/** What gcloud gives as the reason; its `ERROR: ` lines say more than those of ssh. */
function lastLine(text: string): string {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  return (lines.findLast((line) => line.startsWith('ERROR: ')) ?? lines.at(-1) ?? '').replace('ERROR: ', '').trim();
}
