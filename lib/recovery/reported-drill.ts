import type { Ring } from '../operations/ring';
import { checkSignature, type DrillProof, type DrillResult, decideResult } from './drill-proof';
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
   * began before the last snapshot of the set. `signature`: the proof is not signed by the key that was given, or was altered.
   *
   * @default - it shows one
   */
  readonly reason?: 'zones' | 'local' | 'before-set' | 'signature';

  /** Signature of the proof. `not-checked`: without a public key. */
  readonly signature: 'valid' | 'altered' | 'not-signed' | 'not-checked';
}

/**
 * Finds the latest drill of a set that shows its state, otherwise the latest one; `undefined` if none is known.
 *
 * @param publicKey in PEM. @default - signatures are not checked
 * @throws RecoveryError if the key cannot be used
 */
export function findDrill(set: SnapshotSet, ring: Ring, proofs: readonly DrillProof[], publicKey?: string): ReportedDrill | undefined {
  const ofSet = proofs.filter(({ record: { project, ring: name, copies, verification } }) => {
    return project === ring.project && name === ring.name && copies === set.copy?.project && verification.set === set.id;
  });
  const drills = ofSet
    .map((proof) => createReportedDrill(proof, set, ring, publicKey))
    .sort((one, other) => (one.endedAt < other.endedAt ? 1 : one.endedAt > other.endedAt ? -1 : 0));
  return drills.find(({ shows }) => shows !== undefined) ?? drills[0];
}

function createReportedDrill(proof: DrillProof, set: SnapshotSet, ring: Ring, publicKey?: string): ReportedDrill {
  const { record } = proof;
  const result = decideResult(record);
  const { endedAt, zones } = record;
  const about = { result, endedAt, zones, signature: readSignature(proof, publicKey) };
  if (publicKey !== undefined && about.signature !== 'valid') return { ...about, reason: 'signature' };
  if (record.isLocal) return { ...about, reason: 'local' };
  if (!(Date.parse(record.startedAt) >= set.lastTakenAt)) return { ...about, reason: 'before-set' };
  if (result === 'FAILED') return { ...about, shows: 'invalid' };
  return ring.nodes.every(({ zone }) => zones.includes(zone)) ? { ...about, shows: 'verified' } : { ...about, reason: 'zones' };
}

function readSignature(proof: DrillProof, publicKey?: string): ReportedDrill['signature'] {
  if (publicKey !== undefined) return checkSignature(proof, publicKey) ?? 'valid';
  return proof.signature === undefined ? 'not-signed' : 'not-checked';
}

/** Describes a drill in a line of the report. */
export function describeReportedDrill({ result, endedAt, zones, reason, signature }: ReportedDrill): string {
  const signatures = {
    valid: 'signed',
    altered: 'altered, or signed by another key',
    'not-signed': 'not signed',
    'not-checked': 'signature not checked',
  };
  const limits = {
    zones: `of ${zones.join(', ')} only`,
    local: 'of local VMs',
    'before-set': 'begun before the set was taken',
    signature: 'it vouches for nothing',
  };
  return `drill ${result} ${endedAt.slice(0, 10)} (${[...(reason === undefined ? [] : [limits[reason]]), signatures[signature]].join(', ')})`;
}
