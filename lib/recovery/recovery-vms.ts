import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { NUM_TOKENS } from '../cassandra/cassandra-configuration';
import { bootDiskType } from '../cassandra/disk-type';
import { GUEST_SCRIPT_SECONDS } from '../cassandra/node-files/snapshot-scripts';
import { COMPUTE_NAME_LENGTH, shorten } from '../core/physical-name';
import { ReportedError } from '../core/reported-error';
import type { Ring, RingNode } from '../operations';
import type { Assertion } from './assertions';
import type { ComputeEngine, ComputeResource, Zonal } from './compute-engine';
import { RecoveryError } from './recovery-error';
import { listMissingChecks, type RecoveryReport, readRecoveryState } from './recovery-report';
import { type SnapshotSet, snapshotPath } from './snapshot-set';
import { PHASE_SECONDS, type RecoveryStep } from './vm/recovery-program';
import {
  CLONE_DEVICE,
  type DiskTask,
  RECOVERY_ATTRIBUTES,
  RECOVERY_TASK_KEY,
  type RecoveryTask,
  type ReplayTask,
  recoveryScript,
} from './vm/recovery-script';

/** Label of recovery VMs and clones: id of the run. */
export const RECOVERY_LABEL = 'cassandra-recovery';

/** Label of recovery VMs and clones: name of the ring. */
export const RECOVERY_RING_LABEL = 'cassandra-recovery-ring';

const DAY_MS = 86_400_000;

/** Longest time of a recovery VM with the clone of one node: it verifies its clones one after another. */
const NODE_MS = Object.values(PHASE_SECONDS).reduce((sum, seconds) => sum + seconds, 0) * 1000;

/** Longest time from the request of a snapshot to its last write, in milliseconds: the script of the guest, and the skew of clocks. */
const SNAPSHOT_TOLERANCE_MS = (GUEST_SCRIPT_SECONDS + 60) * 1000;

/** Properties for `RecoveryVms`. */
export interface RecoveryVmsOptions {
  readonly compute: ComputeEngine;
  readonly ring: Ring;
  readonly set: SnapshotSet;

  /** Identifies the run. */
  readonly run: string;

  /** Tables to leave flushed on the clones, as `KEYSPACE.TABLE` or `KEYSPACE`. */
  readonly flush: readonly string[];

  /** Checks that the clones are apart from the live ring, and asserts what they have. @default - not checked */
  readonly drill?: { readonly assertions: readonly Assertion[] };

  /** Commit logs that are replayed on the verified clones, by name of the node. @default - none */
  readonly replay?: ReadonlyMap<string, ReplayTask>;

  /** Recovers the only disk of the set. @default - the disks are those of the ring */
  readonly recover?: DiskTask;
  readonly onProgress: (text: string) => void;
  readonly signal?: AbortSignal;

  /** Seconds until a VM has to report, and between two of its reports. @default { first: 1200, next: 50400 } */
  readonly timeouts?: { readonly first: number; readonly next: number };

  /** Milliseconds between two reads of the guest attributes. @default 2000 */
  readonly pollMs?: number;
}

/** Reports of recovery VMs, and the clones, which remain. */
export interface RecoveryResult {
  readonly reports: readonly RecoveryReport[];
  readonly clones: ReadonlyMap<string, Zonal>;

  /** Seconds by phase, the largest of all VMs. */
  readonly seconds: Readonly<Record<string, number>>;
}

/** Temporary VMs, one for each zone of a ring, which verify clones of the disks of a set. */
export class RecoveryVms {
  private readonly clones = new Map<string, Zonal>();

  constructor(private readonly options: RecoveryVmsOptions) {}

  /** Deletes the VMs and clones of a run. @returns descriptions of those that remain */
  public static remove(compute: ComputeEngine, ring: Ring, run: string): Promise<readonly string[]> {
    return removeLabelled(compute, ring, `labels.${RECOVERY_LABEL}=${labelValue(run)}`, () => true);
  }

  /** Lists the VMs and disks of a run in a zone. */
  public static async list(
    compute: ComputeEngine,
    zone: string,
    run: string,
  ): Promise<Record<'vms' | 'disks', readonly ComputeResource[]>> {
    const filter = `labels.${RECOVERY_LABEL}=${labelValue(run)}`;
    return { vms: await compute.instances(zone, filter), disks: await compute.disks(zone, filter) };
  }

  /**
   * Deletes VMs and clones that other runs of the ring left. Those of other rings stay, and those that a run may still use: they are younger than
   * the time limits of all clones of a zone, and a day for what is done before and afterwards.
   *
   * @returns descriptions of those that remain
   */
  public static removeOld(compute: ComputeEngine, ring: Ring, now: number): Promise<readonly string[]> {
    const nodes = Math.max(...[...groupByZone(ring.nodes).values()].map(({ length }) => length));
    const before = now - nodes * NODE_MS - DAY_MS;
    const isOld = ({ labels, creationTimestamp }: ComputeResource): boolean =>
      (labels as Readonly<Record<string, string>> | undefined)?.[RECOVERY_RING_LABEL] === labelValue(ring.name) &&
      Date.parse(String(creationTimestamp)) < before;
    return removeLabelled(compute, ring, `labels.${RECOVERY_LABEL}:*`, isOld);
  }

  /** Verifies the clones of all zones at once. The VMs are deleted, the clones are not. @throws RecoveryError if it was interrupted */
  public async run(): Promise<RecoveryResult> {
    const { ring, set, signal } = this.options;
    const zones = groupByZone(ring.nodes.filter(({ name }) => set.snapshots.has(name)));
    const reports = await allOf([...zones].map(([zone, nodes]) => this.verifyZone(zone, nodes)));
    if (signal?.aborted) throw new RecoveryError('the verification was interrupted');
    const seconds: Record<string, number> = {};
    for (const report of reports) {
      for (const [phase, each] of Object.entries(report.seconds)) seconds[phase] = Math.max(seconds[phase] ?? 0, each);
    }
    return { reports, clones: this.clones, seconds };
  }

  /** A VM that cannot be created, or does not report, is a failed check: the other zones are verified all the same. */
  private async verifyZone(zone: string, nodes: readonly RingNode[]): Promise<RecoveryReport> {
    const task = this.createTask(nodes);
    const began = Date.now();
    try {
      await allOf(nodes.map((node) => this.createClone(node)));
      const clone = Math.round((Date.now() - began) / 100) / 10;
      const report = await this.runVm(zone, nodes, task);
      return { ...report, seconds: { clone, ...report.seconds } };
    } catch (error) {
      if (!(error instanceof ReportedError)) throw error;
      const failed = { level: 1, code: 'recovery-vm', outcome: 'failed', detail: `${zone}: ${error.message}` } as const;
      const checks = nodes.map(({ name: node }) => ({ ...failed, node }));
      return { checks: [...checks, ...listMissingChecks(task, checks)], tables: [], found: [], seconds: {}, replicas: {}, manifests: [] };
    }
  }

  private createTask(nodes: readonly RingNode[]): RecoveryTask {
    const { ring, set, run, flush, drill, recover, replay } = this.options;
    const { cluster, datacenter, name } = ring;
    if (cluster === undefined || datacenter === undefined)
      throw new RecoveryError(`ring ${name} must be from 'CassandraRing', and be synthesized by this version of the library`);
    return {
      ...{ run, cluster, datacenter, flush, numTokens: NUM_TOKENS, steps: listSteps(this.options) },
      ...(drill !== undefined && { assertions: drill.assertions }),
      ...(recover !== undefined && { recover }),
      cassandraVersion: versionOf(nodes),
      hasAllDisks: recover === undefined && ring.nodes.every((node) => set.snapshots.has(node.name)),
      nodes: nodes.map((node) => ({
        name: node.name,
        device: `${CLONE_DEVICE}${node.name}`,
        rack: node.rack ?? node.zone,
        ownershipToken: `${cluster}/${node.name}`,
        latestWrite: set.snapshots.get(node.name)!.takenAt + SNAPSHOT_TOLERANCE_MS,
        takenAt: Math.round(set.snapshots.get(node.name)!.takenAt / 1000),
        ...(replay !== undefined && { replay: replay.get(node.name) }),
      })),
    };
  }

  private async createClone({ name: node, vm, zone }: RingNode): Promise<void> {
    const { compute, ring, set, run, onProgress, signal } = this.options;
    const snapshot = set.snapshots.get(node)!;
    if (signal?.aborted) throw new RecoveryError('the verification was interrupted');
    const source = await compute.disk({ zone: snapshot.zone, name: snapshot.disk });
    const type = source === undefined ? 'pd-ssd' : lastPart(source.type);
    const name = this.resourceName(vm);
    onProgress(`${zone}: creating clone ${name} from snapshot ${snapshot.name}`);
    this.clones.set(node, { zone, name });
    await compute.createDisk(zone, {
      name,
      sourceSnapshot: snapshotPath(ring, snapshot),
      type: `projects/${ring.project}/zones/${zone}/diskTypes/${type}`,
      labels: createLabels(ring, run),
    });
  }

  private async runVm(zone: string, nodes: readonly RingNode[], task: RecoveryTask): Promise<RecoveryReport> {
    const { compute, onProgress } = this.options;
    const vm = { zone, name: this.resourceName(`${this.options.ring.name}-${zone}`) };
    onProgress(`${zone}: creating recovery VM ${vm.name}`);
    try {
      await compute.createInstance(zone, await this.describeVm(vm, nodes, task));
      return await this.awaitReport(vm, task);
    } finally {
      // What was read counts; 'remove' deletes it later, or reports it.
      await compute.deleteInstance(vm).catch((error: Error) => {
        if (!(error instanceof ReportedError)) throw error;
        onProgress(`${zone}: ${vm.name} is not deleted yet: ${error.message}`);
      });
    }
  }

  /**
   * The VM is in the subnet of the nodes, and has their service account, so that their firewall rules apply. It has no scope, and gets no token,
   * unless it reads an archive.
   */
  private async describeVm({ zone, name }: Zonal, nodes: readonly RingNode[], task: RecoveryTask): Promise<ComputeResource> {
    const { ring, run, replay } = this.options;
    const [{ machineType, image, packageAccess }] = nodes as [RingNode];
    if (machineType === undefined || image === undefined)
      throw new RecoveryError(`ring ${ring.name} must have machine types and boot images that are known before a deployment`);
    const { subnetwork, serviceAccount } = await this.findNetwork(nodes);
    const labels = createLabels(ring, run);
    const metadata = {
      'enable-guest-attributes': 'TRUE',
      'block-project-ssh-keys': 'TRUE',
      'startup-script': recoveryScript({ cassandraVersion: task.cassandraVersion, packageAccess }),
      [RECOVERY_TASK_KEY]: JSON.stringify(task),
    };
    const place = `projects/${ring.project}/zones/${zone}`;
    const boot = {
      ...{ sourceImage: image, diskSizeGb: '20', labels },
      diskType: `${place}/diskTypes/${bootDiskType(machineType)}`,
    };
    return {
      name,
      labels,
      machineType: `${place}/machineTypes/${machineType}`,
      disks: [
        { boot: true, autoDelete: true, initializeParams: boot },
        ...nodes.map((node) => ({
          ...{ boot: false, autoDelete: false, mode: 'READ_WRITE', deviceName: `${CLONE_DEVICE}${node.name}` },
          source: `${place}/disks/${this.clones.get(node.name)!.name}`,
        })),
      ],
      networkInterfaces: [{ subnetwork }],
      ...(serviceAccount !== undefined && {
        serviceAccounts: [{ email: serviceAccount, scopes: replay === undefined ? [] : [READ_STORAGE] }],
      }),
      shieldedInstanceConfig: { enableSecureBoot: true, enableVtpm: true, enableIntegrityMonitoring: true },
      scheduling: { automaticRestart: false },
      metadata: { items: Object.entries(metadata).map(([key, value]) => ({ key, value })) },
    };
  }

  /** Subnet and service account of a VM of the ring: of the zone, otherwise of another one. */
  private async findNetwork(nodes: readonly RingNode[]): Promise<{ subnetwork: unknown; serviceAccount: string | undefined }> {
    const { compute, ring } = this.options;
    for (const { zone, vm } of [...nodes, ...ring.nodes]) {
      const found = await compute.instance({ zone, name: vm });
      const [nic] = (found?.networkInterfaces ?? []) as readonly { readonly subnetwork?: string }[];
      const [account] = (found?.serviceAccounts ?? []) as readonly { readonly email?: string }[];
      if (nic?.subnetwork !== undefined) return { subnetwork: nic.subnetwork, serviceAccount: account?.email };
    }
    throw new RecoveryError(`ring ${ring.name} must have a VM: recovery VMs are created in its subnet`);
  }

  private async awaitReport(vm: Zonal, task: RecoveryTask): Promise<RecoveryReport> {
    const { compute, onProgress, signal, timeouts = { first: 1200, next: 50_400 }, pollMs = 2000 } = this.options;
    let last = '';
    let deadline = Date.now() + timeouts.first * 1000;
    for (;;) {
      const state = readRecoveryState(await compute.guestAttributes(vm, RECOVERY_ATTRIBUTES), task);
      if (state.kind === 'done') return state.report;
      if (state.kind === 'failed') throw new RecoveryError(`recovery VM ${vm.name}: ${state.problem}`);
      if (state.phase !== last) {
        last = state.phase;
        onProgress(`${vm.zone}: ${last}`);
        deadline = Date.now() + timeouts.next * 1000;
      }
      if (Date.now() > deadline)
        throw new RecoveryError(`recovery VM ${vm.name} did not report in time; its last phase: ${last || 'none'}`);
      const found = await compute.instance(vm);
      if (found === undefined || found.status === 'TERMINATED' || found.status === 'STOPPED')
        throw new RecoveryError(`recovery VM ${vm.name} ended without a report; its last phase: ${last || 'none'}`);
      await sleep(pollMs, undefined, { signal }).catch(() => {
        throw new RecoveryError('the verification was interrupted');
      });
    }
  }

  private resourceName(of: string): string {
    const run = createHash('sha256').update(this.options.run).digest('hex').slice(0, 8);
    return shorten(`recovery-${run}-${of}`, COMPUTE_NAME_LENGTH);
  }
}

const READ_STORAGE = 'https://www.googleapis.com/auth/devstorage.read_only';

function listSteps({ recover, drill, replay }: RecoveryVmsOptions): readonly RecoveryStep[] {
  if (recover !== undefined) {
    const steps = ['disk-identity', 'disk-files', 'disk-boot', 'disk-rows'] as const;
    return recover.prepare === undefined ? steps : [...steps, 'disk-prepare'];
  }
  const steps = ['identity', 'files', 'boot', 'rows'] as const;
  if (replay !== undefined) return [...steps, 'replay'];
  if (drill === undefined) return steps;
  return drill.assertions.length === 0 ? [...steps, 'containment'] : [...steps, 'containment', 'assertions'];
}

/** Waits for the end of all of them, also after a failure: nothing is created while it is being removed. @throws the first error */
async function allOf<T>(running: readonly Promise<T>[]): Promise<T[]> {
  const settled = await Promise.allSettled(running);
  const failed = settled.find(({ status }) => status === 'rejected');
  if (failed?.status === 'rejected') throw failed.reason;
  return settled.map((each) => (each as PromiseFulfilledResult<T>).value);
}

/** Deletes recovery VMs and clones, and lists them again. @returns descriptions of those that remain */
async function removeLabelled(
  compute: ComputeEngine,
  ring: Ring,
  filter: string,
  isChosen: (resource: ComputeResource) => boolean,
): Promise<readonly string[]> {
  const remaining = new Map<string, string>();
  const attempt = async (what: string, work: () => Promise<void>): Promise<void> => {
    try {
      await work();
    } catch (error) {
      if (!(error instanceof ReportedError)) throw error;
      remaining.set(what, error.message);
    }
  };
  const list = async (zone: string) => ({
    vms: (await compute.instances(zone, filter)).filter(isChosen).map(({ name }) => ({ name, what: `VM ${name} in ${zone}` })),
    disks: (await compute.disks(zone, filter)).filter(isChosen).map(({ name }) => ({ name, what: `disk ${name} in ${zone}` })),
  });
  const zones = [...new Set(ring.nodes.map(({ zone }) => zone))];
  await Promise.all(
    zones.map((zone) =>
      attempt(`recovery VMs and clones in ${zone}`, async () => {
        const { vms, disks } = await list(zone);
        for (const { name, what } of vms) await attempt(what, () => compute.deleteInstance({ zone, name }));
        for (const { name, what } of disks) await attempt(what, () => compute.deleteDisk({ zone, name }));
        const rest = await list(zone);
        for (const { what } of [...rest.vms, ...rest.disks]) {
          if (!remaining.has(what)) remaining.set(what, 'it was deleted, and is still listed');
        }
      }),
    ),
  );
  return [...remaining].map(([what, problem]) => `${what} (${problem})`);
}

function createLabels(ring: Ring, run: string): Readonly<Record<string, string>> {
  return { [RECOVERY_LABEL]: labelValue(run), [RECOVERY_RING_LABEL]: labelValue(ring.name) };
}

function groupByZone(nodes: readonly RingNode[]): ReadonlyMap<string, readonly RingNode[]> {
  const zones = new Map<string, RingNode[]>();
  for (const node of nodes) zones.set(node.zone, [...(zones.get(node.zone) ?? []), node]);
  return zones;
}

/** Highest version of the nodes: it reads the disks of all of them. */
function versionOf(nodes: readonly RingNode[]): string {
  const versions = nodes.map(({ cassandraVersion }) => cassandraVersion).filter((version) => version !== undefined);
  const highest = versions.sort((one, other) => Number(one.split('.')[2]) - Number(other.split('.')[2])).at(-1);
  if (highest === undefined) throw new RecoveryError(`node ${nodes[0]?.name} must have a known version of Cassandra`);
  return highest;
}

function lastPart(path: unknown): string {
  return String(path).split('/').at(-1)!;
}

/** Value of a label: lower-case letters, digits, hyphens and underscores, at most 63. */
function labelValue(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^a-z0-9_-]+/g, '-')
    .slice(0, 63);
}
