import { createHash } from 'node:crypto';
import { MANIFEST_FOLDER, manifestName, nodePrefix } from '../cassandra-contract/commit-log-archive';
import { ReportedError } from '../core/reported-error';
import type { Ring } from '../operations/ring';
import type { CloudStorage } from './cloud-storage';
import type { RecoveryReport, UsedManifest } from './recovery-report';
import type { DiskSnapshot, SnapshotSet } from './snapshot-set';
import { type Check, MANIFEST_ARCHIVED } from './verification';

const DAY_MS = 86_400_000;

/** Difference between the clocks of a node and of Compute Engine. */
const CLOCK_MS = 60_000;

/** Properties for `checkArchivedManifests`. */
export interface CheckArchivedManifestsOptions {
  /** @default - the bucket cannot be read */
  readonly storage?: Pick<CloudStorage, 'list' | 'read'>;
  readonly ring: Pick<Ring, 'name' | 'archive' | 'archiveRetentionDays'>;
  readonly set: Pick<SnapshotSet, 'snapshots'>;
  readonly reports: readonly Pick<RecoveryReport, 'manifests'>[];

  /** In milliseconds since 1970. */
  readonly now: number;
}

type Outcome = Pick<Check, 'outcome' | 'detail'>;

/**
 * Compares the manifests of the clones with those that the nodes uploaded to the archive of the ring right after each snapshot. Objects of the
 * archive cannot be changed, so a disk that was changed, or another disk in its place, has another manifest, or one that is not in the archive.
 *
 * @returns one check for each disk of a ring with an archive; it was not run where the truth is unknown
 */
export async function checkArchivedManifests(options: CheckArchivedManifestsOptions): Promise<Check[]> {
  const { storage, ring, set, reports, now } = options;
  const { name, archive: bucket, archiveRetentionDays } = ring;
  if (bucket === undefined) return [];
  const [level, code] = MANIFEST_ARCHIVED;
  const manifests = reports.flatMap((report) => report.manifests);
  const checks: Check[] = [];
  for (const [node, snapshot] of set.snapshots) {
    const manifest = manifests.find((each) => each.node === node);
    const archive = { bucket, prefix: `${nodePrefix(name, node)}${MANIFEST_FOLDER}`, retentionDays: archiveRetentionDays };
    checks.push({ level, code, node, ...(await compareManifest(manifest, snapshot, storage, archive, now)) });
  }
  return checks;
}

/** Manifests of a node in the archive. */
interface NodeArchive {
  readonly bucket: string;
  readonly prefix: string;
  readonly retentionDays: number | undefined;
}

async function compareManifest(
  manifest: UsedManifest | undefined,
  snapshot: DiskSnapshot,
  storage: CheckArchivedManifestsOptions['storage'],
  archive: NodeArchive,
  now: number,
): Promise<Outcome> {
  if (manifest === undefined) return { outcome: 'not-run', detail: 'no manifest was read on the disk' };
  if (storage === undefined) return { outcome: 'not-run', detail: `bucket ${archive.bucket} was not read` };
  const { takenAt, sha256 } = manifest;
  const name = manifestName(takenAt, sha256);
  try {
    const names = (await storage.list(archive.bucket, archive.prefix)).map((object) => object.name);
    if (names.some((each) => each.startsWith(takenAt) && each !== name))
      return { outcome: 'failed', detail: `the archive has another manifest of ${takenAt}` };
    if (!names.includes(name)) return judgeMissing(names, snapshot, archive, now);
    const content = await storage.read(archive.bucket, archive.prefix + name);
    if (createHash('sha256').update(content).digest('hex') === sha256) return { outcome: 'passed', detail: `of ${takenAt}` };
    return { outcome: 'failed', detail: `the content of the object ${name} has another digest than its name` };
  } catch (error) {
    if (!(error instanceof ReportedError)) throw error;
    return { outcome: 'not-run', detail: error.message };
  }
}

/** A manifest that should be in the archive is forged, or was never uploaded. Nothing is known of one that need not be there. */
function judgeMissing(names: readonly string[], { takenAt }: DiskSnapshot, { bucket, retentionDays }: NodeArchive, now: number): Outcome {
  const unknown = (reason: string): Outcome => ({ outcome: 'not-run', detail: `bucket ${bucket} does not have it, ${reason}` });
  if (retentionDays === undefined) return unknown('and the retention of the bucket is unknown');
  if (now - takenAt >= retentionDays * DAY_MS) return unknown(`and keeps objects for ${retentionDays} days`);
  const before = new Date(takenAt - CLOCK_MS).toISOString().slice(0, 19);
  if (!names.some((name) => name < before)) return unknown('and none of an earlier snapshot of the node');
  // Manifests are uploaded in the order of their snapshots.
  if (!names.some((name) => name >= before)) return unknown('and none of this time or later: the node may not have uploaded it yet');
  return {
    outcome: 'failed',
    detail: `it is not in bucket ${bucket}, which has later ones: it is forged, or its disk was lost before the upload`,
  };
}
