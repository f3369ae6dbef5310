import { ComputeSnapshot } from '@cdktf/provider-google/lib/compute-snapshot';
import { GoogleProvider } from '@cdktf/provider-google/lib/provider';
import { App, LocalBackend, TerraformStack } from 'cdktf';
import { PersistentDisk, SnapshotSchedule, type SnapshotScheduleProps } from '../../lib/cassandra';
import { Project } from '../../lib/core/project';
import { guard } from '../../lib/guard';
import { Sandbox } from '../../lib/sandbox';
import { Synthesized } from '../support/synthesized';
import { describeWithTerraform } from '../support/terraform';

const ZONE = 'europe-west1-b';

interface Disks {
  readonly sourceSnapshot?: string;
  readonly sizeGiB?: number;
  readonly type?: 'pd-ssd' | 'pd-balanced';

  /** Creates a second disk from the snapshot. */
  readonly restored?: boolean;
  readonly schedule?: Partial<SnapshotScheduleProps>;
}

/** A disk on a schedule, with a snapshot of it. */
function disks({ sourceSnapshot, sizeGiB = 10, type, restored = false, schedule }: Disks = {}): TerraformStack {
  const stack = new TerraformStack(new App(), 'disks');
  new LocalBackend(stack, { path: 'terraform.tfstate' });
  new GoogleProvider(stack, 'Google', { project: 'parking-staging', region: 'europe-west1' });
  const project = new Project(stack, 'Project', { projectId: 'parking-staging', projectNumber: '210000000001' });
  const backups = new SnapshotSchedule(stack, 'Backups', { project, region: 'europe-west1', ...schedule });
  const data = new PersistentDisk(stack, 'Data', { project, zone: ZONE, sizeGiB, type, sourceSnapshot, deletionProtection: false });
  backups.protect(data);
  new ComputeSnapshot(stack, 'Monday', {
    name: 'monday',
    sourceDisk: data.diskName,
    zone: ZONE,
    lifecycle: { ignoreChanges: ['source_disk'] },
  });
  if (restored) backups.protect(new PersistentDisk(stack, 'Restored', { project, zone: ZONE, sizeGiB: 10, sourceSnapshot: 'monday' }));
  return stack;
}

describeWithTerraform('a persistent disk, with Terraform', () => {
  let sandbox: Sandbox;
  beforeEach(async () => {
    sandbox = await Sandbox.start();
    await sandbox.apply(disks());
  });
  afterEach(() => sandbox.stop());

  const disk = () => sandbox.cloud.list('google_compute_disk').find((each) => each.text('name') === 'disks-data')!;

  test('refuses to restore to an existing disk, and restores to a new one', async () => {
    const number = disk().text('disk_id');
    const refusal = /disks-data\s+exists\s+and\s+was\s+not\s+made\s+from\s+monday/;
    await expect(sandbox.plan(disks({ sourceSnapshot: 'monday' }))).rejects.toThrow(refusal);
    await expect(sandbox.apply(disks({ sourceSnapshot: 'monday', sizeGiB: 20 }))).rejects.toThrow(refusal);
    expect(disk().number('size')).toBe(10);

    await sandbox.apply(disks({ restored: true }));
    expect((await sandbox.plan(disks({ restored: true }))).changes).toEqual([]);

    // The way for a disk that is there: delete it outside of Terraform, and deploy again.
    sandbox.cloud.remove('google_compute_disk', disk().identity);
    const link = 'projects/parking-staging/global/snapshots/monday';
    await sandbox.apply(disks({ restored: true, sourceSnapshot: link }));
    expect(disk().text('disk_id')).not.toBe(number);
    expect((await sandbox.plan(disks({ restored: true, sourceSnapshot: 'monday' }))).changes).toEqual([]);
    expect((await sandbox.plan(disks({ restored: true }))).changes).toEqual([]);
  });

  test('is attached to its schedule again in the deploy that replaces it', async () => {
    await sandbox.apply(disks({ type: 'pd-balanced' }));
    expect(sandbox.cloud.list('google_compute_disk_resource_policy_attachment')).toHaveLength(1);
    expect((await sandbox.plan(disks({ type: 'pd-balanced' }))).changes).toEqual([]);
    expect((await sandbox.plan(disks({ type: 'pd-balanced', sizeGiB: 20 }))).updates).toHaveLength(1);
    expect((await sandbox.plan(disks({ type: 'pd-balanced', sizeGiB: 20 }))).changes).toHaveLength(1);
  });

  test('protects its schedule from destruction, and allows its replacement without the protection', async () => {
    await expect(sandbox.destroy(disks())).rejects.toThrow(/Instance\s+cannot\s+be\s+destroyed/);
    await expect(sandbox.apply(disks({ schedule: { guestFlush: true } }))).rejects.toThrow(/Instance\s+cannot\s+be\s+destroyed/);
    const swap = disks({ schedule: { guestFlush: true, deletionProtection: false } });
    const base = Synthesized.from(disks()).json;
    const { json } = await sandbox.plan(swap);
    const { isRefused, verdicts } = guard(json, { base, synthesized: Synthesized.from(swap).json });
    expect(verdicts.map(({ rule, severity }) => `${severity} ${rule}`)).toEqual([
      'warn prevent-destroy-lost',
      'warn service-stopped',
      'warn stateful-destroyed',
    ]);
    expect(isRefused).toBe(false);
    await sandbox.apply(disks({ schedule: { guestFlush: true, deletionProtection: false } }));
    expect((await sandbox.plan(disks({ schedule: { guestFlush: true } }))).changes).toEqual([]);
  });
});
