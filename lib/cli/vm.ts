import { Command } from 'commander';
import { inColumns } from '../core/columns';
import type * as Vms from '../sandbox/vms';
import type * as Foreground from '../terraform/foreground';

interface VmOptions {
  readonly directory: string;
}

/** `gke-platform vm`: the VMs that a sandbox with `--vms` runs. */
export function vmCommand(): Command {
  const vm = new Command('vm')
    .enablePositionalOptions()
    .description("Work with the VMs of the sandbox on this machine: 'gke-platform sandbox --vms COMMAND' runs what COMMAND deploys.")
    .addHelpText(
      'after',
      `
Exit codes: 0 fine, 1 failed. exec ends with the exit code of what it ran.

Examples:
  gke-platform vm list
  gke-platform vm console staging-cassandra-b
  gke-platform vm exec staging-cassandra-b nodetool status
  gke-platform vm power-off staging-cassandra-b`,
    );
  const command = (name: string): Command => new Command(name).option('--directory <folder>', 'where the sandbox is kept', '.sandbox');

  vm.addCommand(
    command('list')
      .description('Show the VMs, whether they run, and what they say of themselves.')
      .option('--json', 'print them as JSON', false)
      .action(async (options: VmOptions & { json: boolean }) => {
        const all = await (await connect(options)).list();
        process.stdout.write(options.json ? `${JSON.stringify(all, undefined, 2)}\n` : table(all));
      }),
  );
  vm.addCommand(
    command('console')
      .description('Print what a VM wrote to its serial port: the messages of its startup script.')
      .argument('<name>', 'name of the VM')
      .action(async (name: string, options: VmOptions) => {
        const { readFileSync } = require('node:fs') as typeof import('node:fs');
        const found = await find(await connect(options), name);
        process.stdout.write(readFileSync(found.console, 'utf8').replaceAll('\r', ''));
      }),
  );
  vm.addCommand(
    command('exec')
      .description('Run a command as root in a VM; a shell when there is none. Options of this command go before the name of the VM.')
      .passThroughOptions()
      .argument('<name>', 'name of the VM')
      .argument('[command...]', 'what to run, and its arguments')
      .action(async (name: string, words: string[], options: VmOptions) => {
        const { runInForeground } = require('../terraform/foreground') as typeof Foreground;
        const entering = await (await connect(options)).entering(name, words.length > 0 ? words : ['bash', '--login']);
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
  vm.addCommand(
    command('end')
      .description('Stop all VMs and what runs them. Their disks stay, and the next sandbox --vms starts them again.')
      .action(async (options: VmOptions) => (await connect(options)).end()),
  );
  return vm;
}

const VERBS = {
  start: 'Switch a VM on.',
  stop: 'Ask a VM to end in good order; after 90 s it is switched off.',
  reset: "Take a VM's power away and give it back.",
  'power-off': "Take a VM's power away.",
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
  throw new SandboxError(`there is no VM '${name}'; there are: ${all.map((each) => each.name).join(', ') || 'none'}`);
}

function table(all: readonly Vms.VmSummary[]): string {
  const rows = [['NAME', 'ZONE', 'MACHINE TYPE', 'ADDRESS', 'STATUS', 'STATE']];
  for (const { name, zone, machineType, address, status, state } of all) rows.push([name, zone, machineType, address, status, state]);
  return inColumns(rows)
    .map((line) => `${line}\n`)
    .join('');
}
