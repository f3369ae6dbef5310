import { joinedIdentity, ownershipMarker } from '../cassandra/node-files/identity';
import { PREPARED_FROM_LABEL } from '../cassandra-contract/labels';
import { CQL_COMMAND, CQL_EXIT } from '../cassandra-contract/node-commands';
import { COMPUTE_NAME_LENGTH, shorten } from '../core/physical-name';
import { shellWord } from '../core/quote';
import {
  joinNode,
  type NodeShell,
  type Ring,
  type RingNode,
  resetSuperuser,
  runScript,
  type SecretManager,
  startRing,
  stopRing,
} from '../operations';
import { REAL_CLOCK } from '../operations/clock';
import { waitForConvergence } from '../operations/convergence';
import { runOnNode } from '../operations/shell/run-on-node';
import type { ComputeEngine, Zonal } from './compute-engine';
import { type FoundSource, prepareDisk, type RecoverDiskOptions, removeClone, requireReady, snapshotOriginal } from './recover-disk';
import type { KeyspaceReplication, RecoverTools } from './recover-ring';
import { RecoveryError } from './recovery-error';
import type { DiskTools } from './restore-tools';
import type { DiskTask } from './vm/recovery-script';

/** Timeout of a repair of the roles, in seconds. */
const REPAIR_SECONDS = 3_600;

/** Minutes until all nodes take clients, once the roles are on all of them. The startup script runs again every two minutes. */
const READY_MINUTES = 30;

/** Properties for `createRecoverTools`. */
export interface RecoverToolsOptions extends RecoverDiskOptions {
  readonly shell: NodeShell;
  readonly compute: ComputeEngine;
  readonly secrets: SecretManager;
  readonly found: FoundSource;

  /** Node that gets the recovered disk. */
  readonly node: RingNode;
  readonly confirm: RecoverTools['confirm'];

  readonly disks: DiskTools;

  /** Reads all rows of tables of the ring at consistency ALL. */
  readonly readRows: RecoverTools['readRows'];
}

/** Creates the parts of a recovery from a shell, Compute Engine, and the stack. */
export function createRecoverTools(options: RecoverToolsOptions): RecoverTools {
  const { ring, shell, compute, node, found, disks, confirm, readRows, onProgress, signal } = options;
  const nodeOf = (name: string): RingNode => ring.nodes.find((each) => each.name === name)!;
  let clone: Zonal | undefined;
  let isRemoved = true;
  return {
    ...disks,
    confirm,
    readRows,
    snapshotOriginal: (source) => snapshotOriginal(options, source),
    verify: async (snapshot, prepares) => {
      isRemoved = false;
      const { clone: created, ...verified } = await prepareDisk(
        options,
        found,
        snapshot,
        node,
        prepares ? createIdentity(ring, node) : undefined,
      );
      clone = created;
      return verified;
    },
    snapshotPrepared: async (original) => {
      if (clone === undefined) throw new RecoveryError('there is no prepared clone');
      return snapshotPrepared(options, clone, original);
    },
    removePrepared: (name) => compute.deleteSnapshot(name),
    removeClone: async () => {
      if (isRemoved) return;
      isRemoved = true;
      await removeClone(options);
    },
    preparedFrom: async (snapshot) => {
      const { labels } = ((await compute.snapshot(snapshot)) ?? {}) as { labels?: Readonly<Record<string, string>> };
      return labels?.[PREPARED_FROM_LABEL];
    },
    diskSizeGiB: async (name, disk) => {
      const size = (await compute.disk({ zone: nodeOf(name).zone, name: disk }))?.sizeGb;
      return size === undefined ? undefined : Number(size);
    },
    stop: async () => stopRing({ shell, ring: { ...ring, nodes: await listRunning(compute, ring) }, isAtOnce: true, signal, onProgress }),
    start: (name) => startRing({ shell, ring: { ...ring, nodes: [nodeOf(name)] }, restored: true, signal, onProgress }),
    login: (name) => login(options, nodeOf(name)),
    join: (name, members) => joinNode({ shell, ring, node: nodeOf(name), members: members.map(nodeOf), signal, onProgress }),
    replicate: (name, keyspaces) => replicate(options, nodeOf(name), keyspaces),
  };
}

/** Identity files of a node: those that its startup script compares. */
export function createIdentity({ cluster, datacenter, name: ring }: Ring, node: RingNode): DiskTask['prepare'] {
  if (cluster === undefined || datacenter === undefined)
    throw new RecoveryError(`ring ${ring} must be from 'CassandraRing', and be synthesized by this version of the library`);
  return {
    marker: ownershipMarker({ ownershipToken: `${cluster}/${node.name}` }),
    joined: joinedIdentity({ clusterName: cluster, datacenter, rack: node.rack ?? node.zone }),
  };
}

async function snapshotPrepared(
  { compute, onProgress, now = Date.now }: RecoverToolsOptions,
  clone: Zonal,
  original: string,
): Promise<string> {
  const time = new Date(now()).toISOString().slice(0, 19).replace(/\D/g, '');
  const name = shorten(`${original}-prepared-${time}`, COMPUTE_NAME_LENGTH);
  onProgress(`${clone.zone}: snapshot ${name} of the prepared clone`);
  return requireReady(await compute.createSnapshot(clone, { name, labels: { [PREPARED_FROM_LABEL]: original } })).name;
}

/** Nodes whose VM runs: the others have lost theirs. */
async function listRunning(compute: ComputeEngine, ring: Ring): Promise<RingNode[]> {
  const found = await Promise.all(ring.nodes.map(({ zone, vm }) => compute.instance({ zone, name: vm })));
  return ring.nodes.filter((_, index) => found[index]?.status === 'RUNNING');
}

/** Roles of another installation, or of another time, do not know the password of the stack. */
async function login({ ring, shell, secrets, onProgress }: RecoverToolsOptions, node: RingNode): Promise<void> {
  const statement = shellWord('SELECT cluster_name FROM system.local');
  const { status, stderr } = await shell.run(node, `${CQL_COMMAND} ${statement}`, 120);
  if (status === CQL_EXIT.done) return;
  if (status !== CQL_EXIT.loginRefused)
    throw new RecoveryError(`the superuser cannot log in on ${node.name}: ${stderr.trim().split('\n').at(-1) || `exit code ${status}`}`);
  onProgress(`${node.name}: the roles of the disk do not have the superuser's present password, which is set now`);
  await resetSuperuser({ ring: { ...ring, nodes: [node] }, shell, store: secrets, onProgress });
}

/**
 * After the startup scripts: once all nodes have joined, that of the first one places the roles on them and copies them, and then clients are let
 * in. Meanwhile a login, or a permission, may be read from a replica without roles.
 */
async function replicate(
  options: RecoverToolsOptions,
  node: RingNode,
  keyspaces: readonly KeyspaceReplication[],
): Promise<string | undefined> {
  const { ring, shell, onProgress, signal = new AbortController().signal } = options;
  const converge = async (): Promise<string | undefined> => {
    const { problem } = await waitForConvergence({
      // Crash loops of the lost disks do not count.
      ...{ shell, ring, nodes: ring.nodes, timeoutMinutes: READY_MINUTES, clock: REAL_CLOCK, signal, onProgress },
    });
    return problem;
  };
  const unready = await converge();
  if (unready !== undefined) return unready;
  const ordered = [...keyspaces].sort((one, other) => Number(one.name === AUTH) - Number(other.name === AUTH));
  for (const { name, copies } of ordered) onProgress(`${name}: ${copies} replicas`);
  const statements = ordered.map((each) => shellWord(alterStatement(each))).join(' ');
  await runScript(shell, node, withCopiedRoles(`${CQL_COMMAND} ${statements}`), 1_200, 'the replication');
  for (const each of ring.nodes) {
    onProgress(`${each.name}: copying the roles`);
    const failed = await runOnNode(shell, each, `nodetool repair --full ${AUTH}`, REPAIR_SECONDS);
    if (failed !== undefined) return failed;
  }
  return converge();
}

/** Repeats a CQL command whose login is refused, after a repair of the roles, which needs no login. */
function withCopiedRoles(command: string): string {
  return `for attempt in 1 2 3 4 5 6 7 8 9 10; do
  status=0
  ${command} || status=$?
  if [ "$status" -ne ${CQL_EXIT.loginRefused} ]; then exit "$status"; fi
  nodetool repair --full ${AUTH} >/dev/null || true
  sleep 3
done
exit "$status"`;
}

const AUTH = 'system_auth';

function alterStatement({ name, strategy, option, copies }: KeyspaceReplication): string {
  const quoted = `"${name.replaceAll('"', '""')}"`;
  return `ALTER KEYSPACE ${quoted} WITH replication = {'class': '${strategy}', '${option.replaceAll("'", "''")}': ${copies}}`;
}
