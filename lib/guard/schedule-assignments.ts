import type { ResourceChange } from '../terraform/plan';
import { known, textAt } from '../terraform/values';
import type { Subject } from './subject';
import { describeWeakening, listProtections } from './weaker-protections';
import { lastSegment } from './words';

/** Types that put a disk on a snapshot schedule. */
export const ATTACHMENTS = ['google_compute_disk_resource_policy_attachment', 'google_compute_region_disk_resource_policy_attachment'];

const POLICY = 'google_compute_resource_policy';

/** Comparison of the schedules of a disk before and after a plan is applied. */
export interface ScheduleMove {
  /** Attachment to the previous schedule. */
  readonly attachment: ResourceChange;
  readonly disk: string;
  readonly from: string;

  /** Names of the new schedules; undefined for one that is unknown until apply. Empty when the disk has none. */
  readonly to: readonly (string | undefined)[];

  /** Clauses for what is weaker in every new schedule; undefined when it cannot be told, since a schedule is not in the plan. */
  readonly weaker: readonly string[] | undefined;
}

/** Lists the disks that leave a schedule, also those of other stacks, of which the plan shows the attachment alone. */
export function listScheduleMoves(subject: Subject): readonly ScheduleMove[] {
  return subject.ofType(...ATTACHMENTS).flatMap((attachment) => {
    const disk = lastSegment(known(textAt(attachment.before, 'disk')));
    const from = lastSegment(known(textAt(attachment.before, 'name')));
    if (disk === undefined || from === undefined) return [];
    const next = subject
      .ofType(...ATTACHMENTS)
      .filter(({ after }) => after !== null && lastSegment(known(textAt(after, 'disk'))) === disk && isBeside(after, attachment.before));
    const to = next.map(({ after }) => lastSegment(known(textAt(after, 'name'))));
    if (to.includes(from)) return [];
    const results = next.map((each) => compareSchedules(findPolicy(subject, attachment, 'before'), findPolicy(subject, each, 'after')));
    const weaker = results.some((clauses) => clauses?.length === 0) ? [] : results.includes(undefined) ? undefined : results.flat();
    return [{ attachment, disk, from, to, weaker: weaker as readonly string[] | undefined }];
  });
}

/** Tests that two are in the same project, zone and region. Unset values match. */
export function isBeside(one: unknown, other: unknown): boolean {
  return ['project', 'zone', 'region'].every((place) => {
    const [here, there] = [one, other].map((value) => lastSegment(known(textAt(value, place))));
    return here === undefined || there === undefined || here === there;
  });
}

function compareSchedules(was: ResourceChange | undefined, is: ResourceChange | undefined): readonly string[] | undefined {
  if (was === undefined || is === undefined) return undefined;
  const change = { before: was.before, after: is.after, afterUnknown: is.afterUnknown };
  return listProtections(POLICY)
    .filter(({ against }) => against === 'copy-loss')
    .flatMap((protection) => describeWeakening(protection, change));
}

/** Policy of an attachment in the region of its disk, by its name, or by reference when the name is unknown until apply. */
export function findPolicy(subject: Subject, attachment: ResourceChange, when: 'before' | 'after'): ResourceChange | undefined {
  const name = lastSegment(known(textAt(attachment[when], 'name')));
  if (name === undefined) {
    return subject
      .references(attachment, 'name')
      .map((reference) => subject.at(reference))
      .find((policy) => policy?.type === POLICY && policy[when] !== null);
  }
  const place = ['zone', 'region']
    .map((argument) => lastSegment(known(textAt(attachment[when], argument))))
    .find((each) => each !== undefined);
  return subject.ofType(POLICY).find((policy) => {
    const region = lastSegment(known(textAt(policy[when], 'region')));
    return (
      known(textAt(policy[when], 'name')) === name &&
      isSameProject(policy[when], attachment[when]) &&
      (region === undefined || place === undefined || place === region || place.startsWith(`${region}-`))
    );
  });
}

function isSameProject(one: unknown, other: unknown): boolean {
  const [here, there] = [one, other].map((value) => known(textAt(value, 'project')));
  return here === undefined || there === undefined || here === there;
}
