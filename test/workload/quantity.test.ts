import { TerraformStack, Testing } from 'cdktf';
import fc from 'fast-check';
import { Quantity } from '../../lib/workload/quantity';

const stack = new TerraformStack(Testing.app(), 'staging');
const parse = (text: string) => Quantity.parse(stack, 'memory', text);

test.each([
  ['1000m', '1'],
  ['0.5', '500m'],
  ['1.5', '1500m'],
  ['250m', '250m'],
  ['2', '2'],
  ['2000', '2k'],
  ['1024Mi', '1Gi'],
  ['1.5Gi', '1536Mi'],
  ['512Mi', '512Mi'],
  ['1000Mi', '1000Mi'],
  ['128M', '128M'],
])('%s is normalized to %s', (text, spelled) => {
  expect(parse(text).toString()).toBe(spelled);
});

test('normalization keeps the amount, and is idempotent', () => {
  const quantity = fc.tuple(fc.integer({ min: 1, max: 100_000 }), fc.constantFrom('m', '', 'k', 'M', 'G', 'Ki', 'Mi', 'Gi'));
  fc.assert(
    fc.property(quantity, ([number, suffix]) => {
      const given = parse(`${number}${suffix}`);
      const spelled = parse(given.toString());
      return !given.exceeds(spelled) && !spelled.exceeds(given) && spelled.toString() === given.toString();
    }),
  );
});

test.each(['0', '', '-1', '1 Gi', '1gb', '0.0001', '1e3'])('fails when the amount is %p', (text) => {
  expect(() => parse(text)).toThrow(`'memory' must be an amount above zero such as 500m, 2, 512Mi or 1Gi, got '${text}' (at staging)`);
});
