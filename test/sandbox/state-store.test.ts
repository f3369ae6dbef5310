import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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
}, 30_000);
