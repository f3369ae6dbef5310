import { Command } from 'commander';
import type * as Run from '../sandbox/run';

/** `gke-platform sandbox`: runs a command, or a shell, with Google Cloud simulated. */
export function sandboxCommand(): Command {
  return new Command('sandbox')
    .description('Run a command with Google Cloud, Kubernetes and Helm simulated on this machine, for the real Terraform and cdktf.')
    .argument('[command...]', 'what to run; a shell when left out')
    .option('--reset', 'forget everything that was deployed here, first', false)
    .option('--vms', 'the VMs that are deployed really run, on this machine (Linux, as root)', false)
    .option(
      '--real-providers',
      "Terraform's real provider plugins run, against simulated Google APIs and a real Kubernetes API server",
      false,
    )
    .option('--discovery-documents <folder>', "with --real-providers: hold each request against Google's discovery documents")
    .option('--directory <folder>', 'where the simulated cloud and the Terraform states are kept', '.sandbox')
    .passThroughOptions()
    .addHelpText(
      'after',
      `
With --vms they go on running after the command: see gke-platform vm --help.

With --real-providers nothing leaves this machine but what terraform init asks of the registry and Helm of repositories of charts. It
needs kube-apiserver and etcd, in the folder that KUBEBUILDER_ASSETS names or on PATH.

For example:
  gke-platform sandbox npx cdktf deploy staging --auto-approve
  gke-platform sandbox --vms npx cdktf deploy staging --auto-approve
  gke-platform sandbox --real-providers npx cdktf deploy staging --auto-approve`,
    )
    .action(async (command: string[], options: Run.RunOptions) => {
      // Loaded when it is needed: help and versions come at once.
      const { runInSandbox } = require('../sandbox/run') as typeof Run;
      process.exitCode = await runInSandbox(command, options);
    });
}
