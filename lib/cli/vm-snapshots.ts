import { resolve } from 'node:path';
import { type Command, InvalidArgumentError } from 'commander';
import type * as ComputeEngines from '../recovery/compute-engine';
import type * as Errors from '../sandbox/sandbox-error';
import type * as Folders from '../sandbox/sandbox-folder';
import type * as Hosts from '../sandbox/vm-host';

interface SnapshotOptions {
  readonly directory: string;
  readonly name?: string;
  readonly guestFlush: boolean;
}

interface AdvanceOptions {
  readonly directory: string;
  readonly hours: number;
}

const MAX_HOURS = 87_600;

/** `gke-platform vm snapshot`: takes a snapshot of a disk. @param command creates a command with the option for the folder */
export function vmSnapshotCommand(command: (name: string) => Command): Command {
  return command('snapshot')
    .description('Take a snapshot of a disk, as Compute Engine does: crash consistent, while the VM keeps running.')
    .argument('<disk>', 'name of the disk')
    .option('--name <name>', 'name of the snapshot (default: the disk and the time)')
    .option('--guest-flush', 'run the scripts in /etc/google/snapshots of the VM before and after it', false)
    .action(async (disk: string, options: SnapshotOptions) => {
      const { project, zone } = findDisk(options.directory, disk);
      const name = options.name ?? defaultName(disk);
      await withEnvironment(options.directory, async (environment) => {
        const { ComputeEngine } = require('../recovery/compute-engine') as typeof ComputeEngines;
        const compute = new ComputeEngine({ project, environment });
        const flush = options.guestFlush ? { guestFlush: true } : {};
        const { status, diskSizeGb } = await compute.createSnapshot({ zone, name: disk }, { name, ...flush });
        process.stdout.write(`${name} of ${disk}: ${status}, ${diskSizeGb} GiB\n`);
      });
    });
}

/** `gke-platform vm advance`: lets time pass for snapshot schedules. @param command as above */
export function vmAdvanceCommand(command: (name: string) => Command): Command {
  return command('advance')
    .description(
      'Let hours pass for the snapshot schedules: snapshots become older, disks on a schedule get its snapshots, and old ones expire.',
    )
    .requiredOption('--hours <number>', 'hours that pass', parseHours)
    .action(async ({ directory, hours }: AdvanceOptions) => {
      const { withRunningVms } = require('../sandbox/vm-host') as typeof Hosts;
      const { taken, expired } = await withRunningVms(directory, (sandbox) => sandbox.advanceTime(hours));
      const sorted = [...taken].sort((one, other) => one.takenAt - other.takenAt);
      for (const { name, disk, takenAt } of sorted)
        process.stdout.write(`${name} of ${disk}: taken at ${new Date(takenAt).toISOString()}\n`);
      for (const name of expired) process.stdout.write(`${name}: expired\n`);
      process.stdout.write(`${hours} hours passed: ${taken.length} snapshots taken, ${expired.length} expired.\n`);
    });
}

/** Runs an action with the environment of a sandbox: of this process's own one, or of one for this action. */
async function withEnvironment(directory: string, action: (environment: NodeJS.ProcessEnv) => Promise<void>): Promise<void> {
  const own = process.env.GKE_PLATFORM_SANDBOX;
  if (own !== undefined && resolve(own) === resolve(directory)) return action(process.env);
  const { withRunningVms } = require('../sandbox/vm-host') as typeof Hosts;
  await withRunningVms(directory, (sandbox) => action(sandbox.environment));
}

function findDisk(directory: string, name: string): { readonly project: string; readonly zone: string } {
  const { SandboxError } = require('../sandbox/sandbox-error') as typeof Errors;
  const { SandboxFolder } = require('../sandbox/sandbox-folder') as typeof Folders;
  const identities = Object.keys(SandboxFolder.read(directory).resources.google_compute_disk ?? {}).sort();
  const parts = (identity: string) => /^projects\/([^/]+)\/zones\/([^/]+)\/disks\/(.+)$/.exec(identity) ?? [];
  const found = identities.map(parts).filter((each) => each[3] === name);
  const [[, project, zone] = []] = found;
  if (project === undefined || zone === undefined) {
    throw new SandboxError(`unknown disk '${name}'; known: ${identities.map((identity) => parts(identity)[3]).join(', ') || 'none'}`);
  }
  if (found.length === 1) return { project, zone };
  throw new SandboxError(`'${name}' must be the name of one disk, got ${found.map(([identity]) => identity).join(', ')}`);
}

function defaultName(disk: string): string {
  const time = new Date().toISOString().slice(0, 19).replace(/\D/g, '');
  return `${disk.slice(0, 63 - time.length - 1).replace(/-+$/, '')}-${time}`;
}

function parseHours(text: string): number {
  const hours = Number(text);
  if (/^\d+(\.\d+)?$/.test(text) && hours > 0 && hours <= MAX_HOURS) return hours;
  throw new InvalidArgumentError('must be a positive number of hours, at most 87600 (ten years).');
}
