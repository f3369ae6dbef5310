import type { ResourceChange } from '../../plan';
import type { Rule } from '../rule';
import { blocksAt, member, textAt } from '../values';
import type { Finding } from '../verdict';

/** What has an address on the internet is one wrong rule away from everybody. */
export const publicAddress: Rule = {
  id: 'public-address',
  title: 'Something gets an address on the internet',
  check: ({ resources }) =>
    resources.flatMap((change): Finding[] => {
      if (change.after === null || change.action === 'no-op') return [];
      const found = CHECKS[change.type]?.(change);
      if (!found) return [];
      return [
        {
          severity: found.severity,
          address: change.address,
          action: change.action,
          reason: found.reason,
          lost: '',
          comesBack: '',
          fix: found.fix,
        },
      ];
    }),
};

type Found = Pick<Finding, 'severity' | 'reason' | 'fix'>;

const machine = (change: ResourceChange): Found | undefined =>
  publicInterfaces(change.after) > publicInterfaces(change.before)
    ? {
        severity: 'refuse',
        reason: 'the machine gets a public address (access_config)',
        fix: 'leave access_config out: Cloud NAT takes it out to the internet, and Identity-Aware Proxy lets operators in',
      }
    : undefined;

const reserved = ({ before, after }: ResourceChange): Found | undefined =>
  (textAt(after, 'address_type') ?? 'EXTERNAL') === 'EXTERNAL' && before === null && textAt(after, 'purpose') === undefined
    ? {
        severity: 'warn',
        reason: 'a public address is reserved; what it is given to can be reached from everywhere its rules allow',
        fix: 'nothing, when it is for a load balancer or for Cloud NAT',
      }
    : undefined;

const service = ({ before, after }: ResourceChange): Found | undefined =>
  isPublicService(after) && !isPublicService(before)
    ? {
        severity: 'refuse',
        reason: 'the service gets a public load balancer, past every ingress and its rules',
        fix: "set the annotation networking.gke.io/load-balancer-type: 'Internal', or go through an ingress",
      }
    : undefined;

const sql = ({ before, after }: ResourceChange): Found | undefined => {
  const isPublic = (value: unknown): boolean => member(value, 'settings', 'ip_configuration', 'ipv4_enabled') === true || opensToAll(value);
  return isPublic(after) && !isPublic(before)
    ? { severity: 'refuse', reason: 'the database gets a public address', fix: 'set ipv4_enabled to false and use a private network' }
    : undefined;
};

const CHECKS: Readonly<Record<string, (change: ResourceChange) => Found | undefined>> = {
  google_compute_instance: machine,
  google_compute_instance_template: machine,
  google_compute_address: reserved,
  google_compute_global_address: reserved,
  kubernetes_service: service,
  kubernetes_service_v1: service,
  google_sql_database_instance: sql,
};

function publicInterfaces(value: unknown): number {
  return blocksAt(value, 'network_interface').filter(
    (nic) => blocksAt(nic, 'access_config').length > 0 || blocksAt(nic, 'ipv6_access_config').length > 0,
  ).length;
}

function isPublicService(value: unknown): boolean {
  if (textAt(value, 'spec', 'type') !== 'LoadBalancer') return false;
  const annotations = member(value, 'metadata', 'annotations');
  return !['networking.gke.io/load-balancer-type', 'cloud.google.com/load-balancer-type'].some(
    (name) => textAt(annotations, name)?.toLowerCase() === 'internal',
  );
}

function opensToAll(value: unknown): boolean {
  return blocksAt(value, 'settings', 'ip_configuration', 'authorized_networks').some((network) => textAt(network, 'value') === '0.0.0.0/0');
}
