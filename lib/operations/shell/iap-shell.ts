import { spawn } from 'node:child_process';
import { shellWord } from '../../core/quote';
import { OperationsError } from '../operations-error';
import type { Ring, RingNode } from '../ring';
import { type NodeShell, type ShellAnswer, UnreachableError } from './node-shell';

/** Last line of the output; missing when the script was cut off. */
const END = 'gke-platform: the script ended with ';

/** Properties for `IapShell`. */
export interface IapShellOptions {
  readonly ring: Pick<Ring, 'project'>;
  readonly environment: NodeJS.ProcessEnv;
}

/**
 * Shell on VMs through SSH and Identity-Aware Proxy, by `gcloud`.
 *
 * Scripts pass through standard input, so no other shell interprets them. Ctrl-C in the terminal does not reach gcloud and never interrupts
 * a script on a node.
 */
export class IapShell implements NodeShell {
  constructor(private readonly options: IapShellOptions) {}

  public async run(node: RingNode, script: string, timeoutSeconds = 60): Promise<ShellAnswer> {
    const { environment } = this.options;
    const child = spawn('gcloud', [...this.arguments(node), '--command=sudo -n bash -s'], {
      env: environment,
      detached: process.platform !== 'win32',
      // On Windows, gcloud is a script; its arguments are names and numbers.
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
    // gcloud may exit before it has read all input.
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
    if (at < 0) throw new UnreachableError(late ? `no answer within ${timeoutSeconds} s` : readError(text.stderr) || 'no answer');
    return { status: Number.parseInt(text.stdout.slice(at + END.length), 10), stdout: text.stdout.slice(0, at), stderr: text.stderr };
  }

  public formatCommand(node: RingNode, script: string): string {
    return `gcloud ${this.arguments(node).map(shellWord).join(' ')} --command=${shellWord(`sudo ${script}`)}`;
  }

  private arguments({ vm, zone }: RingNode): string[] {
    return ['compute', 'ssh', vm, `--project=${this.options.ring.project}`, `--zone=${zone}`, '--tunnel-through-iap', '--quiet'];
  }
}

const GCLOUD_MISSING = "'gcloud' was not found on PATH, and is needed to reach nodes: https://cloud.google.com/sdk/docs/install";

/** Kills gcloud and its child processes. */
function kill(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(process.platform === 'win32' ? pid : -pid, 'SIGKILL');
  } catch {
    // The process has already ended.
  }
}

/** Extracts gcloud's error message: an `ERROR: ` line, otherwise the last line. */
function readError(text: string): string {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  return (lines.findLast((line) => line.startsWith('ERROR: ')) ?? lines.at(-1) ?? '').replace('ERROR: ', '').trim();
}
