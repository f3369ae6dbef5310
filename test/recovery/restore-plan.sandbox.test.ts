import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { GoogleProvider } from '@cdktf/provider-google/lib/provider';
import { App, GcsBackend, TerraformStack } from 'cdktf';
import { CassandraRing, Network, Project, SnapshotSchedule, SnapshotSet } from '../../lib';
import { type DiskGenerations, readDiskGenerations, writeDiskGenerations } from '../../lib/cassandra-contract/disk-generations';
import { findRing } from '../../lib/operations';
import { nextGenerations } from '../../lib/recovery/next-generations';
import { findRemainingChanges, planRestore } from '../../lib/recovery/restore-plan';
import type { SynthesizedRing } from '../../lib/recovery/restore-tools';
import { Sandbox } from '../../lib/sandbox';
import { CloudResource } from '../../lib/sandbox/cloud-resource';
import { cleanEnvironment } from '../../lib/sandbox/sandbox';
import { describeWithTerraform } from '../support/terraform';

const STACK = 'tickets';
const NODES = ['b', 'c', 'd'];

/** A ring on a schedule and with sets. */
function createStack(app: App, disksFile: string, machineType?: string): TerraformStack {
  const stack = new TerraformStack(app, STACK);
  new GcsBackend(stack, { bucket: 'states', prefix: STACK });
  new GoogleProvider(stack, 'Google', { project: 'tickets', region: 'europe-west1' });
  const project = new Project(stack, 'Project', { projectId: 'tickets', projectNumber: '123456789012' });
  const network = new Network(stack, 'Network', { project, region: 'europe-west1', dataRange: '10.0.16.0/24' });
  const ring = new CassandraRing(stack, 'Cassandra', {
    ...{ network, name: 'tickets-cassandra', disksFile, ...(machineType !== undefined && { machineType }) },
    nodes: Object.fromEntries(NODES.map((name, index) => [name, { zone: `europe-west1-${name}`, address: `10.0.16.1${index}` }])),
    snapshots: new SnapshotSchedule(stack, 'Snapshots', { project, region: 'europe-west1' }),
  });
  new SnapshotSet(stack, 'Sets', { ring });
  return stack;
}

describeWithTerraform('plan of a restore, with Terraform', () => {
  let sandbox: Sandbox;
  const folder = mkdtempSync(path.join(tmpdir(), 'restore-plan-'));
  const file = path.join(folder, 'staging.disks.json');

  beforeAll(async () => {
    sandbox = await Sandbox.start();
    writeDiskGenerations(file, {});
    await sandbox.apply(createStack(new App(), file));
  });
  afterAll(async () => {
    await sandbox.stop();
    rmSync(folder, { recursive: true });
  });

  function synthesize(disks: DiskGenerations, machineType?: string): SynthesizedRing {
    writeDiskGenerations(file, disks);
    const outdir = path.join(folder, 'cdktf.out');
    rmSync(outdir, { recursive: true, force: true });
    const app = new App({ outdir });
    createStack(app, file, machineType);
    app.synth();
    const stack = path.join(outdir, 'stacks', STACK);
    const synthesized: unknown = JSON.parse(readFileSync(path.join(stack, 'cdk.tf.json'), 'utf8'));
    const environment = { ...cleanEnvironment(), ...sandbox.environment, TF_IN_AUTOMATION: '1' };
    return { ring: findRing(synthesized), stack: { folder: stack, synthesized, environment } };
  }

  /** Disks from a set, in place of the present ones. */
  function restored(disks: DiskGenerations, set: string, existing: readonly number[]): DiskGenerations {
    const replacements = NODES.map((node) => ({ node, from: snapshot(node, set), existing }));
    return nextGenerations(disks, replacements, { replacedBy: `restore of set ${set}`, now: Date.parse('2026-11-30T03:00:00Z') });
  }

  function snapshot(node: string, set: string): string {
    const id = `projects/tickets/global/snapshots/${node}-${set}`;
    const source = `projects/tickets/zones/europe-west1-${node}/disks/tickets-cassandra-${node}-data`;
    const { provider } = sandbox.cloud.get('google_compute_disk', source)!;
    const about = { project: 'tickets', name: `${node}-${set}`, source_disk: source, snapshot_id: `47${node}`, disk_size_gb: 50 };
    sandbox.cloud.put(new CloudResource('google_compute_snapshot', id, { id, self_link: id, ...about }, provider));
    return id;
  }

  const attached = (): string[] =>
    sandbox.cloud
      .list('google_compute_instance')
      .map((vm) => path.basename(String(vm.all('attached_disk.source').flat()[0])))
      .sort();

  test('a plan that also changes a machine type is refused, and names it', async () => {
    const { ring, stack } = synthesize(restored({}, 'night-2', [1]), 'n2-standard-8');
    await expect(planRestore(stack, ring, readDiskGenerations(file), 'restore of a set')).rejects.toMatchObject({
      exitCode: 2,
      message: expect.stringMatching(/google_compute_instance\.Cassandra_b\S* \(update of machine_type\)/),
    });
    expect(attached()).toEqual(NODES.map((node) => `tickets-cassandra-${node}-data`));
  });

  test('all disks of a ring are replaced in one plan that the guard accepts, twice, and nothing remains', async () => {
    let disks: DiskGenerations = {};
    for (const generation of [2, 3]) {
      disks = restored(disks, `night-${generation}`, [1, 2]);
      const { ring, stack } = synthesize(disks);
      const plan = await planRestore(stack, ring, readDiskGenerations(file), 'restore of a set');
      try {
        expect(plan.isEmpty).toBe(false);
        await plan.apply();
      } finally {
        plan.discard();
      }
      expect(attached()).toEqual(NODES.map((node) => `tickets-cassandra-${node}-data-${generation}`));
      expect(await findRemainingChanges(stack, ring)).toBeUndefined();
      const again = await planRestore(stack, ring, readDiskGenerations(file), 'restore of a set');
      again.discard();
      expect(again.isEmpty).toBe(true);
    }
  });

  test('one disk from a snapshot and blank ones for the other nodes are one plan that the guard accepts', async () => {
    const before = readDiskGenerations(file);
    const present = before.c?.generation ?? 1;
    const existing = Array.from({ length: present }, (_, index) => index + 1);
    const replacements = NODES.map((node) => ({ node, existing, ...(node === 'c' && { from: snapshot(node, 'last') }) }));
    const disks = nextGenerations(before, replacements, { replacedBy: 'recovery of disk c', now: Date.parse('2026-11-30T03:00:00Z') });
    expect([disks.b!.from, disks.c!.from]).toEqual([undefined, expect.stringContaining('c-last')]);
    const { ring, stack } = synthesize(disks);
    const plan = await planRestore(stack, ring, readDiskGenerations(file), 'recovery of a disk');
    try {
      await plan.apply();
    } finally {
      plan.discard();
    }
    expect(attached()).toEqual(NODES.map((node) => `tickets-cassandra-${node}-data-${present + 1}`));
    expect(await findRemainingChanges(stack, ring)).toBeUndefined();
  });
});
