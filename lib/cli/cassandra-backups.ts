import type { Command } from 'commander';
import { ReportedError } from '../core/reported-error';
import type * as Operations from '../operations';
import type * as Recovery from '../recovery';
import { type RingOptions, ringCommand } from './cassandra-ring';
import { COPIES_OPTION, openCopies } from './copies-option';
import { readText } from './read-text';
import { readJson, readStack, reportingErrors, synthesize } from './synthesized-stack';

interface BackupsOptions extends RingOptions {
  readonly json: boolean;
  readonly drillProof: readonly string[];
  readonly drillKey?: string;
  readonly copies?: string;
}

/** `gke-platform cassandra backups`. */
export function cassandraBackupsCommand(): Command {
  return ringCommand('backups')
    .description(
      'List the snapshots of the data disks of the ring by set, with age and state, and the writes that a restore would lose now.',
    )
    .option('--json', 'print JSON', false)
    .option('--drill-proof <file>', 'proof of a drill, shown with its set; repeatable', (file, before: string[]) => [...before, file], [])
    .option('--drill-key <file>', 'public key of the proofs, as PEM: a proof with another signature, or none, shows nothing')
    .option(...COPIES_OPTION)
    .addHelpText(
      'after',
      `
A set has one snapshot of each data disk: those of one job, those that a label joins, or those of one run of the schedule, which begins each
within an hour. It is invalid when the snapshot of a node is missing, not READY or larger than the disk, when it has rows of a node that the
ring no longer has, when its job marked it, or when its snapshots are not what its labels promise. A complete set was not read: only a drill
of all zones shows that its rows are there. With --json each problem has a code.

--copies lists the copies of the sets in another project, with the times of the originals, and reads nothing in the project of the ring.

Credentials: GOOGLE_OAUTH_ACCESS_TOKEN, otherwise Application Default Credentials.
Exit codes: 0 a set that can be restored is younger than the schedule allows (interval and an hour), 1 failed, 2 there is none. With --copies: 0 a copy
can be restored, of whatever age.

Examples:
  gke-platform cassandra backups staging
  gke-platform cassandra backups staging --copies parking-vault`,
    )
    .action((stack: string, options: BackupsOptions) => reportingErrors(() => run(stack, options)));
}

/** Finds until when the archive has every write since the newest set that can be restored. @returns the problem if that is unknown */
async function findArchived(
  ring: Operations.Ring,
  sets: readonly Recovery.SnapshotSet[],
  now: number,
): Promise<Recovery.PointInTime | string> {
  const { CloudStorage, listChoices, planPointInTime } = require('../recovery') as typeof Recovery;
  const set = listChoices(sets).find(({ problems }) => problems.length === 0);
  if (set === undefined) return 'no set can be restored, from which commit logs could be replayed';
  try {
    const storage = new CloudStorage({ project: ring.project, environment: process.env });
    return await planPointInTime({ storage, ring, set, at: now });
  } catch (error) {
    if (!(error instanceof ReportedError)) throw error;
    return error.message;
  }
}

async function run(
  stack: string,
  { outDir, synth, ring: name, json, drillProof, drillKey, copies: project }: BackupsOptions,
): Promise<void> {
  const { findRing } = require('../operations') as typeof Operations;
  const { ComputeEngine, createBackupReport, formatBackupReport, listCopiedSets, listSnapshotSets, requireProof } =
    require('../recovery') as typeof Recovery;
  const proofs = drillProof.map((file) => requireProof(readJson(file), file));
  const publicKey = drillKey === undefined ? undefined : readText(drillKey);
  if (synth) synthesize(outDir);
  const ring = findRing(readStack(outDir, stack), name);
  const now = Date.now();
  const copies = openCopies(project, process.env);
  // The project of the ring may be lost.
  const compute = new ComputeEngine({ project: ring.project, environment: process.env });
  const sets = copies === undefined ? await listSnapshotSets({ compute, ring, now }) : await listCopiedSets({ copies, ring, now });
  const archive = ring.archive === undefined || copies !== undefined ? undefined : await findArchived(ring, sets, now);
  const report = createBackupReport({ ring, sets, copies: project, proofs, publicKey, archive, now });
  process.stdout.write(json ? `${JSON.stringify(report, undefined, 2)}\n` : formatBackupReport(report));
  process.exitCode = report.isKept ? 0 : 2;
}
