import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { MetadataServer } from '../../../lib/sandbox/vms/metadata-server';
import { listInstances } from '../../../lib/sandbox/vms/vm-instance';
import { CloudOfVms } from './cloud-of-vms';

let metadata: MetadataServer;
let server: Server;
let cloud: CloudOfVms;

beforeEach(async () => {
  cloud = new CloudOfVms();
  cloud.addInstance('vm-b', '127.0.0.1', { tags: ['db', 'ring'] });
  metadata = new MetadataServer();
  metadata.show(listInstances(cloud));
  server = createServer((request, response) => metadata.answer(request, response).catch(() => response.destroy()));
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

async function ask(path: string, init: RequestInit = {}): Promise<{ status: number; text: string; etag: string | null }> {
  const { port } = server.address() as AddressInfo;
  const headers = { 'Metadata-Flavor': 'Google', ...(init.headers as Record<string, string>) };
  const response = await fetch(`http://127.0.0.1:${port}/computeMetadata/v1/${path}`, { ...init, headers });
  return { status: response.status, text: await response.text(), etag: response.headers.get('etag') };
}

test('serves the metadata of a VM', async () => {
  expect((await ask('instance/name')).text).toBe('vm-b');
  expect((await ask('instance/zone')).text).toBe(`projects/${cloud.projectNumber('parking')}/zones/europe-west1-b`);
  expect((await ask('instance/network-interfaces/0/ip')).text).toBe('127.0.0.1');
  expect((await ask('instance/attributes/startup-script')).text).toBe('true');
  expect((await ask('project/project-id')).text).toBe('parking');
  expect((await ask('instance/attributes/missing')).status).toBe(404);
});

test('lists the entries of a path, and returns them recursively as JSON in camel case, with unchanged attribute names', async () => {
  expect((await ask('instance/attributes/')).text).toBe('startup-script\nenable-guest-attributes\n');
  expect((await ask('instance/')).text).toContain('service-accounts/\n');
  const all = JSON.parse((await ask('instance/?recursive=true')).text);
  expect(all).toMatchObject({ machineType: expect.stringContaining('n2-standard-2'), attributes: { 'startup-script': 'true' } });
  expect(all.tags).toEqual(['db', 'ring']);
});

test('refuses requests without the Metadata-Flavor header, and requests through a proxy', async () => {
  expect((await ask('instance/name', { headers: { 'Metadata-Flavor': 'no' } })).status).toBe(403);
  expect((await ask('instance/name', { headers: { 'X-Forwarded-For': '1.2.3.4' } })).status).toBe(403);
});

test('returns 404 to an address without a VM', async () => {
  metadata.show([]);
  expect((await ask('instance/name')).status).toBe(404);
});

test('returns one token per service account, and resolves it to that account', async () => {
  const token = JSON.parse((await ask('instance/service-accounts/default/token')).text);
  expect(token).toMatchObject({ token_type: 'Bearer', access_token: expect.stringMatching(/^ya29\./) });
  expect(JSON.parse((await ask('instance/service-accounts/default/token')).text)).toEqual(token);
  expect(metadata.accountOf(token.access_token)).toBe('vm-b@parking.iam.gserviceaccount.com');
  expect(metadata.accountOf('ya29.other')).toBeUndefined();
});

test('keeps guest attributes until they are deleted', async () => {
  const path = 'instance/guest-attributes/cassandra/state';
  expect((await ask(path)).status).toBe(404);
  await ask(path, { method: 'PUT', body: 'ready: yes' });
  expect((await ask(path)).text).toBe('ready: yes');
  const [instance] = listInstances(cloud);
  expect([...metadata.attributesOf(instance!.id)]).toEqual([['cassandra/state', 'ready: yes']]);
  metadata.forget(instance!.id);
  expect((await ask(path)).status).toBe(404);
});

test('refuses guest attributes where the instance does not enable them', async () => {
  const plain = new CloudOfVms();
  plain.addInstance('vm-b', '127.0.0.1', { metadata: {} });
  metadata.show(listInstances(plain));
  expect((await ask('instance/guest-attributes/a/b', { method: 'PUT', body: 'x' })).status).toBe(403);
});

test('answers a wait_for_change request when the metadata changes', async () => {
  const { etag } = await ask('instance/attributes/?recursive=true');
  const waiting = ask(`instance/attributes/?recursive=true&wait_for_change=true&last_etag=${etag}`);
  cloud.patch('google_compute_instance', 'projects/parking/zones/europe-west1-b/instances/vm-b', { metadata: { 'startup-script': 'new' } });
  metadata.show(listInstances(cloud));
  expect(JSON.parse((await waiting).text)).toEqual({ 'startup-script': 'new' });
});

test('answers a wait_for_change request after its timeout', async () => {
  const { etag, text } = await ask('instance/attributes/startup-script');
  expect((await ask(`instance/attributes/startup-script?wait_for_change=true&timeout_sec=1&last_etag=${etag}`)).text).toBe(text);
});
