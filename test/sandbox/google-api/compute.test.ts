import { TestApi } from './api';

let api: TestApi;

beforeEach(async () => {
  api = await TestApi.start();
});

afterEach(() => api.stop());

const GLOBAL = 'compute/v1/projects/p/global';
const REGION = 'compute/v1/projects/p/regions/europe-west1';
const ZONE = 'compute/v1/projects/p/zones/europe-west1-b';

const network = () => api.call('POST', `${GLOBAL}/networks`, { name: 'network', autoCreateSubnetworks: false });
const subnetwork = (name: string, ipCidrRange: string, more: object = {}) =>
  api.call('POST', `${REGION}/subnetworks`, { name, ipCidrRange, network: 'projects/p/global/networks/network', ...more });

describe('an insert', () => {
  test('is read back as sent, with output-only fields', async () => {
    const { code, body: operation } = await api.call('POST', `${ZONE}/disks`, {
      name: 'data',
      sizeGb: 500,
      type: 'projects/p/zones/europe-west1-b/diskTypes/pd-ssd',
      zone: 'projects/p/global/zones/europe-west1-b',
    });
    expect([code, operation.status, operation.error]).toEqual([200, 'DONE', undefined]);
    const { body: disk } = await api.call('GET', `${ZONE}/disks/data`);
    expect(disk).toMatchObject({
      name: 'data',
      sizeGb: '500',
      status: 'READY',
      selfLink: 'https://www.googleapis.com/compute/v1/projects/p/zones/europe-west1-b/disks/data',
      zone: 'https://www.googleapis.com/compute/v1/projects/p/zones/europe-west1-b',
    });
    expect(disk.id).toMatch(/^\d+$/);
  });

  test('creates a resource of the simulated cloud', async () => {
    await network();
    await subnetwork('nodes', '10.0.0.0/20', { secondaryIpRanges: [{ rangeName: 'pods', ipCidrRange: '10.8.0.0/16' }] });
    const found = api.cloud.get('google_compute_subnetwork', 'projects/p/regions/europe-west1/subnetworks/nodes')!;
    expect(found.all('secondary_ip_range.range_name')).toEqual(['pods']);
    expect(found.text('gateway_address')).toBe('10.0.0.1');
  });

  test.each<[string, () => Promise<{ code: number; body: { error: { message: string; errors: { reason: string }[] } } }>, number, string]>([
    ['of a name that is taken', () => network().then(network), 409, 'alreadyExists'],
    ['of a wrong name', () => api.call('POST', `${GLOBAL}/networks`, { name: 'Network' }), 400, 'invalid'],
    ['in a network that is not there', () => subnetwork('nodes', '10.0.0.0/20'), 404, 'notFound'],
  ])('%s is rejected', async (_, insert, code, reason) => {
    const answer = await insert();
    expect([answer.code, answer.body.error.errors[0]!.reason]).toEqual([code, reason]);
  });

  test('is rejected if the API is not enabled', async () => {
    await api.stop();
    api = await TestApi.start({ enabledApis: [] });
    const { code, body } = await network();
    expect([code, body.error.errors[0].reason]).toEqual([403, 'accessNotConfigured']);
    await api.call('POST', 'serviceusage/v1/projects/p/services:batchEnable', { serviceIds: ['compute.googleapis.com'] });
    expect((await network()).code).toBe(200);
  });

  test('that fails while waiting is a failed operation', async () => {
    await network();
    await subnetwork('nodes', '10.0.0.0/20');
    const { code, body } = await subnetwork('data', '10.0.8.0/24');
    expect(code).toBe(200);
    expect(body.error.errors[0].message).toContain("10.0.8.0/24 conflicts with existing subnetwork 'nodes'");
    const operation = await api.call('GET', `${REGION}/operations/${body.name}`);
    expect(operation.body.error).toEqual(body.error);
    expect((await api.call('GET', `${REGION}/subnetworks/data`)).code).toBe(404);
  });
});

describe('a change', () => {
  const policy = (properties?: object) => ({
    name: 'daily',
    snapshotSchedulePolicy: {
      retentionPolicy: { maxRetentionDays: 30 },
      schedule: { dailySchedule: { daysInCycle: 1, startTime: '04:00' } },
      ...(properties && { snapshotProperties: properties }),
    },
  });

  test('of an immutable field is rejected', async () => {
    await api.call('POST', `${REGION}/resourcePolicies`, policy());
    const { code, body } = await api.call('PATCH', `${REGION}/resourcePolicies/daily`, policy({ guestFlush: true }));
    expect([code, body.error.message]).toEqual([400, 'Patching guest_flush field is not supported.']);
    expect((await api.call('GET', `${REGION}/resourcePolicies/daily`)).body.snapshotSchedulePolicy.snapshotProperties).toBeUndefined();
  });

  test('keeps other fields', async () => {
    await api.call('POST', `${REGION}/resourcePolicies`, policy());
    await api.call('PATCH', `${REGION}/resourcePolicies/daily`, {
      snapshotSchedulePolicy: { retentionPolicy: { maxRetentionDays: 7 } },
    });
    const { body } = await api.call('GET', `${REGION}/resourcePolicies/daily`);
    expect(body.snapshotSchedulePolicy).toEqual({
      retentionPolicy: { maxRetentionDays: 7 },
      schedule: { dailySchedule: { daysInCycle: 1, startTime: '04:00' } },
    });
  });

  test('of a machine type requires a stopped instance', async () => {
    await network();
    await subnetwork('data', '10.0.0.0/20');
    await api.call('POST', `${ZONE}/instances`, {
      name: 'vm',
      machineType: 'zones/europe-west1-b/machineTypes/n2-highmem-2',
      disks: [{ boot: true, initializeParams: { sourceImage: 'projects/debian-cloud/global/images/debian-12' } }],
      networkInterfaces: [{ subnetwork: 'projects/p/regions/europe-west1/subnetworks/data' }],
    });
    const change = () =>
      api.call('POST', `${ZONE}/instances/vm/setMachineType`, { machineType: 'zones/europe-west1-b/machineTypes/n2-highmem-4' });
    expect((await change()).body.error.errors[0].message).toContain('on a started instance requires stopping it');
    await api.call('POST', `${ZONE}/instances/vm/stop`, {});
    expect((await change()).body).not.toHaveProperty('error');
    expect((await api.call('GET', `${ZONE}/instances/vm`)).body.machineType).toContain('n2-highmem-4');
  });

  test('of labels requires their current fingerprint', async () => {
    await api.call('POST', `${ZONE}/disks`, { name: 'data', sizeGb: 10, labels: { team: 'parking' } });
    const { body: disk } = await api.call('GET', `${ZONE}/disks/data`);
    const labels = { team: 'billing' };
    const old = await api.call('POST', `${ZONE}/disks/data/setLabels`, { labels, labelFingerprint: 'old' });
    expect([old.code, old.body.error.errors[0].reason]).toEqual([412, 'conditionNotMet']);
    await api.call('POST', `${ZONE}/disks/data/setLabels`, { labels, labelFingerprint: disk.labelFingerprint });
    const { body: after } = await api.call('GET', `${ZONE}/disks/data`);
    expect(after.labels).toEqual(labels);
    expect(after.labelFingerprint).not.toBe(disk.labelFingerprint);
  });

  test('of a router creates, updates and deletes its NAT', async () => {
    await network();
    await api.call('POST', `${REGION}/routers`, { name: 'router', network: 'projects/p/global/networks/network' });
    const nat = { name: 'nat', natIpAllocateOption: 'AUTO_ONLY', sourceSubnetworkIpRangesToNat: 'ALL_SUBNETWORKS_ALL_IP_RANGES' };
    const nats = async () => (await api.call('GET', `${REGION}/routers/router`)).body.nats;
    await api.call('PATCH', `${REGION}/routers/router`, { nats: [nat] });
    expect(await nats()).toEqual([nat]);
    await api.call('PATCH', `${REGION}/routers/router`, { nats: [{ ...nat, minPortsPerVm: 128 }] });
    expect(await nats()).toEqual([{ ...nat, minPortsPerVm: 128 }]);
    expect((await api.call('DELETE', `${REGION}/routers/router`)).code).toBe(400);
    await api.call('PATCH', `${REGION}/routers/router`, { nats: [] });
    expect(await nats()).toBeUndefined();
    expect((await api.call('DELETE', `${REGION}/routers/router`)).code).toBe(200);
  });
});

test('a subnet has its own IAM policy', async () => {
  await network();
  await subnetwork('nodes', '10.0.0.0/20');
  await subnetwork('data', '10.1.0.0/20');
  const bindings = [{ role: 'roles/compute.networkUser', members: ['group:a@example.com'] }];
  await api.call('POST', `${REGION}/subnetworks/nodes/setIamPolicy`, { policy: { bindings } });
  expect((await api.call('GET', `${REGION}/subnetworks/nodes/getIamPolicy`)).body.bindings).toEqual(bindings);
  expect((await api.call('GET', `${REGION}/subnetworks/data/getIamPolicy`)).body.bindings).toEqual([]);
  expect((await api.call('GET', `${REGION}/subnetworks/other/getIamPolicy`)).code).toBe(404);
});

describe('an instance', () => {
  const insert = (more: object = {}) =>
    api.call('POST', `${ZONE}/instances`, {
      name: 'node',
      machineType: 'projects/p/zones/europe-west1-b/machineTypes/e2-small',
      disks: [
        {
          boot: true,
          autoDelete: true,
          initializeParams: { sourceImage: 'projects/debian-cloud/global/images/family/debian-12', diskSizeGb: '20', labels: { a: 'b' } },
        },
        { source: 'projects/p/zones/europe-west1-b/disks/data', deviceName: 'data', mode: 'READ_WRITE' },
      ],
      networkInterfaces: [{ subnetwork: 'projects/p/regions/europe-west1/subnetworks/nodes', networkIP: '10.0.0.11' }],
      metadata: { items: [{ key: 'role', value: 'db' }] },
      scheduling: { provisioningModel: '', automaticRestart: true },
      ...more,
    });

  beforeEach(async () => {
    await network();
    await subnetwork('nodes', '10.0.0.0/20');
    await api.call('POST', `${ZONE}/disks`, { name: 'data', sizeGb: 10 });
  });

  test('has a boot disk of its name, which is deleted with it', async () => {
    expect((await insert()).body.error).toBeUndefined();
    const { body } = await api.call('GET', `${ZONE}/instances/node`);
    expect(body.disks).toMatchObject([
      { boot: true, index: 0, source: expect.stringMatching(/\/disks\/node$/), diskSizeGb: '20' },
      { index: 1, deviceName: 'data' },
    ]);
    expect(body.disks[0].initializeParams).toBeUndefined();
    expect((await api.call('GET', `${ZONE}/disks/node`)).body).toMatchObject({ name: 'node', sizeGb: '20', labels: { a: 'b' } });
    await api.call('DELETE', `${ZONE}/instances/node`);
    expect((await api.call('GET', `${ZONE}/disks/node`)).code).toBe(404);
  });

  test('keeps its boot disk in an update', async () => {
    await insert();
    const { body } = await api.call('GET', `${ZONE}/instances/node`);
    await api.call('POST', `${ZONE}/instances/node/setMetadata`, {
      items: [{ key: 'role', value: 'cache' }],
      fingerprint: body.metadata.fingerprint,
    });
    expect((await api.call('GET', `${ZONE}/instances/node`)).body.metadata.items).toEqual([{ key: 'role', value: 'cache' }]);
    expect((await api.call('GET', `${ZONE}/disks/node`)).body.sourceImage).toContain('debian-12');
    expect(api.cloud.list('google_compute_instance')[0]!.values.metadata).toEqual({ role: 'cache' });
  });

  test('cannot use the address or disk of another instance', async () => {
    await insert();
    const address = await insert({ name: 'second', disks: [{ boot: true, initializeParams: {} }] });
    expect(address.body.error.errors[0].message).toContain("IP '10.0.0.11' is already being used");
    const disk = await insert({ name: 'second', networkInterfaces: [{ subnetwork: 'projects/p/regions/europe-west1/subnetworks/nodes' }] });
    expect([disk.code, disk.body.error.errors[0].reason]).toEqual([400, 'resourceInUseByAnotherResource']);
  });
});

describe('a fault', () => {
  test('is answered as often as injected', async () => {
    api.faults.inject({
      type: 'google_compute_network',
      operation: 'create',
      times: 2,
      refusal: { code: 429, message: 'Quota exceeded', reason: 'rateLimitExceeded' },
    });
    const codes = [(await network()).code, (await network()).code, (await network()).code];
    expect(codes).toEqual([429, 429, 200]);
  });

  test("after the operation is the operation's error", async () => {
    api.faults.inject({ type: 'google_compute_network', operation: 'create', when: 'after', message: 'the zone burns' });
    const { code, body } = await network();
    expect([code, body.error.errors[0].message]).toEqual([200, 'the zone burns']);
    expect((await api.call('GET', `${GLOBAL}/networks/network`)).code).toBe(200);
  });
});
