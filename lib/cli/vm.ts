import { Command } from 'commander';
import { inColumns } from '../core/columns';
import type * as Vms from '../sandbox/vms';
import type * as Foreground from '../terraform/foreground';
import { vmAdvanceCommand, vmSnapshotCommand } from './vm-snapshots';

interface VmOptions {
  readonly directory: string;
}

/** `gke-platform vm`: VMs of a sandbox with `--vms`. */
export function vmCommand(): Command {
  const vm = new Command('vm')
    .enablePositionalOptions()
    .description("Manage the VMs of a sandbox on this machine: 'gke-platform sandbox --vms COMMAND' runs the VMs that COMMAND deploys.")
    .addHelpText(
      'after',
      `
Exit codes: 0 done, 1 failed; exec: that of its command.

Examples:
  gke-platform vm list
  gke-platform vm console staging-cassandra-b
  gke-platform vm exec staging-cassandra-b nodetool status
  gke-platform vm power-off staging-cassandra-b
  gke-platform vm snapshot staging-cassandra-b-data
  gke-platform vm advance --hours 24`,
    );
  const command = (name: string): Command => new Command(name).option('--directory <folder>', 'folder of the sandbox', '.sandbox');

  vm.addCommand(
    command('list')
      .description('List the VMs with their status and the state that they report.')
      .option('--json', 'print JSON', false)
      .action(async (options: VmOptions & { json: boolean }) => {
        const all = await (await connect(options)).list();
        process.stdout.write(options.json ? `${JSON.stringify(all, undefined, 2)}\n` : table(all));
      }),
  );
  vm.addCommand(
    command('console')
      .description('Print the serial console of a VM, with the messages of its startup script.')
      .argument('<name>', 'name of the VM')
      .action(async (name: string, options: VmOptions) => {
        const { readFileSync } = require('node:fs') as typeof import('node:fs');
        const found = await find(await connect(options), name);
        process.stdout.write(readFileSync(found.console, 'utf8').replaceAll('\r', ''));
      }),
  );
  vm.addCommand(
    command('exec')
      .description('Run a command as root in a VM, by default a shell. Options of this command precede the name of the VM.')
      .passThroughOptions()
      .argument('<name>', 'name of the VM')
      .argument('[command...]', 'command and its arguments')
      .action(async (name: string, words: string[], options: VmOptions) => {
        const { runInForeground } = require('../terraform/foreground') as typeof Foreground;
        const program = words[0] === '--' ? words.slice(1) : words;
        const entering = await (await connect(options)).entering(name, program.length > 0 ? program : ['bash', '--login']);
        process.exitCode = await runInForeground(entering, { env: process.env });
      }),
  );
  for (const [verb, text] of Object.entries(VERBS)) {
    vm.addCommand(
      command(verb)
        .description(text)
        .argument('<name>', 'name of the VM')
        .action(async (name: string, options: VmOptions) => {
          const { status } = await (await connect(options)).change(name, verb as keyof typeof VERBS);
          process.stdout.write(`${name} is ${status}\n`);
        }),
    );
  }
  vm.addCommand(vmSnapshotCommand(command));
  vm.addCommand(vmAdvanceCommand(command));
  vm.addCommand(
    command('end')
      .description('Stop all VMs and the process that runs them. Disks are kept; the next sandbox --vms starts the VMs again.')
      .action(async (options: VmOptions) => (await connect(options)).end()),
  );
  return vm;
}

const VERBS = {
  start: 'Start a VM.',
  stop: 'Shut a VM down; after 90 s it is powered off.',
  reset: 'Power a VM off and on again.',
  'power-off': 'Power a VM off, without a shutdown.',
} as const;

async function connect({ directory }: VmOptions): Promise<Vms.VmClient> {
  const { VmClient } = require('../sandbox/vms') as typeof Vms;
  return VmClient.connect(directory);
}

async function find(client: Vms.VmClient, name: string): Promise<Vms.VmSummary> {
  const { SandboxError } = require('../sandbox/sandbox-error') as typeof import('../sandbox/sandbox-error');
  const all = await client.list();
  const found = all.find((each) => each.name === name);
  if (found) return found;
  throw new SandboxError(`unknown VM '${name}'; known: ${all.map((each) => each.name).join(', ') || 'none'}`);
}

function table(all: readonly Vms.VmSummary[]): string {
  const rows = [['NAME', 'ZONE', 'MACHINE TYPE', 'ADDRESS', 'STATUS', 'STATE']];
  for (const { name, zone, machineType, address, status, state } of all) rows.push([name, zone, machineType, address, status, state]);
  return inColumns(rows)
    .map((line) => `${line}\n`)
    .join('');
}
