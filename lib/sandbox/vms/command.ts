import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { SandboxError } from '../sandbox-error';

/** Output and exit code of a command. */
export interface CommandResult {
  /** Exit code; 128 plus the number of the signal that ended the command; 255 if the VM is not running. */
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Options of a command. */
export interface CommandOptions {
  /** Standard input. @default - empty */
  readonly input?: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;

  /** Creates files with Debian's modes, readable for the users of a VM. @default false */
  readonly withDebianModes?: boolean;

  /** Timeout after which the command is killed. @default - none */
  readonly timeoutSeconds?: number;
}

/**
 * Command prefix that sets Debian's umask: files that are built for a VM, or created in one, must be readable for the users of the VM,
 * independent of the umask of this process.
 */
export const WITH_DEBIAN_MODES: readonly string[] = ['sh', '-c', 'umask 022; exec "$@"', 'sh'];

/** Runs a command and returns any exit code. */
export async function tryCommand(words: readonly string[], options: CommandOptions = {}): Promise<CommandResult> {
  const { input, env, cwd, timeoutSeconds, withDebianModes = false } = options;
  const [program, ...args] = withDebianModes ? [...WITH_DEBIAN_MODES, ...words] : words;
  const child = spawn(program!, args, { env, cwd, stdio: ['pipe', 'pipe', 'pipe'] });
  const killer = timeoutSeconds === undefined ? undefined : setTimeout(() => child.kill('SIGKILL'), timeoutSeconds * 1000);
  const output: Record<'stdout' | 'stderr', Buffer[]> = { stdout: [], stderr: [] };
  child.stdout.on('data', (chunk: Buffer) => output.stdout.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => output.stderr.push(chunk));
  // A command may exit without reading its input.
  child.stdin.on('error', () => {});
  child.stdin.end(input ?? '');
  try {
    const status = await new Promise<number>((resolve, reject) => {
      child.once('error', (error) => reject(new SandboxError(`'${program}' cannot be run: ${error.message}`)));
      child.once('close', (code, signal) => resolve(code ?? 128 + signalNumber(signal)));
    });
    return { status, stdout: Buffer.concat(output.stdout).toString(), stderr: Buffer.concat(output.stderr).toString() };
  } finally {
    clearTimeout(killer);
  }
}

/**
 * Runs a command that has to succeed.
 *
 * @returns its standard output
 * @throws SandboxError with its last lines of output if it fails
 */
export async function command(words: readonly string[], options: CommandOptions = {}): Promise<string> {
  const { status, stdout, stderr } = await tryCommand(words, options);
  if (status === 0) return stdout;
  const said = (stderr.trim() || stdout.trim()).split('\n').slice(-5).join('\n');
  throw new SandboxError(`'${words.slice(0, 3).join(' ')} ...' failed with status ${status}: ${said}`);
}

function signalNumber(signal: NodeJS.Signals | null): number {
  return signal ? constants.signals[signal] : 0;
}
