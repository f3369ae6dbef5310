import { DATA_DIRECTORY } from './node-paths';

/** Program of a node that hands over, copies and uploads commit logs. */
export const ARCHIVE_COMMAND = 'cassandra-archive';

/** systemd unit that uploads commit logs; its timer has the same name. */
export const ARCHIVE_UNIT = 'cassandra-archive';

/** Bucket and prefix of the archive, as JSON. Absent on a node without an archive: the program then does nothing. */
export const ARCHIVE_CONFIGURATION = '/etc/cassandra-archive.json';

/** Cassandra's properties of commit log archiving. It reads them at its start. */
export const ARCHIVE_PROPERTIES = '/etc/cassandra/commitlog_archiving.properties';

/** Folder on the data disk with the segments that are not uploaded yet, and the state of the upload. */
export const ARCHIVE_FOLDER = `${DATA_DIRECTORY}/archive`;

/** Intervals of the archive, in seconds. */
export const ARCHIVE_SECONDS = {
  /** Between two runs of the upload. */
  upload: 60,

  /** Between two copies of the segments that Cassandra writes. */
  openCopy: 300,

  /**
   * Before a copy of an open segment, until which it has all writes: Cassandra writes the commit log every 10 seconds
   * (`commitlog_sync_period`), and the clocks of nodes differ a little.
   */
  copyLag: 15,
} as const;

/** Prefix of the objects of a ring. */
export function ringPrefix(ring: string): string {
  return `${ring}/`;
}

/** Prefix of the objects of a node. */
export function nodePrefix(ring: string, node: string): string {
  return `${ringPrefix(ring)}${node}/`;
}

/**
 * Prefix of the objects of a data disk. Each disk has a history of its own: a disk that was restored begins another one, and its segments have
 * the names of those of the former disk.
 *
 * @param diskNumber number of the disk in Compute Engine
 */
export function diskPrefix(ring: string, node: string, diskNumber: string): string {
  return `${nodePrefix(ring, node)}${diskNumber}/`;
}

/** Folders below the prefix of a disk: closed segments, copies of open ones, and starts of Cassandra with the newest segment before each. */
export const ARCHIVE_FOLDERS = { closed: 'commitlog/', open: 'open/', starts: 'starts/' } as const;

/** Folder below the prefix of a node: manifests of the snapshots of its disks. */
export const MANIFEST_FOLDER = 'manifests/';

/**
 * Name of an archived manifest in its folder. Names sort by time, and are known from the manifest alone.
 *
 * @param takenAt as in the manifest, for example `2026-11-29T04:15:20Z`
 * @param sha256 digest of its bytes, in hexadecimal
 */
export function manifestName(takenAt: string, sha256: string): string {
  return `${takenAt}-${sha256}.json`;
}
