import { createHash } from 'node:crypto';
import { CloudResource } from './cloud-resource';
import { lastPart } from './references';
import type { Cloud } from './type-description';
import { readRegion, readZone, resolveName } from './types/google';
import type { Values } from './values';

/** Snapshot that a schedule took. */
export interface ScheduledSnapshot {
  readonly name: string;

  /** Name of its source disk. */
  readonly disk: string;

  /** In milliseconds since 1970. */
  readonly takenAt: number;
}

/** Result of `advanceTime`. */
export interface AdvancedTime {
  readonly taken: readonly ScheduledSnapshot[];

  /** Names of the snapshots that their retention removed. */
  readonly expired: readonly string[];
}

const SNAPSHOT = 'google_compute_snapshot';
const DISK = 'google_compute_disk';
const POLICY = 'google_compute_resource_policy';
const ATTACHMENT = 'google_compute_disk_resource_policy_attachment';
const SCHEDULE = 'snapshot_schedule_policy.schedule';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const DAYS = ['SUNDAY', 'MONDAY', 'TUESDAY', 'WEDNESDAY', 'THURSDAY', 'FRIDAY', 'SATURDAY'];

/** Length limits of names of snapshots, and of the part before the time. */
const NAME_LENGTH = 63;
const BASE_LENGTH = NAME_LENGTH - '-20260131041500-abcdefgh'.length;

/**
 * Lets hours pass: existing snapshots become older, and each disk with a snapshot schedule gets the snapshots of the schedule's runs that
 * ended in these hours. The clock does not change, so that no snapshot is from the future: the hours are those before now. All of them hold
 * what the disk holds now.
 *
 * Retention is applied as in Compute Engine. Snapshots of a deleted disk are kept, unless the schedule has `APPLY_RETENTION_POLICY`.
 */
export function advanceTime(cloud: Cloud, hours: number): AdvancedTime {
  const now = Date.parse(cloud.now());
  for (const snapshot of cloud.list(SNAPSHOT)) {
    const created = Date.parse(snapshot.text('creation_timestamp'));
    if (!Number.isNaN(created)) {
      cloud.patch(SNAPSHOT, snapshot.identity, { creation_timestamp: new Date(created - hours * HOUR_MS).toISOString() });
    }
  }
  const taken = cloud.list(ATTACHMENT).flatMap((attachment) => {
    const disk = cloud.get(DISK, resolveName(attachment, readZone(attachment), 'disks', attachment.text('disk')));
    const policy = cloud.get(POLICY, resolveName(attachment, readRegion(attachment), 'resourcePolicies', attachment.text('name')));
    return disk && policy ? takeScheduled(cloud, disk, policy, now - hours * HOUR_MS, now) : [];
  });
  return { taken, expired: expire(cloud, now) };
}

/** Takes the snapshots of a disk's schedule whose hour ended after `from`, and at `now` at the latest, unless they would have expired since. */
function takeScheduled(cloud: Cloud, disk: CloudResource, policy: CloudResource, from: number, now: number): ScheduledSnapshot[] {
  // The same minute in each run: a snapshot is taken at any time within the hour after the start.
  const delay =
    createHash('sha256')
      .update(`${policy.identity} ${disk.text('disk_id')}`)
      .digest()
      .readUInt16BE() % 3600;
  const times = listStarts(policy, from - HOUR_MS, now - HOUR_MS).map((start) => start + delay * 1000);
  return times
    .filter((time) => !isExpired(policy, time, now))
    .map((takenAt) => {
      const name = buildName(disk, takenAt, cloud.next('snapshot'));
      createSnapshot(cloud, disk, policy, name, takenAt);
      return { name, disk: disk.text('name'), takenAt };
    });
}

/** Starts of a schedule's runs after `from` until `to`. */
function listStarts(policy: CloudResource, from: number, to: number): number[] {
  const starts: number[] = [];
  for (let day = Math.floor(from / DAY_MS) * DAY_MS - DAY_MS; day <= to; day += DAY_MS) {
    starts.push(...startsOfDay(policy, day).filter((start) => start > from && start <= to));
  }
  return starts;
}

/** Starts of the runs that belong to a day in UTC. Those of an hourly schedule may be on the next day. */
function startsOfDay(policy: CloudResource, day: number): number[] {
  const at = (time: string): number => {
    const [hour, minute = 0] = time.split(':').map(Number);
    return day + hour! * HOUR_MS + minute * 60_000;
  };
  const [daily] = policy.all(`${SCHEDULE}.daily_schedule.start_time`).map(String);
  if (daily !== undefined) return [at(daily)];
  const [hourly] = policy.all(`${SCHEDULE}.hourly_schedule.start_time`).map(String);
  if (hourly !== undefined) {
    const hours = policy.number(`${SCHEDULE}.hourly_schedule.hours_in_cycle`);
    return Array.from({ length: Math.ceil(24 / hours) }, (_, index) => at(hourly) + index * hours * HOUR_MS);
  }
  const weekly = policy.all(`${SCHEDULE}.weekly_schedule.day_of_weeks`).flat() as Values[];
  const today = DAYS[new Date(day).getUTCDay()];
  return weekly.filter((each) => each.day === today).map((each) => at(String(each.start_time)));
}

function isExpired(policy: CloudResource, takenAt: number, now: number): boolean {
  const days = policy.number('snapshot_schedule_policy.retention_policy.max_retention_days');
  return days > 0 && takenAt < now - days * DAY_MS;
}

/** Removes the snapshots whose retention has passed. */
function expire(cloud: Cloud, now: number): string[] {
  const disks = new Set(cloud.list(DISK).map((disk) => disk.text('disk_id')));
  const expired = cloud.list(SNAPSHOT).filter((snapshot) => {
    const policy = cloud.get(POLICY, snapshot.text('source_snapshot_schedule_policy'));
    if (!policy || !isExpired(policy, Date.parse(snapshot.text('creation_timestamp')), now)) return false;
    const appliesWithoutDisk = policy.text('snapshot_schedule_policy.retention_policy.on_source_disk_delete') === 'APPLY_RETENTION_POLICY';
    return disks.has(snapshot.text('source_disk_id')) || appliesWithoutDisk;
  });
  for (const { identity } of expired) cloud.remove(SNAPSHOT, identity);
  return expired.map((snapshot) => snapshot.text('name'));
}

/** Builds a name as Compute Engine does, from disk, zone and time, with a suffix: `data-europe-west1-b-20261129041500-k3v9x2qa`. */
function buildName(disk: CloudResource, takenAt: number, count: number): string {
  const base = `${disk.text('name')}-${lastPart(disk.text('zone'))}`.slice(0, BASE_LENGTH).replace(/-+$/, '');
  const time = new Date(takenAt).toISOString().slice(0, 19).replace(/\D/g, '');
  // Time passes without the clock: a later snapshot may have the same time.
  const number = createHash('sha256')
    .update(`${disk.text('disk_id')} ${count}`)
    .digest()
    .readBigUInt64BE();
  return `${base}-${time}-${number.toString(36).slice(-8).padStart(8, '0')}`;
}

function createSnapshot(cloud: Cloud, disk: CloudResource, policy: CloudResource, name: string, takenAt: number): void {
  const project = disk.text('project') || disk.provider.project || '';
  const identity = `projects/${project}/global/snapshots/${name}`;
  const properties = 'snapshot_schedule_policy.snapshot_properties';
  const labels = (policy.get(`${properties}.labels`) ?? {}) as Values;
  cloud.put(
    new CloudResource(
      SNAPSHOT,
      identity,
      {
        id: identity,
        self_link: `https://www.googleapis.com/compute/v1/${identity}`,
        project,
        name,
        source_disk: `https://www.googleapis.com/compute/v1/${disk.identity}`,
        source_disk_id: disk.get('disk_id'),
        zone: lastPart(disk.text('zone')),
        disk_size_gb: disk.number('size'),
        storage_bytes: 0,
        storage_locations: policy.all(`${properties}.storage_locations`).flat(),
        snapshot_id: 400_000_000_000_000 + cloud.next('number'),
        creation_timestamp: new Date(takenAt).toISOString(),
        labels,
        effective_labels: labels,
        auto_created: true,
        guest_flush: policy.flag(`${properties}.guest_flush`),
        source_snapshot_schedule_policy: policy.identity,
      },
      disk.provider,
    ),
  );
}
