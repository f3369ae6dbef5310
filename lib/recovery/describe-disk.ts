import type { DiskVerification, FoundSource } from './recover-disk';
import { listIncomplete, listUserKeyspaces, type RecoveredDisk, type RecoveredKeyspace } from './recovered-disk';
import { describeCheck, groupByTable, isVerified } from './verification';

/** Describes what was found on a disk, and what was read back, one line for each fact. */
export function describeDisk({ snapshot, source, disk, verification }: DiskVerification): string[] {
  const { checks, tables } = verification;
  const rows = tables.reduce((sum, each) => sum + each.rows, 0);
  const failed = checks.filter(({ outcome }) => outcome !== 'passed');
  return [
    `Disk ${source.disk.name || 'unknown'}, by snapshot ${snapshot}, which stays. The original was not changed.`,
    ...(disk === undefined ? ['Its identity could not be read.'] : describeIdentity(disk)),
    ...(disk === undefined ? [] : describeShare(disk)),
    ...(disk === undefined ? [] : describeTables(disk, verification)),
    ...failed.map((check) => `${check.outcome === 'failed' ? 'FAILED' : 'NOT RUN'}: ${describeCheck(check)}`),
    isVerified(verification)
      ? `Answers at QUORUM: ${rows} rows in ${groupByTable(tables).size} tables were read, by one node without the others.`
      : `NOT VERIFIED: ${failed.length} checks did not pass. ${rows} rows in ${groupByTable(tables).size} tables were read.`,
  ];
}

/** Describes the steps of a recovery before they are run. */
export function describeRecovery({ disk, snapshot }: FoundSource): string[] {
  const what = disk.name === '' ? 'an unknown disk' : `disk ${disk.name}${disk.zone === '' ? '' : ` in ${disk.zone}`}`;
  return [
    snapshot === undefined ? `1. snapshot: take a snapshot of ${what}` : `1. snapshot: skipped, ${snapshot} is one of ${what}`,
    '2. clone: create a disk from the snapshot, and attach it to a recovery VM without a network',
    '3. inspect: read cluster name, data center, rack, host id, tokens and release from the clone, and check its SSTables',
    '4. boot: start Cassandra, replay the commit log, remove the other nodes, set one replica, restart',
    '5. rows: read all rows at QUORUM, and count and hash them',
  ];
}

function describeIdentity(disk: RecoveredDisk): string[] {
  const { cluster, datacenter, rack, hostId, tokens, cassandraVersion, owner, hasMarker, peers } = disk;
  const marker = hasMarker ? 'an ownership marker' : 'no ownership marker (not a disk of this library)';
  return [
    `Cluster '${cluster}', data center '${datacenter}', rack '${rack}', host id ${hostId}, ${tokens.length} tokens, Cassandra ${cassandraVersion}.`,
    `Files of user id ${owner}, ${marker}.`,
    ...(peers === undefined
      ? []
      : [
          peers.length === 0
            ? 'It knows no other nodes.'
            : `It knows ${peers.length} other nodes: ${peers.map(({ address, datacenter: dc, rack: of }) => `${address} (${dc}, ${of})`).join(', ')}.`,
        ]),
  ];
}

/** Describes the share of all rows that a disk has. */
export function describeShare(disk: RecoveredDisk): string[] {
  if (disk.keyspaces === undefined) return ['SHARE OF THE DATA UNKNOWN: Cassandra did not boot from the disk.'];
  const incomplete = listIncomplete(disk);
  if (incomplete.length === 0) return ['Complete: the disk is a replica of every row of every keyspace.'];
  const parts = incomplete.map(({ name, share }) => `${name} ${formatShare(share)}`);
  return [`NOT COMPLETE: the disk has only a part of the rows: ${parts.join(', ')}. The others were on other disks.`];
}

function describeTables(disk: RecoveredDisk, { tables }: DiskVerification['verification']): string[] {
  const read = groupByTable(tables);
  return listUserKeyspaces(disk).flatMap((keyspace) => [
    `${keyspace.name}: ${describeReplication(keyspace)}, ${formatShare(keyspace.share)} on this disk`,
    ...keyspace.tables.map(({ name, bytes }) => {
      const [found] = read.get(`${keyspace.name}.${name}`) ?? [];
      const rows = found === undefined ? 'not read' : `${found.rows} rows (${found.hash.slice(0, 12)})`;
      return `  ${name}: ${rows}, ${formatSize(bytes)} in SSTables`;
    }),
  ]);
}

function describeReplication({ strategy, replication }: RecoveredKeyspace): string {
  return `${strategy} ${Object.entries(replication)
    .map(([key, value]) => `${key}: ${value}`)
    .join(', ')}`;
}

/** Never rounds up to 100%. */
function formatShare(share: number): string {
  return `${Math.floor(share * 1000) / 10}%`;
}

function formatSize(bytes: number): string {
  if (bytes < 1024 ** 2) return `${(bytes / 1024).toFixed(1)} KiB`;
  return bytes < 1024 ** 3 ? `${(bytes / 1024 ** 2).toFixed(1)} MiB` : `${(bytes / 1024 ** 3).toFixed(1)} GiB`;
}
