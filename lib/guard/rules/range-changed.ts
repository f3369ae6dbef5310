import type { ResourceChange } from '../../terraform/plan';
import { known, listAt, textAt } from '../../terraform/values';
import type { Rule } from '../rule';
import { type Subject, stays } from '../subject';
import type { Finding } from '../verdict';
import { joinNames, lastSegment } from '../words';

/** Secondary range of a subnetwork, for pods or services. */
interface Range {
  readonly name: string;
  readonly cidr: string | undefined;
}

/** Secondary ranges that change while they are in use. */
export const rangeChanged: Rule = {
  id: 'range-changed',
  severities: ['refuse'],
  title: 'A pod or service range of a deployed subnetwork is changed or removed',
  why: 'Terraform plans an update in place, which Google Cloud refuses while a cluster or an instance uses the range',
  remediation:
    'restore the range; a cluster keeps its ranges for life: add a range of another name, and a node pool or a cluster that uses it',
  check: (subject) =>
    subject
      .ofType('google_compute_subnetwork')
      .filter(stays)
      .flatMap((subnetwork) => {
        const kept = new Map(rangesOf(subnetwork.after).map(({ name, cidr }) => [name, cidr]));
        return rangesOf(subnetwork.before).flatMap(({ name, cidr }): Finding[] => {
          if (kept.has(name) && kept.get(name) === cidr) return [];
          const users = usersOf(subject, subnetwork, name);
          return [
            {
              severity: 'refuse',
              address: subnetwork.address,
              action: subnetwork.action,
              reason:
                `range ${name} (${cidr ?? 'unknown'}) ${kept.has(name) ? `becomes ${kept.get(name) ?? 'an unknown range'}` : 'is removed'}, and ` +
                (users.length > 0
                  ? `${joinNames(users)} uses it: Google Cloud refuses the change, and the apply fails half-way`
                  : 'Google Cloud refuses the change while a cluster or an instance uses it: this plan shows none, and does not show other stacks'),
            },
          ];
        });
      }),
};

function rangesOf(subnetwork: unknown): Range[] {
  return listAt(subnetwork, 'secondary_ip_range').flatMap((block) => {
    const name = known(textAt(block, 'range_name'));
    return name === undefined ? [] : [{ name, cidr: known(textAt(block, 'ip_cidr_range')) }];
  });
}

/** Terraform addresses of the clusters and node pools that use a range. */
function usersOf(subject: Subject, { before }: ResourceChange, range: string): string[] {
  const clusters = subject.ofType('google_container_cluster').filter((cluster) => usesSubnetwork(cluster.before, before));
  const names = new Set(clusters.map((cluster) => known(textAt(cluster.before, 'name'))));
  return [
    ...clusters.filter(({ before: cluster }) =>
      ['cluster_secondary_range_name', 'services_secondary_range_name'].some(
        (argument) => known(textAt(cluster, 'ip_allocation_policy', argument)) === range,
      ),
    ),
    ...subject
      .ofType('google_container_node_pool')
      .filter(
        ({ before: pool }) =>
          names.has(lastSegment(known(textAt(pool, 'cluster')))) && known(textAt(pool, 'network_config', 'pod_range')) === range,
      ),
  ].map(({ address }) => address);
}

/** Tests that a cluster is in a subnetwork. A link names project and region; a name alone is of the region of the cluster. */
function usesSubnetwork(cluster: unknown, subnetwork: unknown): boolean {
  const link = known(textAt(cluster, 'subnetwork'));
  if (link === undefined || lastSegment(link) !== known(textAt(subnetwork, 'name'))) return false;
  const [project, region] = ['projects', 'regions'].map((part) => new RegExp(`(?:^|/)${part}/([^/]+)`).exec(link)?.[1]);
  const location = known(textAt(cluster, 'location'))?.replace(/-[a-z]$/, '');
  const isSame = (one: string | undefined, other: string | undefined): boolean => one === undefined || other === undefined || one === other;
  return (
    isSame(project, known(textAt(subnetwork, 'project'))) && isSame(region ?? location, lastSegment(known(textAt(subnetwork, 'region'))))
  );
}
