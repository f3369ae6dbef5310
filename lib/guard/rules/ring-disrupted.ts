import { CLUSTER_LABEL, NODE_LABEL } from '../../cassandra-contract/labels';
import type { ResourceChange } from '../../terraform/plan';
import { known, textAt } from '../../terraform/values';
import { listStoppingChanges } from '../instance-stop';
import type { Rule } from '../rule';
import { isDestroyed, type Subject } from '../subject';
import type { Finding } from '../verdict';
import { joinNames, lastSegment } from '../words';

/** Node of a ring, identified by its labels. */
interface RingNode {
  readonly name: string;
  readonly change: ResourceChange;
  readonly zone: string;
  readonly address: string | undefined;

  /** Interruption, in words; undefined when it keeps running. */
  readonly stopped: string | undefined;
}

/**
 * Plans that stop nodes of a Cassandra ring. A ring serves requests while a quorum of the replicas of each row is up; Terraform
 * changes VM instances ten at a time and waits for none of them to rejoin.
 */
export const ringDisrupted: Rule = {
  id: 'ring-disrupted',
  severities: ['refuse', 'warn'],
  title: 'Nodes of a Cassandra ring are stopped, replaced or resized in one plan',
  why: 'a ring serves requests while a quorum of the replicas is up, and Terraform changes VM instances in parallel, without waiting for them to rejoin',
  remediation: 'change one node per plan, and wait until nodetool status shows it as UN before the next',
  check: (subject) =>
    [...ringsOf(subject)].flatMap(([ring, members]): Finding[] => {
      const stopped = members.filter((candidate) => candidate.stopped !== undefined);
      if (stopped.length === 0) return [];
      const zones = new Set(stopped.map(({ zone }) => zone));
      const seeds = seedsOf(members);
      const stoppedSeeds = stopped.filter((candidate) => seeds.includes(candidate));
      const faults = [
        ...(stopped.length > 1 ? [`${stopped.length} of ${members.length} nodes at once`] : []),
        ...(zones.size > 1 ? [`in ${zones.size} zones`] : []),
        ...(stoppedSeeds.length > seeds.length / 2 ? [`${stoppedSeeds.length} of ${seeds.length} seeds`] : []),
      ];
      const goes = stopped.some(({ change }) => change.action === 'delete');
      return stopped.map(({ name, change, stopped: what }) => ({
        severity: faults.length > 0 ? 'refuse' : 'warn',
        address: change.address,
        action: change.action,
        reason:
          `node ${name} of ring ${ring} ${what}` +
          (faults.length > 0 ? `; this plan takes down ${faults.join(', ')}` : `; the other ${members.length - 1} keep running`),
        impact: availability(members, stopped),
        recovery: goes
          ? 'the replicas on the other nodes; a node that is removed for good has to be decommissioned first'
          : 'complete, once the nodes are up again with their disks',
        remediation:
          faults.length > 0
            ? 'change one node per plan, and wait until nodetool status shows it as UN before the next'
            : 'check before and after that nodetool status shows all nodes as UN',
      }));
    }),
};

/** Nodes before the plan is applied, by ring. */
function ringsOf(subject: Subject): ReadonlyMap<string, RingNode[]> {
  const rings = new Map<string, RingNode[]>();
  for (const change of subject.ofType('google_compute_instance')) {
    const ring = known(textAt(change.before, 'labels', CLUSTER_LABEL));
    if (ring === undefined || change.deposed !== undefined) continue;
    const name = known(textAt(change.before, 'labels', NODE_LABEL)) ?? known(textAt(change.before, 'name')) ?? change.name;
    const described = {
      name,
      change,
      zone: lastSegment(known(textAt(change.before, 'zone'))) ?? 'unknown',
      address: known(textAt(change.before, 'network_interface', 'network_ip')),
      stopped: stopOf(change) ?? diskLossOf(subject, ring, name),
    };
    const members = rings.get(ring);
    if (members) members.push(described);
    else rings.set(ring, [described]);
  }
  for (const members of rings.values()) members.sort((a, b) => (a.name < b.name ? -1 : 1));
  return rings;
}

function stopOf(change: ResourceChange): string | undefined {
  if (isDestroyed(change)) return change.action === 'replace' ? 'is replaced' : 'is deleted';
  if (change.action === 'unknown') return 'changes in an unknown way';
  if (known(textAt(change.after, 'desired_status')) === 'TERMINATED' && known(textAt(change.before, 'current_status')) !== 'TERMINATED')
    return 'is stopped';
  const stopping = listStoppingChanges(change);
  return stopping.length > 0 ? `is stopped to change ${joinNames(stopping)}` : undefined;
}

/** Loss of the data disk of a node, which stops the node too. */
function diskLossOf(subject: Subject, ring: string, name: string): string | undefined {
  const disk = subject
    .ofType('google_compute_disk')
    .find(
      (change) =>
        isDestroyed(change) &&
        known(textAt(change.before, 'labels', CLUSTER_LABEL)) === ring &&
        known(textAt(change.before, 'labels', NODE_LABEL)) === name,
    );
  return disk && (disk.action === 'replace' ? 'gets another disk' : 'loses its disk');
}

/** Seeds in the startup scripts of the nodes; otherwise the first node of each zone, as in this library. */
function seedsOf(members: readonly RingNode[]): readonly RingNode[] {
  const named = new Set(
    members.flatMap(({ change }) => {
      const script =
        known(textAt(change.before, 'metadata', 'startup-script')) ?? known(textAt(change.before, 'metadata_startup_script')) ?? '';
      return [...script.matchAll(/seeds["']?\s*:\s*["']?([0-9a-fA-F.:,\s]*[0-9a-fA-F])/g)].flatMap(([, list]) => list!.split(/[,\s]+/));
    }),
  );
  const seeds = members.filter(({ address }) => address !== undefined && named.has(address));
  if (seeds.length > 0) return seeds;
  const zones = new Set<string>();
  return members.filter(({ zone }) => !zones.has(zone) && zones.add(zone));
}

/** Share of the token ranges that lack replicas, when each zone is a rack with one replica. */
function availability(members: readonly RingNode[], stopped: readonly RingNode[]): string {
  const zones = [...new Set(members.map(({ zone }) => zone))].sort();
  const shares = zones.map((zone) => {
    const inZone = members.filter((candidate) => candidate.zone === zone);
    return { zone, share: inZone.filter((candidate) => stopped.includes(candidate)).length / inZone.length };
  });
  const copies = zones.length;
  const tolerated = copies - (Math.floor(copies / 2) + 1);
  const down = shares.filter(({ share }) => share > 0).map(({ zone, share }) => `${percent(share)} of the replicas in ${zone}`);
  const withoutQuorum = shareWithMoreThan(
    tolerated,
    shares.map(({ share }) => share),
  );
  return (
    `while they are down: ${joinNames(down)}; with one rack and one replica per zone, ` +
    (withoutQuorum === 0
      ? 'every token range keeps a quorum'
      : `${withoutQuorum === 1 ? 'no token range has' : `about ${percent(withoutQuorum)} of the token ranges do not have`} a quorum`)
  );
}

/** Probability that more replicas than tolerated are down, each down with its own probability. */
function shareWithMoreThan(tolerated: number, shares: readonly number[]): number {
  let counts = [1];
  for (const share of shares) {
    counts = [...counts, 0].map((_, down) => (counts[down] ?? 0) * (1 - share) + (counts[down - 1] ?? 0) * share);
  }
  return counts.reduce((sum, probability, down) => (down > tolerated ? sum + probability : sum), 0);
}

function percent(share: number): string {
  const value = share * 100;
  return value === 100 ? 'all' : `${value < 1 ? 'less than 1' : Math.round(value)} %`;
}
