import { TerraformStack, Testing } from 'cdktf';
import { Construct } from 'constructs';
import { Maintenance, type MaintenanceExclusion, type MaintenanceOptions } from '../../lib/cluster/maintenance';

const stack = new TerraformStack(Testing.app(), 'stack');
const maintenance = (options: MaintenanceOptions = {}) => new Maintenance(stack, options);

// The exclusions below lie around this moment.
beforeAll(() => jest.useFakeTimers({ now: new Date('2026-11-01T00:00:00Z') }));
afterAll(() => jest.useRealTimers());

test('is four hours from 01:00 UTC on three working days by default', () => {
  expect(maintenance().recurringWindow).toEqual({
    startTime: '2024-01-02T01:00:00Z',
    endTime: '2024-01-02T05:00:00Z',
    recurrence: 'FREQ=WEEKLY;BYDAY=TU,WE,TH',
  });
});

test('starts on the first of its days in the week, and may end on the next day', () => {
  expect(maintenance({ maintenanceDays: ['sunday', 'saturday'], maintenanceStartHourUtc: 22 }).recurringWindow).toEqual({
    startTime: '2024-01-06T22:00:00Z',
    endTime: '2024-01-07T04:00:00Z',
    recurrence: 'FREQ=WEEKLY;BYDAY=SA,SU',
  });
});

test('has the minimum length of GKE', () => {
  expect(maintenance({ maintenanceDays: ['monday'] }).hours).toBe(12);
  expect(maintenance({ maintenanceDays: ['monday', 'friday'] }).hours).toBe(6);
  expect(maintenance({ maintenanceDays: ['monday', 'friday', 'sunday'] }).hours).toBe(4);
});

test('renders exclusions by name', () => {
  const exclusions = {
    'year-end': { start: '2026-12-18T00:00:00Z', end: '2027-01-05T00:00:00Z' },
    'no-minor': { start: '2026-01-01T00:00:00Z', end: '2026-12-31T00:00:00Z', scope: 'NO_MINOR_UPGRADES' as const },
  };
  expect(maintenance({ maintenanceExclusions: exclusions }).exclusions).toEqual(exclusions);
});

const exclusion = (changes: Partial<MaintenanceExclusion>) => ({
  maintenanceExclusions: { 'year-end': { start: '2026-12-18T00:00:00Z', end: '2027-01-05T00:00:00Z', ...changes } },
});
const many = (count: number, scope: MaintenanceExclusion['scope']) => ({
  maintenanceExclusions: Object.fromEntries(
    Array.from({ length: count }, (_, i) => [`e${i}`, { start: '2026-12-18T00:00:00Z', end: '2026-12-19T00:00:00Z', scope }]),
  ),
});

test.each<[MaintenanceOptions, string]>([
  [{ maintenanceDays: [] }, "'maintenanceDays' must not be empty (at stack)"],
  [{ maintenanceDays: ['monday', 'monday'] }, "'maintenanceDays' must not repeat a value, got 'monday' twice (at stack)"],
  [{ maintenanceDays: ['someday' as never] }, "'maintenanceDays' must be one of monday"],
  [{ maintenanceStartHourUtc: 24 }, "'maintenanceStartHourUtc' must be a whole number from 0 to 23, got 24 (at stack)"],
  [{ maintenanceHours: 3 }, "'maintenanceHours' must be a whole number from 4 to 24, got 3 (at stack)"],
  [
    { maintenanceDays: ['monday', 'tuesday'], maintenanceHours: 5 },
    "'maintenanceDays' and 'maintenanceHours' must leave 48 hours in any 32 days, got 2 a week of 5 hours, which is 40 (at stack)",
  ],
  [
    exclusion({ start: '2026-12-18' }),
    "'maintenanceExclusions.year-end.start' must be a UTC time such as 2026-12-18T00:00:00Z, got '2026-12-18'",
  ],
  [exclusion({ start: '2026-02-30T00:00:00Z' }), "'maintenanceExclusions.year-end.start' must be a UTC time"],
  [exclusion({ start: '2026-13-01T00:00:00Z' }), "'maintenanceExclusions.year-end.start' must be a UTC time"],
  [exclusion({ end: '2026-12-18T00:00:00Z' }), "'maintenanceExclusions.year-end.end' must be after its start (2026-12-18T00:00:00Z)"],
  [exclusion({ end: '2027-04-01T00:00:00Z' }), "'maintenanceExclusions.year-end' must be at most 90 days long, got 104 (at stack)"],
  [
    { maintenanceExclusions: { '': { start: '2026-12-18T00:00:00Z', end: '2027-01-05T00:00:00Z' } } },
    "'maintenanceExclusions' must be keyed by names of at most 63 letters, digits, spaces, '-', '_' and '.', beginning and ending with a letter or digit, got ''",
  ],
  [
    { maintenanceExclusions: { 'year/end': { start: '2026-12-18T00:00:00Z', end: '2027-01-05T00:00:00Z' } } },
    "'maintenanceExclusions' must be keyed by names",
  ],
  [exclusion({ scope: 'NOTHING' as never }), "'maintenanceExclusions.year-end.scope' must be one of NO_UPGRADES"],
  [many(4, 'NO_UPGRADES'), "'maintenanceExclusions' must have at most 3 of scope NO_UPGRADES, got 4 (at stack)"],
  [many(21, 'NO_MINOR_UPGRADES'), "'maintenanceExclusions' must have at most 20 entries, got 21 (at stack)"],
])('fails on %j', (options, message) => {
  expect(() => maintenance(options)).toThrow(message);
});

test('warns about an exclusion in the past, and does not fail', () => {
  const cluster = new Construct(stack, 'Cluster');
  const over = { start: '2026-10-18T00:00:00Z', end: '2026-11-01T00:00:00Z' };
  const running = { start: '2026-10-18T00:00:00Z', end: '2026-11-01T00:00:01Z' };

  new Maintenance(cluster, { maintenanceExclusions: { over, running } });

  expect(cluster.node.metadata.map(({ type, data }) => [type, data])).toEqual([
    ['@cdktf/warn', "maintenance exclusion 'over' ended at 2026-11-01T00:00:00Z and has no effect: remove it"],
  ]);
});
