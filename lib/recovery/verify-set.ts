import type { Ring, RingNode } from '../operations';
import { checkArchivedManifests } from './archived-manifests';
import type { Assertion } from './assertions';
import type { CloudStorage } from './cloud-storage';
import { compareDisks } from './compare-disks';
import type { ComputeEngine } from './compute-engine';
import type { AssertionResult } from './drill-proof';
import { RecoveryError } from './recovery-error';
import type { RecoveryReport } from './recovery-report';
import { RecoveryVms, type RecoveryVmsOptions } from './recovery-vms';
import type { FlushedSet } from './restore-table';
import { describeSetReason, type SnapshotSet } from './snapshot-set';
import type { Check, Verification } from './verification';
import type { ReplayTask } from './vm/recovery-script';

/** Properties for `verifySet`. */
export interface VerifySetOptions {
  readonly compute: ComputeEngine;
  readonly ring: Ring;
  readonly set: SnapshotSet;

  /** Reads the archive of the ring, whose manifests are compared with those of the clones. @default - they are not compared */
  readonly storage?: Pick<CloudStorage, 'list' | 'read'>;

  /** Identifies the run; recovery VMs and clones have it as label. */
  readonly run: string;
  readonly onProgress: (text: string) => void;

  /** Ends the verification; what was created is removed. @default - none */
  readonly signal?: AbortSignal;
}

/** Properties for `flushSet`. */
export interface FlushSetOptions extends VerifySetOptions {
  /** Tables to flush, as `KEYSPACE.TABLE` or `KEYSPACE`. */
  readonly tables: readonly string[];
}

/** Properties for `replaySet`. */
export interface ReplaySetOptions extends VerifySetOptions {
  /** Commit logs by name of the node. */
  readonly replay: ReadonlyMap<string, ReplayTask>;
}

/** Properties for `drillSet`. */
export interface DrillSetOptions extends VerifySetOptions {
  /** Zones whose disks are verified. Those of one zone are enough where it has a replica of every row, which is checked. @default - all */
  readonly zones?: readonly string[];

  /** Assertions of the application, run on each clone. */
  readonly assertions: readonly Assertion[];

  /** Time limits of recovery VMs, and the interval of reading their reports, as in `RecoveryVmsOptions`. */
  readonly timeouts?: RecoveryVmsOptions['timeouts'];
  readonly pollMs?: number;
}

/** Set that was verified in a drill. */
export interface DrilledSet {
  readonly verification: Verification;

  /** One for each assertion and node. */
  readonly assertions: readonly AssertionResult[];

  /** Seconds from the first clone to the last report. */
  readonly seconds: number;
}

/**
 * Verifies a set of snapshots on clones, which recovery VMs boot and read. Clones and VMs are removed, also after a failure; those that
 * cannot be removed are reported as progress.
 *
 * @throws RecoveryError if it was interrupted, or the ring lacks what recovery VMs need
 */
export async function verifySet(options: VerifySetOptions): Promise<Verification> {
  try {
    return (await verify(options, [])).verification;
  } finally {
    await removeAndReport(options);
  }
}

/** Verifies a set, replays commit logs of its archive on the clones, and leaves these. `removeRecovery` removes them. */
export function replaySet(options: ReplaySetOptions): Promise<FlushedSet> {
  return verify(options, [], options.replay);
}

/** Verifies a set, and leaves its clones with flushed tables. `removeRecovery` removes them. @throws RecoveryError as `verifySet` */
export function flushSet(options: FlushSetOptions): Promise<FlushedSet> {
  return verify(options, options.tables);
}

/**
 * Verifies a set as `verifySet`; also checks that the clones are apart from the live ring, and runs the assertions of the application.
 * `removeRecovery` removes the clones.
 *
 * @throws RecoveryError as `verifySet`
 */
export async function drillSet({ zones, assertions, ...options }: DrillSetOptions): Promise<DrilledSet> {
  const { ring } = options;
  const nodes = ring.nodes.filter(({ zone }) => zones?.includes(zone) ?? true);
  const names = nodes.map(({ name }) => name);
  const set = { ...options.set, snapshots: new Map([...options.set.snapshots].filter(([node]) => names.includes(node))) };
  const checks: Check[] = checkSet(set, { nodes });
  const vms = new RecoveryVms({ ...options, set, flush: [], drill: { assertions } });
  await removeOld(options);
  const began = Date.now();
  const { reports, seconds } = await vms.run();
  const total = Math.ceil((Date.now() - began) / 1000);
  checks.push(...reports.flatMap((report) => report.checks), ...compareZones(ring, nodes, reports));
  checks.push(...(await checkArchivedManifests({ ...options, set, reports, now: Date.now() })));
  const found = reports.flatMap((report) => report.found);
  return {
    verification: { set: set.id, checks, tables: reports.flatMap((report) => report.tables), seconds },
    assertions: names.flatMap((node) =>
      assertions.map((assertion, index) => {
        const value = found.find((each) => each.node === node && each.index === index)?.found;
        return { ...assertion, node, ...(value !== undefined && { found: value }) };
      }),
    ),
    seconds: total,
  };
}

/** Compares the disks of all zones. Those of some zones have to hold a replica of every row. */
function compareZones(ring: Ring, nodes: readonly RingNode[], reports: readonly RecoveryReport[]): Check[] {
  const checks = compareDisks({ nodes }, reports);
  if (nodes.length === ring.nodes.length) return checks;
  return [...checks.filter(({ code }) => code !== 'disks-agree'), checkReplicas(ring, reports)];
}

/** Racks and zones are the same: with as many replicas as racks, each zone has one of every row. */
function checkReplicas({ nodes }: Ring, reports: readonly RecoveryReport[]): Check {
  const racks = new Set(nodes.map(({ rack, zone }) => rack ?? zone)).size;
  const replicas = reports.flatMap((report) => Object.entries(report.replicas));
  const fewer = [...new Set(replicas.filter(([, number]) => number < racks).map(([keyspace]) => keyspace))].sort();
  const check = { level: 4, code: 'zone-complete' } as const;
  if (replicas.length === 0) return { ...check, outcome: 'not-run' };
  if (fewer.length === 0) return { ...check, outcome: 'passed', detail: `${racks} replicas in ${racks} racks` };
  const detail = `the zone holds a part of the rows only: fewer than ${racks} replicas of ${fewer.join(', ')}`;
  return { ...check, outcome: 'failed', detail };
}

/** Deletes the recovery VMs and clones of a run. @returns descriptions of those that remain */
export function removeRecovery({ compute, ring, run }: Pick<VerifySetOptions, 'compute' | 'ring' | 'run'>): Promise<readonly string[]> {
  return RecoveryVms.remove(compute, ring, run);
}

/** Deletes the recovery VMs and clones of a run, and reports those that remain. @returns descriptions of these */
export async function removeAndReport(
  options: Pick<VerifySetOptions, 'compute' | 'ring' | 'run' | 'onProgress'>,
): Promise<readonly string[]> {
  const { onProgress } = options;
  onProgress('removing clones and recovery VMs');
  const remaining = await removeRecovery(options);
  for (const each of remaining) onProgress(`not removed: ${each}`);
  return remaining;
}

async function verify(options: VerifySetOptions, flush: readonly string[], replay?: ReadonlyMap<string, ReplayTask>): Promise<FlushedSet> {
  const { ring, set } = options;
  const checks: Check[] = checkSet(set, ring);
  const vms = new RecoveryVms({ ...options, flush, ...(replay !== undefined && { replay }) });
  await removeOld(options);
  const { reports, clones, seconds } = await vms.run();
  const tables = reports.flatMap((report) => report.tables);
  checks.push(...reports.flatMap((report) => report.checks));
  checks.push(...compareDisks(ring, reports));
  checks.push(...(await checkArchivedManifests({ ...options, reports, now: Date.now() })));
  return { verification: { set: set.id, checks, tables, seconds }, clones };
}

/** Deletes the recovery VMs and clones of earlier runs, and reports those that remain. */
export async function removeOld({ compute, ring, onProgress }: Pick<VerifySetOptions, 'compute' | 'ring' | 'onProgress'>): Promise<void> {
  const leftOver = await RecoveryVms.removeOld(compute, ring, Date.now());
  for (const problem of leftOver) onProgress(`left by another run, and not removed: ${problem}`);
}

/** Problems of the set itself, as failed checks. */
export function checkProblems({ problems }: SnapshotSet): Check[] {
  return problems.map((problem) => ({
    ...{ level: 0, code: problem.code, outcome: 'failed', detail: describeSetReason(problem) },
    ...('node' in problem && { node: problem.node }),
  }));
}

/** Level 0: the set itself. */
function checkSet(set: SnapshotSet, ring: Pick<Ring, 'nodes'>): Check[] {
  const missing = ring.nodes.filter(({ name }) => !set.snapshots.has(name)).map(({ name }) => name);
  const problems = checkProblems(set);
  if (problems.length > 0) return problems;
  if (missing.length > 0) throw new RecoveryError(`set ${set.id} has no snapshot of ${missing.join(', ')}`);
  return [{ level: 0, code: 'complete', outcome: 'passed', detail: `${set.snapshots.size} snapshots` }];
}
