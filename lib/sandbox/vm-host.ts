import type { VmHost } from './google-api';
import { Sandbox } from './sandbox';
import type * as Vms from './vms';

/** Connects a sandbox to the VM service of its folder, which reads the cloud from there. */
export function createVmHost(sandbox: Sandbox, vms: Vms.VmClient): VmHost {
  return {
    reconcile: async () => {
      await sandbox.saved();
      await vms.reconcile();
    },
    snapshotFailure: (id) => vms.snapshotFailure(id),
    statuses: () => vms.statuses(),
    guestAttributes: (vm) => vms.guestAttributes(vm),
    serialConsole: (vm) => vms.serialConsole(vm),
  };
}

/**
 * Runs an action with the sandbox of a folder whose VMs run, and with its Compute Engine API.
 *
 * @throws SandboxError if its VMs do not run
 * @throws RefusedError while another sandbox uses the folder
 */
export async function withRunningVms<Result>(directory: string, action: (sandbox: Sandbox) => Promise<Result>): Promise<Result> {
  const { VmClient } = require('./vms') as typeof Vms;
  const vms = await VmClient.connect(directory);
  const sandbox = await Sandbox.start({ directory });
  try {
    await sandbox.serveCompute(createVmHost(sandbox, vms));
    return await action(sandbox);
  } finally {
    await sandbox.stop();
  }
}
