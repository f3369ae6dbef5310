import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { describeFileError } from '../core/file-error';
import { ReportedError } from '../core/reported-error';

/** Signals that are forwarded to the command, so that this process outlives it. */
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Runs a command with the terminal attached. Signals are forwarded to the command, and the process waits until it exits.
 *
 * @returns exit code, or 128 plus the number of the signal that killed the command
 * @throws ReportedError when the command cannot be started
 */
export async function runInForeground(
  [program, ...args]: readonly string[],
  options: { readonly env: NodeJS.ProcessEnv; readonly cwd?: string },
): Promise<number> {
  // On Windows, `npx` and similar commands are scripts, which need a shell.
  const child = spawn(program!, args, { ...options, stdio: 'inherit', shell: process.platform === 'win32' });
  // A terminal sends Ctrl-C to the whole process group. A second SIGINT would make Terraform exit immediately.
  const forward = (signal: NodeJS.Signals): void => {
    if (!(signal === 'SIGINT' && process.stdin.isTTY)) child.kill(signal);
  };
  for (const signal of SIGNALS) process.on(signal, forward);
  try {
    return await new Promise<number>((resolve, reject) => {
      child.once('error', (error: NodeJS.ErrnoException) => {
        const message =
          error.code === 'ENOENT' ? `command not found: '${program}'` : `'${program}' cannot be run: ${describeFileError(error)}`;
        reject(new ReportedError(message));
      });
      child.once('exit', (code, signal) => resolve(code ?? 128 + (signal ? constants.signals[signal] : 0)));
    });
  } finally {
    for (const signal of SIGNALS) process.off(signal, forward);
  }
}
