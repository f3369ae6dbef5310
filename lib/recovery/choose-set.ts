import { RefusedError } from '../core/reported-error';
import { describeSetProblem, type SnapshotSet } from './snapshot-set';

/** Choice of a set by its id or time. @default - the newest set that can be restored */
export interface SetChoice {
  readonly id?: string;

  /** Latest time of the set's last snapshot, in milliseconds since 1970. */
  readonly at?: number;
}

/** Prefix of the ids of sets that a restore takes of the disks that it replaces. These may hold the damage: they are restored by id only. */
export const FORMER_SET = 'before-';

/** Number of sets that a refusal lists. */
const LISTED = 5;

/** Default maximum of a `SnapshotSet` for the time between the snapshots of a set. */
const JOB_SKEW_MS = 120_000;

/**
 * Sets that may be chosen without their id, best first: the newest one is, except that a set which a label by hand joins follows all others
 * unless it is like that of a job: flushed, and taken at once. Those of replaced disks are not among them.
 *
 * @param sets newest first
 */
export function listChoices(sets: readonly SnapshotSet[]): SnapshotSet[] {
  const choices = sets.filter(({ id }) => !id.startsWith(FORMER_SET));
  return [...choices.filter((set) => !isBelowJob(set)), ...choices.filter(isBelowJob)];
}

function isBelowJob({ origin, takenAt, lastTakenAt, snapshots }: SnapshotSet): boolean {
  if (origin !== 'label') return false;
  return lastTakenAt - takenAt > JOB_SKEW_MS || [...snapshots.values()].some(({ isFlushed }) => !isFlushed);
}

/**
 * Chooses the set to restore.
 *
 * @param sets newest first
 * @throws RefusedError if there is none, or the chosen one cannot be restored
 */
export function chooseSet(sets: readonly SnapshotSet[], { id, at }: SetChoice): SnapshotSet {
  if (sets.length === 0) throw new RefusedError('the ring has no snapshots');
  if (id !== undefined) {
    const named = sets.find((set) => set.id === id);
    if (named === undefined) throw new RefusedError(`unknown set '${id}'; known: ${listSets(sets)}`);
    if (named.problems.length > 0) throw new RefusedError(`set ${describeSet(named)}`);
    return named;
  }
  const early = listChoices(sets).filter(({ lastTakenAt }) => at === undefined || lastTakenAt <= at);
  const when = at === undefined ? '' : ` of ${new Date(at).toISOString()} or before`;
  const found = early.find(({ problems }) => problems.length === 0);
  if (found !== undefined) return found;
  if (early.length === 0) throw new RefusedError(`the ring has no set${when}; known: ${listSets(sets)}`);
  throw new RefusedError(`no set${when} can be restored:\n${early.slice(0, LISTED).map(describeSet).join('\n')}`);
}

function listSets(sets: readonly SnapshotSet[]): string {
  const more = sets.length > LISTED ? `, and ${sets.length - LISTED} more` : '';
  return `${sets
    .slice(0, LISTED)
    .map(({ id }) => id)
    .join(', ')}${more}`;
}

function describeSet({ id, problems }: SnapshotSet): string {
  return `${id} cannot be restored: ${problems.map(describeSetProblem).join(', ')}`;
}
