import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';

/** Properties for `SupervisedProcess`. */
export interface SupervisedCommand {
  /** Program and arguments. */
  readonly words: readonly string[];

  /** Working directory. */
  readonly folder: string;

  /** Log file for the output; overwritten at each start. */
  readonly log: string;

  /** Environment variables besides PATH and HOME. The user's are not inherited: they could change what the program does. */
  readonly environment?: Readonly<Record<string, string>>;
}

/**
 * Child process that never outlives this one.
 *
 * A POSIX shell in between reads signal names from a pipe. The kernel closes the pipe when this process ends, even by SIGKILL or a crash; the
 * shell then kills the program. This works with any `sh`, unlike the parent-death signal of Linux. The program has its own session, so that
 * Ctrl-C in the terminal does not stop it before Terraform.
 */
export class SupervisedProcess {
  /** Exit code once the process has ended; 128 plus the signal number if a signal ended it. */
  public readonly ended: Promise<number>;

  private readonly shell: ChildProcess;
  private status?: number;

  constructor(private readonly command: SupervisedCommand) {
    const { words, folder, log, environment } = command;
    const output = openSync(log, 'w', 0o600);
    this.shell = spawn('/bin/sh', ['-c', SUPERVISOR, 'sh', ...words], {
      cwd: folder,
      env: { PATH: process.env.PATH, HOME: process.env.HOME, TMPDIR: tmpdir(), ...environment },
      detached: true,
      stdio: ['pipe', output, output],
    });
    closeSync(output);
    // The pipe breaks if the process ends first.
    this.shell.stdin!.on('error', () => {});
    this.ended = new Promise((resolve) => {
      const end = (status: number): void => {
        this.status ??= status;
        resolve(this.status);
      };
      this.shell.once('error', () => end(127));
      this.shell.once('exit', (code, signal) => end(code ?? 128 + (signal ? constants.signals[signal] : 0)));
    });
  }

  public get hasEnded(): boolean {
    return this.status !== undefined;
  }

  /** Reads the last lines of the output, for error messages. */
  public get lastOutput(): string {
    return readFileSync(this.command.log, 'utf8').trim().split('\n').slice(-LINES).join('\n');
  }

  /** Stops the process: SIGTERM, then SIGKILL after a grace period. */
  public async stop(graceMs = 10_000): Promise<void> {
    if (this.hasEnded) return;
    this.shell.stdin!.write('TERM\n');
    const killer = setTimeout(() => this.shell.stdin!.end(), graceMs);
    await this.ended;
    clearTimeout(killer);
    this.shell.stdin!.destroy();
  }
}

const LINES = 5;

/** Supervisor script: a background subshell sends each signal that it reads, and SIGKILL at the end of its input. */
const SUPERVISOR = `
exec 3<&0 0</dev/null
"$@" 3<&- &
child=$!
{ while read -r signal <&3; do kill -s "$signal" $child; done; kill -s KILL $child; } 2>/dev/null &
watcher=$!
exec 3<&-
wait $child
status=$?
kill -s KILL $watcher 2>/dev/null
exit $status
`;
