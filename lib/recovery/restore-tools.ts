import type { DiskGenerations } from '../cassandra-contract/disk-generations';
import { CLUSTER_LABEL, NODE_LABEL, SNAPSHOT_SET_LABEL } from '../cassandra-contract/labels';
import { superuserSecret } from '../cassandra-contract/secret-names';
import type { NodeShell, Ring, RingNode, RollingResult, SecretManager, StackToPlan } from '../operations';
import { runOnNode } from '../operations/shell/run-on-node';
import type { ComputeEngine } from './compute-engine';
import type { ReplacementTools } from './disk-replacement';
import { readNewestWrite } from './newest-write';
import { RecoveryError } from './recovery-error';
import { findRemainingChanges, planRestore } from './restore-plan';
import type { RestoreTools } from './restore-ring';
import { readSnapshotPath } from './snapshot-path';
import type { SnapshotSet } from './snapshot-set';
import type { Verification } from './verification';

/** Timeout of a full repair of one node, in seconds. */
const REPAIR_SECONDS = 12 * 3_600;

/** Stack with its ring, as synthesized with the present disks file. */
export interface SynthesizedRing {
  readonly ring: Ring;
  readonly stack: StackToPlan;
}

/** Properties for `createRestoreTools`. */
export interface RestoreToolsOptions extends Pick<RestoreTools, 'confirm' | 'listSets' | 'readRows' | 'replay'> {
  readonly ring: Ring;
  readonly shell: NodeShell;
  readonly compute: Pick<ComputeEngine, 'disk' | 'createSnapshot' | 'instance'>;
  readonly secrets: Pick<SecretManager, 'latestVersionCreatedAt'>;

  /** Disks file of the ring. */
  readonly disksFile: { read(): DiskGenerations; write(generations: DiskGenerations): void };

  /** Synthesizes the stack, and reads it. */
  synthesize(): SynthesizedRing;
  verify(set: SnapshotSet): Promise<Verification>;
  stop(ring: Ring): Promise<RollingResult>;
  start(ring: Ring): Promise<RollingResult>;

  /** Reason of the guard's acknowledgements. */
  readonly reason: string;
}

/** Parts of a restore or recovery that replace the disks of a ring through its stack. */
export type DiskTools = Omit<ReplacementTools, 'stop' | 'readRows'>;

/** Creates the parts of a restore from a shell, Compute Engine, and the stack. */
export function createRestoreTools(options: RestoreToolsOptions): RestoreTools {
  const { ring, shell, secrets, synthesize, verify, listSets, confirm, readRows, replay } = options;
  return {
    ...createDiskTools(options),
    ...(replay !== undefined && { replay }),
    verify,
    listSets,
    confirm,
    readRows,
    newestWrite: () => readNewestWrite(shell, ring),
    passwordCreatedAt: () => secrets.latestVersionCreatedAt(superuserSecret(ring.name)),
    stop: () => options.stop(ring),
    start: () => options.start(synthesize().ring),
  };
}

/** Creates the parts that replace the disks of a ring. */
export function createDiskTools(
  options: Pick<RestoreToolsOptions, 'ring' | 'shell' | 'compute' | 'disksFile' | 'synthesize' | 'reason'>,
): DiskTools {
  const { ring, shell, compute, disksFile, synthesize, reason } = options;
  const nodeOf = (name: string): RingNode => ring.nodes.find((node) => node.name === name)!;
  return {
    hasDisk: async (node, disk) => (await compute.disk({ zone: nodeOf(node).zone, name: disk })) !== undefined,
    diskSource: async (node, disk) => readSnapshotPath((await compute.disk({ zone: nodeOf(node).zone, name: disk }))?.sourceSnapshot),
    attachedDisks: (node) => readAttachedDisks(compute, nodeOf(node)),
    takeSnapshot: (node, disk, set) => takeSnapshot(compute, nodeOf(node), disk, set),
    readGenerations: () => disksFile.read(),
    writeGenerations: (generations) => {
      disksFile.write(generations);
      synthesize();
    },
    plan: async () => {
      const { ring: planned, stack } = synthesize();
      return planRestore(stack, planned, disksFile.read(), reason);
    },
    repair: (node) => runOnNode(shell, nodeOf(node), 'nodetool repair --full -pr', REPAIR_SECONDS),
    remainingChanges: () => {
      const { ring: planned, stack } = synthesize();
      return findRemainingChanges(stack, planned);
    },
  };
}

async function readAttachedDisks(compute: Pick<ComputeEngine, 'instance'>, { vm, zone }: RingNode): Promise<string[]> {
  const { disks = [] } = ((await compute.instance({ zone, name: vm })) ?? {}) as { disks?: readonly { source?: string }[] };
  return disks.flatMap(({ source }) => source?.split('/').at(-1) ?? []);
}

/** Takes a snapshot of a data disk, which `listSnapshotSets` finds in the set. @throws RecoveryError unless it is READY */
async function takeSnapshot(
  compute: Pick<ComputeEngine, 'disk' | 'createSnapshot'>,
  { name: node, zone }: RingNode,
  disk: string,
  set: string,
): Promise<string> {
  const { labels = {} } = ((await compute.disk({ zone, name: disk })) ?? {}) as { labels?: Readonly<Record<string, string>> };
  const cluster = labels[CLUSTER_LABEL];
  const name = `${disk}-${set.replace(/\D/g, '')}`;
  const snapshot = await compute.createSnapshot(
    { zone, name: disk },
    { name, labels: { ...(cluster === undefined ? {} : { [CLUSTER_LABEL]: cluster }), [NODE_LABEL]: node, [SNAPSHOT_SET_LABEL]: set } },
  );
  if (snapshot?.status === 'READY') return name;
  throw new RecoveryError(`snapshot ${name} of ${disk} must be READY, got ${snapshot?.status ?? 'no snapshot'}`);
}
