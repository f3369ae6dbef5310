import { known, textAt } from '../../terraform/values';
import type { Exposure } from '../exposure/exposure';
import { findOpened, findOpeningsOfType } from '../exposure/opened-arguments';
import { findNewIngress, findServiceExposures } from '../exposure/services';
import type { Rule } from '../rule';
import type { SubjectChange } from '../typed-change';
import type { Finding } from '../verdict';
import { joinNames } from '../words';

/** Resources that get a public address, or accept callers that they did not accept. */
export const publicAddress: Rule = {
  id: 'public-address',
  severities: ['refuse', 'warn'],
  title: 'A resource gets a public address, or accepts callers that it did not accept',
  why: 'with a public address, one wrong firewall rule exposes the resource to the internet; without authentication, so does any network that reaches it',
  remediation:
    'use a private address: Cloud NAT for egress, Identity-Aware Proxy for operators, an internal load balancer or the ingress for clients',
  check: ({ resources }) =>
    resources.flatMap((change): Finding[] => {
      if (change.after === null || change.action === 'no-op') return [];
      const found = [...findReserved(change), ...findOfFacts(change), ...findServiceExposures(change), ...findNewIngress(change)];
      const [worst] = [...found.filter(({ severity }) => severity === 'refuse'), ...found];
      if (worst === undefined) return [];
      const others = found.map(({ words }) => words).filter((words) => words !== worst.words);
      return [
        {
          severity: worst.severity,
          address: change.address,
          action: change.action,
          reason: joinNames([...new Set([worst.words, ...others])]),
          ...(worst.remediation !== undefined && { remediation: worst.remediation }),
        },
      ];
    }),
};

/** The control plane of a cluster has a rule of its own, and so have grants to principals. */
function findOfFacts(change: SubjectChange): readonly Exposure[] {
  if (change.type === 'google_container_cluster') return [];
  return findOpened(
    findOpeningsOfType(change.type).filter(({ open }) => !('members' in open)),
    change,
  );
}

const ADDRESS_TYPE = /^google_compute_(global_)?address$/;

function findReserved({ type, before, after }: SubjectChange): readonly Exposure[] {
  if (!ADDRESS_TYPE.test(type) || before !== null) return [];
  if ((known(textAt(after, 'address_type')) ?? 'EXTERNAL') !== 'EXTERNAL' || known(textAt(after, 'purpose')) !== undefined) return [];
  return [
    {
      severity: 'warn',
      words: 'a public address is reserved; the resource that uses it is reachable from wherever its rules allow',
      remediation: 'none, when it is for a load balancer or for Cloud NAT',
    },
  ];
}
