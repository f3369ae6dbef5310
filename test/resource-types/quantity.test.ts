import { parseQuantity } from '../../lib/resource-types';

test.each([
  [7, 7],
  ['7', 7],
  ['-1', -1],
  ['604800s', 604_800],
  ['7d', 604_800],
  ['168h', 604_800],
  ['1h30m', 5400],
  ['1.5s', 1.5],
  ['P7D', 604_800],
  ['PT1H30M', 5400],
  ['2027-01-01T00:00:00Z', Date.UTC(2027, 0, 1)],
])('%p is %d', (value, quantity) => {
  expect(parseQuantity(value)).toBe(quantity);
});

test.each([undefined, null, true, '', 's', 'P', 'soon', '7 days', '2027-13-01T00:00:00Z', [7]])('%p is not a quantity', (value) => {
  expect(parseQuantity(value)).toBeUndefined();
});
