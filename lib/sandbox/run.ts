import { existsSync } from 'node:fs';
import { delimiter, join, relative } from 'node:path';
import { runInForeground } from './foreground';
import { cleanEnvironment, Sandbox } from './sandbox';
import { SandboxError } from './sandbox-error';
import { SandboxFolder } from './sandbox-folder';
import { TERRAFORM_MISSING, terraformBinary } from './terraform';
import { requireVms, VmClient } from './vms';

/**
 * Runs a command with a sandbox around it: the terminal, the signals and the exit code are the command's own. Without
 * a command, a shell.
 *
 * @returns the exit code
 */
export async function runInSandbox(
  command: readonly string[],
  options: { readonly directory: string; readonly reset: boolean; readonly vms: boolean },
): Promise<number> {
  const { directory, reset } = options;
  if (reset) {
    SandboxFolder.requireOwned(directory);
    await endVms(directory);
    SandboxFolder.remove(directory);
    process.stderr.write(`The sandbox in ${directory} is empty now.\n`);
    if (command.length === 0) return 0;
  }
  if (options.vms) requireVms();
  if (!isOnPath(terraformBinary())) throw new SandboxError(TERRAFORM_MISSING);

  const sandbox = await Sandbox.start({ directory, configurations: [process.cwd()] });
  const vms = options.vms ? await startVms(directory) : undefined;
  try {
    const environment = { ...cleanEnvironment(), ...sandbox.environment, PATH: pathWithCommands() };
    if (command.length > 0) return await runInForeground(command, { env: environment });
    const shell = process.env.SHELL || (process.platform === 'win32' ? (process.env.ComSpec ?? 'cmd.exe') : '/bin/sh');
    process.stderr.write(
      `Google Cloud is simulated in this shell, and kept in ${relative(process.cwd(), sandbox.directory) || '.'}: terraform and cdktf deploy to it. Leave with 'exit'.\n`,
    );
    return await runInForeground([shell], { env: environment });
  } finally {
    await sandbox.stop();
    if (vms) await sayVms(vms, directory);
  }
}

/** VMs go on when the command has ended, so they are none of this process. */
async function startVms(directory: string): Promise<VmClient> {
  process.stderr.write('Starting the local Compute Engine (the first time takes some minutes: it makes the boot image).\n');
  return VmClient.start(directory);
}

async function sayVms(vms: VmClient, directory: string): Promise<void> {
  const running = (await vms.reconcile()).filter(({ status }) => status === 'RUNNING');
  const folder = directory === '.sandbox' ? '' : ` --directory ${directory}`;
  process.stderr.write(
    `${running.length} VMs run: ${running.map(({ name }) => name).join(', ') || 'none'}. Look with 'gke-platform vm list${folder}'; they run until 'gke-platform vm end${folder}'.\n`,
  );
}

async function endVms(directory: string): Promise<void> {
  if (process.platform !== 'linux' || !existsSync(join(directory, 'vms'))) return;
  const vms = await VmClient.find(directory);
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
