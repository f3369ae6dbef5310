import type { Ring } from '../operations/ring';
import { type DrillProof, type DrillResult, decideResult } from './drill-proof';
import type { SnapshotSet } from './snapshot-set';

/** Drill of a set in the report of backups. */
export interface ReportedDrill {
  readonly result: DrillResult;

  /** In ISO 8601. */
  readonly endedAt: string;

  /** Zones whose disks were read. */
  readonly zones: readonly string[];

  /** State of the set that it shows. @default - none: see `reason` */
  readonly shows?: 'verified' | 'invalid';

  /**
   * Reason why it shows no state. `zones`: it passed, and did not read the disks of all zones. `local`: it was of local VMs. `before-set`: it
   * began before the last snapshot of the set.
   *
   * @default - it shows one
   */
  readonly reason?: 'zones' | 'local' | 'before-set';

  /** The proof has a signature, which is not checked here. */
  readonly isSigned: boolean;
}

/** Finds the latest drill of a set that shows its state, otherwise the latest one; `undefined` if none is known. */
export function findDrill(set: SnapshotSet, ring: Ring, proofs: readonly DrillProof[]): ReportedDrill | undefined {
  const ofSet = proofs.filter(({ record: { project, ring: name, copies, verification } }) => {
    return project === ring.project && name === ring.name && copies === set.copy?.project && verification.set === set.id;
  });
  const drills = ofSet
    .map((proof) => createReportedDrill(proof, set, ring))
    .sort((one, other) => (one.endedAt < other.endedAt ? 1 : one.endedAt > other.endedAt ? -1 : 0));
  return drills.find(({ shows }) => shows !== undefined) ?? drills[0];
}

function createReportedDrill({ record, signature }: DrillProof, set: SnapshotSet, ring: Ring): ReportedDrill {
  const result = decideResult(record);
  const { endedAt, zones } = record;
  const about = { result, endedAt, zones, isSigned: signature !== undefined };
  if (record.isLocal) return { ...about, reason: 'local' };
  if (!(Date.parse(record.startedAt) >= set.lastTakenAt)) return { ...about, reason: 'before-set' };
  if (result === 'FAILED') return { ...about, shows: 'invalid' };
  return ring.nodes.every(({ zone }) => zones.includes(zone)) ? { ...about, shows: 'verified' } : { ...about, reason: 'zones' };
}

/** Describes a drill in a line of the report. */
export function describeReportedDrill({ result, endedAt, zones, reason, isSigned }: ReportedDrill): string {
  const signature = isSigned ? 'signature not checked' : 'not signed';
  const limits = {
    zones: `of ${zones.join(', ')} only`,
    local: 'of local VMs',
    'before-set': 'begun before the set was taken',
  };
  return `drill ${result} ${endedAt.slice(0, 10)} (${[...(reason === undefined ? [] : [limits[reason]]), signature].join(', ')})`;
}
