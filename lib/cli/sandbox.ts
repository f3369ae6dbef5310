import { Command } from 'commander';
import type * as Run from '../sandbox/run';

/** Command `gke-platform sandbox`: runs a command or a shell against a simulated Google Cloud. */
export function sandboxCommand(): Command {
  return new Command('sandbox')
    .description(
      'Run a command against Google Cloud, Kubernetes and Helm simulated on this machine. Terraform and cdktf are the real ones.',
    )
    .argument('[command...]', 'command to run (default: a shell)')
    .option('--reset', 'delete the simulated cloud and the Terraform states first', false)
    .option('--vms', 'run the deployed VM instances as local VMs (Linux, root)', false)
    .option(
      '--real-providers',
      "use Terraform's real provider plugins, against simulated Google APIs and a real Kubernetes API server",
      false,
    )
    .option('--discovery-documents <folder>', "with --real-providers: validate each request against Google's discovery documents")
    .option('--directory <folder>', 'folder for the simulated cloud and the Terraform states', '.sandbox')
    .passThroughOptions()
    .addHelpText(
      'after',
      `
With --vms the VMs keep running after the command: see gke-platform vm --help. Later commands use them without --vms, too.

With --real-providers only terraform init (provider registry) and Helm (chart repositories) use the network. kube-apiserver and etcd are
required, in the folder named by KUBEBUILDER_ASSETS or on PATH.

Exit codes: the exit code of the command, or 1 when the sandbox fails to start.

Examples:
  gke-platform sandbox npx cdktf deploy staging --auto-approve
  gke-platform sandbox --vms npx cdktf deploy staging --auto-approve
  gke-platform sandbox --real-providers npx cdktf deploy staging --auto-approve`,
    )
    .action(async (command: string[], options: Run.RunOptions) => {
      // Loaded on demand: help and version stay fast.
      const { runInSandbox } = require('../sandbox/run') as typeof Run;
      process.exitCode = await runInSandbox(command, options);
    });
}
