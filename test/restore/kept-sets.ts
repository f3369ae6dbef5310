import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { staging } from '../../environments';
import { CANARY_TABLE } from '../../lib/cassandra/node-files/canary';
import { PLATFORM_KEYSPACE } from '../../lib/cassandra-contract/keyspaces';
import { SNAPSHOT_SET_LABEL } from '../../lib/cassandra-contract/labels';
import type { Ring, RingNode } from '../../lib/operations';
import {
  ComputeEngine,
  type ComputeResource,
  findSource,
  listSnapshotSets,
  removeRecovery,
  type SnapshotSet,
  type Verification,
} from '../../lib/recovery';
import { prepareDisk, removeClone } from '../../lib/recovery/recover-disk';
import { createIdentity } from '../../lib/recovery/recover-tools';
import { drillSet } from '../../lib/recovery/verify-set';
import { POD_ADDRESS, type RealRing } from '../cassandra-vms/real-ring';
import { progress } from '../cassandra-vms/steps';
import { copyImage, type Damage, type DamagedImage, editImage, type KeptSet, withTask } from './damages';
import { ASSERTIONS, assignNode, nameRun, type Recorded } from './evaluate';
import { RecordingCompute } from './recorded';
import { KEPT_FOLDER } from './recordings';

/** Keeps the ring and its sets after the end, and uses those of a former run. */
export const KEEPS_RING = process.env.RESTORE_RING === 'keep';

/** Rows of the tables that a set has to have on each disk. */
export const ROWS = { deleted: 0, last: 300, log: 120, orders: 400 };

/** Bytes of one segment of the commit log, and of a row of which some fill it. */
const SEGMENT = '2MiB';
const LARGE = 'x'.repeat(50_000);

/** Settings of the nodes: several segments of the commit log with few rows. */
export const SETTINGS = { commitlog_segment_size: SEGMENT, commitlog_sync_period: '1s', hints_flush_period: '1s' };

/** Change of a set's image, and of the request that creates the recovery VM of its node. */
export interface Change {
  readonly image?: string | ((image: DamagedImage) => void);
  readonly vm?: (body: ComputeResource) => ComputeResource;
}

/** Verification of a damaged set, with the reports of its recovery VMs. */
export interface DamagedRun {
  readonly verification: Verification;
  readonly recorded: Recorded;
  readonly seconds: number;
}

/** Sets of snapshots of a ring, and copies of their images to damage. */
export class KeptSets {
  private runs = 0;

  constructor(private readonly ring: RealRing) {
    mkdirSync(KEPT_FOLDER, { recursive: true });
  }

  /** A former run has taken all sets. */
  public get isComplete(): boolean {
    return existsSync(join(KEPT_FOLDER, 'complete'));
  }

  /** A former run has taken the set. */
  public has(set: KeptSet): boolean {
    return this.ring.nodeNames.every((node) => existsSync(this.kept(set, node)));
  }

  public complete(): void {
    writeFileSync(join(KEPT_FOLDER, 'complete'), '');
  }

  public get compute(): ComputeEngine {
    return new ComputeEngine(this.computeOptions);
  }

  /** Takes snapshots of all disks at the same time, and keeps their images. @returns times of the snapshots, in milliseconds since 1970 */
  public async take(set: KeptSet, query = ''): Promise<number[]> {
    const taken = await Promise.all(
      this.ring.nodeNames.map((node) =>
        this.compute.createSnapshot(
          { zone: staging.cassandraNodes[node]!.zone, name: `staging-cassandra-${node}-data` },
          { name: `${set}-${node}`, labels: { [SNAPSHOT_SET_LABEL]: set } },
          query,
        ),
      ),
    );
    for (const [index, { id }] of taken.entries()) copyImage(this.image(String(id)), this.kept(set, this.ring.nodeNames[index]!));
    return taken.map(({ creationTimestamp }) => Date.parse(String(creationTimestamp)));
  }

  public async find(set: KeptSet): Promise<SnapshotSet> {
    const sets = await listSnapshotSets({ compute: this.compute, ring: this.ring.described(), now: Date.now() + 1000 });
    return sets.find(({ id }) => id === set)!;
  }

  /** Runs what has to find a damage, with changed images of some nodes; those of the others are as they were taken. */
  public examine({ set, until, recovers }: Damage, changes: ReadonlyMap<string, Change>): Promise<DamagedRun> {
    return recovers ? this.recover(set, changes) : this.verify(set, changes, until);
  }

  /** Verifies a set. @param until last step. @default - rows */
  public async verify(id: KeptSet, changes: ReadonlyMap<string, Change> = new Map(), until?: 'files'): Promise<DamagedRun> {
    await this.prepare(id, changes);
    const set = await this.find(id);
    const ring = this.ring.described();
    const shorter = withTask((task) => ({ ...task, steps: ['identity', 'files'] }));
    const compute = this.record((node, body) => {
      const changed = changes.get(node)?.vm?.(body) ?? body;
      return until === 'files' ? shorter(changed) : changed;
    });
    const run = `damage-${process.pid}-${++this.runs}`;
    const began = Date.now();
    try {
      const { verification } = await drillSet({ compute, ring, set, run, assertions: ASSERTIONS, onProgress: progress() });
      return { verification, recorded: { ring, set, recorded: compute.recorded(run) }, seconds: (Date.now() - began) / 1000 };
    } finally {
      for (const remaining of await removeRecovery({ compute, ring, run })) progress()(`not removed: ${remaining}`);
    }
  }

  /** Verifies each disk of a set that has a change without the others, and prepares it for its node. */
  public async recover(id: KeptSet, changes: ReadonlyMap<string, Change>): Promise<DamagedRun> {
    await this.prepare(id, changes);
    const set = await this.find(id);
    const ring = this.ring.described();
    const compute = this.record((node, body) => changes.get(node)?.vm?.(body) ?? body);
    const run = `damage-${process.pid}-${++this.runs}`;
    const began = Date.now();
    const verified = await Promise.all(
      ring.nodes
        .filter(({ name }) => changes.has(name))
        .map((node) => recoverOne({ compute, ring, set, run: nameRun(run, node.name), node })),
    );
    const [checks, tables] = [verified.flatMap((each) => each.checks), verified.flatMap((each) => each.tables)];
    const recorded = { ring, set, recorded: compute.recorded(run) };
    return { verification: { set: id, checks, tables, seconds: {} }, recorded, seconds: (Date.now() - began) / 1000 };
  }

  /** Puts the images of a set in their places. @param changes of some nodes. @default - all are as they were taken */
  public async prepare(id: KeptSet, changes: ReadonlyMap<string, Change> = new Map()): Promise<void> {
    for (const node of this.ring.nodeNames) {
      const { id: number } = (await this.compute.snapshot(`${id}-${node}`))!;
      const path = this.image(String(number));
      copyImage(this.kept(id, node), path);
      const change = changes.get(node)?.image;
      const other = this.ring.nodeNames.find((name) => name !== node)!;
      if (typeof change === 'string') editImage(path, change);
      else change?.({ node, path, other, kept: (of, set = id) => this.kept(set, of) });
    }
  }

  /** @param change of the request that creates the recovery VM of a node */
  private record(change: (node: string, body: ComputeResource) => ComputeResource): RecordingCompute {
    const vms = this.ring.nodeNames.map(
      (node) => [staging.cassandraNodes[node]!.zone, (body: ComputeResource) => change(node, body)] as const,
    );
    return new RecordingCompute(this.computeOptions, new Map(vms));
  }

  /** Names of recovery VMs and clones that exist. */
  public async leftOver(): Promise<string[]> {
    const zones = Object.values(staging.cassandraNodes).map(({ zone }) => zone);
    const found = await Promise.all(
      zones.flatMap((zone) => [
        this.compute.disks(zone, 'labels.cassandra-recovery:*'),
        this.compute.instances(zone, 'labels.cassandra-recovery:*'),
      ]),
    );
    return found.flat().map(({ name }) => name);
  }

  private get computeOptions() {
    return { project: staging.projectId, environment: this.ring.sandbox.environment };
  }

  private image(number: string): string {
    return join(this.ring.directory, 'vms/snapshots', `${number}.img`);
  }

  private kept(set: KeptSet, node: string): string {
    return join(KEPT_FOLDER, `${set}-${node}.img`);
  }
}

interface OneDisk {
  readonly compute: ComputeEngine;
  readonly ring: Ring;
  readonly set: SnapshotSet;
  readonly run: string;
  readonly node: RingNode;
}

/** Verifies one disk of a set alone, and prepares it for its node. */
async function recoverOne({ set, node, ...more }: OneDisk): Promise<Verification> {
  const snapshot = set.snapshots.get(node.name)!.name;
  const options = { ...more, source: { snapshot }, onProgress: progress() };
  const found = await findSource(options.compute, options.ring, options.source);
  const identity = createIdentity(more.ring, node);
  try {
    return assignNode((await prepareDisk(options, found, snapshot, node, identity)).verification, node.name);
  } finally {
    await removeClone(options);
  }
}

/**
 * Creates the tables, and takes the sets that damages are applied to. Sets that a former run has taken are kept.
 *
 * @param startLoad starts clients that write to `proof.load` until the end
 * @returns milliseconds from the last acknowledged write of `proof.last` to each snapshot with a guest flush
 */
export async function takeSets(ring: RealRing, sets: KeptSets, startLoad: () => void): Promise<number[]> {
  if (!sets.has('empty')) {
    await createTables(ring);
    await sync(ring);
    await sets.take('empty');
  }
  startLoad();
  if (!sets.has('unflushed')) {
    await writeRows(ring);
    await sync(ring);
    await sets.take('unflushed');
  }
  const addresses = ring.nodeNames.map((node) => ring.address(node));
  const acknowledged = Number(await ring.client(POD_ADDRESS, '../../restore/clients/burst.js', [String(ROWS.last), ...addresses]));
  const taken = await sets.take('flushed', '?guestFlush=true');
  // Rows that are newer than all of these snapshots, whatever the time between them.
  const tomorrow = (Date.now() + 86_400_000) * 1000;
  await ring.cql(
    'b',
    [
      `INSERT INTO proof.newer (id) VALUES (1) USING TIMESTAMP ${tomorrow}`,
      `INSERT INTO ${CANARY_TABLE} (host, id, at) VALUES (uuid(), uuid(), ${tomorrow / 1000})`,
    ],
    'ALL',
  );
  await flush(ring);
  await sync(ring);
  await sets.take('newer');
  sets.complete();
  return taken.map((at) => at - acknowledged);
}

async function createTables(ring: RealRing): Promise<void> {
  const replication = `{'class': 'NetworkTopologyStrategy', '${staging.region}': 3}`;
  await ring.cql('b', [
    `CREATE KEYSPACE proof WITH replication = ${replication}`,
    'CREATE TABLE proof.orders (id int, at int, value text, "To" text, tags map<text, int>, PRIMARY KEY (id, at))',
    'CREATE TABLE proof.deleted (id int PRIMARY KEY)',
    'CREATE TABLE proof.log (id int PRIMARY KEY, value text)',
    'CREATE TABLE proof.last (id int PRIMARY KEY, value text)',
    'CREATE TABLE proof.load (id int PRIMARY KEY, value text)',
    'CREATE TABLE proof.newer (id int PRIMARY KEY)',
    'CREATE TABLE proof.filler (id int PRIMARY KEY, value text)',
    // As the first node does at its first snapshot with a guest flush.
    `CREATE KEYSPACE ${PLATFORM_KEYSPACE} WITH replication = ${replication}`,
    `CREATE TABLE ${CANARY_TABLE} (host uuid PRIMARY KEY, id uuid, at timestamp)`,
  ]);
  await flush(ring);
}

async function writeRows(ring: RealRing): Promise<void> {
  const order = (id: number) => `INSERT INTO proof.orders (id, at, value, tags) VALUES (${id % 40}, ${id}, 'order ${id}', {'a': ${id}})`;
  const large = (table: string) => (id: number) => `INSERT INTO proof.${table} (id, value) VALUES (${id}, '${LARGE}')`;
  await writeAll(ring, 0, 200, order);
  await ring.cql('b', ['INSERT INTO proof.deleted (id) VALUES (1)'], 'ALL');
  await flush(ring, 'proof');
  await ring.cql('b', ['DELETE FROM proof.deleted WHERE id = 1'], 'ALL');
  await writeAll(ring, 200, ROWS.orders, order);
  await flush(ring, 'proof');
  // A segment that holds rows in SSTables only is discarded: no replay brings them back. The next one is begun by other rows.
  await writeAll(ring, 0, 60, large('filler'), 20);
  await flush(ring);
  await writeAll(ring, 0, ROWS.log, large('log'), 20);
}

async function flush(ring: RealRing, what = ''): Promise<void> {
  await Promise.all(ring.nodeNames.map((node) => ring.run(node, `nodetool flush ${what}`)));
}

/** Runs statements for ids at consistency ALL, some at once. */
async function writeAll(ring: RealRing, from: number, to: number, statement: (id: number) => string, atOnce = 200): Promise<void> {
  const ids = Array.from({ length: to - from }, (_, index) => from + index);
  for (let begin = 0; begin < ids.length; begin += atOnce) await ring.cql('b', ids.slice(begin, begin + atOnce).map(statement), 'ALL');
}

/** Waits until acknowledged writes are on the disks: two periods of the commit log, and the caches of the file system. */
async function sync(ring: RealRing): Promise<void> {
  await Promise.all(ring.nodeNames.map((node) => ring.run(node, 'sleep 3; sync --file-system /var/lib/cassandra')));
}
