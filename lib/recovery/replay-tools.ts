import { ARCHIVE_COMMAND } from '../cassandra-contract/commit-log-archive';
import { PREPARED_FROM_LABEL, REPLAYED_UNTIL_LABEL } from '../cassandra-contract/labels';
import { COMMAND_DIRECTORY } from '../cassandra-contract/node-commands';
import { COMPUTE_NAME_LENGTH, shorten } from '../core/short-name';
import type { NodeShell, Ring } from '../operations';
import { runOnNode } from '../operations/shell/run-on-node';
import type { CloudStorage } from './cloud-storage';
import type { ComputeEngine, Zonal } from './compute-engine';
import { planPointInTime } from './point-in-time';
import { requireReady } from './recover-disk';
import { RecoveryError } from './recovery-error';
import type { ReplayTools } from './restore-ring';
import { removeAndReport, replaySet } from './verify-set';

const UPLOAD_OPEN = `${COMMAND_DIRECTORY}/${ARCHIVE_COMMAND} upload --open`;

/** Timeout of an upload of commit logs by a node, in seconds. */
const UPLOAD_SECONDS = 900;

/** Properties for `createReplayTools`. */
export interface ReplayToolsOptions {
  readonly ring: Ring;
  readonly shell: NodeShell;
  readonly compute: ComputeEngine;
  readonly storage: Pick<CloudStorage, 'list' | 'read'>;

  /** Identifies the run; recovery VMs and clones have it as label. */
  readonly run: string;
  readonly onProgress: (text: string) => void;
  readonly signal?: AbortSignal;
}

/** Creates the parts of a restore that replay the commit logs of an archive on clones. */
export function createReplayTools(options: ReplayToolsOptions): ReplayTools {
  const { ring, shell, compute, storage, run, onProgress } = options;
  let clones: ReadonlyMap<string, Zonal> | undefined;
  let isRemoved = true;
  return {
    archiveOpen: async () => {
      const problems = await Promise.all(ring.nodes.map((node) => runOnNode(shell, node, UPLOAD_OPEN, UPLOAD_SECONDS)));
      return problems.flatMap((problem) => problem ?? []);
    },
    plan: (set, at) => planPointInTime({ storage, ring, set, at }),
    replay: async (set, { replay }) => {
      isRemoved = false;
      const replayed = await replaySet({ ...options, set, replay });
      clones = replayed.clones;
      return replayed.verification;
    },
    takeSnapshots: async (set, { reached }) => {
      const taken = new Map<string, string>();
      const settled = await Promise.allSettled(
        ring.nodes.map(async ({ name: node }) => {
          const clone = clones?.get(node);
          if (clone === undefined) throw new RecoveryError(`there is no clone of ${node}`);
          const source = set.snapshots.get(node)!.name;
          const name = shorten(`${source}-at-${reached}-${run.slice(0, 8)}`, COMPUTE_NAME_LENGTH);
          onProgress(`${node}: snapshot ${name} of clone ${clone.name}`);
          const labels = { [PREPARED_FROM_LABEL]: source, [REPLAYED_UNTIL_LABEL]: String(reached) };
          const snapshot = await compute.createSnapshot(clone, { name, labels });
          taken.set(node, name);
          requireReady(snapshot);
        }),
      );
      const failed = settled.find(({ status }) => status === 'rejected');
      if (failed?.status === 'rejected') {
        await Promise.all([...taken.values()].map((name) => compute.deleteSnapshot(name)));
        throw failed.reason;
      }
      return taken;
    },
    replayedFrom: async (name) => {
      const { labels = {} } = ((await compute.snapshot(name)) ?? {}) as { labels?: Readonly<Record<string, string>> };
      const [snapshot, until] = [labels[PREPARED_FROM_LABEL], labels[REPLAYED_UNTIL_LABEL]];
      return snapshot === undefined || until === undefined ? undefined : { snapshot, until: Number(until) };
    },
    removeSnapshots: async (names) => {
      for (const name of names) await compute.deleteSnapshot(name);
    },
    removeClones: async () => {
      if (isRemoved) return;
      isRemoved = true;
      await removeAndReport(options);
    },
  };
}
