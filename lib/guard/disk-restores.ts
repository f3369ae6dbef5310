import type { ResourceChange } from '../terraform/plan';
import { blocksAt, known, textAt, textsAt } from '../terraform/values';
import { isDestroyed, type Subject, stays } from './subject';
import { lastSegment } from './words';

/** Disk of a VM instance whose place a new disk takes, which the same plan creates from a snapshot. */
export interface DiskRestore {
  /** Names of the disks. */
  readonly former: string;
  readonly restored: string;
  readonly snapshot: string;
}

/**
 * Lists the disks of a VM instance that the plan exchanges for disks from snapshots. Empty when another disk is detached too, or when a
 * former disk is deleted: the exchange is then more than a restore.
 */
export function listDiskRestores(subject: Subject, instance: ResourceChange): readonly DiskRestore[] {
  if (instance.type !== 'google_compute_instance' || !stays(instance)) return [];
  const [before, after] = [instance.before, instance.after].map((values) => blocksAt(values, 'attached_disk'));
  const isAttached = (source: string | undefined): boolean => after!.some((block) => known(textAt(block, 'source')) === source);
  const detached = before!.filter((block) => !isAttached(known(textAt(block, 'source'))));
  const restores = detached.map((block): DiskRestore | undefined => {
    const source = known(textAt(block, 'source'));
    const device = known(textAt(block, 'device_name'));
    const index = device === undefined ? -1 : after!.findIndex((each) => known(textAt(each, 'device_name')) === device);
    const disk = index < 0 ? undefined : findNewDisk(subject, instance, index);
    const [restored, snapshot] = ['name', 'snapshot'].map((argument) => lastSegment(known(textAt(disk?.after, argument))));
    if (source === undefined || !restored || !snapshot || isDeleted(subject, instance, source)) return undefined;
    return { former: lastSegment(source)!, restored, snapshot };
  });
  return restores.every((restore) => restore !== undefined) ? restores : [];
}

/** Disk that the plan creates, and that a block of the VM instance refers to. */
function findNewDisk(subject: Subject, instance: ResourceChange, index: number): ResourceChange | undefined {
  const block = blocksAt(subject.plan.configured(instance)?.expressions, 'attached_disk')[index];
  return known(textsAt(block, 'source', 'references'))
    .map((reference) => subject.at(instance.module === '' ? reference : `${instance.module}.${reference}`))
    .find((disk) => disk?.type === 'google_compute_disk' && disk.action === 'create');
}

/** Tests that the plan deletes the disk at a source, or a disk of its name in a place that is not known. */
function isDeleted(subject: Subject, instance: ResourceChange, source: string): boolean {
  const zone = known(textAt(instance.before, 'zone'));
  return subject
    .ofType('google_compute_disk')
    .some(
      (disk) =>
        isDestroyed(disk) &&
        known(textAt(disk.before, 'name')) === lastSegment(source) &&
        [zone, undefined].includes(lastSegment(known(textAt(disk.before, 'zone')))),
    );
}
