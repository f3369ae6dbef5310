import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { SandboxError } from '../sandbox-error';

/** What a command printed, and how it ended. */
export interface CommandResult {
  /** Exit code; 128 and the number of the signal that ended it; 255 when there was nothing to run it on. */
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** How a command is run. */
export interface CommandOptions {
  /** What it reads from standard input. Nothing, when left out. */
  readonly input?: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;

  /** Whether the files it makes are for a VM, and so readable for the VM's users. @default false */
  readonly withDebianModes?: boolean;

  /** After so many seconds it is killed. */
  readonly timeoutSeconds?: number;
}

/**
 * Words that run what follows them with the file modes that Debian expects: what is built for a VM, or runs in one, must be readable for
 * the VM's users, whatever umask this process was started with.
 */
export const WITH_DEBIAN_MODES: readonly string[] = ['sh', '-c', 'umask 022; exec "$@"', 'sh'];

/** Runs a command, whatever its exit code. */
export async function tryCommand(words: readonly string[], options: CommandOptions = {}): Promise<CommandResult> {
  const { input, env, cwd, timeoutSeconds, withDebianModes = false } = options;
  const [program, ...args] = withDebianModes ? [...WITH_DEBIAN_MODES, ...words] : words;
  const child = spawn(program!, args, { env, cwd, stdio: ['pipe', 'pipe', 'pipe'] });
  const killer = timeoutSeconds === undefined ? undefined : setTimeout(() => child.kill('SIGKILL'), timeoutSeconds * 1000);
  const output: Record<'stdout' | 'stderr', Buffer[]> = { stdout: [], stderr: [] };
  child.stdout.on('data', (chunk: Buffer) => output.stdout.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => output.stderr.push(chunk));
  // A command that does not read its input is no fault.
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
 * @returns what it printed
 * @throws SandboxError with what it said, when it fails
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
