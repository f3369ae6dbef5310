import type { Command } from 'commander';
import type * as Operations from '../operations';
import type * as Recovery from '../recovery';
import { type RingOptions, ringCommand } from './cassandra-ring';
import { readJson, readStack, reportingErrors, synthesize } from './synthesized-stack';

interface BackupsOptions extends RingOptions {
  readonly json: boolean;
  readonly drillProof: readonly string[];
}

/** `gke-platform cassandra backups`. */
export function cassandraBackupsCommand(): Command {
  return ringCommand('backups')
    .description(
      'List the snapshots of the data disks of the ring by set, with age and state, and the writes that a restore would lose now.',
    )
    .option('--json', 'print JSON', false)
    .option('--drill-proof <file>', 'proof of a drill, shown with its set; repeatable', (file, before: string[]) => [...before, file], [])
    .addHelpText(
      'after',
      `
A set has one snapshot of each data disk: those of one job, or those of one run of the schedule, which begins each within an hour. It is
invalid when the snapshot of a node is missing, not READY or larger than the disk, when it has rows of a node that the ring no longer has,
or when its job marked it. A complete set was not read: only a drill shows that its rows are there. With --json each problem has a code.

Credentials: GOOGLE_OAUTH_ACCESS_TOKEN, otherwise Application Default Credentials.
Exit codes: 0 a set that can be restored is younger than the schedule allows (interval and an hour), 1 failed, 2 there is none.

Examples:
  gke-platform cassandra backups staging`,
    )
    .action((stack: string, options: BackupsOptions) => reportingErrors(() => run(stack, options)));
}

async function run(stack: string, { outDir, synth, ring: name, json, drillProof }: BackupsOptions): Promise<void> {
  const { findRing } = require('../operations') as typeof Operations;
  const { ComputeEngine, createBackupReport, formatBackupReport, listSnapshotSets, requireProof } =
    require('../recovery') as typeof Recovery;
  const proofs = drillProof.map((file) => requireProof(readJson(file), file));
  if (synth) synthesize(outDir);
  const ring = findRing(readStack(outDir, stack), name);
  const compute = new ComputeEngine({ project: ring.project, environment: process.env });
  const now = Date.now();
  const report = createBackupReport({ ring, sets: await listSnapshotSets({ compute, ring, now }), proofs, now });
  process.stdout.write(json ? `${JSON.stringify(report, undefined, 2)}\n` : formatBackupReport(report));
  process.exitCode = report.isKept ? 0 : 2;
}
