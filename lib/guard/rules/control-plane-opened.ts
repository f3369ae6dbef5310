import { coversInternet } from '../../reachability/internet-exposure';
import type { ResourceChange } from '../../terraform/plan';
import { hasBlock, known, listAt, textAt, valueAt } from '../../terraform/values';
import type { Rule } from '../rule';
import type { Finding } from '../verdict';
import { joinNames } from '../words';

/** Control planes that accept more callers than before. */
export const controlPlaneOpened: Rule = {
  id: 'control-plane-opened',
  severities: ['refuse'],
  title: 'The control plane of a cluster becomes reachable from more addresses',
  why: 'with access to the API server, one stolen token is enough to control the cluster',
  remediation: 'keep the control plane private; list the smallest ranges that need access in master_authorized_networks_config',
  check: (subject) =>
    subject.ofType('google_container_cluster').flatMap((change): Finding[] => {
      if (change.after === null || change.action === 'no-op') return [];
      const opened = newAccess(change);
      if (opened.length === 0) return [];
      return [
        {
          severity: 'refuse',
          address: change.address,
          action: change.action,
          reason: `${known(textAt(change.after, 'name')) ?? change.name}: ${joinNames(opened)}`,
        },
      ];
    }),
};

function newAccess({ before, after, afterUnknown }: ResourceChange): string[] {
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
      ? ['its DNS endpoint accepts callers from the internet']
      : []),
    ...(switched(['control_plane_endpoints_config', 'ip_endpoints_config', 'enabled'], true)
      ? ['its IP endpoint is enabled again, beside its DNS endpoint']
      : []),
    ...(switched([networks, 'gcp_public_cidrs_access_enabled'], true)
      ? ['every VM instance on Google Cloud, of any customer, may call it']
      : []),
    ...(wasLimited && isUnlimited ? ['authorized networks are no longer enforced'] : []),
    // A new cluster may authorize any ranges but the whole internet.
    ...(before === null ? (coversInternet(added) ? added : []) : wasLimited ? added : []).map((range) =>
      coversInternet([range]) ? `the whole internet may call it (${range})` : `${range} may call it`,
    ),
  ];
}

/** Tests that an IPv4 range contains another. A range that cannot be parsed contains only itself. */
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
