import { type ChildProcess, spawn } from 'node:child_process';
import { constants } from 'node:os';
import type { Readable, Writable } from 'node:stream';
import { describeFileError } from '../core/file-error';
import { ReportedError } from '../core/reported-error';

/** Signals that are forwarded to the command, so that this process outlives it. */
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Properties for `runInForeground`. */
export interface ForegroundOptions {
  readonly env: NodeJS.ProcessEnv;

  /** Working directory. @default - that of this process */
  readonly cwd?: string;

  /** Masks the secrets in a line of output. @default - the output is passed on unread */
  readonly mask?: (line: string) => string;
}

/**
 * Runs a command with the terminal attached. Signals are forwarded to the command, and the process waits until it exits.
 *
 * @returns exit code, or 128 plus the number of the signal that killed the command
 * @throws ReportedError when the command cannot be started
 */
export async function runInForeground([program, ...args]: readonly string[], { mask, ...options }: ForegroundOptions): Promise<number> {
  // On Windows, `npx` and similar commands are scripts, which need a shell.
  const output = mask === undefined ? 'inherit' : 'pipe';
  const child: ChildProcess = spawn(program!, args, {
    ...options,
    stdio: ['inherit', output, output],
    shell: process.platform === 'win32',
  });
  if (mask !== undefined) {
    passOn(child.stdout, process.stdout, mask);
    passOn(child.stderr, process.stderr, mask);
  }
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
      child.once(mask === undefined ? 'exit' : 'close', (code: number | null, signal: NodeJS.Signals | null) =>
        resolve(code ?? 128 + (signal ? constants.signals[signal] : 0)),
      );
    });
  } finally {
    for (const signal of SIGNALS) process.off(signal, forward);
  }
}

/** Passes on the lines of a stream, each as soon as it is complete. */
function passOn(from: Readable | null, to: Writable, mask: (line: string) => string): void {
  let rest = '';
  from?.setEncoding('utf8');
  from?.on('data', (text: string) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop()!;
    for (const line of lines) to.write(`${mask(line)}\n`);
  });
  from?.on('end', () => {
    if (rest !== '') to.write(mask(rest));
  });
}
