import { staging } from '../../environments';
import { ComputeEngine } from '../../lib/recovery';
import type { RealRing } from './real-ring';
import { step } from './steps';

/** Backups and restores call the Compute Engine API of the sandbox. */
export function servesComputeEngine(ring: () => RealRing): void {
  step(
    'a clone of a snapshot is attached to a VM of its own, by the API of Compute Engine',
    ring,
    async () => {
      const { projectId: project } = staging;
      const compute = new ComputeEngine({ project, environment: ring().sandbox.environment });
      const [zone, disk] = ['europe-west1-b', 'staging-cassandra-b-data'];
      const snapshot = await compute.createSnapshot({ zone, name: disk }, { name: 'by-api', labels: { purpose: 'test' } });
      expect(snapshot).toMatchObject({ status: 'READY', labels: { purpose: 'test' } });
      expect((await compute.snapshots('labels.purpose=test')).map(({ name }) => name)).toEqual(['by-api']);
      const clone = { zone, name: 'by-api-clone' };
      await compute.createDisk(zone, {
        ...{ name: clone.name, sourceSnapshot: `projects/${project}/global/snapshots/by-api`, sizeGb: '50' },
        ...{ type: `projects/${project}/zones/${zone}/diskTypes/pd-ssd`, labels: { 'cassandra-recovery': 'test' } },
      });
      const node = (await compute.instance({ zone, name: 'staging-cassandra-b' }))!;
      const script = `#!/bin/bash
until [ -b /dev/disk/by-id/google-clone ]; do sleep 0.2; done
mkdir -p /mnt/clone
mount -o ro,norecovery,nouuid /dev/disk/by-id/google-clone /mnt/clone
curl -sS -X PUT -H 'Metadata-Flavor: Google' --data "$(ls /mnt/clone | tr '\\n' ' ')" http://metadata.google.internal/computeMetadata/v1/instance/guest-attributes/recovery/state`;
      const vm = { zone, name: 'by-api-vm' };
      await compute.createInstance(zone, {
        name: vm.name,
        machineType: node.machineType,
        disks: [
          {
            boot: true,
            autoDelete: true,
            initializeParams: { sourceImage: 'projects/debian-cloud/global/images/debian-12-bookworm-v20251014' },
          },
          { source: `projects/${project}/zones/${zone}/disks/${clone.name}`, deviceName: 'clone', mode: 'READ_WRITE' },
        ],
        networkInterfaces: [{ subnetwork: (node.networkInterfaces as { subnetwork: string }[])[0]!.subnetwork }],
        metadata: {
          items: [
            { key: 'startup-script', value: script },
            { key: 'enable-guest-attributes', value: 'TRUE' },
          ],
        },
        labels: { 'cassandra-recovery': 'test' },
      });
      const end = Date.now() + 60_000;
      let state: string | undefined;
      while (state === undefined && Date.now() < end) {
        await new Promise((done) => setTimeout(done, 500));
        state = (await compute.guestAttributes(vm, 'recovery')).get('state');
      }
      expect(state).toContain('commitlog data');
      await expect(compute.deleteDisk(clone)).rejects.toThrow('already being used by');
      expect((await ring().sandbox.plan(ring().stack())).changes).toEqual([]);
      await compute.deleteInstance(vm);
      await compute.deleteDisk(clone);
      await compute.deleteSnapshot('by-api');
      expect(await compute.disk(clone)).toBeUndefined();
    },
    200,
  );
}
