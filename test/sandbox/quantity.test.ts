import { Quantity } from '../../lib/sandbox/quantity';

test.each([
  ['100m', '100m', 0.1],
  ['1000m', '1', 1],
  ['1.5', '1500m', 1.5],
  ['1e3', '1k', 1000],
  ['1E-1', '100m', 0.1],
  ['1024Mi', '1Gi', 2 ** 30],
  ['1.5Gi', '1536Mi', 1.5 * 2 ** 30],
  ['0.5Ki', '512', 512],
  ['1000Ki', '1000Ki', 1_024_000],
  ['-1', '-1', -1],
  ['100u', '1m', 0.001],
  ['1u', '1m', 0.001],
  ['.5', '500m', 0.5],
  ['0', '0', 0],
])('%s is formatted as %s', (text, written, number) => {
  const amount = Quantity.parse(text)!;
  expect(String(amount)).toBe(written);
  expect(amount.toNumber()).toBeCloseTo(number);
});

test.each(['', 'many', '1 Gi', '1GB', '1KB', '1Kib', 'Mi', '1e', '.'])('%p is no quantity', (text) => {
  expect(Quantity.parse(text)).toBeUndefined();
});

test('a sum has the format of its first quantity', () => {
  const of = (...texts: string[]): string => String(Quantity.sum(texts.map((text) => Quantity.parse(text)!)));
  expect(of('400Mi', '400Mi')).toBe('800Mi');
  expect(of('1Gi', '1G')).toBe('2073741824');
  expect(of('0', '1Gi')).toBe('1Gi');
  expect(of('500m', '1')).toBe('1500m');
  expect(of()).toBe('0');
});
