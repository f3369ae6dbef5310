import { closeSync, existsSync, mkdirSync, openSync, readdirSync, renameSync, rmSync, statSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { SandboxError } from '../sandbox-error';
import { command } from './command';
import type { MachineDisk } from './machine';

/** Disks and snapshots as sparse files of a folder, by number. What was never written takes no room. */
export class DiskStore {
  constructor(private readonly folder: string) {
    for (const name of ['disks', 'snapshots']) mkdirSync(join(folder, name), { recursive: true });
  }

  /** The image of a disk. */
  public image(id: string): string {
    return join(this.folder, 'disks', `${id}.img`);
  }

  /** Makes what is not there: a blank disk or a copy of a snapshot. A disk that has grown in the cloud grows here. */
  public async ensure(disk: MachineDisk): Promise<void> {
    const image = this.image(disk.id);
    const size = disk.sizeGiB * 2 ** 30;
    if (!existsSync(image)) {
      if (disk.snapshotId === undefined) closeSync(openSync(image, 'wx'));
      else await this.copy(this.snapshotImage(disk.snapshotId), image);
    }
    if (statSync(image).size < size) truncateSync(image, size);
  }

  /** Keeps what is on a disk now. */
  public async takeSnapshot(diskId: string, snapshotId: string): Promise<void> {
    await this.copy(this.image(diskId), this.snapshotImage(snapshotId));
  }

  public hasSnapshot(id: string): boolean {
    return existsSync(this.snapshotImage(id));
  }

  /** Removes the disks and snapshots that are not among these. */
  public keepOnly(disks: ReadonlySet<string>, snapshots: ReadonlySet<string>): void {
    for (const [name, kept] of [
      ['disks', disks],
      ['snapshots', snapshots],
    ] as const) {
      for (const file of readdirSync(join(this.folder, name))) {
        if (!kept.has(file.replace(/\.img$/, ''))) rmSync(join(this.folder, name, file));
      }
    }
  }

  private async copy(from: string, to: string): Promise<void> {
    if (!existsSync(from)) throw new SandboxError(`there is no ${from}: the snapshot was taken while no VM ran, and holds nothing`);
    await command(['cp', '--sparse=always', '--reflink=auto', from, `${to}.next`]);
    renameSync(`${to}.next`, to);
  }

  private snapshotImage(id: string): string {
    return join(this.folder, 'snapshots', `${id}.img`);
  }
}
