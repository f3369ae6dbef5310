import { countRunsPerYear } from '../../lib/resource-types/cron';

test.each([
  ['0 3 * * *', 365],
  ['*/15 * * * *', 4 * 24 * 365],
  ['0 3 * * 0', 52],
  ['0 3 * * 7', 52],
  ['0 3 * * MON-FRI', 261],
  ['0 3,15 * * *', 730],
  ['0 3 1 * *', 12],
  ['0 3 1 jan *', 1],
  ['0 3 1 * MON', 63],
  ['30 2-6/2 * * *', 3 * 365],
  ['0 3 */2 * *', 186],
])('%p runs %d times a year', (schedule, runs) => {
  expect(countRunsPerYear(schedule)).toBe(runs);
});

test.each(['', '@daily', '0 3 * *', '0 25 * * *', '0 3 * * FUN', '0 5-3 * * *', '0 3 0 * *', 'cron(0 3 * * ? *)'])(
  '%p is not a schedule of five fields',
  (schedule) => {
    expect(countRunsPerYear(schedule)).toBeUndefined();
  },
);
