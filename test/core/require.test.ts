import { Lazy, TerraformStack, Testing } from 'cdktf';
import { requireDistinct, requireMatch, requireOneOf, requireWholeNumber } from '../../lib/core/require';

const stack = new TerraformStack(Testing.app(), 'stack');

test('returns valid values', () => {
  expect(requireWholeNumber(stack, 'n', 3, { min: 0, max: 3 })).toBe(3);
  expect(requireMatch(stack, 's', 'abc', /^a/, 'an a word')).toBe('abc');
  expect(requireOneOf(stack, 's', 'a', ['a', 'b'])).toBe('a');
  expect(requireDistinct(stack, 'l', ['a', 'b'])).toEqual(['a', 'b']);
});

test('does not check tokens', () => {
  const number = Lazy.numberValue({ produce: () => 99 });
  const text = Lazy.stringValue({ produce: () => 'zzz' });
  expect(requireWholeNumber(stack, 'n', number, { min: 0, max: 3 })).toBe(number);
  expect(requireMatch(stack, 's', text, /^a/, 'an a word')).toBe(text);
});

test.each([-1, 4, 1.5, NaN])('fails when the number is %p', (value) => {
  expect(() => requireWholeNumber(stack, 'n', value, { min: 0, max: 3 })).toThrow(
    `'n' must be a whole number from 0 to 3, got ${value} (at stack)`,
  );
});

test('fails when a text does not match, is not among the allowed, or a list repeats or is empty', () => {
  expect(() => requireMatch(stack, 's', 'bc', /^a/, 'an a word')).toThrow("'s' must be an a word, got 'bc' (at stack)");
  expect(() => requireOneOf<string>(stack, 's', 'c', ['a', 'b'])).toThrow("'s' must be one of a, b, got 'c' (at stack)");
  expect(() => requireDistinct(stack, 'l', ['a', 'a'])).toThrow("'l' must not repeat a value, got 'a' twice (at stack)");
  expect(() => requireDistinct(stack, 'l', [])).toThrow("'l' must not be empty (at stack)");
});
