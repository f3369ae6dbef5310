import { CloudResource } from '../../lib/sandbox/cloud-resource';
import { SimulatedCloud } from '../../lib/sandbox/simulated-cloud';
import { advanceTime } from '../../lib/sandbox/snapshot-schedules';
import type { Values } from '../../lib/sandbox/values';

const PROJECT = 'projects/parking';
const ZONE = 'europe-west1-b';
const DAILY = { daily_schedule: [{ days_in_cycle: 1, start_time: '04:00' }] };
const SNAPSHOT = 'google_compute_snapshot';

class Cloud extends SimulatedCloud {
  private numbers = 1;

  constructor(private time = '2026-11-30T06:30:00.000Z') {
    super();
  }

  public override now(): string {
    return this.time;
  }

  public at(time: string): this {
    this.time = time;
    return this;
  }

  public add(type: string, identity: string, values: Values): void {
    this.put(new CloudResource(type, identity, { name: identity.split('/').at(-1)!, ...values }, { project: 'parking', zone: ZONE }));
  }

  /** Adds a disk, on a schedule of that name unless there is none. */
  public addDisk(name: string, policy?: string): void {
    const place = { project: 'parking', zone: ZONE };
    this.add('google_compute_disk', `${PROJECT}/zones/${ZONE}/disks/${name}`, { ...place, size: 10, disk_id: `${this.numbers++}` });
    if (policy) {
      const attachment = { ...place, disk: name, name: policy };
      this.add('google_compute_disk_resource_policy_attachment', `parking/${ZONE}/${name}/${policy}`, attachment);
    }
  }

  public removeDisk(name: string, policy: string): void {
    this.remove('google_compute_disk', `${PROJECT}/zones/${ZONE}/disks/${name}`);
    this.remove('google_compute_disk_resource_policy_attachment', `parking/${ZONE}/${name}/${policy}`);
  }

  public addPolicy(name: string, schedule: Values, { properties = {}, onDelete = 'KEEP_AUTO_SNAPSHOTS' } = {}): void {
    this.add('google_compute_resource_policy', `${PROJECT}/regions/europe-west1/resourcePolicies/${name}`, {
      snapshot_schedule_policy: [
        {
          schedule: [schedule],
          retention_policy: [{ max_retention_days: 3, on_source_disk_delete: onDelete }],
          snapshot_properties: [properties],
        },
      ],
    });
  }

  /** Hours of the snapshots, oldest first. */
  public get hours(): string[] {
    return this.list(SNAPSHOT)
      .map((snapshot) => snapshot.text('creation_timestamp').slice(5, 13))
      .sort();
  }
}

test.each([
  ['daily', DAILY, 48, ['11-29T04', '11-30T04']],
  [
    'every six hours',
    { hourly_schedule: [{ hours_in_cycle: 6, start_time: '03:00' }] },
    24,
    ['11-29T09', '11-29T15', '11-29T21', '11-30T03'],
  ],
  [
    'every seven hours',
    { hourly_schedule: [{ hours_in_cycle: 7, start_time: '04:00' }] },
    24,
    ['11-29T11', '11-29T18', '11-30T01', '11-30T04'],
  ],
  ['weekly', { weekly_schedule: [{ day_of_weeks: [{ day: 'SUNDAY', start_time: '05:00' }] }] }, 48, ['11-29T05']],
] as const)('a %s schedule takes the snapshots of the hours that pass', (_, schedule, hours, expected) => {
  const cloud = new Cloud();
  cloud.addPolicy('policy', schedule as unknown as Values);
  cloud.addDisk('data', 'policy');
  cloud.addDisk('without-schedule');
  const { taken, expired } = advanceTime(cloud, hours);
  expect(cloud.hours).toEqual(expected);
  expect(taken.map(({ disk }) => disk)).toEqual(expected.map(() => 'data'));
  expect(expired).toEqual([]);
});

test('a snapshot is named, labelled and marked as those of Compute Engine are', () => {
  const cloud = new Cloud();
  cloud.addPolicy('policy', DAILY, { properties: { guest_flush: true, labels: { team: 'data' }, storage_locations: ['eu'] } });
  cloud.addDisk('data', 'policy');
  const { taken } = advanceTime(cloud, 24);
  const [snapshot] = cloud.list(SNAPSHOT);
  expect(taken).toEqual([{ name: snapshot!.text('name'), disk: 'data', takenAt: Date.parse(snapshot!.text('creation_timestamp')) }]);
  expect(snapshot!.text('name')).toMatch(/^data-europe-west1-b-2026113004\d{4}-[a-z0-9]{8}$/);
  expect(snapshot!.values).toMatchObject({
    ...{
      auto_created: true,
      guest_flush: true,
      labels: { team: 'data' },
      storage_locations: ['eu'],
      source_disk_id: '1',
      disk_size_gb: 10,
    },
    source_disk: `https://www.googleapis.com/compute/v1/${PROJECT}/zones/${ZONE}/disks/data`,
    source_snapshot_schedule_policy: `${PROJECT}/regions/europe-west1/resourcePolicies/policy`,
  });
});

test('names of snapshots of disks with long names have 63 characters at most', () => {
  const cloud = new Cloud();
  cloud.addPolicy('policy', DAILY);
  cloud.addDisk('x'.repeat(60), 'policy');
  expect(advanceTime(cloud, 24).taken[0]!.name).toMatch(/^x{39}-2026113004\d{4}-[a-z0-9]{8}$/);
});

test('a run counts for all disks once its hour has ended', () => {
  const cloud = new Cloud('2026-11-30T04:59:59.000Z');
  cloud.addPolicy('policy', DAILY);
  for (const disk of ['b', 'c', 'd']) cloud.addDisk(disk, 'policy');
  advanceTime(cloud, 24);
  expect(cloud.hours).toEqual(['11-29T04', '11-29T04', '11-29T04']);
});

test('existing snapshots become older, and expire', () => {
  const cloud = new Cloud();
  cloud.addPolicy('policy', DAILY);
  cloud.addDisk('data', 'policy');
  cloud.add(SNAPSHOT, `${PROJECT}/global/snapshots/by-hand`, { creation_timestamp: '2026-11-30T06:00:00.000Z' });
  const [first] = advanceTime(cloud, 24).taken;
  expect(cloud.hours).toEqual(['11-29T06', '11-30T04']);
  advanceTime(cloud, 24);
  expect(cloud.hours).toEqual(['11-28T06', '11-29T04', '11-30T04']);
  expect(advanceTime(cloud, 48).expired).toEqual([first!.name]);
  expect(cloud.hours).toEqual(['11-26T06', '11-28T04', '11-29T04', '11-30T04']);
});

test('the snapshots of a long time are those that its retention leaves', () => {
  const cloud = new Cloud();
  cloud.addPolicy('policy', DAILY);
  cloud.addDisk('data', 'policy');
  expect(advanceTime(cloud, 24 * 365).taken).toHaveLength(3);
});

test.each([
  ['KEEP_AUTO_SNAPSHOTS', 1],
  ['APPLY_RETENTION_POLICY', 0],
])('snapshots of a replaced disk, which has lost its schedule: %s', (onDelete, left) => {
  const cloud = new Cloud();
  cloud.addPolicy('policy', DAILY, { onDelete });
  cloud.addDisk('data', 'policy');
  advanceTime(cloud, 24);
  cloud.removeDisk('data', 'policy');
  cloud.addDisk('data');
  expect(advanceTime(cloud, 24 * 30).taken).toEqual([]);
  expect(cloud.list(SNAPSHOT)).toHaveLength(left);
});
