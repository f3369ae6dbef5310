import type { ResourceChange } from '../../terraform/plan';
import { known, listAt, textAt } from '../../terraform/values';
import type { Rule } from '../rule';
import { type Subject, stays } from '../subject';
import type { Finding } from '../verdict';
import { lastSegment, listed } from '../words';

/** A secondary range of a subnetwork: addresses of pods or services. */
interface Range {
  readonly name: string;
  readonly cidr: string | undefined;
}

/** Terraform plans another secondary range as an update in place. Google refuses it while anything has addresses in it. */
export const rangeChanged: Rule = {
  id: 'range-changed',
  title: 'A pod or service range of a deployed network is changed or removed',
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
                `range ${name} (${cidr ?? 'unknown'}) ${kept.has(name) ? `becomes ${kept.get(name) ?? 'one that is not known yet'}` : 'is removed'}, and ` +
                (users.length > 0
                  ? `${listed(users)} has its addresses in it: Google refuses the change, and the apply fails half-way`
                  : 'Google refuses the change while a cluster or an instance has addresses in it: this plan shows none, and cannot show other stacks'),
              impact: '',
              recovery: '',
              remediation:
                'put the old range back. A cluster keeps its pod and service ranges for life: add a range of another name, and a node pool or a cluster that uses it',
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

/** Addresses of the clusters and node pools that use a range now. */
function usersOf(subject: Subject, { before }: ResourceChange, range: string): string[] {
  const clusters = subject
    .ofType('google_container_cluster')
    .filter((cluster) => lastSegment(known(textAt(cluster.before, 'subnetwork'))) === known(textAt(before, 'name')));
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
