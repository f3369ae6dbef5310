import { rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ComputeEngine } from '../../lib/recovery';
import { Sandbox } from '../../lib/sandbox';
import { CloudResource } from '../../lib/sandbox/cloud-resource';
import { SandboxFolder } from '../../lib/sandbox/sandbox-folder';
import type { Values } from '../../lib/sandbox/values';
import { printTable, step } from './steps';

const [PROJECT, ZONE] = ['parking', 'europe-west1-b'];
const PLACE = `projects/${PROJECT}/zones/${ZONE}`;
const REGION = `projects/${PROJECT}/regions/europe-west1`;
const IMAGE = 'projects/debian-cloud/global/images/debian-12-bookworm-v20251014';
const VM = { zone: ZONE, name: 'node' };
const DISK = { zone: ZONE, name: 'data' };

/** Formats its disk unless it has a file system, and publishes what a file on it has. */
const STARTUP_SCRIPT = `#!/bin/bash
set -euo pipefail
device=/dev/disk/by-id/google-data
if ! blkid "$device" >/dev/null; then mkfs.xfs -q "$device"; fi
mkdir -p /data
mount -o nouuid "$device" /data
state=$(cat /data/file 2>/dev/null || echo blank)
curl -sS -X PUT -H 'Metadata-Flavor: Google' --data "$state" \\
  http://metadata.google.internal/computeMetadata/v1/instance/guest-attributes/recovery/state`;

/** Scripts of the guest: they write what a flush would write, and freeze the file system. */
const SCRIPTS = `set -e
mkdir -p /etc/google/snapshots
cat >>/etc/default/instance_configs.cfg <<'EOF'
[Snapshots]
enabled = true
timeout_in_seconds = 10
EOF
printf '#!/bin/bash\\necho "flushed for $1" >/data/file\\nfsfreeze --freeze /data\\n' >/etc/google/snapshots/pre.sh
printf '#!/bin/bash\\nfsfreeze --unfreeze /data\\n' >/etc/google/snapshots/post.sh
chmod +x /etc/google/snapshots/*.sh`;

let sandbox: Sandbox | undefined;
const compute = (): ComputeEngine => new ComputeEngine({ project: PROJECT, environment: sandbox!.environment });

function put(type: string, identity: string, values: Values): void {
  sandbox!.cloud.put(new CloudResource(type, identity, { project: PROJECT, id: identity, self_link: identity, ...values }));
}

async function createVm(name: string, disk: string): Promise<void> {
  await compute().createInstance(ZONE, {
    ...{ name, machineType: `${PLACE}/machineTypes/n2-standard-2` },
    disks: [
      { boot: true, autoDelete: true, initializeParams: { sourceImage: IMAGE } },
      { source: `${PLACE}/disks/${disk}`, deviceName: 'data' },
    ],
    networkInterfaces: [{ subnetwork: `${REGION}/subnetworks/data` }],
    metadata: {
      items: [
        { key: 'startup-script', value: STARTUP_SCRIPT },
        { key: 'enable-guest-attributes', value: 'TRUE' },
      ],
    },
  });
}

/** Waits for the attribute that the startup script publishes. */
async function state(name: string): Promise<string> {
  for (;;) {
    const found = (await compute().guestAttributes({ zone: ZONE, name }, 'recovery')).get('state');
    if (found !== undefined) return found;
    await new Promise((done) => setTimeout(done, 200));
  }
}

async function run(script: string): Promise<void> {
  const { status, stderr } = await sandbox!.vms.vm(VM.name).exec(script);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
}

const none = () => undefined;
const from = (name: string) => ({ sourceSnapshot: `projects/${PROJECT}/global/snapshots/${name}` });

describe('snapshots of the disks of VMs', () => {
  const directory = join(tmpdir(), 'gke-platform-cassandra-snapshots');

  afterAll(async () => {
    await sandbox?.stop();
    rmSync(directory, { recursive: true, force: true });
    printTable('Snapshots');
  }, 100_000);

  step('a VM that Terraform does not know boots with its disk', none, async () => {
    SandboxFolder.remove(directory);
    sandbox = await Sandbox.start({ directory, vms: true, enabledApis: 'all' });
    put('google_compute_network', `projects/${PROJECT}/global/networks/main`, { name: 'main' });
    const network = `projects/${PROJECT}/global/networks/main`;
    put('google_compute_subnetwork', `${REGION}/subnetworks/data`, { name: 'data', network, ip_cidr_range: '10.10.8.0/24' });
    await compute().createDisk(ZONE, { name: DISK.name, sizeGb: '1', type: `${PLACE}/diskTypes/pd-ssd` });
    await createVm(VM.name, DISK.name);
    expect(await state(VM.name)).toBe('blank');
  });

  step('a guest flush fails without scripts, and there is no snapshot', none, async () => {
    const flushed = compute().createSnapshot(DISK, { name: 'unflushed', guestFlush: true });
    await expect(flushed).rejects.toThrow('You can only use guest-flush on disks attached to instances with supported operating systems');
    expect(await compute().snapshots()).toEqual([]);
  });

  step('a guest flush runs the scripts of the guest; a snapshot without one freezes nothing', none, async () => {
    await run("echo 'never flushed' >/data/file && sync --file-system /data");
    await compute().createSnapshot(DISK, { name: 'plain' });
    await run(SCRIPTS);
    expect(await compute().createSnapshot(DISK, { name: 'flushed', guestFlush: true })).toMatchObject({ guestFlush: true });
    await run('echo later >/data/file && sync --file-system /data');
  });

  step('a script that fails or does not end makes no snapshot', none, async () => {
    await run("printf '#!/bin/bash\\nexit 3\\n' >/etc/google/snapshots/pre.sh");
    const flush = (name: string) => compute().createSnapshot(DISK, { name, guestFlush: true });
    await expect(flush('failed')).rejects.toThrow('/etc/google/snapshots/pre.sh on node failed with status 3: no snapshot was taken');
    await run("printf '#!/bin/bash\\nsleep 60\\n' >/etc/google/snapshots/pre.sh && sed -i 's/= 10/= 1/' /etc/default/instance_configs.cfg");
    await expect(flush('late')).rejects.toThrow('did not end within 1 s');
    expect((await compute().snapshots()).map(({ name }) => name)).toEqual(['flushed', 'plain']);
  });

  step('snapshots are restored when their disk is gone', none, async () => {
    await expect(compute().deleteDisk(DISK)).rejects.toThrow('is already being used by');
    await compute().deleteInstance(VM);
    await compute().deleteDisk(DISK);
    // Another disk of that name is another disk.
    await compute().createDisk(ZONE, { name: DISK.name, sizeGb: '1' });
    for (const [name, text] of [
      ['flushed', 'flushed for data'],
      ['plain', 'never flushed'],
    ] as const) {
      await compute().createDisk(ZONE, { name: `clone-${name}`, ...from(name) });
      await createVm(name, `clone-${name}`);
      expect(await state(name)).toBe(text);
    }
  });

  step('schedules take snapshots of the hours that pass', none, async () => {
    const schedule = [{ daily_schedule: [{ days_in_cycle: 1, start_time: '04:00' }] }];
    put('google_compute_resource_policy', `${REGION}/resourcePolicies/daily`, { name: 'daily', snapshot_schedule_policy: [{ schedule }] });
    const place = { project: PROJECT, zone: ZONE, disk: 'clone-flushed', name: 'daily' };
    put('google_compute_disk_resource_policy_attachment', `${PROJECT}/${ZONE}/clone-flushed/daily`, place);
    const { taken } = await sandbox!.advanceTime(48);
    expect(taken.map(({ disk }) => disk)).toEqual(['clone-flushed', 'clone-flushed']);
    await compute().createDisk(ZONE, { name: 'restored', ...from(taken[1]!.name) });
    await createVm('restored', 'restored');
    expect(await state('restored')).toBe('flushed for data');
    expect(await compute().snapshot(taken[1]!.name)).toMatchObject({ autoCreated: true, status: 'READY' });
  });

  step('all of it is deleted by the API', none, async () => {
    for (const { name } of await compute().instances(ZONE)) await compute().deleteInstance({ zone: ZONE, name });
    for (const { name } of await compute().disks(ZONE)) await compute().deleteDisk({ zone: ZONE, name });
    for (const { name } of await compute().snapshots()) await compute().deleteSnapshot(name);
    expect(sandbox!.vms.vms).toEqual([]);
  });
});
