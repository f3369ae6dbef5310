import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { App } from 'cdktf';
import { staging } from '../../environments';
import { type DiskGenerations, writeDiskGenerations } from '../../lib/cassandra-contract/disk-generations';
import { guard } from '../../lib/guard';
import { Sandbox } from '../../lib/sandbox';
import { CloudResource } from '../../lib/sandbox/cloud-resource';
import { EnvironmentStack } from '../../stacks/environment-stack';
import { describeWithTerraform } from '../support/terraform';

const KEPT = { replacedBy: 'restore of set monday', replacedAt: '2026-11-30', keepUntil: '2026-12-30' };

describeWithTerraform('generations of data disks, with Terraform', () => {
  let sandbox: Sandbox;
  const folder = mkdtempSync(path.join(tmpdir(), 'disks-'));
  const file = path.join(folder, 'staging.disks.json');
  afterAll(async () => {
    await sandbox.stop();
    rmSync(folder, { recursive: true });
  });

  const { name, ...values } = staging;
  const stack = (disks: DiskGenerations): EnvironmentStack => {
    writeDiskGenerations(file, disks);
    return new EnvironmentStack(new App(), name, { ...values, cassandraDisksFile: file });
  };
  const snapshot = (of: string, id: string): string => {
    const identity = `projects/${values.projectId}/global/snapshots/${of}-${id}`;
    const source = `projects/${values.projectId}/zones/europe-west1-${of}/disks/staging-cassandra-${of}-data`;
    const disk = sandbox.cloud.get('google_compute_disk', source)!;
    const snapshotValues = {
      project: values.projectId,
      name: `${of}-${id}`,
      source_disk: source,
      snapshot_id: `47${id}`,
      disk_size_gb: 50,
    };
    sandbox.cloud.put(
      new CloudResource('google_compute_snapshot', identity, { id: identity, self_link: identity, ...snapshotValues }, disk.provider),
    );
    return identity;
  };
  const attached = (): string[] =>
    sandbox.cloud
      .list('google_compute_instance')
      .map((vm) => path.basename(String(vm.all('attached_disk.source').flat()[0])))
      .sort();

  test('a restored disk is attached in place of the former one, which stays; a second restore, and the way back, too', async () => {
    sandbox = await Sandbox.start();
    await sandbox.apply(stack({}));
    const [from, again] = [snapshot('b', '1'), snapshot('b', '2')];
    const second = { b: { generation: 2, from, kept: [{ generation: 1, ...KEPT }] } };
    const plan = await sandbox.plan(stack(second));
    expect(plan.changes.map(({ type, action }) => `${action} ${type}`).sort()).toEqual([
      'create google_compute_disk',
      'create google_compute_disk_resource_policy_attachment',
      'update google_compute_disk',
      'update google_compute_instance',
      'update google_logging_metric',
      'update google_workflows_workflow',
    ]);

    await sandbox.apply(stack(second));
    expect(attached()).toEqual(['staging-cassandra-b-data-2', 'staging-cassandra-c-data', 'staging-cassandra-d-data']);
    expect((await sandbox.plan(stack(second))).changes).toEqual([]);

    const third = { b: { generation: 3, from: again, kept: [...second.b.kept, { generation: 2, ...KEPT }] } };
    await sandbox.apply(stack(third));
    expect(attached()).toEqual(['staging-cassandra-b-data-3', 'staging-cassandra-c-data', 'staging-cassandra-d-data']);
    expect((await sandbox.plan(stack(third))).changes).toEqual([]);
    // Later disks leave the configuration with their protection: the guard and the provider refuse.
    const back = guard((await sandbox.plan(stack({}))).json);
    expect(back.verdicts.filter(({ rule }) => rule === 'stateful-destroyed').map(({ severity }) => severity)).toEqual(['refuse', 'refuse']);
  });

  test('the guard refuses the exchange of a disk, and names node, snapshot and loss', async () => {
    const from = snapshot('c', '3');
    const plan = await sandbox.plan(stack({ c: { generation: 2, from, kept: [{ generation: 1, ...KEPT }] } }));
    const report = guard(plan.json);
    expect(report.verdicts.filter(({ severity }) => severity === 'refuse').map(({ rule, reason }) => `${rule}: ${reason}`)).toContain(
      'disk-restored: node c, staging-cassandra-c: disk staging-cassandra-c-data is exchanged for staging-cassandra-c-data-2, ' +
        'which is created from snapshot c-3',
    );
    const instance = report.verdicts.find(({ rule }) => rule === 'disk-restored')!.address;
    expect(report.verdicts.filter(({ address, rule }) => address === instance && rule === 'protection-switched-off')).toEqual([]);
    const blank = guard((await sandbox.plan(stack({ c: { generation: 2, kept: [{ generation: 1, ...KEPT }] } }))).json);
    expect(blank.verdicts.filter(({ severity }) => severity === 'refuse').map(({ rule, reason }) => `${rule}: ${reason}`)).toContain(
      'protection-switched-off: staging-cassandra-c: disks are detached from it while it runs: staging-cassandra-c-data',
    );
  });
});
