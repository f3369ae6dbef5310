import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { ReportedError } from '../core/reported-error';

/** Signals that end a command. They are forwarded, and this process ends after it. */
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Runs a command in the terminal and waits for it. On an interruption the command receives the signal and ends by itself.
 *
 * @returns exit code of the command; 128 plus the number of a signal that killed it
 * @throws ReportedError when the command cannot be started
 */
export async function runInForeground(
  [program, ...args]: readonly string[],
  options: { readonly env: NodeJS.ProcessEnv; readonly cwd?: string },
): Promise<number> {
  // On Windows, `npx` and the like are scripts, which need a shell.
  const child = spawn(program!, args, { ...options, stdio: 'inherit', shell: process.platform === 'win32' });
  // From a terminal, Ctrl-C reaches the command by itself, as one of the same group: a second one would make Terraform stop at once.
  const pass = (signal: NodeJS.Signals): void => {
    if (!(signal === 'SIGINT' && process.stdin.isTTY)) child.kill(signal);
  };
  for (const signal of SIGNALS) process.on(signal, pass);
  try {
    return await new Promise<number>((resolve, reject) => {
      child.once('error', (error: NodeJS.ErrnoException) => {
        const sentence = error.code === 'ENOENT' ? `there is no command '${program}'` : `'${program}' cannot be run: ${error.message}`;
        reject(new ReportedError(sentence));
      });
      child.once('exit', (code, signal) => resolve(code ?? 128 + (signal ? constants.signals[signal] : 0)));
    });
  } finally {
    for (const signal of SIGNALS) process.off(signal, pass);
  }
}
