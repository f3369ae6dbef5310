import { blocks, toList } from '../../terraform/values';
import { describeViolation, forEach, isBoolean, isMissing, type ResourceCheck } from '../resource-check';
import type { PolicyRule } from '../rule';

const storagePorts: ResourceCheck = ({ values }) => {
  if (values.direction === 'EGRESS' || isBoolean(true, values, 'disabled')) return [];
  const ports = blocks(values, 'allow').flatMap(({ ports: list }) => toList(list).map(String));
  const holds = (port: number): boolean =>
    ports.some((range) => {
      const [first, last = first] = range.split('-').map(Number);
      return first! <= port && port <= last!;
    });
  if (holds(7199)) return [describeViolation('allow.ports', 'not hold 7199', ports)];
  const byRange = !isMissing(values.source_ranges);
  return byRange && (holds(7000) || holds(7001))
    ? [describeViolation('source_ranges', 'be a service account or tag where 7000 or 7001 is open', values.source_ranges)]
    : [];
};

/** Storage and JMX ports of Cassandra are open to its own nodes only. */
export const firewallCassandraPorts: PolicyRule = {
  id: 'firewall-cassandra-ports',
  severity: 'error',
  title: 'Storage and JMX ports of Cassandra are open to its own nodes only',
  why: 'a client that reaches port 7000 can join the ring, and JMX on port 7199 has full control of a node',
  remediation: 'allow only the service account or tag of the ring at 7000 and 7001, and no source at 7199',
  sources: [],
  check: forEach(['google_compute_firewall'], storagePorts),
};
