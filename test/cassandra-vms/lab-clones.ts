import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { staging } from '../../environments';
import type { ComputeEngine, Zonal } from '../../lib/recovery';
import { CloudResource } from '../../lib/sandbox/cloud-resource';
import type { Values } from '../../lib/sandbox/values';
import { LabDisks } from './lab-disks';
import type { RealRing } from './real-ring';

/** Clones of data disks, and their attachment to VMs, in the cloud of the sandbox. */
export class LabClones {
  private readonly disks: LabDisks;
  private readonly clones: CloudResource[] = [];
  private readonly snapshots: CloudResource[] = [];

  constructor(private readonly ring: RealRing) {
    this.disks = new LabDisks(ring);
  }

  /** Takes a snapshot of a node's disk after a flush, and makes a clone of it that was cleanly unmounted. */
  public async clone(node: string): Promise<Zonal> {
    const { cloud, vms } = this.ring.sandbox;
    const { identity: source_disk, provider, values } = this.disks.disk(node);
    const { projectId: project } = staging;
    const id = `48${node.charCodeAt(0)}`;
    const snapshot = `projects/${project}/global/snapshots/set-${node}`;
    const taken = { project, name: `set-${node}`, source_disk, id: snapshot, self_link: snapshot, snapshot_id: id };
    await this.ring.run(node, 'sync --file-system /var/lib/cassandra');
    this.snapshots.push(new CloudResource('google_compute_snapshot', snapshot, taken, provider));
    cloud.put(this.snapshots.at(-1)!);
    await vms.reconcile();
    const name = `clone-${node}`;
    const identity = source_disk.replace(/[^/]+$/, name);
    const clone = { ...values, name, id: identity, self_link: identity, disk_id: `49${id}`, snapshot };
    this.clones.push(new CloudResource('google_compute_disk', identity, clone, provider));
    cloud.put(this.clones.at(-1)!);
    await vms.reconcile();
    const script = 'set -e; mkdir -p "$1"; mount -o loop,nouuid "$2" "$1"; umount "$1"';
    const folder = join(this.ring.directory, 'mnt');
    const image = join(this.ring.directory, 'vms/disks', `49${id}.img`);
    const { status, stderr } = spawnSync('unshare', ['--mount', '--propagation=private', 'bash', '-c', script, 'replay', folder, image], {
      encoding: 'utf8',
    });
    if (status !== 0) throw new Error(`the clone of ${node} cannot be mounted: ${stderr}`);
    return { zone: staging.cassandraNodes[node]!.zone, name };
  }

  /** Attaches disks as Compute Engine does. */
  public get compute(): ComputeEngine {
    const { cloud, vms } = this.ring.sandbox;
    const instance = (name: string) => cloud.list('google_compute_instance').find((each) => each.text('name') === name)!;
    const setDisks = async (name: string, change: (disks: Values[]) => Values[]) => {
      const { identity, values } = instance(name);
      cloud.patch('google_compute_instance', identity, { attached_disk: change(values.attached_disk as Values[]) });
      await vms.reconcile();
    };
    const engine: Pick<ComputeEngine, 'attachDisk' | 'detachDisk' | 'instance'> = {
      attachDisk: ({ name }, { source, deviceName, mode }) =>
        setDisks(name, (disks) => [...disks, { ...disks[0], source: String(source), device_name: String(deviceName), mode: String(mode) }]),
      detachDisk: ({ name }, deviceName) => setDisks(name, (disks) => disks.filter((disk) => disk.device_name !== deviceName)),
      instance: async ({ name }) => ({
        name,
        disks: (instance(name).values.attached_disk as Values[]).map((disk) => ({ deviceName: disk.device_name })),
      }),
    };
    return engine as ComputeEngine;
  }

  /** Deletes clones and snapshots. */
  public async remove(): Promise<readonly string[]> {
    for (const { type, identity } of [...this.clones, ...this.snapshots]) this.ring.sandbox.cloud.remove(type, identity);
    await this.ring.sandbox.vms.reconcile();
    return [];
  }
}
