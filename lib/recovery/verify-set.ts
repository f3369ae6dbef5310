import type { Ring } from '../operations';
import { compareDisks } from './compare-disks';
import type { ComputeEngine } from './compute-engine';
import { RecoveryError } from './recovery-error';
import { RecoveryVms } from './recovery-vms';
import type { FlushedSet } from './restore-table';
import { describeSetProblem, type SnapshotSet } from './snapshot-set';
import type { Check, Verification } from './verification';

/** Properties for `verifySet`. */
export interface VerifySetOptions {
  readonly compute: ComputeEngine;
  readonly ring: Ring;
  readonly set: SnapshotSet;

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

/**
 * Verifies a set of snapshots on clones, which recovery VMs boot and read. Clones and VMs are removed, also after a failure; those that
 * cannot be removed are reported as progress.
 *
 * @throws RecoveryError if it was interrupted, or the ring lacks what recovery VMs need
 */
export async function verifySet(options: VerifySetOptions): Promise<Verification> {
  const { compute, ring, run, onProgress } = options;
  try {
    return (await verify(options, [])).verification;
  } finally {
    onProgress('removing clones and recovery VMs');
    for (const remaining of await removeRecovery({ compute, ring, run })) onProgress(`not removed: ${remaining}`);
  }
}

/** Verifies a set, and leaves its clones with flushed tables. `removeRecovery` removes them. @throws RecoveryError as `verifySet` */
export function flushSet(options: FlushSetOptions): Promise<FlushedSet> {
  return verify(options, options.tables);
}

/** Deletes the recovery VMs and clones of a run. @returns descriptions of those that remain */
export function removeRecovery({ compute, ring, run }: Pick<VerifySetOptions, 'compute' | 'ring' | 'run'>): Promise<readonly string[]> {
  return RecoveryVms.remove(compute, ring, run);
}

async function verify(options: VerifySetOptions, flush: readonly string[]): Promise<FlushedSet> {
  const { compute, ring, set, onProgress } = options;
  const checks: Check[] = checkSet(set, ring);
  const vms = new RecoveryVms({ ...options, flush });
  const leftOver = await RecoveryVms.removeOld(compute, ring, Date.now());
  for (const problem of leftOver) onProgress(`left by another run, and not removed: ${problem}`);
  const { reports, clones, seconds } = await vms.run();
  const tables = reports.flatMap((report) => report.tables);
  checks.push(...reports.flatMap((report) => report.checks));
  checks.push(...compareDisks(ring, reports));
  return { verification: { set: set.id, checks, tables, seconds }, clones };
}

/** Level 0: the set itself. */
function checkSet(set: SnapshotSet, ring: Ring): Check[] {
  const missing = ring.nodes.filter(({ name }) => !set.snapshots.has(name)).map(({ name }) => name);
  const problems: Check[] = set.problems.map((problem) => ({
    ...{ level: 0, code: problem.code, outcome: 'failed', detail: describeSetProblem(problem) },
    ...('node' in problem && { node: problem.node }),
  }));
  if (problems.length > 0) return problems;
  if (missing.length > 0) throw new RecoveryError(`set ${set.id} has no snapshot of ${missing.join(', ')}`);
  return [{ level: 0, code: 'complete', outcome: 'passed', detail: `${set.snapshots.size} snapshots` }];
}
