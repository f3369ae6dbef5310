import { ComputeDisk } from '@cdktf/provider-google/lib/compute-disk';
import { ComputeDiskResourcePolicyAttachment } from '@cdktf/provider-google/lib/compute-disk-resource-policy-attachment';
import { ComputeResourcePolicy } from '@cdktf/provider-google/lib/compute-resource-policy';
import { type DailyStartHour, PersistentDisk, SnapshotSchedule, type SnapshotScheduleProps } from '../../lib/cassandra';
import { Synthesized } from '../support/synthesized';
import { RingStack } from './ring-stack';

let stack: RingStack;

beforeEach(() => {
  stack = new RingStack();
});

function addSchedule(props: Partial<SnapshotScheduleProps> = {}, id = 'Backups') {
  return new SnapshotSchedule(stack, id, { project: stack.project, region: 'europe-west1', ...props });
}

function addDisk(id = 'Data', props: Partial<ConstructorParameters<typeof PersistentDisk>[2]> = {}) {
  return new PersistentDisk(stack, id, { project: stack.project, zone: 'europe-west1-b', sizeGiB: 100, ...props });
}

/** The policy that a schedule with the props becomes, in a stack of its own. */
function policyWith(props: Partial<SnapshotScheduleProps>) {
  stack = new RingStack();
  addSchedule(props).protect(addDisk());
  return Synthesized.from(stack).only(ComputeResourcePolicy);
}

describe('a snapshot schedule', () => {
  test('snapshots daily at 00:00 UTC, keeps two weeks, and keeps them when the disk is deleted', () => {
    expect(policyWith({})).toMatchObject({
      project: 'parking-staging',
      region: 'europe-west1',
      name: expect.stringMatching(/^staging-backups-[0-9a-f]{8}$/),
      snapshot_schedule_policy: {
        schedule: { daily_schedule: { days_in_cycle: 1, start_time: '00:00' } },
        retention_policy: { max_retention_days: 14, on_source_disk_delete: 'KEEP_AUTO_SNAPSHOTS' },
      },
    });
  });

  test('has snapshot properties only when one is set, and omits a guest flush that is off', () => {
    expect(policyWith({}).snapshot_schedule_policy).not.toHaveProperty('snapshot_properties');
    expect(policyWith({ guestFlush: false, labels: {} }).snapshot_schedule_policy).not.toHaveProperty('snapshot_properties');
    expect(policyWith({ labels: { team: 'data' } }).snapshot_schedule_policy.snapshot_properties).toEqual({ labels: { team: 'data' } });
    expect(policyWith({ storageLocation: 'eu' }).snapshot_schedule_policy.snapshot_properties).toEqual({ storage_locations: ['eu'] });
    expect(policyWith({ guestFlush: true }).snapshot_schedule_policy.snapshot_properties).toEqual({ guest_flush: true });
  });

  test('accepts hour, retention, storage location, guest flush and labels', () => {
    expect(
      policyWith({ startHourUtc: 4, retentionDays: 30, storageLocation: 'eu', guestFlush: true, labels: { team: 'data' } }),
    ).toMatchObject({
      snapshot_schedule_policy: {
        schedule: { daily_schedule: { start_time: '04:00' } },
        retention_policy: { max_retention_days: 30 },
        snapshot_properties: { guest_flush: true, storage_locations: ['eu'], labels: { team: 'data' } },
      },
    });
  });

  test('snapshots every few hours with hoursInCycle', () => {
    const { schedule } = policyWith({ hoursInCycle: 6, startHourUtc: 4 }).snapshot_schedule_policy;
    expect(schedule).toEqual({ hourly_schedule: { hours_in_cycle: 6, start_time: '04:00' } });
    expect(addSchedule({ hoursInCycle: 6 }, 'Hourly').hoursBetween).toBe(6);
    expect(addSchedule({}, 'Daily').hoursBetween).toBe(24);
    expect(policyWith({ hoursInCycle: 6 }).name).toBe(policyWith({}).name);
  });

  test('keeps its name for changes that the API makes in place, and gets another for the others', () => {
    const { name } = policyWith({});
    expect(policyWith({ startHourUtc: 8, retentionDays: 7, labels: { a: 'b' } }).name).toBe(name);
    expect(policyWith({ guestFlush: true }).name).not.toBe(name);
    expect(policyWith({ storageLocation: 'eu' }).name).not.toBe(name);
  });

  test('is replaced, the new one first, when the hash of its immutable settings changes', () => {
    addSchedule().protect(addDisk());
    const { json, only } = bound(Synthesized.from(stack));
    const [settings] = Object.keys(json.resource.terraform_data);
    expect(only(ComputeResourcePolicy).lifecycle).toEqual({
      prevent_destroy: true,
      create_before_destroy: true,
      replace_triggered_by: [`terraform_data.${settings}`],
    });
    expect(only(ComputeResourcePolicy).name).toContain(json.resource.terraform_data[settings!].input.hash);
  });

  test('attaches a disk by name, once, as a child of the disk', () => {
    const schedule = addSchedule();
    const disk = addDisk();
    schedule.protect(disk);
    schedule.protect(disk);
    const synthesized = Synthesized.from(stack);
    const [policy] = Object.keys(synthesized.all(ComputeResourcePolicy));
    const [data] = Object.keys(synthesized.all(ComputeDisk));
    expect(synthesized.list(ComputeDiskResourcePolicyAttachment)).toHaveLength(1);
    expect(synthesized.at('Data/SnapshotSchedule', ComputeDiskResourcePolicyAttachment)).toMatchObject({
      project: 'parking-staging',
      zone: 'europe-west1-b',
      name: `\${google_compute_resource_policy.${policy}.name}`,
      disk: `\${google_compute_disk.${data}.name}`,
      // A disk that takes its place has no schedule.
      lifecycle: { replace_triggered_by: [`google_compute_disk.${data}.disk_id`] },
    });
  });

  test('can be unprotected', () => {
    expect(policyWith({ deletionProtection: false }).lifecycle.prevent_destroy).toBe(false);
  });

  test('has the policy as its default child', () => {
    expect(addSchedule().node.defaultChild).toBeInstanceOf(ComputeResourcePolicy);
  });

  test('fails for an invalid region', () => {
    expect(() => addSchedule({ region: 'europe-west1-b' })).toThrow(
      "'region' must be a region such as europe-west1, got 'europe-west1-b' (at staging/Backups)",
    );
  });

  test('fails for an unknown storage location', () => {
    expect(() => addSchedule({ storageLocation: 'europe' })).toThrow(
      "'storageLocation' must be asia, eu, us or a region such as europe-west1, got 'europe' (at staging/Backups)",
    );
  });

  test.each([3, 24, -4, 1.5, 'garbage' as never, '4' as never])('fails when startHourUtc is %p', (hour) => {
    expect(() => addSchedule({ startHourUtc: hour as DailyStartHour })).toThrow(
      `'startHourUtc' must be one of 0, 4, 8, 12, 16, 20, got ${hour} (at staging/Backups)`,
    );
  });

  test.each([0, 24, 1.5])('fails when hoursInCycle is %p', (hoursInCycle) => {
    expect(() => addSchedule({ hoursInCycle })).toThrow(
      `'hoursInCycle' must be a whole number from 1 to 23, got ${hoursInCycle} (at staging/Backups)`,
    );
  });

  test('fails when retentionDays is 0', () => {
    expect(() => addSchedule({ retentionDays: 0 })).toThrow(
      "'retentionDays' must be a whole number at least 1, got 0 (at staging/Backups)",
    );
  });

  test('fails when no disk is attached', () => {
    addSchedule();
    expect(() => Synthesized.from(stack)).toThrow('no disk is on this schedule, call protect(disk) or remove the schedule');
  });

  test('fails when the disk is in another region', () => {
    expect(() => addSchedule().protect(addDisk('Far', { zone: 'us-east1-b' }))).toThrow(
      "'disk' must be in the schedule's region (europe-west1), got staging/Far in us-east1-b (at staging/Backups)",
    );
  });

  test('fails when the disk is attached to another schedule', () => {
    const disk = addDisk();
    addSchedule().protect(disk);
    expect(() => addSchedule({}, 'Weekly').protect(disk)).toThrow(
      "'disk' must be on one schedule only, got staging/Data, which is on another (at staging/Weekly)",
    );
  });
});

describe('a persistent disk', () => {
  test('is protected, snapshotted before it is deleted, and never replaced for its snapshot', () => {
    addDisk();
    expect(Synthesized.from(stack).only(ComputeDisk)).toMatchObject({
      project: 'parking-staging',
      name: 'staging-data',
      zone: 'europe-west1-b',
      type: 'pd-ssd',
      size: 100,
      create_snapshot_before_destroy: true,
      lifecycle: { prevent_destroy: true, ignore_changes: ['snapshot'] },
    });
  });

  test('accepts type, name, snapshot, labels and no protection', () => {
    addDisk('Data', {
      type: 'hyperdisk-balanced',
      name: 'kept',
      sourceSnapshot: 'last-good',
      labels: { team: 'data' },
      deletionProtection: false,
      snapshotBeforeDestroy: false,
    });
    expect(Synthesized.from(stack).only(ComputeDisk)).toMatchObject({
      name: 'kept',
      type: 'hyperdisk-balanced',
      snapshot: 'last-good',
      labels: { team: 'data' },
      create_snapshot_before_destroy: false,
      lifecycle: { prevent_destroy: false },
    });
  });

  test('fails the plan when it exists and has another source', () => {
    const lifecycle = (sourceSnapshot?: string) => {
      stack = new RingStack();
      addDisk('Data', { sourceSnapshot });
      return Synthesized.from(stack).only(ComputeDisk).lifecycle;
    };
    expect(lifecycle()).not.toHaveProperty('postcondition');
    expect(lifecycle('last-good').postcondition).toEqual([
      {
        condition: `\${basename(coalesce(self.snapshot, "-")) == basename("last-good")}`,
        error_message: expect.stringContaining(`\${self.name} exists and was not made from last-good, so nothing would be restored`),
      },
    ]);
    expect(lifecycle('projects/p/global/snapshots/last-good')).toHaveProperty('postcondition');
  });

  test.each(['Last', `\${a`, 'projects/p/global/images/last-good', 'a" == "a'])('fails when sourceSnapshot is %p', (sourceSnapshot) => {
    expect(() => addDisk('Data', { sourceSnapshot })).toThrow(/'sourceSnapshot' must be a snapshot, as NAME or projects/);
  });

  test('keeps its name short enough for the name of its last snapshot', () => {
    addDisk('ADiskWithARatherLongNameThatSaysMuchMoreThanAnybodyNeeds');
    expect(Synthesized.from(stack).only(ComputeDisk).name.length).toBeLessThanOrEqual(48);
    expect(() => addDisk('Other', { name: 'n'.repeat(49) })).toThrow(/'name' must be .* at most 48 characters/);
  });

  test('has the disk as its default child', () => {
    expect(addDisk().node.defaultChild).toBeInstanceOf(ComputeDisk);
  });

  test('fails for an invalid size, type or zone', () => {
    expect(() => addDisk('A', { sizeGiB: 9 })).toThrow("'sizeGiB' must be a whole number from 10 to 65536, got 9 (at staging/A)");
    expect(() => addDisk('B', { type: 'local-ssd' as never })).toThrow(
      "'type' must be one of pd-balanced, pd-ssd, hyperdisk-balanced, got 'local-ssd' (at staging/B)",
    );
    expect(() => addDisk('C', { zone: 'europe-west1' })).toThrow(
      "'zone' must be a zone such as europe-west1-b, got 'europe-west1' (at staging/C)",
    );
  });
});

function bound(synthesized: Synthesized) {
  return { json: synthesized.json, only: synthesized.only.bind(synthesized) };
}
