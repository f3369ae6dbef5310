import { createHash } from 'node:crypto';
import { findRing, type Ring } from '../../lib/operations';
import type { ComputeEngine, ComputeResource, SnapshotSet, Zonal } from '../../lib/recovery';
import { RECOVERY_LABEL } from '../../lib/recovery/recovery-vms';
import { EXPECTED_CHECKS } from '../../lib/recovery/vm/recovery-program';
import type { RecoveryTask } from '../../lib/recovery/vm/recovery-script';
import { synthesizedEnvironment } from '../reachability/environments';

/** The ring of staging. */
export const RING: Ring = findRing(synthesizedEnvironment('staging'));

/** Zones of Compute Engine with VMs that report at once. */
export class FakeZones {
  public readonly disks = new Map<string, ComputeResource>();
  public readonly instances = new Map<string, ComputeResource>();
  public readonly deleted: string[] = [];

  /** Snapshots as the API lists them. */
  public snapshots: readonly object[] = [];

  /** Called before each request that changes something, for example `createDisk NAME`. */
  public before: (request: string) => void = () => {};

  /** Changes the report of a VM. */
  public report: (report: Record<string, unknown>, task: RecoveryTask) => unknown = (report) => report;
  public hasReport = true;

  constructor() {
    const networkInterfaces = [{ subnetwork: 'projects/p/regions/r/subnetworks/data' }];
    const serviceAccounts = [{ email: 'node@p.iam.gserviceaccount.com', scopes: ['all'] }];
    for (const { vm: name, zone } of RING.nodes)
      this.instances.set(`${zone}/${name}`, { name, status: 'RUNNING', networkInterfaces, serviceAccounts });
  }

  public get engine(): ComputeEngine {
    const change = (what: string, { zone, name }: Zonal, work: (key: string) => void) => {
      this.before(`${what} ${name}`);
      work(`${zone}/${name}`);
    };
    const list = (all: Map<string, ComputeResource>, zone: string, filter = '') => {
      const [, run] = /=(.*)$/.exec(filter) ?? [];
      return [...all].flatMap(([key, resource]) => {
        const label = (resource.labels as Record<string, string> | undefined)?.[RECOVERY_LABEL];
        return key.startsWith(`${zone}/`) && label !== undefined && (run === undefined || label === run) ? [resource] : [];
      });
    };
    const listDisks = (zone: string, filter?: string) => {
      this.before(`disks ${zone} ${filter ?? ''}`);
      return list(this.disks, zone, filter);
    };
    const engine: Partial<Record<keyof ComputeEngine, unknown>> = {
      disk: async ({ zone, name }: Zonal) => this.disks.get(`${zone}/${name}`),
      disks: async (zone: string, filter?: string) => listDisks(zone, filter),
      snapshots: async () => {
        this.before('snapshots');
        return this.snapshots;
      },
      instances: async (zone: string, filter?: string) => list(this.instances, zone, filter),
      instance: async ({ zone, name }: Zonal) => this.instances.get(`${zone}/${name}`),
      createDisk: async (zone: string, body: ComputeResource) => {
        // The others are slower than b.
        if (!body.name.endsWith('-b')) await new Promise((resolve) => setImmediate(resolve));
        change('createDisk', { zone, name: body.name }, (key) =>
          this.disks.set(key, { creationTimestamp: new Date().toISOString(), ...body }),
        );
      },
      createInstance: async (zone: string, body: ComputeResource) =>
        change('createInstance', { zone, name: body.name }, (key) => this.instances.set(key, { status: 'RUNNING', ...body })),
      deleteDisk: async (disk: Zonal) => this.delete('deleteDisk', disk, this.disks),
      deleteInstance: async (vm: Zonal) => this.delete('deleteInstance', vm, this.instances),
      guestAttributes: async ({ zone, name }: Zonal) => this.attributes(this.instances.get(`${zone}/${name}`)!),
    };
    return engine as ComputeEngine;
  }

  /** Recovery VMs and clones. */
  public get leftOver(): string[] {
    return [...this.disks, ...this.instances].filter(([, { labels }]) => labels !== undefined).map(([key]) => key);
  }

  private delete(what: string, { zone, name }: Zonal, all: Map<string, ComputeResource>): void {
    this.before(`${what} ${name}`);
    if (all.delete(`${zone}/${name}`)) this.deleted.push(name);
  }

  private attributes({ metadata }: ComputeResource): ReadonlyMap<string, string> {
    const { items } = metadata as { items: { key: string; value: string }[] };
    const task = JSON.parse(items.find(({ key }) => key === 'recovery-task')!.value) as RecoveryTask;
    if (!this.hasReport) return new Map([['state', 'running: boot of b']]);
    const { steps, nodes, run, assertions = [] } = task;
    const checks = nodes.flatMap(({ name: node }) =>
      steps.flatMap((step) => EXPECTED_CHECKS[step]).map(([level, code]) => ({ level, code, outcome: 'passed', node })),
    );
    const tables = nodes.map(({ name: node }) => ({ node, keyspace: 'k', table: 't', rows: 3, hash: 'a'.repeat(64) }));
    const found = nodes.flatMap(({ name: node }) => assertions.map(({ expect }, index) => ({ node, index, found: expect })));
    const text = JSON.stringify(this.report({ run, checks, tables, assertions: found, seconds: { boot: 2 }, replicas: { k: 3 } }, task));
    const digest = createHash('sha256').update(text).digest('hex');
    return new Map([
      ['state', `done 1 ${digest}`],
      ['report-000', Buffer.from(text).toString('base64')],
    ]);
  }
}

/** A set with a snapshot of each node, or of some. */
export function createSet(names = RING.nodes.map(({ name }) => name)): SnapshotSet {
  const snapshots = names.map((node) => {
    const { zone, vm } = RING.nodes.find(({ name }) => name === node)!;
    const times = { takenAt: 0, status: 'READY', sizeGiB: 10, isFlushed: true, labels: {} };
    return [node, { name: `night-${node}`, node, zone, disk: `${vm}-data`, diskNumber: '1', ...times }] as const;
  });
  return { id: '20261129-041500', snapshots: new Map(snapshots), takenAt: 0, lastTakenAt: 0, origin: 'job', problems: [] };
}
