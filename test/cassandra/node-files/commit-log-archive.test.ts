import { createHash } from 'node:crypto';
import { existsSync, linkSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { archiveStartFiles } from '../../../lib/cassandra/node-files/commit-log-archive';
import { manifestName } from '../../../lib/cassandra-contract/commit-log-archive';
import { ObjectStore } from '../../../lib/sandbox/object-store';
import { StorageServer } from '../../../lib/sandbox/storage-server';
import type { Cloud } from '../../../lib/sandbox/type-description';
import { CONFIGURATION } from '../node-configuration';
import { ScriptMachine } from './python-script';

const BUCKET = 'parking-archive';
const PREFIX = 'staging-cassandra/b1/4711/';
const [FIRST, SECOND] = ['CommitLog-7-1764482400000.log', 'CommitLog-7-1764482400001.log'];

describe('the archive of commit logs', () => {
  let machine: ScriptMachine;
  let server: Server;
  let objects: ObjectStore;
  let data: string;

  /** Status with which uploads are refused; `undefined` if they are not. */
  let refused: number | undefined;

  beforeEach(async () => {
    machine = new ScriptMachine();
    data = join(machine.root, 'data');
    mkdirSync(join(data, 'commitlog'), { recursive: true });
    const bucket = { text: (path: string) => (path === 'retention_policy.retention_period' ? '86400' : '') };
    objects = new ObjectStore(join(machine.root, 'objects'), {
      get: (_: string, name: string) => (name === BUCKET ? bucket : undefined),
    } as unknown as Cloud);
    refused = undefined;
    const storage = new StorageServer(objects);
    server = createServer((request, response) => {
      const path = request.url ?? '';
      if (path.endsWith('/token')) return void response.end('{"access_token": "secret"}');
      if (path.endsWith('/data-disk-number')) return void response.end('4711');
      const denied = refused === undefined ? undefined : ({ status: refused as 403, message: 'denied' } as const);
      const hasToken = request.headers.authorization === 'Bearer secret';
      void storage.answer(request, response, () => (hasToken ? denied : { status: 401, message: 'no token' }));
    });
    await new Promise<void>((done) => server.listen(0, machine.addresses[0], done));
    const host = `${machine.addresses[0]}:${(server.address() as AddressInfo).port}`;
    for (const { path, content } of archiveStartFiles({ ...CONFIGURATION, archive: BUCKET })) {
      const local = content
        .replaceAll('/var/lib/cassandra', data)
        .replaceAll('/run/', `${machine.root}/run/`)
        .replace('http://metadata.google.internal', `http://${host}`)
        .replace("'storage.googleapis.com'", `'${host}'`)
        .replace('HTTPSConnection', 'HTTPConnection')
        .replace('os.path.ismount(', 'os.path.isdir(');
      machine.write(path, local);
    }
    mkdirSync(join(machine.root, 'run'));
  });

  afterEach(async () => {
    await new Promise((done) => server.close(done));
    machine.remove();
  });

  const segment = (name: string): string => join(data, 'commitlog', name);
  const spool = (): string[] => readdirSync(join(data, 'archive/spool')).sort();
  const run = (...words: string[]) => machine.run('usr/local/sbin/cassandra-archive', words);
  const write = (name: string, text: string): void => writeFileSync(segment(name), Buffer.concat([Buffer.from(text), Buffer.alloc(2000)]));
  const names = (): string[] => objects.list(BUCKET).map(({ name }) => name);
  const writes = 'x'.repeat(100);

  async function keep(name: string): Promise<void> {
    expect(await run('keep', segment(name), name)).toEqual({ status: 0, stdout: '', stderr: '' });
  }

  test('keeps a segment that Cassandra deletes, and removes it once its object has its content', async () => {
    write(FIRST, writes);
    await keep(FIRST);
    rmSync(segment(FIRST));
    expect(spool()).toEqual([FIRST]);

    const before = Date.now();
    expect(await run('upload')).toMatchObject({ status: 0, stderr: '' });

    expect(spool()).toEqual([]);
    expect(objects.read(BUCKET, `${PREFIX}commitlog/${FIRST}`).toString()).toContain(writes);
    const closed = Number(objects.get(BUCKET, `${PREFIX}commitlog/${FIRST}`).metadata.closed);
    expect(closed).toBeLessThanOrEqual(before);
    expect(closed).toBeGreaterThan(before - 60_000);
  });

  test('keeps a segment once, also when Cassandra names it again at its next start', async () => {
    write(FIRST, writes);
    await keep(FIRST);
    await keep(FIRST);
    await run('upload');
    await keep(FIRST);
    expect(spool()).toEqual([]);
  });

  test('fails for a segment of another content in its place, so that Cassandra does not delete it', async () => {
    write(FIRST, writes);
    write(SECOND, writes);
    mkdirSync(join(data, 'archive/spool'), { recursive: true });
    linkSync(segment(SECOND), join(data, 'archive/spool', FIRST));
    expect(await run('keep', segment(FIRST), FIRST)).toMatchObject({ status: 1, stderr: expect.stringContaining('exists, and is not') });
  });

  test('removes nothing while uploads fail, and uploads it later', async () => {
    write(FIRST, writes);
    await keep(FIRST);
    refused = 403;
    expect(await run('upload')).toMatchObject({ status: 1, stderr: expect.stringContaining('HTTP 403, denied') });
    expect(spool()).toEqual([FIRST]);
    expect(existsSync(join(data, 'archive/state.json'))).toBe(false);
    refused = undefined;
    expect(await run('upload')).toMatchObject({ status: 0 });
    expect(spool()).toEqual([]);
  });

  test('accepts an object with the same content', async () => {
    write(FIRST, writes);
    await keep(FIRST);
    objects.insert(BUCKET, `${PREFIX}commitlog/${FIRST}`, readFileSync(segment(FIRST)));
    expect(await run('upload')).toMatchObject({ status: 0, stderr: '' });
    expect(spool()).toEqual([]);
  });

  test('fails for an object of another content, of the same size', async () => {
    write(FIRST, writes);
    await keep(FIRST);
    const other = readFileSync(segment(FIRST));
    other[0] = 'y'.charCodeAt(0);
    objects.insert(BUCKET, `${PREFIX}commitlog/${FIRST}`, other);
    expect(await run('upload')).toMatchObject({
      status: 1,
      stderr: expect.stringContaining(`the object ${PREFIX}commitlog/${FIRST} has the digest`),
    });
    expect(spool()).toEqual([FIRST]);
  });

  test('copies the segment that Cassandra writes, and not one without writes, at most every five minutes', async () => {
    write(FIRST, writes);
    write(SECOND, 'header');
    const before = Date.now();
    await run('upload');
    const [open, ...others] = names();
    expect(others).toEqual([]);
    expect(open).toMatch(new RegExp(`^${PREFIX}open/${FIRST}\\.\\d{13}\\.gz$`));
    expect(gunzipSync(objects.read(BUCKET, open!))).toEqual(readFileSync(segment(FIRST)));
    const { until } = JSON.parse(readFileSync(join(data, 'archive/state.json'), 'utf8')) as { until: number };
    expect(until).toBeGreaterThanOrEqual(before - 15_000);
    expect(until).toBeLessThanOrEqual(Date.now() - 15_000);

    await run('upload');
    expect(names()).toHaveLength(1);
    await run('upload', '--open');
    expect(names()).toHaveLength(2);
  });

  describe('of manifests', () => {
    const TAKEN = '2026-11-29T04:15:20Z';
    const manifest = `{"formatVersion":1,"takenAt":"${TAKEN}"}`;
    const digest = createHash('sha256').update(manifest).digest('hex');
    const name = manifestName(TAKEN, digest);
    const stored = `staging-cassandra/b1/manifests/${name}`;
    const keepManifest = (stdin = manifest) => machine.run('usr/local/sbin/cassandra-archive', ['manifest'], { stdin });

    test('keeps the manifest of a snapshot, and removes it once its object has its content', async () => {
      expect(await keepManifest()).toEqual({ status: 0, stdout: '', stderr: '' });
      expect(spool()).toEqual([`manifest-${name}`]);
      expect(await run('upload')).toMatchObject({ status: 0, stderr: '' });
      expect(names()).toEqual([stored]);
      expect(objects.read(BUCKET, stored).toString()).toBe(manifest);
      expect(spool()).toEqual([]);
    });

    test('removes no manifest while uploads fail, and uploads it later', async () => {
      await keepManifest();
      refused = 403;
      expect(await run('upload')).toMatchObject({ status: 1, stderr: expect.stringContaining('HTTP 403, denied') });
      expect(spool()).toEqual([`manifest-${name}`]);
      // By which the alert on the archive fires.
      expect(existsSync(join(data, 'archive/state.json'))).toBe(false);
      refused = undefined;
      expect(await run('upload')).toMatchObject({ status: 0 });
      expect(names()).toEqual([stored]);
    });

    test('accepts the manifest of a snapshot again, which a restored disk has', async () => {
      await keepManifest();
      await run('upload');
      await keepManifest();
      expect(await run('upload')).toMatchObject({ status: 0, stderr: '' });
      expect([names(), spool()]).toEqual([[stored], []]);
    });

    test('fails for a manifest whose object has another content', async () => {
      await keepManifest();
      objects.insert(BUCKET, stored, Buffer.from(manifest.replace('1', '2')));
      expect(await run('upload')).toMatchObject({ status: 1, stderr: expect.stringContaining(`the object ${stored} has the digest`) });
      expect(spool()).toEqual([`manifest-${name}`]);
    });

    test.each([['x'], ['{}'], ['{"takenAt":"../../commitlog/x"}']])('fails for the manifest %s', async (content) => {
      expect(await keepManifest(content)).toMatchObject({ status: 1, stderr: expect.stringContaining('cassandra-archive: ') });
      expect(existsSync(join(data, 'archive'))).toBe(false);
    });
  });

  test('records a start with the newest segment before it, and keeps what is left', async () => {
    write(FIRST, writes);
    write(SECOND, writes);
    expect(await run('begin')).toMatchObject({ status: 0, stderr: '' });
    await run('upload');
    expect(names()).toEqual([
      `${PREFIX}commitlog/${FIRST}`,
      `${PREFIX}commitlog/${SECOND}`,
      expect.stringMatching(new RegExp(`^${PREFIX}starts/\\d{13}-7-1764482400001$`)),
    ]);
  });

  test('records the first start, before which Cassandra has no folder of commit logs, and then keeps segments', async () => {
    rmSync(join(data, 'commitlog'), { recursive: true });
    expect(await run('begin')).toMatchObject({ status: 0, stderr: '' });
    mkdirSync(join(data, 'commitlog'));
    await run('upload');
    expect(names()).toEqual([expect.stringMatching(new RegExp(`^${PREFIX}starts/\\d{13}-none$`))]);
  });

  test('reports no copy while Cassandra has not read its properties', async () => {
    write(FIRST, writes);
    writeFileSync(join(machine.root, 'run/cassandra-restart-pending'), `${machine.root}/etc/cassandra/commitlog_archiving.properties\n`);
    expect(await run('upload')).toMatchObject({ status: 1, stderr: expect.stringContaining('Cassandra has to be restarted') });
    expect(names()).toEqual([]);
  });

  test('does nothing without its configuration, when the ring has no archive any more', async () => {
    write(FIRST, writes);
    rmSync(join(machine.root, 'etc/cassandra-archive.json'));
    expect(await run('keep', segment(FIRST), FIRST)).toMatchObject({ status: 0 });
    expect(await run('upload')).toMatchObject({ status: 0 });
    expect(existsSync(join(data, 'archive'))).toBe(false);
  });

  test.each([[[]], [['keep', 'path']], [['upload', '--all']], [['list']]])('fails for the words %j', async (words) => {
    expect(await run(...words)).toMatchObject({ status: 1, stderr: expect.stringContaining('cassandra-archive keep PATH NAME') });
  });

  test('survives a part of a line that a power failure left', async () => {
    write(FIRST, writes);
    await keep(FIRST);
    writeFileSync(join(data, 'archive/kept'), `${readFileSync(join(data, 'archive/kept'), 'utf8')}${SECOND} 17644`);
    write(SECOND, writes);
    await keep(SECOND);
    await run('upload');
    expect(names()).toEqual([`${PREFIX}commitlog/${FIRST}`, `${PREFIX}commitlog/${SECOND}`]);
  });
});
