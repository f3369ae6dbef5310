import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { cached, cacheFolder } from '../../../lib/sandbox/vms/cache';

const before = { ...process.env };
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cache-'));
  process.env.GKE_PLATFORM_CACHE = folder;
});
afterEach(() => {
  process.env = { ...before };
  rmSync(folder, { recursive: true });
});

const make = (text: string) => async (path: string) => writeFileSync(join(path, 'file'), text);

test('a recipe is built once', async () => {
  const first = await cached('thing', ['a'], make('first'));
  const second = await cached('thing', ['a'], make('second'));
  expect(second).toBe(first);
  expect(readFileSync(join(first, 'file'), 'utf8')).toBe('first');
});

test('another recipe of the same name has its own entry', async () => {
  expect(await cached('thing', ['a'], make('a'))).not.toBe(await cached('thing', ['b'], make('b')));
});

test('a failed build leaves no entry, and is retried', async () => {
  const fail = async (path: string) => {
    writeFileSync(join(path, 'half'), '');
    throw new Error('no network');
  };
  await expect(cached('thing', ['a'], fail)).rejects.toThrow('no network');
  expect(readdirSync(folder)).toEqual([]);
  expect(readdirSync(await cached('thing', ['a'], make('a')))).toEqual(['file']);
});

test('concurrent builds produce one entry', async () => {
  const [one, other] = await Promise.all([cached('thing', ['a'], make('one')), cached('thing', ['a'], make('two'))]);
  expect(one).toBe(other);
  expect(readdirSync(folder)).toHaveLength(1);
});

test('the cache is in the user’s cache folder, or in GKE_PLATFORM_CACHE', () => {
  delete process.env.GKE_PLATFORM_CACHE;
  delete process.env.XDG_CACHE_HOME;
  expect(cacheFolder()).toBe(join(homedir(), '.cache/gke-platform'));
  process.env.XDG_CACHE_HOME = '/caches';
  expect(cacheFolder()).toBe(join('/caches', 'gke-platform'));
});
