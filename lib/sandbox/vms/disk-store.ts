import { closeSync, existsSync, linkSync, mkdirSync, openSync, readdirSync, renameSync, rmSync, statSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { SandboxError } from '../sandbox-error';
import { command } from './command';
import type { VmDisk } from './vm-instance';

/** Attempts to copy a disk without a concurrent write. */
const COPIES = 100;

/** Disks and snapshots as sparse files in a folder, named by their numbers. */
export class DiskStore {
  constructor(private readonly folder: string) {
    for (const name of ['disks', 'snapshots']) mkdirSync(join(folder, name), { recursive: true });
  }

  /** Path of a disk's image. */
  public image(id: string): string {
    return join(this.folder, 'disks', `${id}.img`);
  }

  /** Creates a missing disk, blank or from a snapshot, and grows an existing one to its size in the cloud. */
  public async ensure(disk: VmDisk): Promise<void> {
    const image = this.image(disk.id);
    const size = disk.sizeGiB * 2 ** 30;
    if (!existsSync(image)) {
      if (disk.snapshotId === undefined) closeSync(openSync(image, 'wx'));
      else await this.copy(this.snapshotImage(disk.snapshotId), image);
    }
    if (statSync(image).size < size) truncateSync(image, size);
  }

  /**
   * Copies a disk at one point in time: the copy is repeated after a concurrent write.
   *
   * @throws SandboxError if every attempt was disturbed by a write
   */
  public async takeSnapshot(diskId: string, snapshotId: string): Promise<void> {
    const image = this.image(diskId);
    for (let tries = 0; tries < COPIES; tries++) {
      const before = writtenAt(image);
      await this.copy(image, this.snapshotImage(snapshotId));
      if (writtenAt(image) === before) return;
    }
    this.removeSnapshot(snapshotId);
    throw new SandboxError(`no snapshot of disk ${diskId} could be taken: it was written to during each of ${COPIES} copies`);
  }

  /** Makes a snapshot that equals another one, without a copy: the content of a snapshot never changes. */
  public repeatSnapshot(takenId: string, snapshotId: string): void {
    linkSync(this.snapshotImage(takenId), this.snapshotImage(snapshotId));
  }

  public hasSnapshot(id: string): boolean {
    return existsSync(this.snapshotImage(id));
  }

  public removeSnapshot(id: string): void {
    rmSync(this.snapshotImage(id), { force: true });
  }

  /** Removes all other disks and snapshots. */
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
    if (!existsSync(from)) throw new SandboxError(`${from} does not exist: the snapshot was taken while no VM ran, and is empty`);
    await command(['cp', '--sparse=always', '--reflink=auto', from, `${to}.next`]);
    renameSync(`${to}.next`, to);
  }

  private snapshotImage(id: string): string {
    return join(this.folder, 'snapshots', `${id}.img`);
  }
}

/** Reads the modification time of a file; `undefined` if it does not exist. */
function writtenAt(path: string): bigint | undefined {
  return statSync(path, { bigint: true, throwIfNoEntry: false })?.mtimeNs;
}
