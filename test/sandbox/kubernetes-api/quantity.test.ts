import { formatQuantity, parseQuantity } from '../../../lib/sandbox/kubernetes-api/controllers/quantity';

test.each([
  ['100m', 100],
  ['2', 2000],
  ['1.5', 1500],
  ['1e3', 1_000_000],
  ['64Mi', 64 * 2 ** 20 * 1000],
  ['1k', 1_000_000],
  ['0', 0],
])('%s is %i thousandths', (text, thousandths) => {
  expect(parseQuantity(text)).toBe(thousandths);
});

test.each([
  [1500, '1500m'],
  [2000, '2'],
])('%i thousandths are written %s', (thousandths, text) => {
  expect(formatQuantity(thousandths)).toBe(text);
});
