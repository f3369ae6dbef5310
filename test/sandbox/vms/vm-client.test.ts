import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { VmClient } from '../../../lib/sandbox/vms/vm-client';

test('fails with the command that starts VMs when none run', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'novms-'));
  try {
    expect(await VmClient.find(folder)).toBeUndefined();
    await expect(VmClient.connect(folder)).rejects.toThrow(
      `no VMs run for the sandbox in ${folder}: deploy with 'gke-platform sandbox --vms COMMAND', or name its folder with --directory`,
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
});
