import { existsSync } from 'node:fs';
import { delimiter, join, relative } from 'node:path';
import { terraformBinary, terraformMissing } from '../terraform/cli';
import { runInForeground } from '../terraform/foreground';
import type * as KubernetesApi from './kubernetes-api';
import { cleanEnvironment, Sandbox } from './sandbox';
import { SandboxError } from './sandbox-error';
import { SandboxFolder } from './sandbox-folder';
import type * as Vms from './vms';

/** How a command runs in a sandbox. */
export interface RunOptions {
  /** Folder that the sandbox is kept in. */
  readonly directory: string;

  /** Whether the folder is emptied first. */
  readonly reset: boolean;
  readonly vms: boolean;
  readonly realProviders: boolean;

  /** Folder with Google's discovery documents, for `realProviders`. */
  readonly discoveryDocuments?: string;
}

/**
 * Runs a command with a sandbox around it: the terminal, the signals and the exit code are the command's own. Without
 * a command, a shell.
 *
 * @returns the exit code
 */
export async function runInSandbox(command: readonly string[], options: RunOptions): Promise<number> {
  const { directory, reset, realProviders, discoveryDocuments } = options;
  if (options.vms && realProviders) throw new SandboxError('--vms and --real-providers cannot be given together');
  if (reset) {
    SandboxFolder.requireOwned(directory);
    await endVms(directory);
    SandboxFolder.remove(directory);
    process.stderr.write(`The sandbox in ${directory} is empty now.\n`);
    if (command.length === 0) return 0;
  }
  if (options.vms) vmModule().requireVms();
  if (discoveryDocuments !== undefined && !realProviders) {
    throw new SandboxError(`--discovery-documents is for --real-providers, got '${discoveryDocuments}'`);
  }
  if (realProviders) (require('./kubernetes-api') as typeof KubernetesApi).requireKubernetesBinaries();
  if (!isOnPath(terraformBinary())) throw new SandboxError(terraformMissing());

  const sandbox = await Sandbox.start({ directory, configurations: [process.cwd()], realProviders, discoveryDocuments });
  sandbox.readAhead();
  const vms = options.vms ? await startVms(directory) : undefined;
  try {
    const folders = [...(sandbox.commandsPath === undefined ? [] : [sandbox.commandsPath]), pathWithCommands()];
    const environment = { ...cleanEnvironment(), ...sandbox.environment, PATH: folders.join(delimiter) };
    if (command.length > 0) return await runInForeground(command, { env: environment });
    const shell = process.env.SHELL || (process.platform === 'win32' ? (process.env.ComSpec ?? 'cmd.exe') : '/bin/sh');
    process.stderr.write(
      `Google Cloud is simulated in this shell, and kept in ${relative(process.cwd(), sandbox.directory) || '.'}: terraform and cdktf deploy to it. Leave with 'exit'.\n`,
    );
    return await runInForeground([shell], { env: environment });
  } finally {
    await sandbox.stop();
    if (realProviders) printProblems(sandbox);
    if (vms) await sayVms(vms, directory);
  }
}

/** Loaded when it is needed: a sandbox without VMs starts sooner. */
function vmModule(): typeof Vms {
  return require('./vms') as typeof Vms;
}

/** VMs go on when the command has ended, so they are none of this process. */
async function startVms(directory: string): Promise<Vms.VmClient> {
  process.stderr.write('Starting the local Compute Engine (the first time takes some minutes: it makes the boot image).\n');
  return vmModule().VmClient.start(directory);
}

async function sayVms(vms: Vms.VmClient, directory: string): Promise<void> {
  const running = (await vms.reconcile()).filter(({ status }) => status === 'RUNNING');
  const folder = directory === '.sandbox' ? '' : ` --directory ${directory}`;
  process.stderr.write(
    `${running.length} VMs run: ${running.map(({ name }) => name).join(', ') || 'none'}. Look with 'gke-platform vm list${folder}'; they run until 'gke-platform vm end${folder}'.\n`,
  );
}

/** Prints requests of the plugins that are not simulated, or that do not match Google's discovery documents. */
function printProblems({ calls }: Sandbox): void {
  const lines = calls.flatMap(({ problems, method, path, code }) => [
    ...problems.map((problem) => `${method} ${path}: ${problem}`),
    ...(code === 501 ? [`${method} ${path}: not simulated`] : []),
  ]);
  for (const line of new Set(lines)) process.stderr.write(`${line}\n`);
}

async function endVms(directory: string): Promise<void> {
  if (process.platform !== 'linux' || !existsSync(join(directory, 'vms'))) return;
  const vms = await vmModule().VmClient.find(directory);
  await vms?.end();
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
