import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UNFINISHED } from '../../lib/core/saved-file';
import { StateStore } from '../../lib/sandbox/state-store';

const directory = mkdtempSync(join(tmpdir(), 'states-'));
let store: StateStore;
let base: string;

beforeAll(async () => {
  store = await StateStore.start(directory);
  base = new URL('/', store.endpoint).href;
});
afterAll(async () => {
  await store.stop();
  rmSync(directory, { recursive: true });
});

async function upload(name: string, content: string, query = ''): Promise<Response> {
  const body = ['--b', 'content-type: application/json', '', JSON.stringify({ name }), '--b', '', content, '--b--'].join('\r\n');
  const url = `${base}upload/storage/v1/b/states/o?uploadType=multipart&name=${encodeURIComponent(name)}${query}`;
  return fetch(url, { method: 'POST', headers: { 'content-type': 'multipart/related; boundary=b' }, body });
}

test('a written object is read back with its generation', async () => {
  const written = (await (await upload('staging/default.tfstate', '{"a":"\r\n\r\n--x"}')).json()) as { generation: string };
  const read = await fetch(`${base}states/staging/default.tfstate`);
  expect(await read.text()).toBe('{"a":"\r\n\r\n--x"}');
  expect(read.headers.get('x-goog-generation')).toBe(written.generation);
  const metadata = await fetch(`${base}storage/v1/b/states/o/staging%2Fdefault.tfstate`);
  expect(await metadata.json()).toMatchObject({ name: 'staging/default.tfstate', generation: written.generation, size: '15' });
});

test('objects are listed by prefix', async () => {
  await upload('other/default.tfstate', '{}');
  const list = async (prefix: string) => {
    const { items } = (await (await fetch(`${base}storage/v1/b/states/o?prefix=${prefix}`)).json()) as { items: { name: string }[] };
    return items.map(({ name }) => name);
  };
  expect(await list('oth')).toEqual(['other/default.tfstate']);
  expect(await list('none')).toEqual([]);
});

test('a lock is acquired once, and released with its generation', async () => {
  const lock = 'x/default.tflock';
  const taken = await upload(lock, '{"ID":"1"}', '&ifGenerationMatch=0');
  expect(taken.status).toBe(200);
  expect((await upload(lock, '{"ID":"2"}', '&ifGenerationMatch=0')).status).toBe(412);

  const { generation } = (await taken.json()) as { generation: string };
  const remove = (match: string) =>
    fetch(`${base}storage/v1/b/states/o/${encodeURIComponent(lock)}?ifGenerationMatch=${match}`, { method: 'DELETE' });
  expect((await remove('1')).status).toBe(412);
  expect((await remove(generation)).status).toBe(204);
  expect((await upload(lock, '{"ID":"2"}', '&ifGenerationMatch=0')).status).toBe(200);
});

test('one of two concurrent requests acquires a lock', async () => {
  const both = await Promise.all([1, 2].map((id) => upload('race/default.tflock', `{"ID":"${id}"}`, '&ifGenerationMatch=0')));
  expect(both.map(({ status }) => status).toSorted()).toEqual([200, 412]);
});

test('fails with 404 for an object that does not exist', async () => {
  expect((await fetch(`${base}states/none`)).status).toBe(404);
  expect((await fetch(`${base}storage/v1/b/states/o/none`)).status).toBe(404);
});

test('an idle connection stays open, as Terraform requires during long steps', async () => {
  const socket = connect(Number(new URL(base).port), '127.0.0.1');
  const answer = async (): Promise<string> => {
    socket.write('GET /storage/v1/b/states/o?prefix=none HTTP/1.1\r\nhost: localhost\r\n\r\n');
    return new Promise((resolve, reject) => {
      socket.once('data', (data) => resolve(data.toString()));
      socket.once('close', () => reject(new Error('it was closed')));
    });
  };
  try {
    expect(await answer()).toMatch(/^HTTP\/1.1 200/);
    // Node's own limit is five seconds, looked at every second.
    await new Promise((resolve) => setTimeout(resolve, 7_500));
    expect(await answer()).toMatch(/^HTTP\/1.1 200/);
  } finally {
    socket.destroy();
  }
});

const STATE = JSON.stringify({ version: 4, serial: 1, lineage: 'l', resources: [] });
const fileOf = (name: string, bucket = 'states') => join(directory, bucket, encodeURIComponent(name));

test('a state that cannot be saved is refused with a message, without a retry, and the previous one is kept', async () => {
  await upload('full/default.tfstate', STATE);
  mkdirSync(`${fileOf('full/default.tfstate')}${UNFINISHED}`);
  const refused = await upload('full/default.tfstate', STATE.replace('1', '2'));
  // The backend would repeat the request for minutes after a code of 500 or more.
  expect(refused.status).toBe(400);
  expect(await refused.json()).toMatchObject({ error: { message: expect.stringContaining('cannot be saved: is a folder') } });
  expect(readFileSync(fileOf('full/default.tfstate'), 'utf8')).toBe(STATE);
  rmSync(`${fileOf('full/default.tfstate')}${UNFINISHED}`, { recursive: true });
});

test('an upload that is not complete, or empty, is refused', async () => {
  await upload('part/default.tfstate', STATE);
  const url = `${base}upload/storage/v1/b/states/o?uploadType=multipart&name=part/default.tfstate`;
  const body = '--b\r\n\r\n{}\r\n--b\r\n\r\n{"version":4';
  const cut = await fetch(url, { method: 'POST', headers: { 'content-type': 'multipart/related; boundary=b' }, body });
  expect([cut.status, (await upload('part/default.tfstate', '')).status]).toEqual([400, 400]);
  expect(readFileSync(fileOf('part/default.tfstate'), 'utf8')).toBe(STATE);
});

test('an empty state is not served: Terraform would create all resources again', async () => {
  await upload('empty/default.tfstate', STATE);
  writeFileSync(fileOf('empty/default.tfstate'), '');
  const answer = await fetch(`${base}states/empty/default.tfstate`);
  expect(answer.status).toBe(400);
  expect(await answer.text()).toContain(`${fileOf('empty/default.tfstate')} is empty: restore it`);
});

test('no name leads out of the folder', async () => {
  await upload('x', STATE, '&ignored=1');
  const response = await fetch(`${base}upload/storage/v1/b/%2E%2E/o?uploadType=multipart&name=cloud.json`, {
    method: 'POST',
    headers: { 'content-type': 'multipart/related; boundary=b' },
    body: '--b\r\n\r\n{}\r\n--b\r\n\r\nx\r\n--b--',
  });
  expect(existsSync(join(directory, '..', 'cloud.json'))).toBe(false);
  expect([200, 404]).toContain(response.status);
});

test('unknown files in the folder are ignored', async () => {
  await upload('listed/default.tfstate', STATE);
  execFileSync('mkfifo', [fileOf('listed/pipe')]);
  writeFileSync(join(directory, 'states', '%zz'), '');
  symlinkSync('/nowhere', fileOf('listed/link'));
  mkdirSync(fileOf('listed/folder'));
  writeFileSync(join(directory, 'file'), '');
  const list = await fetch(`${base}storage/v1/b/states/o?prefix=listed`);
  expect(await list.json()).toMatchObject({ items: [{ name: 'listed/default.tfstate' }] });
  expect(await (await fetch(`${base}storage/v1/b/file/o`)).json()).toMatchObject({ items: [] });
});

test.each([['a named pipe'], ['a folder']])('%s in the place of a state is refused with one sentence, without waiting', async (kind) => {
  const name = `${kind}/default.tfstate`;
  if (kind === 'a folder') mkdirSync(fileOf(name));
  else execFileSync('mkfifo', [fileOf(name)]);
  const written = await upload(name, STATE);
  expect(written.status).toBe(400);
  expect(await written.json()).toMatchObject({ error: { message: `'${fileOf(name)}' must be a file, got ${kind}: move it away` } });
  expect((await fetch(`${base}states/${encodeURIComponent(name)}`)).status).toBe(400);
  rmSync(fileOf(name), { recursive: true });
});

describe('at the start', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'states-'));
    mkdirSync(join(folder, 'bucket'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  test.each([
    ['', 'an empty file'],
    [STATE.slice(0, -2), 'no JSON: '],
    ['{"version":3,"modules":[]}', 'other JSON'],
    ['{"version":5,"resources":[]}', 'other JSON'],
    ['[]', 'other JSON'],
    ['{"resources":{},"series":{}}', 'other JSON'],
  ])('the damaged state %j is refused with one sentence and kept', async (text, got) => {
    const file = join(folder, 'bucket', 'x%2Fdefault.tfstate');
    writeFileSync(file, text);
    const start = StateStore.start(folder);
    await expect(start).rejects.toThrow(`${file} cannot be read (it must be a Terraform state of version 4, got ${got}`);
    expect(readFileSync(file, 'utf8')).toBe(text);
  });

  test('locks of runs of an earlier sandbox are released, with a message', async () => {
    const lock = { ID: '1', Operation: 'OperationTypeApply', Who: 'ada@laptop', Created: '2026-11-29T21:00:00Z' };
    writeFileSync(join(folder, 'bucket', 'x%2Fdefault.tflock'), JSON.stringify(lock));
    writeFileSync(join(folder, 'bucket', 'y%2Fdefault.tflock'), 'damaged');
    const released: string[] = [];
    const other = await StateStore.start(folder, { onLockReleased: (text) => released.push(text) });
    expect(other.hasLocks()).toBe(true);
    other.releaseLocks();
    expect(released).toEqual(['x/default.tflock (OperationTypeApply by ada@laptop at 2026-11-29T21:00:00Z)', 'y/default.tflock']);
    expect(readdirSync(join(folder, 'bucket'))).toEqual([]);
    await other.stop();
  });
});
