import { closeSync, existsSync, mkdirSync, openSync, readdirSync, renameSync, rmSync, statSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { SandboxError } from '../sandbox-error';
import { command } from './command';
import type { MachineDisk } from './machine';

/** Copies of a disk that is written to, until one is of a single moment. */
const COPIES = 100;

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

  /**
   * Keeps what is on a disk now. The copy is of one moment: it is made again when something was written meanwhile.
   *
   * @throws SandboxError when the disk is never quiet for as long as a copy takes
   */
  public async takeSnapshot(diskId: string, snapshotId: string): Promise<void> {
    const image = this.image(diskId);
    for (let tries = 0; tries < COPIES; tries++) {
      const before = writtenAt(image);
      await this.copy(image, this.snapshotImage(snapshotId));
      if (writtenAt(image) === before) return;
    }
    rmSync(this.snapshotImage(snapshotId));
    throw new SandboxError(`no snapshot of disk ${diskId} could be taken: it was written to during each of ${COPIES} copies`);
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

/** When a file was last written to; nothing for one that is not there. */
function writtenAt(path: string): bigint | undefined {
  return statSync(path, { bigint: true, throwIfNoEntry: false })?.mtimeNs;
}
