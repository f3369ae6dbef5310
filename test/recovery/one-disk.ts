import { createHash } from 'node:crypto';
import { findRing, type Ring } from '../../lib/operations';
import type { ComputeEngine, ComputeResource, Zonal } from '../../lib/recovery';
import type { RecoveredDisk } from '../../lib/recovery/recovered-disk';
import { RECOVERY_LABEL } from '../../lib/recovery/recovery-vms';
import { EXPECTED_CHECKS } from '../../lib/recovery/vm/recovery-program';
import type { RecoveryTask } from '../../lib/recovery/vm/recovery-script';
import { synthesizedEnvironment } from '../reachability/environments';

export const RING: Ring = findRing(synthesizedEnvironment('staging'));
export const LAST_DISK = 'staging-cassandra-c-data';

const KEYSPACE = { strategy: 'NetworkTopologyStrategy', replication: { 'europe-west1': '3' }, copies: 3, share: 1, isSystem: false };

/** Disk of node c of staging. */
export const DISK: RecoveredDisk = {
  ...{ cluster: RING.cluster!, datacenter: RING.datacenter!, rack: 'europe-west1-c', hostId: 'abc', cassandraVersion: '5.0.8' },
  ...{ tokens: Array.from({ length: 16 }, (_, token) => `${token}`), hasMarker: true, owner: 105 },
  peers: [{ address: '10.10.8.11', datacenter: 'europe-west1', rack: 'europe-west1-b', tokens: 16 }],
  keyspaces: [
    { ...KEYSPACE, name: 'shop', tables: [{ name: 'orders', bytes: 2048 }] },
    { ...KEYSPACE, name: 'system_auth', isSystem: true, tables: [] },
  ],
};

/** Compute Engine with one data disk of the ring that is left, and with recovery VMs that report at once. */
export class OneDisk {
  public readonly disks = new Map<string, ComputeResource>();
  public readonly snapshots = new Map<string, ComputeResource>();
  public readonly instances = new Map<string, ComputeResource>();

  /** Requests that changed something, for example `createDisk NAME`. */
  public readonly calls: string[] = [];
  public readonly tasks: RecoveryTask[] = [];

  /** Called before each request that changes something. */
  public before: (request: string) => void = () => {};

  public hasReport = true;
  public disk: RecoveredDisk | undefined = DISK;
  public rows = 100;

  /** Changes the report of the VM. */
  public report: (report: Record<string, unknown>) => unknown = (report) => report;

  constructor() {
    for (const { vm: name, zone } of RING.nodes)
      this.instances.set(`${zone}/${name}`, { name, status: 'RUNNING', networkInterfaces: [{ subnetwork: 'data' }] });
    this.disks.set(`europe-west1-c/${LAST_DISK}`, { name: LAST_DISK, sizeGb: '50', type: 'zones/z/diskTypes/pd-balanced' });
  }

  public get engine(): ComputeEngine {
    const change = (request: string): void => {
      this.before(request);
      this.calls.push(request);
    };
    const list = (all: Map<string, ComputeResource>, zone: string) =>
      [...all].flatMap(([key, each]) => (key.startsWith(`${zone}/`) && labelsOf(each)[RECOVERY_LABEL] !== undefined ? [each] : []));
    const engine: Partial<Record<keyof ComputeEngine, unknown>> = {
      disk: async ({ zone, name }: Zonal) => this.disks.get(`${zone}/${name}`),
      snapshot: async (name: string) => this.snapshots.get(name),
      instance: async ({ zone, name }: Zonal) => this.instances.get(`${zone}/${name}`),
      disks: async (zone: string) => list(this.disks, zone),
      instances: async (zone: string) => list(this.instances, zone),
      createSnapshot: async ({ zone, name: disk }: Zonal, body: ComputeResource) => {
        change(`createSnapshot ${body.name}`);
        const sourceDisk = `projects/p/zones/${zone}/disks/${disk}`;
        this.snapshots.set(body.name, { status: 'READY', diskSizeGb: '50', sourceDisk, ...body });
        return this.snapshots.get(body.name);
      },
      createDisk: async (zone: string, body: ComputeResource) => {
        change(`createDisk ${body.name}`);
        this.disks.set(`${zone}/${body.name}`, { creationTimestamp: new Date().toISOString(), ...body });
      },
      createInstance: async (zone: string, body: ComputeResource) => {
        change(`createInstance ${body.name}`);
        this.instances.set(`${zone}/${body.name}`, { status: 'RUNNING', creationTimestamp: new Date().toISOString(), ...body });
      },
      deleteDisk: async ({ zone, name }: Zonal) => {
        change(`deleteDisk ${name}`);
        this.disks.delete(`${zone}/${name}`);
      },
      deleteInstance: async ({ zone, name }: Zonal) => {
        change(`deleteInstance ${name}`);
        this.instances.delete(`${zone}/${name}`);
      },
      guestAttributes: async ({ zone, name }: Zonal) => this.attributes(this.instances.get(`${zone}/${name}`)!),
    };
    return engine as ComputeEngine;
  }

  /** Recovery VMs and clones. */
  public get leftOver(): string[] {
    return [...this.disks, ...this.instances].filter(([, each]) => labelsOf(each)[RECOVERY_LABEL] !== undefined).map(([key]) => key);
  }

  private attributes({ metadata }: ComputeResource): ReadonlyMap<string, string> {
    const { items } = metadata as { items: { key: string; value: string }[] };
    const task = JSON.parse(items.find(({ key }) => key === 'recovery-task')!.value) as RecoveryTask;
    this.tasks.push(task);
    if (!this.hasReport) return new Map([['state', 'running: boot of c']]);
    const node = task.nodes[0]!.name;
    const checks = task.steps.flatMap((step) => EXPECTED_CHECKS[step]).map(([level, code]) => ({ level, code, outcome: 'passed', node }));
    const tables = [{ node, keyspace: 'shop', table: 'orders', rows: this.rows, hash: 'a'.repeat(64) }];
    const report = { run: task.run, checks, tables, seconds: { boot: 2 }, replicas: {}, ...(this.disk && { disk: this.disk }) };
    const text = JSON.stringify(this.report(report));
    return new Map([
      ['state', `done 1 ${createHash('sha256').update(text).digest('hex')}`],
      ['report-000', Buffer.from(text).toString('base64')],
    ]);
  }
}

function labelsOf({ labels }: ComputeResource): Readonly<Record<string, string>> {
  return (labels ?? {}) as Readonly<Record<string, string>>;
}
