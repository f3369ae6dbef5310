import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const lock = readFileSync(join(__dirname, '../../package-lock.json'), 'utf8');

test('the lock file holds no registry addresses, so that it fits everybody', () => {
  expect(lock).not.toMatch(/"resolved"|https?:\/\/[^"]*\/-\/[^"]*\.tgz/);
});

test('the lock file holds what design and documents say: the lowest supported engine and the frozen bindings', () => {
  const version = (name: string): string => JSON.parse(lock).packages[`node_modules/${name}`].version;
  expect(version('cdktf')).toBe('0.21.0');
  expect(version('constructs')).toBe('10.7.2');
  expect(version('@cdktf/provider-google')).toBe('16.12.1');
  expect(version('@cdktf/provider-kubernetes')).toBe('12.1.1');
  expect(version('@cdktf/provider-helm')).toBe('12.1.2');
});
