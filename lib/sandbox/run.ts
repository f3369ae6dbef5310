import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import { delimiter, join, relative } from 'node:path';
import { cleanEnvironment, Sandbox } from './sandbox';
import { SandboxError } from './sandbox-error';
import { SandboxFolder } from './sandbox-folder';
import { TERRAFORM_MISSING, terraformBinary } from './terraform';

/** Signals that end a command: it gets them, and the sandbox ends after it. */
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Runs a command with a sandbox around it: the terminal, the signals and the exit code are the command's own. Without
 * a command, a shell.
 *
 * @returns the exit code
 */
export async function runInSandbox(
  command: readonly string[],
  options: { readonly directory: string; readonly reset: boolean },
): Promise<number> {
  const { directory, reset } = options;
  if (reset) {
    SandboxFolder.remove(directory);
    process.stderr.write(`The sandbox in ${directory} is empty now.\n`);
    if (command.length === 0) return 0;
  }
  if (!isOnPath(terraformBinary())) throw new SandboxError(TERRAFORM_MISSING);

  const sandbox = await Sandbox.start({ directory, configurations: [process.cwd()] });
  try {
    const environment = { ...cleanEnvironment(), ...sandbox.environment, PATH: pathWithCommands() };
    if (command.length > 0) return await run(command, environment);
    const shell = process.env.SHELL || (process.platform === 'win32' ? (process.env.ComSpec ?? 'cmd.exe') : '/bin/sh');
    process.stderr.write(
      `Google Cloud is simulated in this shell, and kept in ${relative(process.cwd(), sandbox.directory) || '.'}: terraform and cdktf deploy to it. Leave with 'exit'.\n`,
    );
    return await run([shell], environment);
  } finally {
    await sandbox.stop();
  }
}

async function run([program, ...args]: readonly string[], environment: NodeJS.ProcessEnv): Promise<number> {
  // On Windows, `npx` and the like are scripts, which need a shell.
  const child = spawn(program!, args, { stdio: 'inherit', env: environment, shell: process.platform === 'win32' });
  // From a terminal, Ctrl-C reaches the command by itself, as one of the same group: a second one would make Terraform stop at once.
  const pass = (signal: NodeJS.Signals): void => {
    if (!(signal === 'SIGINT' && process.stdin.isTTY)) child.kill(signal);
  };
  for (const signal of SIGNALS) process.on(signal, pass);
  try {
    return await new Promise<number>((resolve, reject) => {
      child.once('error', (error: NodeJS.ErrnoException) => {
        const sentence = error.code === 'ENOENT' ? `there is no command '${program}'` : `'${program}' cannot be run: ${error.message}`;
        reject(new SandboxError(sentence));
      });
      child.once('exit', (code, signal) => resolve(code ?? 128 + (signal ? constants.signals[signal] : 0)));
    });
  } finally {
    for (const signal of SIGNALS) process.off(signal, pass);
  }
}

/** PATH with the commands of the packages installed here, as `npm run` has it. */
function pathWithCommands(): string {
  return [join(process.cwd(), 'node_modules', '.bin'), process.env.PATH ?? ''].join(delimiter);
}

function isOnPath(program: string): boolean {
  const folders = pathWithCommands().split(delimiter);
  return program.includes('/')
    ? existsSync(program)
    : folders.some((folder) => existsSync(join(folder, program)) || existsSync(join(folder, `${program}.exe`)));
}
