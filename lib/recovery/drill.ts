import { RefusedError, ReportedError } from '../core/reported-error';
import { formatDuration } from '../operations/findings';
import type { Ring } from '../operations/ring';
import { recoveryPointHours } from '../operations/snapshot-interval';
import type { Assertion } from './assertions';
import { chooseSet, listChoices } from './choose-set';
import type { ComputeEngine } from './compute-engine';
import { type CopiesProject, listRestorableSets } from './copied-sets';
import type { DrillRecord } from './drill-proof';
import { listRemaining, type RemainingResource } from './remaining-resources';
import type { SnapshotSet } from './snapshot-set';
import { type Check, isVerified, type Verification } from './verification';
import { checkProblems, type DrilledSet, type DrillSetOptions, drillSet, removeAndReport } from './verify-set';

/** Properties for `runDrill`. */
export interface DrillOptions extends Pick<DrillSetOptions, 'storage' | 'timeouts' | 'pollMs'> {
  readonly compute: ComputeEngine;
  readonly ring: Ring;

  /** From `hashRingConfiguration`. */
  readonly configurationHash: string;

  /** Identifies the run; recovery VMs and clones have it as label. */
  readonly run: string;

  /** Id of the set. @default - the newest one without problems */
  readonly set?: string;

  /** Project with copies, one of which is drilled. @default - a set of the ring's own project */
  readonly copies?: CopiesProject;

  /** Zones whose disks are read. @default - all zones of the ring */
  readonly zones?: readonly string[];

  /** The ring runs on local VMs in a sandbox. */
  readonly isLocal: boolean;

  /** Assertions of the application. Without any, the best result is `UNVERIFIED`. */
  readonly assertions: readonly Assertion[];
  readonly onProgress: (text: string) => void;

  /** Ends the drill; what was created is removed, and the drill has failed. @default - none */
  readonly signal?: AbortSignal;
}

/** Outcome of a drill. */
export interface DrillOutcome {
  readonly record: DrillRecord;

  /** Resources that could not be removed. */
  readonly remaining: readonly RemainingResource[];

  /** Error that is a defect of this program; the record has it as a failed check. */
  readonly defect?: Error;
}

/**
 * Restores a set of snapshots to clones, verifies them, runs the assertions of the application, and removes all of it, also after a failure or
 * an interruption. A drill that did not reach its end has failed.
 *
 * @throws RefusedError if the named set is unknown; nothing was created
 */
export async function runDrill(options: DrillOptions): Promise<DrillOutcome> {
  const { compute, ring, onProgress } = options;
  const startedAt = Date.now();
  let set: SnapshotSet | undefined;
  let drilled: DrilledSet | undefined;
  let remaining: readonly RemainingResource[] = [];
  const checks: Check[] = [];
  let defect: Error | undefined;
  try {
    const sets = await listRestorableSets({ compute, ring, copies: options.copies, now: startedAt });
    set = findSet(sets, options.set);
    checks.push(...(set === undefined ? [NO_SET] : checkProblems(set)));
    if (set !== undefined && checks.length === 0) {
      onProgress(`set ${set.id}: ${listZones(options).join(', ')}`);
      try {
        drilled = await drillSet({ ...options, set });
      } finally {
        remaining = await removeAll(options);
      }
    }
  } catch (error) {
    if (error instanceof RefusedError) throw error;
    checks.push(describeEnd(error as Error, options.signal));
    if (!(error instanceof ReportedError)) defect = error as Error;
  }
  const failed: Verification = { set: set?.id ?? '', checks, tables: [], seconds: {} };
  const { checks: found, ...rest } = drilled?.verification ?? failed;
  const verification = { ...rest, checks: [...checkAge(options, set, startedAt), ...found] };
  const record = createRecord(options, { startedAt, set, verification, drilled });
  return { record, remaining, ...(defect !== undefined && { defect }) };
}

/** Outcome of a drill that ended before the sets could be listed. */
export function createFailedOutcome(options: Omit<DrillOptions, 'compute'>, startedAt: number, error: Error): DrillOutcome {
  const verification: Verification = { set: '', checks: [describeEnd(error, options.signal)], tables: [], seconds: {} };
  const record = createRecord(options, { startedAt, set: undefined, verification, drilled: undefined });
  return { record, remaining: [], ...(!(error instanceof ReportedError) && { defect: error }) };
}

interface DrillResults {
  readonly startedAt: number;
  readonly set: SnapshotSet | undefined;
  readonly verification: Verification;
  readonly drilled: DrilledSet | undefined;
}

function createRecord(options: Omit<DrillOptions, 'compute'>, { startedAt, set, verification, drilled }: DrillResults): DrillRecord {
  const { ring, configurationHash, isLocal } = options;
  const zones = listZones(options);
  const names = ring.nodes.filter(({ zone }) => zones.includes(zone)).map(({ name }) => name);
  const snapshots = [...(set?.snapshots ?? [])].filter(([node]) => names.includes(node));
  return {
    ...{ formatVersion: 1, project: ring.project, ring: ring.name, configurationHash },
    ...(isLocal && { isLocal }),
    ...(set?.copy !== undefined && { copies: set.copy.project }),
    ...{ zones, verification, assertions: drilled?.assertions ?? [] },
    startedAt: new Date(startedAt).toISOString(),
    endedAt: new Date().toISOString(),
    ...(set !== undefined && { rpoSeconds: Math.max(0, Math.ceil((startedAt - set.takenAt) / 1000)) }),
    ...(drilled !== undefined && isVerified(verification) && { rtoSeconds: drilled.seconds }),
    diskSizesGiB: Object.fromEntries(snapshots.map(([node, { sizeGiB }]) => [node, sizeGiB])),
  };
}

function listZones({ ring, zones }: Pick<DrillOptions, 'ring' | 'zones'>): readonly string[] {
  return zones ?? [...new Set(ring.nodes.map(({ zone }) => zone))].sort();
}

const NO_SET: Check = { level: 0, code: 'no-set', outcome: 'failed', detail: 'the ring has no snapshots' };

/**
 * The newest set has to be younger than the recovery point that the schedule of the ring promises. A named set may be old; and what is promised of
 * copies is in another stack, whose alerts check it.
 */
function checkAge({ ring, set: id }: DrillOptions, set: SnapshotSet | undefined, now: number): Check[] {
  const hours = recoveryPointHours(ring);
  if (id !== undefined || set === undefined || set.copy !== undefined || hours === undefined) return [];
  const age = (now - set.takenAt) / 1000;
  const detail = `${formatDuration(age)} old, and at most ${hours} h are promised`;
  return [{ level: 0, code: 'age', outcome: age > hours * 3600 ? 'failed' : 'passed', detail }];
}

/** The named set, the newest without problems, or else the newest. @throws RefusedError if there is no set of that name */
function findSet(sets: readonly SnapshotSet[], id: string | undefined): SnapshotSet | undefined {
  if (id !== undefined) return sets.find((set) => set.id === id) ?? chooseSet(sets, { id });
  const choices = listChoices(sets);
  return choices.find(({ problems }) => problems.length === 0) ?? choices[0];
}

function describeEnd(error: Error, signal: AbortSignal | undefined): Check {
  const code = signal?.aborted ? 'interrupted' : error instanceof ReportedError ? 'drill' : 'program';
  return { level: 0, code, outcome: 'failed', detail: error.message };
}

async function removeAll(options: DrillOptions): Promise<readonly RemainingResource[]> {
  const { compute, ring, run } = options;
  const problems = await removeAndReport(options);
  return problems.length === 0 ? [] : listRemaining(compute, ring, run);
}
