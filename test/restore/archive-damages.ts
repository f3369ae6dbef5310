import { createHash } from 'node:crypto';
import { manifestName } from '../../lib/cassandra-contract/commit-log-archive';
import { RecoveryError, type SnapshotSet } from '../../lib/recovery';
import type { UsedManifest } from '../../lib/recovery/recovery-report';

/** Manifest on the disk of a node, and the manifests in its archive. */
export interface NodeManifests {
  /** Time of the manifest of the snapshot, as manifests have it. */
  readonly takenAt: string;

  /** Manifest that the recovery VM reports; `undefined` if the disk has none. */
  onDisk: UsedManifest | undefined;

  /** Contents of the objects, by name. */
  readonly archived: Map<string, string>;

  /** The bucket refuses to be read. */
  isUnreadable?: true;
}

/** Damage that is found by a comparison of a disk with the archive of its ring. */
export interface ArchiveDamage {
  readonly name: string;
  readonly change: (manifests: NodeManifests) => void;

  /** Outcome of the check of the damaged node. */
  readonly expected: 'failed' | 'not-run';
}

function sha256(content: string): string {
  return createHash('sha256').update(content).digest('hex');
}

/** Manifest of a node, and an older one, as they are in the archive right after a snapshot. */
export function createManifests(node: string, { takenAt: milliseconds }: { readonly takenAt: number }): NodeManifests {
  const format = (time: number): string => `${new Date(time).toISOString().slice(0, 19)}Z`;
  const [takenAt, before] = [format(milliseconds), format(milliseconds - 86_400_000)];
  const [content, older] = [`manifest of ${node}`, `older manifest of ${node}`];
  return {
    takenAt,
    onDisk: { node, takenAt, sha256: sha256(content) },
    archived: new Map([
      [manifestName(before, sha256(older)), older],
      [manifestName(takenAt, sha256(content)), content],
    ]),
  };
}

/** Bucket with the manifests of each node, below `RING/NODE/manifests/`. @param Refusal error of the library that reads it */
export function createArchive(ring: string, nodes: ReadonlyMap<string, NodeManifests>, Refusal = RecoveryError) {
  const find = (path: string): NodeManifests => {
    const [, node] = new RegExp(`^${ring}/([^/]+)/manifests/`).exec(path) ?? [];
    const found = nodes.get(String(node));
    if (found === undefined || found.isUnreadable) throw new Refusal(`${path} cannot be read`);
    return found;
  };
  return {
    list: async (_: string, prefix: string) => [...find(prefix).archived].map(([name, { length: size }]) => ({ name, size, metadata: {} })),
    read: async (_: string, path: string) => Buffer.from(find(path).archived.get(path.split('/').at(-1)!)!),
  };
}

/** Manifests of all nodes of a set. */
export function createAllManifests({ snapshots }: Pick<SnapshotSet, 'snapshots'>): Map<string, NodeManifests> {
  return new Map([...snapshots].map(([node, snapshot]) => [node, createManifests(node, snapshot)]));
}

const FORGED = sha256('forged');

/** Damages that are found in the archive, or leave the truth unknown. */
export const ARCHIVE_DAMAGES: readonly ArchiveDamage[] = [
  {
    ...{ name: 'forged manifest on the disk', expected: 'failed' },
    change: (manifests) => {
      const later = new Date(Date.parse(manifests.takenAt) + 3000).toISOString();
      manifests.onDisk = { ...manifests.onDisk!, takenAt: `${later.slice(0, 19)}Z`, sha256: FORGED };
    },
  },
  {
    ...{ name: 'forged manifest on the disk, of the time of the genuine one', expected: 'failed' },
    change: (manifests) => {
      manifests.onDisk = { ...manifests.onDisk!, sha256: FORGED };
    },
  },
  {
    ...{ name: 'forged manifest that was uploaded beside the genuine one', expected: 'failed' },
    change: (manifests) => {
      manifests.onDisk = { ...manifests.onDisk!, sha256: FORGED };
      manifests.archived.set(manifestName(manifests.takenAt, FORGED), 'forged');
    },
  },
  {
    ...{ name: 'object of another content in the place of the manifest', expected: 'failed' },
    change: ({ takenAt, onDisk, archived }) => void archived.set(manifestName(takenAt, onDisk!.sha256), 'forged'),
  },
  {
    ...{ name: 'disk without the manifest that is in the archive', expected: 'not-run' },
    change: (manifests) => {
      manifests.onDisk = undefined;
    },
  },
  {
    ...{ name: 'archive that cannot be read', expected: 'not-run' },
    change: (manifests) => {
      manifests.isUnreadable = true;
    },
  },
];
