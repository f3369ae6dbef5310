import { CLUSTER_LABEL, NODE_LABEL } from '../../cassandra-contract/labels';
import type { ResourceChange } from '../../terraform/plan';
import { known, textAt } from '../../terraform/values';
import { argumentsThatStop } from '../instance-stop';
import type { Rule } from '../rule';
import { isDestroyed, type Subject } from '../subject';
import type { Finding } from '../verdict';
import { lastSegment, listed } from '../words';

/** A member of a ring, as its labels tell. */
interface Member {
  readonly name: string;
  readonly change: ResourceChange;
  readonly zone: string;
  readonly address: string | undefined;

  /** What happens to it, in words; nothing when it goes on running. */
  readonly stopped: string | undefined;
}

/**
 * A ring serves its clients as long as most copies of each row are up. Terraform changes machines ten at a time and
 * waits for none of them to join again.
 */
export const ringDisrupted: Rule = {
  id: 'ring-disrupted',
  title: 'Members of a Cassandra ring are stopped, replaced or resized in one plan',
  check: (subject) =>
    [...ringsOf(subject)].flatMap(([ring, members]): Finding[] => {
      const stopped = members.filter((candidate) => candidate.stopped !== undefined);
      if (stopped.length === 0) return [];
      const zones = new Set(stopped.map(({ zone }) => zone));
      const seeds = seedsOf(members);
      const stoppedSeeds = stopped.filter((candidate) => seeds.includes(candidate));
      const faults = [
        ...(stopped.length > 1 ? [`${stopped.length} of ${members.length} members at once`] : []),
        ...(zones.size > 1 ? [`in ${zones.size} zones`] : []),
        ...(stoppedSeeds.length > seeds.length / 2 ? [`${stoppedSeeds.length} of ${seeds.length} seeds`] : []),
      ];
      const goes = stopped.some(({ change }) => change.action === 'delete');
      return stopped.map(({ name, change, stopped: what }) => ({
        severity: faults.length > 0 ? 'refuse' : 'warn',
        address: change.address,
        action: change.action,
        reason:
          `member ${name} of ring ${ring} ${what}` +
          (faults.length > 0 ? `; this plan takes down ${faults.join(', ')}` : `; the other ${members.length - 1} go on`),
        impact: availability(members, stopped),
        recovery: goes
          ? 'copies of rows stay on the other members; a member that is removed for good has to be decommissioned first'
          : 'all of it, once the members are up again and have their disks',
        remediation:
          faults.length > 0
            ? 'go node by node: change one in a plan, wait until nodetool status shows it as UN, then the next'
            : 'wait until nodetool status shows all members as UN before and after',
      }));
    }),
};

/** Members that are there now, by ring. */
function ringsOf(subject: Subject): ReadonlyMap<string, Member[]> {
  const rings = new Map<string, Member[]>();
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
  const stopping = argumentsThatStop(change);
  return stopping.length > 0 ? `is stopped to change ${listed(stopping)}` : undefined;
}

/** A member without its disk is down whatever its machine does. */
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

/** The seeds that the machines' own startup scripts name; otherwise the first member of each zone, as this library has it. */
function seedsOf(members: readonly Member[]): readonly Member[] {
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

/** Share of the token ranges that lack copies, when each zone is a rack and there is a copy for each. */
function availability(members: readonly Member[], stopped: readonly Member[]): string {
  const zones = [...new Set(members.map(({ zone }) => zone))].sort();
  const shares = zones.map((zone) => {
    const inZone = members.filter((candidate) => candidate.zone === zone);
    return { zone, share: inZone.filter((candidate) => stopped.includes(candidate)).length / inZone.length };
  });
  const copies = zones.length;
  const tolerated = copies - (Math.floor(copies / 2) + 1);
  const down = shares.filter(({ share }) => share > 0).map(({ zone, share }) => `${percent(share)} of the copies in ${zone}`);
  const withoutQuorum = shareWithMoreThan(
    tolerated,
    shares.map(({ share }) => share),
  );
  return (
    `while they are down: ${listed(down)}; with a rack and a copy a zone, ` +
    (withoutQuorum === 0
      ? 'every token range keeps a quorum'
      : `${withoutQuorum === 1 ? 'no token range has' : `about ${percent(withoutQuorum)} of the token ranges do not have`} a quorum`)
  );
}

/** Probability that more than so many copies are down, with each copy down by its own share. */
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
