import { formatDuration } from '../operations/findings';
import { countRows, describeCompared, listTables } from './compare-rows';
import type { NewestWrite } from './newest-write';
import { KEEP_DAYS } from './next-generations';
import { describeEnds, formatMoment, type PointInTime } from './point-in-time';
import type { RestoreQuestion, RestoreResult } from './restore-ring';
import { describeCopy, type SnapshotSet } from './snapshot-set';
import { type Check, DISKS_AGREE, listUnchecked, MANIFEST_ARCHIVED } from './verification';

/** Names for the texts of a restore. */
export interface RestoreNames {
  readonly stack: string;
  readonly ring: string;

  /** Further options of the commands, for example `--ring NAME`. */
  readonly options: readonly string[];

  /** Disks file of the ring. */
  readonly disksFile: string;
}

/** Describes what a restore replaces and loses, one line for each fact. */
export function describeQuestion(question: RestoreQuestion, { stack, ring, options }: RestoreNames, now: number): string[] {
  const { set, verification, replaced, newestWrite, passwordChangedAt, continues, pointInTime } = question;
  const tables = listTables(verification);
  return [
    `${ring} is restored from ${describeSetTime(set, now)}.`,
    ...describePointInTime(pointInTime),
    `Verified on clones, levels 0 to 4: ${tables.length} ${tables.length === 1 ? 'table' : 'tables'} with ${countRows(verification)} rows on ${set.snapshots.size} disks.`,
    ...describeUnchecked(listUnchecked(verification)),
    continues
      ? 'Replaced: a former run has not ended, and is continued: disks of this set that are attached stay. Pass --again for new ones.'
      : `Replaced: ${replaced.join(', ')}. Snapshots of them are taken first, and the disks are kept for ${KEEP_DAYS} days.`,
    `Lost: every write after ${pointInTime === undefined ? 'the set' : formatMoment(pointInTime.reached)}; ${describeNewest(newestWrite)}.`,
    `Schema, roles and passwords are those of ${formatTime(pointInTime?.reached ?? set.takenAt)}: later changes of them are lost, too.`,
    ...(passwordChangedAt === undefined
      ? []
      : [
          `The superuser's password was renewed at ${formatTime(passwordChangedAt)}, after the set. If the start or the comparison fails, run '${command('renew-superuser', stack, [...options, '--lost'])}', and the restore again.`,
        ]),
    'The ring is down until the disks are replaced. Stop the applications: rows that they write before the comparison fail it.',
  ];
}

function describeNewest({ time, unread }: NewestWrite): string {
  const newest = `the newest write in the ring is of ${time === undefined ? 'an unknown time' : formatTime(time)}`;
  return unread.length === 0 || time === undefined ? newest : `${newest}, without ${unread.join(', ')}, which could not be read`;
}

/** Time of the restored ring, and why it is not that which was asked for. @returns no line for the time of the set */
function describePointInTime(pointInTime: PointInTime | undefined): string[] {
  if (pointInTime === undefined) return [];
  const { asked, reached, ends, count } = pointInTime;
  return [
    `${count} commit logs were replayed on the clones. The ring will be at ${formatMoment(reached)}: writes up to then by their timestamps.`,
    ...(ends.length === 0
      ? []
      : [`It will not be at ${formatMoment(asked)}, which was asked for: the archive is complete for ${describeEnds(ends).join('; ')}.`]),
  ];
}

/** Describes the state that a restore leaves, and the commands that continue it or go back. */
export function describeResult(result: RestoreResult, { stack, ring, options, disksFile }: RestoreNames): string[] {
  const { set, state, done, compared, formerSet, returnSet, kept, unchecked, pointInTime } = result;
  // The former set is in the project of the ring, and is found there.
  const copies = set.copy === undefined ? [] : [`--copies ${set.copy.project}`];
  const restore = (id: string, from: readonly string[] = copies): string => command('restore', stack, [...options, ...from, `--set ${id}`]);
  const again =
    pointInTime === undefined
      ? restore(set.id)
      : command('restore', stack, [...options, ...copies, `--at ${new Date(pointInTime.reached).toISOString()}`]);
  const onwards = `Continue with: ${again}`;
  const back = [
    ...(returnSet === undefined ? [] : [`Go back with: ${restore(returnSet, [])}`]),
    ...(formerSet === undefined || formerSet === returnSet
      ? []
      : [`Set ${formerSet} has snapshots of the replaced disks, but not of all nodes in one state.`]),
  ];
  const keptDisks = kept.length === 0 ? [] : [`Kept: ${kept.map(({ disk, until }) => `${disk} until ${until}`).join(', ')}.`];
  switch (state) {
    case 'unchanged':
      return [
        `This run stopped and replaced nothing. State of the ring: ${command('status', stack, options)}`,
        ...(formerSet === undefined ? [] : [`Snapshots of the present disks may have been taken, as set ${formerSet}.`]),
      ];
    case 'stopped':
      return [
        `The disks of ${ring} are unchanged, and its nodes may be stopped.`,
        onwards,
        `Go back with: ${command('start', stack, options)}`,
      ];
    case 'replacing':
      return [
        `${ring} is stopped. Some of its nodes may have restored disks, and the others their former ones.`,
        onwards,
        ...back,
        ...keptDisks,
      ];
    case 'replaced':
      return [`${ring} has the restored disks, and its nodes may be stopped.`, onwards, ...back, ...keptDisks];
    case 'running':
      return [
        `${ring} runs on the disks of set ${set.id}, and that they are complete is not confirmed.`,
        `Check it again with: ${again}`,
        `Replace the disks by new ones from the same set with: ${again} --again`,
        ...back,
        ...keptDisks,
      ];
    case 'restored':
      return [
        pointInTime === undefined
          ? `${ring} is restored from set ${set.id}, and a new plan is empty.`
          : `${ring} is restored to ${formatMoment(pointInTime.reached)}, from set ${set.id} and ${pointInTime.count} commit logs, and a new plan is empty.`,
        ...(compared === undefined
          ? []
          : describeCompared(compared, pointInTime === undefined ? 'set' : 'clones on which these were replayed')),
        ...(pointInTime === undefined || pointInTime.ends.length === 0
          ? []
          : [
              `It is not at ${formatMoment(pointInTime.asked)}, which was asked for: the archive is complete for ${describeEnds(pointInTime.ends).join('; ')}.`,
            ]),
        ...(done.includes('apply') ? [] : ['This run replaced no disk: a former one had attached them.']),
        ...describeUnchecked(unchecked),
        `Commit ${disksFile}.`,
        ...keptDisks,
        ...back,
      ];
  }
}

/** Describes a set by its id, time, age and skew. */
export function describeSetTime(set: SnapshotSet, now: number): string {
  const { id, takenAt, lastTakenAt } = set;
  const skew = Math.round((lastTakenAt - takenAt) / 1000);
  const age = formatDuration((now - takenAt) / 1000);
  return `set ${id} of ${formatTime(takenAt)} (${age} ago, snapshots within ${skew} s${describeCopy(set)})`;
}

/** Names checks that were not run, with their disks. @returns no line if all were run */
export function describeUnchecked(unchecked: readonly Check[]): string[] {
  const isOfArchive = ({ code }: Check): boolean => code === MANIFEST_ARCHIVED[1];
  const isOfDisks = ({ code }: Check): boolean => code === DISKS_AGREE[1];
  const [archived, disks] = [unchecked.filter(isOfArchive), unchecked.filter(isOfDisks)];
  const others = unchecked.filter((check) => !isOfArchive(check) && !isOfDisks(check));
  const described = groupNodes(others, ({ code }) => code).map(([code, names]) =>
    names.length === 0 ? code : `${code} of ${names.join(', ')}`,
  );
  const reasons = groupNodes(archived, ({ detail }) => detail ?? 'unknown reason').map(
    ([reason, names]) => `${names.join(', ')} (${reason})`,
  );
  return [
    ...(described.length === 0
      ? []
      : [
          `Not checked, because the snapshots have no manifest or canary: ${described.join('; ')}. SSTables or commit logs may be missing unnoticed.`,
        ]),
    ...disks.map(({ detail = 'unknown reason' }) => `Not compared with each other: the disks (${detail}). Rows may be missing unnoticed.`),
    ...(reasons.length === 0
      ? []
      : [`Not compared with the archive: the manifests of ${reasons.join('; ')}. Disks that were changed on purpose may be unnoticed.`]),
  ];
}

/** Names of the nodes of checks, by a property of the check. */
function groupNodes(checks: readonly Check[], keyOf: (check: Check) => string): [key: string, nodes: readonly string[]][] {
  const groups = new Map<string, string[]>();
  for (const check of checks)
    groups.set(keyOf(check), [...(groups.get(keyOf(check)) ?? []), ...(check.node === undefined ? [] : [check.node])]);
  return [...groups];
}

function command(name: string, stack: string, options: readonly string[]): string {
  return ['gke-platform cassandra', name, stack, ...options].join(' ');
}

function formatTime(time: number): string {
  return `${new Date(time).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}
