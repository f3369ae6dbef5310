import { coversInternet } from '../../reachability/open-to-internet';
import type { ResourceChange } from '../../terraform/plan';
import { hasBlock, known, listAt, textAt, valueAt } from '../../terraform/values';
import type { Rule } from '../rule';
import type { Finding } from '../verdict';
import { listed } from '../words';

/** Whoever reaches the control plane is one stolen token away from everything in the cluster. */
export const controlPlaneOpened: Rule = {
  id: 'control-plane-opened',
  title: "A cluster's control plane can be reached by more callers than before",
  check: (subject) =>
    subject.ofType('google_container_cluster').flatMap((change): Finding[] => {
      if (change.after === null || change.action === 'no-op') return [];
      const opened = openings(change);
      if (opened.length === 0) return [];
      return [
        {
          severity: 'refuse',
          address: change.address,
          action: change.action,
          reason: `${known(textAt(change.after, 'name')) ?? change.name}: ${listed(opened)}`,
          impact: '',
          recovery: '',
          remediation:
            'keep the control plane private; name the ranges that need it, as small as they are, in master_authorized_networks_config',
        },
      ];
    }),
};

function openings({ before, after, afterUnknown }: ResourceChange): string[] {
  const switched = (path: readonly string[], open: boolean): boolean =>
    before !== null && valueAt(before, ...path) === !open && valueAt(after, ...path) === open;
  const networks = 'master_authorized_networks_config';
  const ranges = (value: unknown): readonly string[] =>
    listAt(value, networks, 'cidr_blocks').flatMap((block) => known(textAt(block, 'cidr_block')) ?? []);
  const wasLimited = before !== null && hasBlock(before, networks);
  const added = ranges(after).filter((range) => !ranges(before).some((known) => contains(known, range)));
  const isUnlimited = !hasBlock(after, networks) && valueAt(afterUnknown, networks) !== true;
  return [
    ...(switched(['private_cluster_config', 'enable_private_endpoint'], false) ? ['it gets a public address'] : []),
    ...(switched(['private_cluster_config', 'enable_private_nodes'], false) ? ['its nodes get public addresses'] : []),
    ...(switched(['control_plane_endpoints_config', 'dns_endpoint_config', 'allow_external_traffic'], true)
      ? ['its DNS endpoint answers callers from the internet']
      : []),
    ...(switched(['control_plane_endpoints_config', 'ip_endpoints_config', 'enabled'], true)
      ? ['it answers at an address again, not at its DNS name alone']
      : []),
    ...(switched([networks, 'gcp_public_cidrs_access_enabled'], true)
      ? ['every machine on Google Cloud, of any customer, may call it']
      : []),
    ...(wasLimited && isUnlimited ? ['it is no longer limited to the ranges it was limited to'] : []),
    // A new cluster may have any ranges it likes, but not all there are.
    ...(before === null ? (coversInternet(added) ? added : []) : wasLimited ? added : []).map((range) =>
      coversInternet([range]) ? `everybody may call it (${range})` : `${range} may call it`,
    ),
  ];
}

/** Whether one IPv4 range holds another; ranges that are not understood hold only themselves. */
function contains(outer: string, inner: string): boolean {
  const [a, b] = [rangeOf(outer), rangeOf(inner)];
  return a && b ? a[0] <= b[0] && b[1] <= a[1] : outer === inner;
}

function rangeOf(text: string): readonly [number, number] | undefined {
  const [, a, b, c, d, length = '32'] = /^(\d+)\.(\d+)\.(\d+)\.(\d+)(?:\/(\d+))?$/.exec(text) ?? [];
  if (a === undefined) return undefined;
  const size = 2 ** (32 - Number(length));
  const address = [a, b, c, d].reduce((sum, part) => sum * 256 + Number(part), 0);
  const first = Math.floor(address / size) * size;
  return [first, first + size - 1];
}
