import { existsSync } from 'node:fs';
import { delimiter, join, relative } from 'node:path';
import { describeMissingTerraform, terraformBinary } from '../terraform/cli';
import { runInForeground } from '../terraform/foreground';
import type * as KubernetesApi from './kubernetes-api';
import { cleanEnvironment, Sandbox } from './sandbox';
import { SandboxError } from './sandbox-error';
import { SandboxFolder } from './sandbox-folder';
import { createVmHost } from './vm-host';
import type * as Vms from './vms';

/** Properties for `runInSandbox`. */
export interface RunOptions {
  /** Folder for the simulated cloud and the states. */
  readonly directory: string;

  /** Deletes the folder first. */
  readonly reset: boolean;

  /** Runs the deployed VM instances as local VMs. Those that already run are used in any case, except with real plugins. */
  readonly vms: boolean;

  /** Uses the real provider plugins. */
  readonly realProviders: boolean;

  /** Folder with Google's discovery documents, for `realProviders`. @default - requests are not validated */
  readonly discoveryDocuments?: string;
}

/**
 * Runs a command, or a shell, against a sandbox that lives as long as the command. Terminal, signals and exit code are the command's.
 *
 * @param command program and arguments; a shell if empty
 * @returns exit code of the command
 * @throws SandboxError if options exclude each other, or Terraform or a requirement of the VMs is missing
 */
export async function runInSandbox(command: readonly string[], options: RunOptions): Promise<number> {
  const { directory, reset, realProviders, discoveryDocuments } = options;
  if (options.vms && realProviders) throw new SandboxError('--vms cannot be combined with --real-providers');
  if (reset) {
    SandboxFolder.requireOwned(directory);
    await (await findVms(directory))?.end();
    SandboxFolder.remove(directory);
    process.stderr.write(`Sandbox ${directory} deleted.\n`);
    if (command.length === 0) return 0;
  }
  if (options.vms) requireVmModule().requireVms();
  if (discoveryDocuments !== undefined && !realProviders) {
    throw new SandboxError(`--discovery-documents requires --real-providers, got '${discoveryDocuments}'`);
  }
  if (realProviders) (require('./kubernetes-api') as typeof KubernetesApi).requireKubernetesBinaries();
  if (!isOnPath(terraformBinary())) throw new SandboxError(describeMissingTerraform());

  const sandbox = await Sandbox.start({ directory, configurations: [process.cwd()], realProviders, discoveryDocuments });
  sandbox.readAhead();
  let vms: Vms.VmClient | undefined;
  try {
    if (options.vms) vms = await startVms(directory);
    // Of an earlier command: they follow what this one deploys, and their API is part of its environment.
    else if (!realProviders) vms = await findVms(directory);
    if (vms !== undefined) await sandbox.serveCompute(createVmHost(sandbox, vms));
    const folders = [...(sandbox.commandsPath === undefined ? [] : [sandbox.commandsPath]), buildPath()];
    const environment = { ...cleanEnvironment(), ...sandbox.environment, PATH: folders.join(delimiter) };
    if (command.length > 0) return await runInForeground(command, { env: environment });
    const shell = process.env.SHELL || (process.platform === 'win32' ? (process.env.ComSpec ?? 'cmd.exe') : '/bin/sh');
    process.stderr.write(
      `Shell with a simulated Google Cloud, kept in ${relative(process.cwd(), sandbox.directory) || '.'}: ${terraformBinary()} and cdktf deploy to it. Leave with 'exit'.\n`,
    );
    return await runInForeground([shell], { env: environment });
  } finally {
    await sandbox.stop();
    if (realProviders) printProblems(sandbox);
    if (vms && options.vms) await printVms(vms, directory);
  }
}

/** Loads the local VMs on demand: a sandbox without VMs starts sooner. */
function requireVmModule(): typeof Vms {
  return require('./vms') as typeof Vms;
}

/** Starts the VM service in a process of its own: VMs keep running after the command. */
async function startVms(directory: string): Promise<Vms.VmClient> {
  process.stderr.write('Starting local VMs (the first start builds the boot image, which takes some minutes).\n');
  return requireVmModule().VmClient.start(directory);
}

/** Prints the running VMs, and the commands that list and stop them. */
async function printVms(vms: Vms.VmClient, directory: string): Promise<void> {
  const running = (await vms.reconcile()).filter(({ status }) => status === 'RUNNING');
  const folder = directory === '.sandbox' ? '' : ` --directory ${directory}`;
  process.stderr.write(
    `Running VMs: ${running.map(({ name }) => name).join(', ') || 'none'}. List them with 'gke-platform vm list${folder}', stop them with 'gke-platform vm end${folder}'.\n`,
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

/** Connects to the VMs of the folder; `undefined` if none run. */
async function findVms(directory: string): Promise<Vms.VmClient | undefined> {
  if (process.platform !== 'linux' || !existsSync(join(directory, 'vms'))) return undefined;
  return requireVmModule().VmClient.find(directory);
}

/** Extends PATH by the commands of installed packages, as `npm run` does. */
function buildPath(): string {
  return [join(process.cwd(), 'node_modules', '.bin'), process.env.PATH ?? ''].join(delimiter);
}

function isOnPath(program: string): boolean {
  const folders = buildPath().split(delimiter);
  return program.includes('/')
    ? existsSync(program)
    : folders.some((folder) => existsSync(join(folder, program)) || existsSync(join(folder, `${program}.exe`)));
}
