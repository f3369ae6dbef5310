import { CLUSTER_LABEL } from '../../cassandra-contract/labels';
import { TerraformDocument } from '../../terraform/document';
import { readNote } from '../../terraform/notes';
import type { ResourceChange } from '../../terraform/plan';
import { known, textAt, valueAt } from '../../terraform/values';
import type { Rule } from '../rule';
import type { Subject } from '../subject';
import type { Finding } from '../verdict';

/** Plans that touch the disks, zones, versions, schedules or protection of a ring while no drill has shown that its backups can be restored. */
export const drillRequired: Rule = {
  id: 'drill-required',
  severities: ['refuse'],
  title: 'A ring is changed whose backups were not restored lately',
  why: 'if the change goes wrong, only the backups are left, and they have not been read back',
  remediation: 'restore the backups in a drill, and pass its proof with --drill-proof',
  check: (subject) => {
    const { drill } = subject;
    if (drill?.problem === undefined) return [];
    return subject.resources.flatMap((change): Finding[] => {
      const what = describeTouch(subject, change);
      if (what === undefined) return [];
      return [
        {
          severity: 'refuse',
          address: change.address,
          action: change.action,
          reason: `${what}, and ${drill.problem}`,
          impact: 'whether the ring can be restored if this fails is not known',
        },
      ];
    });
  },
};

/** Describes what a change does to that on which a restore depends; undefined if nothing. */
function describeTouch(subject: Subject, change: ResourceChange): string | undefined {
  if (change.action === 'no-op' || change.action === 'read') return undefined;
  const name = known(textAt(change.before ?? change.after, 'name')) ?? change.name;
  const words = `${change.action === 'update' ? 'changed' : `${change.action}d`}`;
  if (change.type === 'google_compute_disk') return isOfRing(change) ? `disk ${name} is ${words}` : undefined;
  if (change.type === 'google_compute_disk_resource_policy_attachment') return `the attachment to schedule ${name} is ${words}`;
  if (change.type === 'google_compute_resource_policy') {
    const schedules = [change.before, change.after].some((values) => valueAt(values, 'snapshot_schedule_policy', 'schedule') !== undefined);
    return schedules ? `snapshot schedule ${name} is ${words}` : undefined;
  }
  if (change.type !== 'google_compute_instance' || !isOfRing(change)) return undefined;
  if (change.action !== 'update') return `node ${name} is ${words}`;
  const [before, after] = [subject.base, subject.synthesized].map((configuration) => readVersion(configuration, change.address));
  return before === after
    ? undefined
    : `node ${name} changes from Cassandra ${before ?? 'of unknown version'} to ${after ?? 'an unknown one'}`;
}

function isOfRing({ before, after }: ResourceChange): boolean {
  return [before, after].some((values) =>
    ['labels', 'effective_labels'].some((labels) => valueAt(values, labels, CLUSTER_LABEL) !== undefined),
  );
}

function readVersion(configuration: unknown, address: string): unknown {
  if (configuration === undefined) return undefined;
  const instances = TerraformDocument.read(configuration).ofType('google_compute_instance');
  return readNote(
    instances.find((each) => each.address === address),
    'cassandra',
  )?.version;
}
