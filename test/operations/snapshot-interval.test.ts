import { createRingStatus, findRing, formatStatus, RingState, recoveryPointHours } from '../../lib/operations';
import { synthesizedEnvironment } from '../reachability/environments';
import { stackWithSchedule } from '../recovery/scheduled-stack';
import { FakeRing } from './fake-ring';

test.each<[string, unknown, number | undefined]>([
  ['a daily schedule', { daily_schedule: { days_in_cycle: 1, start_time: '04:00' } }, 25],
  ['an hourly schedule', { hourly_schedule: { hours_in_cycle: 1, start_time: '00:00' } }, 2],
  ['every six hours, as a list', [{ hourly_schedule: [{ hours_in_cycle: 6 }] }], 7],
  ['a schedule that is known after the plan', { hourly_schedule: { hours_in_cycle: `\${var.hours}` } }, undefined],
  ['no schedule', {}, undefined],
])('%s', (_, schedule, hours) => {
  expect(recoveryPointHours(findRing(stackWithSchedule(schedule)))).toBe(hours);
});

test('one disk without a schedule makes the loss unknown', () => {
  expect(recoveryPointHours(findRing(stackWithSchedule(undefined, 'c')))).toBeUndefined();
});

test.each([
  ['staging', 5],
  ['production', 2],
] as const)('%s has sets, and loses %p hours at most', (environment, hours) => {
  expect(recoveryPointHours(findRing(synthesizedEnvironment(environment)))).toBe(hours);
});

test('sets are the recovery point where the schedule is less frequent, and where there is none', () => {
  expect(recoveryPointHours({ hoursBetweenSnapshots: 24, hoursBetweenSets: 4 })).toBe(5);
  expect(recoveryPointHours({ hoursBetweenSnapshots: 1, hoursBetweenSets: 4 })).toBe(2);
  expect(recoveryPointHours({ hoursBetweenSets: 4 })).toBe(5);
});

test('the status has the loss that the schedule allows', async () => {
  const scheduled = new FakeRing(findRing(stackWithSchedule()));
  const status = createRingStatus(scheduled.ring, await RingState.collect(scheduled, scheduled.ring));
  expect(status.recoveryPointHours).toBe(25);
  expect(formatStatus(status)).toContain(
    'restore from snapshots: at most 25 h of writes are lost by the schedule; what is there was not looked at (cassandra backups shows it)\n',
  );
  const fake = new FakeRing();
  const unknown = formatStatus(createRingStatus(fake.ring, await RingState.collect(fake, fake.ring)));
  expect(unknown).toContain(
    'restore from snapshots: unknown how many writes are lost; a data disk has no snapshot schedule in the stack\n',
  );
});
