import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ObjectStore } from '../../lib/sandbox/object-store';
import { StorageServer } from '../../lib/sandbox/storage-server';
import type { Cloud } from '../../lib/sandbox/type-description';
import { objectRefusal } from '../../lib/sandbox/vms/object-access';

const directory = mkdtempSync(join(tmpdir(), 'objects-'));
let server: Server;
let url: string;
let retention = '86400';
let allowed: readonly string[] = ['create', 'get', 'list', 'delete'];

beforeAll(async () => {
  const bucket = { text: () => retention };
  const cloud = { get: (_: string, name: string) => (name === 'archive' ? bucket : undefined) } as unknown as Cloud;
  const storage = new StorageServer(new ObjectStore(directory, cloud));
  server = createServer((request, response) => {
    void storage.answer(request, response, (permission) =>
      allowed.includes(permission) ? undefined : { status: 403, message: `no ${permission}` },
    );
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterAll(async () => {
  await new Promise((done) => server.close(done));
  rmSync(directory, { recursive: true });
});

const upload = (name: string, content: string, query = '&ifGenerationMatch=0') =>
  fetch(`${url}/upload/storage/v1/b/archive/o?uploadType=media&name=${encodeURIComponent(name)}${query}`, {
    method: 'POST',
    body: content,
  });
const object = (name: string, query = '') => `${url}/storage/v1/b/archive/o/${encodeURIComponent(name)}${query}`;

test('an object is created once, read back and listed', async () => {
  expect(await (await upload('ring/b/one', 'content')).json()).toMatchObject({ name: 'ring/b/one', size: '7' });
  expect((await upload('ring/b/one', 'other')).status).toBe(412);
  expect(await (await fetch(object('ring/b/one', '?alt=media'))).text()).toBe('content');
  await upload('ring/c/two', '2');
  const list = async (query: string) => (await fetch(`${url}/storage/v1/b/archive/o?${query}`)).json();
  expect(await list('prefix=ring/b/')).toMatchObject({ items: [{ name: 'ring/b/one' }] });
  const first = (await list('prefix=ring/&maxResults=1')) as { nextPageToken: string };
  expect(await list(`prefix=ring/&pageToken=${encodeURIComponent(first.nextPageToken)}`)).toMatchObject({
    items: [{ name: 'ring/c/two' }],
  });
});

test('an object with metadata and a digest is refused if its content is another', async () => {
  const send = (md5Hash: string) =>
    fetch(`${url}/upload/storage/v1/b/archive/o?uploadType=multipart&ifGenerationMatch=0`, {
      method: 'POST',
      headers: { 'content-type': 'multipart/related; boundary=part' },
      body: `--part\r\nContent-Type: application/json\r\n\r\n${JSON.stringify({ name: 'm', md5Hash, metadata: { closed: '1' } })}\r\n--part\r\nContent-Type: application/octet-stream\r\n\r\nx\r\ny\r\n--part--`,
    });
  expect((await send('1B2M2Y8AsgTpgAmY7PhCfg==')).status).toBe(400);
  expect(await (await send(createHash('md5').update('x\r\ny').digest('base64'))).json()).toMatchObject({
    name: 'm',
    size: '4',
    metadata: { closed: '1' },
  });
});

test('an object is neither deleted nor overwritten within its retention', async () => {
  await upload('kept', '1');
  expect((await fetch(object('kept'), { method: 'DELETE' })).status).toBe(403);
  const overwritten = await upload('kept', '2', '');
  expect(overwritten.status).toBe(403);
  expect(await overwritten.json()).toMatchObject({ error: { errors: [{ reason: 'retentionPolicyNotMet' }] } });
  retention = '0';
  expect((await fetch(object('kept'), { method: 'DELETE' })).status).toBe(204);
  expect((await fetch(object('kept'))).status).toBe(404);
  retention = '86400';
});

test('a bucket that is not deployed has no objects', async () => {
  expect((await fetch(`${url}/storage/v1/b/other/o`)).status).toBe(404);
});

test('requests without permission are refused', async () => {
  allowed = ['get'];
  expect((await upload('denied', '1')).status).toBe(403);
  expect((await fetch(object('ring/b/one'), { method: 'DELETE' })).status).toBe(403);
  allowed = ['create', 'get', 'list', 'delete'];
});

test('a grant with a condition is for the objects below its prefix, and no grant of a creator lets it read or delete', () => {
  const grant = (role: string, prefix: string) => {
    const values: Readonly<Record<string, string>> = {
      ...{ bucket: 'archive', role, member: 'serviceAccount:node@p' },
      'condition.expression': `resource.name.startsWith("projects/_/buckets/archive/objects/${prefix}")`,
    };
    return { text: (path: string) => values[path] ?? '' };
  };
  const grants = [grant('roles/storage.objectCreator', 'ring/b/'), grant('roles/storage.objectViewer', 'ring/')];
  const cloud = {
    get: () => undefined,
    list: (type: string) => (type === 'google_storage_bucket_iam_member' ? grants : []),
  } as unknown as Cloud;
  const may = (permission: 'create' | 'get' | 'delete' | 'list', name: string) =>
    objectRefusal(cloud, 'node@p', permission, 'archive', name) === undefined;
  expect(may('create', 'ring/b/x')).toBe(true);
  expect(may('create', 'ring/c/x')).toBe(false);
  expect(may('get', 'ring/c/x')).toBe(true);
  expect(may('get', 'other/c/x')).toBe(false);
  expect(may('delete', 'ring/b/x')).toBe(false);
  expect(may('list', '')).toBe(false);
  expect(objectRefusal(cloud, undefined, 'get', 'archive', 'ring/b/x')?.status).toBe(401);
});
