import { TerraformStack, Testing } from 'cdktf';
import fc from 'fast-check';
import { Cidr } from '../../lib/core/cidr';

const stack = new TerraformStack(Testing.app(), 'stack');
const parse = (text: string) => Cidr.parse(stack, 'range', text);

test('has a size and addresses', () => {
  const range = parse('10.1.0.0/24');
  expect([range.size, range.prefixLength, range.address(0), range.address(255)]).toEqual([256, 24, '10.1.0.0', '10.1.0.255']);
});

test.each(['', '10.0.0.0', '10.0.0.0/33', '10.0.0/8', 'fd00::/8', '300.0.0.0/8'])('fails when the text is %p', (text) => {
  expect(() => parse(text)).toThrow(`'range' must be an IPv4 range such as 10.0.0.0/20, got '${text}' (at stack)`);
});

test('fails when the address is not the first of its range', () => {
  expect(() => parse('10.0.0.5/20')).toThrow("'range' must begin at its first address, 10.0.0.0/20, got '10.0.0.5/20' (at stack)");
});

const range = fc.tuple(fc.nat(0xffff), fc.integer({ min: 16, max: 32 })).map(([bits, prefix]) => {
  const base = (0x0a000000 + (bits << 8)) >>> 0;
  const first = prefix === 32 ? base : (base & (~0 << (32 - prefix))) >>> 0;
  return parse(`${[24, 16, 8, 0].map((shift) => (first >>> shift) & 255).join('.')}/${prefix}`);
});

test('two ranges overlap exactly when one contains the other', () => {
  fc.assert(fc.property(range, range, (a, b) => a.overlaps(b) === (a.contains(b) || b.contains(a))));
});

test('a range contains its own first and last address and not the next one', () => {
  fc.assert(
    fc.property(range, (a) => {
      expect(a.contains(parse(`${a.address(0)}/32`))).toBe(true);
      expect(a.contains(parse(`${a.address(a.size - 1)}/32`))).toBe(true);
      expect(a.contains(parse(`${a.address(a.size)}/32`))).toBe(false);
    }),
  );
});
