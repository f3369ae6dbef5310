import { Command } from 'commander';
import type * as Run from '../sandbox/run';

/** `gke-platform sandbox`: runs a command, or a shell, with Google Cloud simulated. */
export function sandboxCommand(): Command {
  return new Command('sandbox')
    .description('Run a command with Google Cloud, Kubernetes and Helm simulated on this machine, for the real Terraform and cdktf.')
    .argument('[command...]', 'what to run; a shell when left out')
    .option('--reset', 'forget everything that was deployed here, first', false)
    .option('--vms', 'the VMs that are deployed really run, on this machine (Linux, as root)', false)
    .option('--directory <folder>', 'where the simulated cloud and the Terraform states are kept', '.sandbox')
    .passThroughOptions()
    .addHelpText(
      'after',
      `
With --vms they go on running after the command: see gke-platform vm --help.

For example:
  gke-platform sandbox npx cdktf deploy staging --auto-approve
  gke-platform sandbox --vms npx cdktf deploy staging --auto-approve`,
    )
    .action(async (command: string[], options: { reset: boolean; directory: string; vms: boolean }) => {
      // Loaded when it is needed: help and versions come at once.
      const { runInSandbox } = require('../sandbox/run') as typeof Run;
      process.exitCode = await runInSandbox(command, options);
    });
}
