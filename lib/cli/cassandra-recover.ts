import { randomUUID } from 'node:crypto';
import type { Command } from 'commander';
import { RefusedError, ReportedError } from '../core/reported-error';
import type * as Recovery from '../recovery';
import { ACKNOWLEDGEMENTS_OPTION } from './acknowledgements';
import { recoverRingCommand } from './cassandra-recover-ring';
import { progress, type RingOptions, ringCommand, withRing } from './cassandra-ring';
import { interruptionSignal } from './interruption';
import { reportingErrors } from './synthesized-stack';

interface RecoverCommandOptions extends RingOptions {
  readonly disk?: string;
  readonly snapshot?: string;
  readonly zone?: string;
  readonly into?: string;
  readonly partial: boolean;
  readonly dryRun: boolean;
  readonly yes: boolean;
  readonly acknowledgements?: string;
  readonly breakLock: boolean;
}

/** `gke-platform cassandra recover`. */
export function cassandraRecoverCommand(): Command {
  return ringCommand('recover')
    .description('Bring up a database from one surviving data disk, or a snapshot of it, and read all of its rows.')
    .option('--disk <name>', 'data disk, in the project of the ring')
    .option('--snapshot <name>', 'snapshot of a data disk, in the project of the ring')
    .option('--zone <zone>', 'zone of the disk (default: it is searched in the zones of the ring)')
    .option('--into <node>', 'recover the ring from it: this node gets the disk, and the others copy their rows (default: verify only)')
    .option('--partial', 'with --into: accept a disk that does not have all rows', false)
    .option('--dry-run', 'find the disk and print the steps without running them', false)
    .option('--yes', 'do not ask for confirmation', false)
    .option(...ACKNOWLEDGEMENTS_OPTION)
    .option('--break-lock', 'take over a stale lock of the ring', false)
    .addHelpText(
      'after',
      `
The disk may be the last one of this ring, or that of another installation such as K8ssandra: cluster name, data center, rack, host id and
tokens are read from the disk. A snapshot of it is taken first and stays; everything else is done on a clone, by a recovery VM without a
network. Cassandra boots from the clone, forgets the other nodes, has one replica of each keyspace, restarts, and all rows are read at QUORUM.
The report has the replication of each keyspace, and the share of its rows that the disk has. Clone and VM are removed.

--into NODE continues with the ring, after a confirmation: NODE gets a disk from the verified clone and starts alone, the other nodes join with
blank disks one after another, the keyspaces get their replicas back, all nodes are repaired, and the rows are read at ALL and compared with
those of the clone. The present disks of the ring stay for 30 days. NODE must be the first of its rack, and cluster name, data center and rack
of the disk must be those of NODE in the stack. A run with the same snapshot continues an interrupted one.

Exit codes: 0 all rows were read back, 1 failed, interrupted or not verified, 2 refused before any change, or another operation holds the ring
lock.

Examples:
  gke-platform cassandra recover staging --disk staging-cassandra-c-data
  gke-platform cassandra recover staging --disk pvc-8d1f0c1e-5f0a-4c52 --zone europe-west1-b
  gke-platform cassandra recover staging --snapshot last-disk --into c --dry-run`,
    )
    .action((stack: string, options: RecoverCommandOptions) => reportingErrors(() => run(stack, options)));
}

async function run(stack: string, options: RecoverCommandOptions): Promise<void> {
  const source = requireSource(options);
  const { into, partial } = options;
  if (into !== undefined) return recoverRingCommand(stack, source, { ...options, into });
  if (partial) throw new RefusedError("'--partial' needs '--into'");
  await withRing(stack, options, async (ring) => {
    const { ComputeEngine, describeDisk, findSource, isVerified, recoverDisk } = require('../recovery') as typeof Recovery;
    const compute = new ComputeEngine({ project: ring.project, environment: process.env });
    if (options.dryRun) {
      const { describeRecovery } = require('../recovery') as typeof Recovery;
      for (const line of describeRecovery(await findSource(compute, ring, source))) process.stdout.write(`${line}\n`);
      return;
    }
    const signal = interruptionSignal('removing the clone and the recovery VM');
    const result = await recoverDisk({ compute, ring, source, run: randomUUID(), signal, onProgress: progress });
    process.stdout.write(`${describeDisk(result).join('\n')}\n`);
    if (!isVerified(result.verification)) throw new ReportedError(`snapshot ${result.snapshot} is not verified`);
  });
}

/** @throws RefusedError unless exactly one of disk and snapshot is named */
function requireSource({ disk, snapshot, zone }: RecoverCommandOptions): Recovery.RecoverySource {
  if ((disk === undefined) === (snapshot === undefined)) throw new RefusedError("one of '--disk' and '--snapshot' must be given");
  if (snapshot === undefined) return { disk: disk!, ...(zone !== undefined && { zone }) };
  if (zone !== undefined) throw new RefusedError("'--zone' is for '--disk': a snapshot has no zone");
  return { snapshot };
}
