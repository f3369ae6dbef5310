import { AddressSet } from '../../reachability/addresses';
import { coversInternet } from '../../reachability/internet-exposure';
import type { ResourceChange } from '../../terraform/plan';
import { hasBlock, known, listAt, textAt, valueAt } from '../../terraform/values';
import type { Exposure } from '../exposure/exposure';
import { findOpened, findOpeningsOfType } from '../exposure/opened-arguments';
import { findAddedRanges } from '../exposure/ranges';
import type { Rule } from '../rule';
import type { Finding } from '../verdict';
import { joinNames } from '../words';

/** Control planes that accept more callers than before. */
export const controlPlaneOpened: Rule = {
  id: 'control-plane-opened',
  severities: ['refuse', 'warn'],
  title: 'The control plane of a cluster becomes reachable from more addresses, or accepts weaker credentials',
  why: 'with access to the API server, one stolen token is enough to control the cluster',
  remediation: 'keep the control plane private; list the smallest ranges that need access in master_authorized_networks_config',
  checksDrift: true,
  check: (subject) =>
    subject.ofType('google_container_cluster').flatMap((change): Finding[] => {
      if (change.after === null || change.action === 'no-op') return [];
      const opened = [...findOpened(findOpeningsOfType(change.type), change), ...findNewRanges(change)];
      if (opened.length === 0) return [];
      return [
        {
          severity: opened.some(({ severity }) => severity === 'refuse') ? 'refuse' : 'warn',
          address: change.address,
          action: change.action,
          reason: `${known(textAt(change.after, 'name')) ?? change.name}: ${joinNames(opened.map(({ words }) => words))}`,
        },
      ];
    }),
};

const NETWORKS = 'master_authorized_networks_config';

function findNewRanges({ before, after, afterUnknown }: ResourceChange): readonly Exposure[] {
  const ranges = (value: unknown): readonly string[] =>
    listAt(value, NETWORKS, 'cidr_blocks').flatMap((block) => known(textAt(block, 'cidr_block')) ?? []);
  const wasLimited = before !== null && hasBlock(before, NETWORKS);
  if (wasLimited && !hasBlock(after, NETWORKS)) {
    return valueAt(afterUnknown, NETWORKS) === true
      ? [{ severity: 'warn', words: 'authorized networks are known after apply' }]
      : [{ severity: 'refuse', words: 'authorized networks are no longer enforced' }];
  }
  // A new cluster may authorize any ranges but the whole internet.
  const added = findAddedRanges(ranges(before), ranges(after));
  const reported = before === null ? (coversInternet(added) ? added : []) : wasLimited ? added : [];
  return reported.map((range) => ({
    severity: isLarge(range) ? 'refuse' : 'warn',
    words: coversInternet([range]) ? `the whole internet may call it (${range})` : `${range} may call it`,
  }));
}

/** Tests that a range is larger than a usual network: more than 65,536 addresses. */
function isLarge(range: string): boolean {
  return coversInternet([range]) || (AddressSet.parse(range)?.size ?? Number.POSITIVE_INFINITY) > 2 ** 16;
}
