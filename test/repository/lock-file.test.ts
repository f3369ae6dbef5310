import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const lock = readFileSync(join(__dirname, '../../package-lock.json'), 'utf8');

test.each(['package-lock.json', 'site/package-lock.json'])('%s holds no registry addresses, so that it fits all registries', (file) => {
  expect(readFileSync(join(__dirname, '../..', file), 'utf8')).not.toMatch(/"resolved"|https?:\/\/[^"]*\/-\/[^"]*\.tgz/);
});

test('the lock file has the lowest supported cdktf and the frozen bindings', () => {
  const version = (name: string): string => JSON.parse(lock).packages[`node_modules/${name}`].version;
  expect(version('cdktf')).toBe('0.21.0');
  expect(version('constructs')).toBe('10.7.2');
  expect(version('@cdktf/provider-google')).toBe('16.12.1');
  expect(version('@cdktf/provider-kubernetes')).toBe('12.1.1');
  expect(version('@cdktf/provider-helm')).toBe('12.1.2');
});

test('the lock file has the optional packages of every platform, which npm ci requires', () => {
  const packages: Record<string, { optionalDependencies?: Record<string, string> }> = JSON.parse(lock).packages;
  const missing = Object.values(packages)
    .flatMap(({ optionalDependencies }) => Object.keys(optionalDependencies ?? {}))
    .filter((name) => !Object.keys(packages).some((path) => path === `node_modules/${name}` || path.endsWith(`/node_modules/${name}`)));
  expect(missing).toEqual([]);
});
