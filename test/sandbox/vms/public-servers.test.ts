import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ObjectStore } from '../../../lib/sandbox/object-store';
import { StorageServer } from '../../../lib/sandbox/storage-server';
import type { Cloud } from '../../../lib/sandbox/type-description';
import { PublicServers } from '../../../lib/sandbox/vms/public-servers';

let folder: string;
let servers: PublicServers;
let server: Server;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'repository-'));
  mkdirSync(join(folder, 'repository'));
  writeFileSync(join(folder, 'outside'), 'not for anybody');
  writeFileSync(join(folder, 'repository/KEYS'), 'keys');
  servers = new PublicServers({
    secrets: { read: (name) => (name === 'projects/parking/secrets/ca' ? 'pem' : undefined) },
    storage: new StorageServer(new ObjectStore(join(folder, 'objects'), { get: () => undefined } as unknown as Cloud)),
    refuseObject: (token) => (token === 'good' ? undefined : { status: 403, message: 'Permission denied' }),
    repository: () => join(folder, 'repository'),
    refuse: (token) => (token === 'good' ? undefined : { status: 403, message: 'Permission denied' }),
  });
  server = createServer((asked, response) => servers.answer(asked, response));
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
  rmSync(folder, { recursive: true });
});

function ask(host: string, path: string, { method = 'GET', token = 'good', body = '' } = {}): Promise<{ status: number; text: string }> {
  const { port } = server.address() as AddressInfo;
  return new Promise((done, fail) => {
    const headers = { host, authorization: `Bearer ${token}` };
    const asking = request({ host: '127.0.0.1', port, path, method, headers }, (response) => {
      let text = '';
      response.on('data', (chunk) => {
        text += chunk;
      });
      response.on('end', () => done({ status: response.statusCode!, text }));
    });
    asking.once('error', fail);
    asking.end(body);
  });
}

const SECRET = '/v1/projects/parking/secrets/ca/versions/latest:access';

test('Secret Manager returns the latest version, in base64', async () => {
  const { status, text } = await ask('secretmanager.googleapis.com', SECRET);
  expect({ status, data: JSON.parse(text).payload.data }).toEqual({ status: 200, data: Buffer.from('pem').toString('base64') });
});

test.each([
  [
    'a secret that is not there',
    SECRET.replace('/ca/', '/cb/'),
    'good',
    404,
    'Secret [projects/parking/secrets/cb] not found or has no versions.',
  ],
  ['an account that may not', SECRET, 'bad', 403, 'Permission denied'],
  ['another method of the API', '/v1/projects/parking/secrets', 'good', 404, 'the sandbox has no GET /v1/projects/parking/secrets'],
])('Secret Manager refuses %s', async (_, path, token, status, message) => {
  const answer = await ask('secretmanager.googleapis.com', path, { token });
  expect({ status: answer.status, message: JSON.parse(answer.text).error.message }).toEqual({ status, message });
});

test('Cloud Monitoring records the written points', async () => {
  const body = JSON.stringify({
    timeSeries: [
      { metric: { type: 'custom.googleapis.com/cassandra/up', labels: { node: 'b' } }, points: [{ value: { int64Value: '1' } }] },
    ],
  });
  expect((await ask('monitoring.googleapis.com', '/v3/projects/parking/timeSeries', { method: 'POST', body })).status).toBe(200);
  expect(servers.metrics).toEqual([{ type: 'custom.googleapis.com/cassandra/up', labels: { node: 'b' }, value: 1 }]);
});

test('the keys and packages of Cassandra are served from the repository folder', async () => {
  expect(await ask('downloads.apache.org', '/cassandra/KEYS')).toEqual({ status: 200, text: 'keys' });
  expect(await ask('debian.cassandra.apache.org', '/KEYS')).toEqual({ status: 200, text: 'keys' });
});

test.each(['/../outside', '/%2e%2e/outside', '/', '/missing'])('only files of the repository folder are served: %s', async (path) => {
  expect((await ask('debian.cassandra.apache.org', path)).status).toBe(404);
});

test('other hosts return 404', async () => {
  expect(await ask('example.com', '/')).toMatchObject({ status: 404 });
});

test('objects of Cloud Storage are answered with the permissions of the token', async () => {
  expect(await ask('storage.googleapis.com', '/storage/v1/b/archive/o/one', { token: 'bad' })).toMatchObject({ status: 403 });
  expect(await ask('storage.googleapis.com', '/storage/v1/b/archive/o/one')).toMatchObject({ status: 404 });
});
