import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { staging } from '../../environments';
import { CloudResource } from '../../lib/sandbox/cloud-resource';
import type { Values } from '../../lib/sandbox/values';
import type { RealRing } from './real-ring';

/** Changes of disks and instances in the cloud console, outside of Terraform. */
export class LabDisks {
  constructor(private readonly ring: RealRing) {}

  /** The data disk of a node in the cloud. */
  public disk(node: string): CloudResource {
    return this.ring.sandbox.cloud.list('google_compute_disk').find((disk) => disk.text('name') === `staging-cassandra-${node}-data`)!;
  }

  /** Takes a snapshot of a node's disk, as its schedule does: without a guest flush. Returns its name. */
  public async snapshot(node: string): Promise<string> {
    const { cloud, vms } = this.ring.sandbox;
    const { identity: source_disk, provider } = this.disk(node);
    const { projectId: project } = staging;
    const name = `${node}-while-written-to`;
    const identity = `projects/${project}/global/snapshots/${name}`;
    const values = { project, name, source_disk, id: identity, self_link: identity, snapshot_id: '4712' };
    cloud.put(new CloudResource('google_compute_snapshot', identity, values, provider));
    await vms.reconcile();
    return name;
  }

  /** Runs shell commands in the file system of a node's disk, whose VM is off. */
  public edit(node: string, script: string): string {
    // In a mount namespace of its own: nothing stays mounted, whatever happens.
    const commands = `set -euo pipefail; mkdir -p "$1"; mount -o loop "$2" "$1"; cd "$1"; ${script}; cd /; umount "$1"`;
    const mountPoint = join(this.ring.directory, 'mnt');
    const words = ['--mount', '--propagation=private', 'bash', '-c', commands, 'edit', mountPoint, this.image(node)];
    return run('unshare', words);
  }

  /** Overwrites bytes of a node's disk, and returns what puts them back. */
  public damage(node: string, offset: number, length: number): () => void {
    const image = this.image(node);
    const kept = join(this.ring.directory, 'kept');
    const dd = (from: string, to: string, ...words: string[]) =>
      run('dd', [`if=${from}`, `of=${to}`, 'bs=1', `count=${length}`, 'conv=notrunc', 'status=none', ...words]);
    dd(image, kept, `skip=${offset}`);
    dd('/dev/urandom', image, `seek=${offset}`);
    return () => void dd(kept, image, `seek=${offset}`);
  }

  /** Attaches other disks to a node's VM, or none. Returns what attaches its own again. */
  public async attach(
    node: string,
    disks: readonly { readonly source: string; readonly mode?: string }[],
    metadata: Values = {},
  ): Promise<() => Promise<void>> {
    const { cloud, vms } = this.ring.sandbox;
    const { type, identity, values } = cloud.list('google_compute_instance').find((each) => each.text('name') === this.ring.vm(node).name)!;
    const before = { attached_disk: values.attached_disk!, metadata: values.metadata! };
    const [own] = values.attached_disk as Values[];
    cloud.patch(type, identity, {
      attached_disk: disks.map((disk) => ({ ...own, ...disk })),
      metadata: { ...(values.metadata as Values), ...metadata },
    });
    await vms.reconcile();
    return async () => {
      cloud.patch(type, identity, before);
      await vms.reconcile();
    };
  }

  private image(node: string): string {
    const path = join(this.ring.directory, 'vms/disks', `${this.disk(node).text('disk_id')}.img`);
    if (!existsSync(path)) throw new Error(`there is no ${path}`);
    return path;
  }
}

function run(program: string, words: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(program, words, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${program} ended with ${status}: ${stderr}`);
  return stdout;
}
