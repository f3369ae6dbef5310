import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DiscoveryDocuments } from '../../../lib/sandbox/google-api';
import { parseRequest } from '../../../lib/sandbox/google-api/api-request';
import { TestApi } from './api';

let api: TestApi;

beforeEach(async () => {
  api = await TestApi.start();
});

afterEach(() => api.stop());

describe('a URL', () => {
  test.each<[string, string, string, string, string]>([
    ['compute/v1/projects/p/global/networks/n', 'compute', 'v1', 'projects/p/global/networks/n', ''],
    ['iam/v1/v1/projects/p/serviceAccounts/a%40b:setIamPolicy', 'iam', 'v1', 'projects/p/serviceAccounts/a@b', 'setIamPolicy'],
    ['container/v1/v1beta1/projects/p', 'container', 'v1beta1', 'projects/p', ''],
    ['x/dns/v1/projects/p/managedZones', 'dns', 'v1', 'projects/p/managedZones', ''],
    ['xv1/dns/v1/projects/p/managedZones', 'dns', 'v1', 'projects/p/managedZones', ''],
    ['monitoring/v3/projects/p/alertPolicies', 'monitoring', 'v3', 'projects/p/alertPolicies', ''],
  ])('%s of the plugin is parsed', (url, name, version, path, verb) => {
    expect(parseRequest('GET', `/${url}?alt=json`, {})).toMatchObject({ api: name, version, path, verb });
  });

  test.each(['compute/projects/p', 'bigquery/v2/projects/p', ''])("'%s' is of no API", (url) => {
    expect(parseRequest('GET', `/${url}`, {})).toBeUndefined();
  });

  test('of an API that is not simulated is an error with its name', async () => {
    const { code, body } = await api.call('GET', 'compute/v1/projects/p/global/interconnects/x');
    expect([code, body.error.message]).toEqual([501, 'the sandbox has no GET /compute/v1/projects/p/global/interconnects/x']);
    expect(api.calls.map((call) => call.code)).toEqual([501]);
  });
});

test('endpoints of APIs that are not simulated lead to the sandbox, not to Google', async () => {
  const { GOOGLE_STORAGE_CUSTOM_ENDPOINT: storage, GOOGLE_COMPUTE_CUSTOM_ENDPOINT: compute } = api.environment;
  expect(storage).toBe(compute!.replace('compute/v1/', 'storage/'));
  const { code, body } = await api.call('POST', 'storage/b?project=p', { name: 'backups' });
  expect([code, body.error.message]).toEqual([404, 'the sandbox has no POST /storage/b?project=p']);
});

test('the service account endpoint of google 7 is the one of IAM', () => {
  const { GOOGLE_IAM_CUSTOM_ENDPOINT: iam, GOOGLE_IAM_BETA_CUSTOM_ENDPOINT: beta } = api.environment;
  expect(beta).toBe(iam);
});

test("a folder without Google's documents is an error", () => {
  expect(() => new DiscoveryDocuments('/nowhere')).toThrow("'/nowhere' must hold Google's discovery documents, but has no compute.v1.json");
});

describe('an IAM policy', () => {
  const account = (accountId: string) => api.call('POST', 'iam/v1/projects/p/serviceAccounts', { accountId, serviceAccount: {} });
  const get = async () => (await api.call('POST', 'cloudresourcemanager/v1/projects/p:getIamPolicy', {})).body;
  const set = (policy: object) => api.call('POST', 'cloudresourcemanager/v1/projects/p:setIamPolicy', { policy });
  const nodes = 'serviceAccount:cluster-nodes@p.iam.gserviceaccount.com';

  test('is read back as set', async () => {
    await account('cluster-nodes');
    const { etag } = await get();
    const binding = { role: 'roles/logging.logWriter', members: [nodes, 'group:a@example.com'] };
    await set({ etag, bindings: [binding] });
    expect((await get()).bindings).toEqual([binding]);
    await set({ etag: (await get()).etag, bindings: [{ ...binding, members: [nodes] }] });
    expect((await get()).bindings).toEqual([{ ...binding, members: [nodes] }]);
    expect(api.cloud.list('google_project_iam_member').map(({ values }) => values.member)).toEqual([nodes]);
  });

  test('has conditions', async () => {
    const condition = { title: 'until summer', expression: "request.time < timestamp('2027-07-01T00:00:00Z')" };
    await set({ etag: (await get()).etag, bindings: [{ role: 'roles/viewer', members: ['group:a@example.com'], condition }] });
    expect(await get()).toMatchObject({ version: 3, bindings: [{ role: 'roles/viewer', condition }] });
  });

  test('that has changed since it was read is not overwritten', async () => {
    const { etag } = await get();
    await set({ etag, bindings: [{ role: 'roles/viewer', members: ['group:a@example.com'] }] });
    const { code, body } = await set({ etag, bindings: [] });
    expect([code, body.error.status]).toEqual([409, 'ABORTED']);
    expect((await get()).bindings).toHaveLength(1);
  });

  test('rejects a service account that does not exist', async () => {
    const { code, body } = await set({ bindings: [{ role: 'roles/viewer', members: [nodes] }] });
    expect([code, body.error.message]).toEqual([400, 'Service account cluster-nodes@p.iam.gserviceaccount.com does not exist.']);
  });

  test('of a service account is its own', async () => {
    await account('cluster-nodes');
    const path = 'iam/v1/v1/projects/p/serviceAccounts/cluster-nodes@p.iam.gserviceaccount.com';
    const bindings = [{ role: 'roles/iam.serviceAccountUser', members: ['group:a@example.com'] }];
    await api.call('POST', `${path}:setIamPolicy`, { policy: { bindings } });
    expect((await api.call('POST', `${path}:getIamPolicy`, {})).body.bindings).toEqual(bindings);
    expect((await get()).bindings).toEqual([]);
  });
});

test('service accounts are created, read and deleted', async () => {
  await api.call('POST', 'iam/v1/projects/p/serviceAccounts', { accountId: 'cluster-nodes', serviceAccount: { displayName: 'Nodes' } });
  const path = 'iam/v1/projects/-/serviceAccounts/cluster-nodes@p.iam.gserviceaccount.com';
  expect((await api.call('GET', path)).body).toMatchObject({
    name: 'projects/p/serviceAccounts/cluster-nodes@p.iam.gserviceaccount.com',
    displayName: 'Nodes',
    email: 'cluster-nodes@p.iam.gserviceaccount.com',
    projectId: 'p',
  });
  await api.call('DELETE', path);
  expect((await api.call('GET', path)).code).toBe(404);
});

test('lists enabled services', async () => {
  await api.stop();
  api = await TestApi.start({ enabledApis: [] });
  const names = async () => {
    const { body } = await api.call('GET', 'serviceusage/v1/projects/p/services?filter=state:ENABLED');
    return body.services.map(({ config }: { config: { name: string } }) => config.name);
  };
  expect(await names()).toEqual([]);
  await api.call('POST', 'serviceusage/v1/projects/p/services/dns.googleapis.com:enable', {});
  expect(await names()).toEqual(['dns.googleapis.com']);
  await api.call('POST', 'serviceusage/v1/projects/p/services/dns.googleapis.com:disable', {});
  expect(await names()).toEqual([]);
});

test('changes of record sets are atomic', async () => {
  const zone = 'x/dns/v1/projects/p/managedZones';
  await api.call('POST', zone, { name: 'zone', dnsName: 'example.com.', visibility: 'public' });
  const sets = async () => (await api.call('GET', `${zone}/zone/rrsets?name=a.example.com.&type=A`)).body.rrsets;
  const set = (address: string) => ({ name: 'a.example.com.', type: 'A', ttl: 300, rrdatas: [address] });
  await api.call('POST', `${zone}/zone/changes`, { additions: [set('203.0.113.1')] });
  expect(await sets()).toEqual([set('203.0.113.1')]);
  await api.call('POST', `${zone}/zone/changes`, { deletions: [set('203.0.113.1')], additions: [set('203.0.113.2')] });
  expect(await sets()).toEqual([set('203.0.113.2')]);
  await api.call('POST', `${zone}/zone/changes`, { deletions: [set('203.0.113.2')] });
  expect(await sets()).toEqual([]);
  const { code } = await api.call('POST', `${zone}/zone/changes`, { deletions: [set('203.0.113.2')] });
  expect(code).toBe(404);
});

test('alert policies and metrics are read back by the assigned name', async () => {
  const { body: policy } = await api.call('POST', 'monitoring/v3/projects/p/alertPolicies', {
    displayName: 'full',
    conditions: [{ displayName: 'one' }],
  });
  expect(policy.name).toMatch(/^projects\/p\/alertPolicies\/\d+$/);
  expect(policy.conditions[0].name).toMatch(new RegExp(`^${policy.name}/conditions/\\d+$`));
  expect((await api.call('GET', `monitoring/v3/${policy.name}`)).body).toEqual(policy);
  await api.call('POST', 'logging/v2/projects/p/metrics', { name: 'taken', filter: 'a' });
  await api.call('PUT', 'logging/v2/projects/p/metrics/taken', { filter: 'b' });
  expect((await api.call('GET', 'logging/v2/projects/p/metrics/taken')).body).toEqual({ name: 'taken', filter: 'b' });
});

test('workflows are operated on by operations that are done, and hold the account by its name', async () => {
  const place = 'workflows/v1/projects/p/locations/europe-west1';
  const sent = { sourceContents: '{"main":{}}', serviceAccount: 'sets@other.iam.gserviceaccount.com' };
  const { body: created } = await api.call('POST', `${place}/workflows?workflowId=sets`, sent);
  expect(created).toMatchObject({ done: true, response: { name: 'projects/p/locations/europe-west1/workflows/sets', state: 'ACTIVE' } });
  await api.call('PATCH', `${place}/workflows/sets?updateMask=description`, { description: 'Sets' });
  expect((await api.call('GET', `${place}/workflows/sets`)).body).toMatchObject({
    description: 'Sets',
    sourceContents: '{"main":{}}',
    serviceAccount: 'projects/p/serviceAccounts/sets@other.iam.gserviceaccount.com',
  });
  expect((await api.call('DELETE', `${place}/workflows/sets`)).body).toMatchObject({ done: true });
  expect((await api.call('GET', `${place}/workflows/sets`)).code).toBe(404);
});

test('jobs of Cloud Scheduler are changed, paused and resumed', async () => {
  const jobs = 'cloudscheduler/v1/projects/p/locations/europe-west1/jobs';
  const name = 'projects/p/locations/europe-west1/jobs/sets';
  await api.call('POST', jobs, { name, schedule: '0 */4 * * *', retryConfig: { retryCount: 3 } });
  const read = async () => (await api.call('GET', `${jobs}/sets`)).body;
  expect(await read()).toMatchObject({ name, state: 'ENABLED', retryConfig: { retryCount: 3, maxDoublings: 5 } });
  await api.call('PATCH', `${jobs}/sets`, { schedule: '0 */6 * * *' });
  expect(await read()).toMatchObject({ schedule: '0 */6 * * *' });
  await api.call('POST', `${jobs}/sets:pause`, {});
  expect(await read()).toMatchObject({ state: 'PAUSED' });
  await api.call('POST', `${jobs}/sets:resume`, {});
  expect(await read()).toMatchObject({ state: 'ENABLED' });
  expect((await api.call('DELETE', `${jobs}/sets`)).code).toBe(200);
  expect((await api.call('GET', `${jobs}/sets`)).code).toBe(404);
});

describe('an API without operations answers with the error of a failed change', () => {
  const PROJECT = 'projects/p';
  const ACCOUNT = `iam/v1/${PROJECT}/serviceAccounts/cluster-nodes@p.iam.gserviceaccount.com`;
  const ZONES = `x/dns/v1/${PROJECT}/managedZones`;
  const zone = { name: 'zone', dnsName: 'example.com.', visibility: 'public' };
  const record = { name: 'a.example.com.', type: 'A', ttl: 300, rrdatas: ['203.0.113.1'] };
  const policy = (...members: string[]) => ({ policy: { bindings: members.length > 0 ? [{ role: 'roles/viewer', members }] : [] } });

  type Call = readonly [method: string, path: string, body?: object];
  const CREATE = {
    account: ['POST', `iam/v1/${PROJECT}/serviceAccounts`, { accountId: 'cluster-nodes', serviceAccount: {} }],
    role: ['POST', `iam/v1/${PROJECT}/roles`, { roleId: 'reader', role: { title: 'Reader', includedPermissions: ['a.b.get'] } }],
    member: ['POST', `cloudresourcemanager/v1/${PROJECT}:setIamPolicy`, policy('group:a@example.com')],
    service: ['POST', `serviceusage/v1/${PROJECT}/services/dns.googleapis.com:enable`, {}],
    zone: ['POST', ZONES, zone],
    record: ['POST', `${ZONES}/zone/changes`, { additions: [record] }],
    metric: ['POST', `logging/v2/${PROJECT}/metrics`, { name: 'taken', filter: 'a' }],
    secret: ['POST', `secretmanager/v1/${PROJECT}/secrets?secretId=key`, { replication: { automatic: {} } }],
  } satisfies Record<string, Call>;

  test.each<[string, 'create' | 'update' | 'delete', Call, readonly Call[]]>([
    ['google_service_account', 'create', CREATE.account, []],
    ['google_service_account', 'update', ['PATCH', ACCOUNT, { serviceAccount: { displayName: 'Nodes' } }], [CREATE.account]],
    ['google_service_account', 'delete', ['DELETE', ACCOUNT], [CREATE.account]],
    ['google_project_iam_custom_role', 'create', CREATE.role, []],
    ['google_project_iam_custom_role', 'update', ['PATCH', `iam/v1/${PROJECT}/roles/reader`, { title: 'Readers' }], [CREATE.role]],
    ['google_project_iam_custom_role', 'delete', ['DELETE', `iam/v1/${PROJECT}/roles/reader`], [CREATE.role]],
    ['google_project_iam_member', 'create', CREATE.member, []],
    ['google_project_iam_member', 'delete', [CREATE.member[0], CREATE.member[1], policy()], [CREATE.member]],
    ['google_project_service', 'create', CREATE.service, []],
    ['google_project_service', 'delete', ['POST', `serviceusage/v1/${PROJECT}/services/dns.googleapis.com:disable`, {}], [CREATE.service]],
    ['google_dns_managed_zone', 'create', CREATE.zone, []],
    ['google_dns_managed_zone', 'update', ['PATCH', `${ZONES}/zone`, { description: 'Zone' }], [CREATE.zone]],
    ['google_dns_managed_zone', 'delete', ['DELETE', `${ZONES}/zone`], [CREATE.zone]],
    ['google_dns_record_set', 'create', CREATE.record, [CREATE.zone]],
    [
      'google_dns_record_set',
      'update',
      ['POST', `${ZONES}/zone/changes`, { deletions: [record], additions: [{ ...record, ttl: 60 }] }],
      [CREATE.zone, CREATE.record],
    ],
    ['google_dns_record_set', 'delete', ['POST', `${ZONES}/zone/changes`, { deletions: [record] }], [CREATE.zone, CREATE.record]],
    ['google_logging_metric', 'create', CREATE.metric, []],
    ['google_logging_metric', 'update', ['PUT', `logging/v2/${PROJECT}/metrics/taken`, { filter: 'b' }], [CREATE.metric]],
    ['google_logging_metric', 'delete', ['DELETE', `logging/v2/${PROJECT}/metrics/taken`], [CREATE.metric]],
    ['google_secret_manager_secret', 'create', CREATE.secret, []],
    [
      'google_secret_manager_secret',
      'update',
      ['PATCH', `secretmanager/v1/${PROJECT}/secrets/key`, { labels: { a: 'b' } }],
      [CREATE.secret],
    ],
    ['google_secret_manager_secret', 'delete', ['DELETE', `secretmanager/v1/${PROJECT}/secrets/key`], [CREATE.secret]],
  ])('%s, %s', async (type, operation, call, before) => {
    for (const each of before) expect(await api.call(...each)).toMatchObject({ code: 200 });
    api.faults.inject({ type, operation, when: 'after', message: 'the backend gave up' });
    const { code, body } = await api.call(...call);
    expect([code, body.error?.message]).toEqual([500, 'the backend gave up']);
  });
});

describe("with Google's documents", () => {
  let folder: string;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'discovery-'));
    const schemas = {
      Network: {
        type: 'object',
        properties: {
          name: { type: 'string' },
          routingConfig: { $ref: 'RoutingConfig' },
          peerings: { type: 'array', items: { $ref: 'Peering' } },
        },
      },
      RoutingConfig: { type: 'object', properties: { routingMode: { type: 'string', enum: ['GLOBAL', 'REGIONAL'] } } },
      Peering: { type: 'object', properties: { name: { type: 'string' } } },
      Secret: {
        type: 'object',
        properties: { labels: { type: 'object', additionalProperties: { type: 'string' } }, replication: { type: 'any' } },
      },
    };
    const insert = { httpMethod: 'POST', path: 'projects/{project}/global/networks', request: { $ref: 'Network' } };
    const create = {
      httpMethod: 'POST',
      path: 'v1/{+parent}/secrets',
      flatPath: 'v1/projects/{projectsId}/secrets',
      request: { $ref: 'Secret' },
      parameters: { secretId: { location: 'query', required: true }, parent: { location: 'path', required: true } },
    };
    writeFileSync(join(folder, 'compute.v1.json'), JSON.stringify({ schemas, resources: { networks: { methods: { insert } } } }));
    writeFileSync(
      join(folder, 'secretmanager.v1.json'),
      JSON.stringify({ schemas, resources: { projects: { resources: { secrets: { methods: { create } } } } } }),
    );
    await api.stop();
    api = await TestApi.start({ validator: new DiscoveryDocuments(folder) });
  });

  afterEach(() => rmSync(folder, { recursive: true }));

  const secrets = 'secretmanager/v1/projects/p/secrets';

  test('accept known fields', async () => {
    await api.call('POST', 'compute/v1/projects/p/global/networks', { name: 'network', routingConfig: { routingMode: 'GLOBAL' } });
    await api.call('POST', `${secrets}?secretId=key`, { labels: { any: 'label' }, replication: { automatic: {} } });
    expect(api.calls.map(({ code, problems }) => [code, problems])).toEqual([
      [200, []],
      [200, []],
    ]);
  });

  test('accept an unknown argument of the plugin', async () => {
    const routingConfig = { routingMode: 'GLOBAL', deleteBgpAlwaysCompareMed: false };
    await api.call('POST', 'compute/v1/projects/p/global/networks', { name: 'network', routingConfig });
    expect(api.calls.map(({ code, problems }) => [code, problems])).toEqual([[200, []]]);
  });

  test('accept and report an unknown field of Compute Engine', async () => {
    const body = { name: 'network', mtus: 1, routingConfig: { routingMode: 'LOCAL' }, peerings: [{ nam: 'x' }] };
    const { code } = await api.call('POST', 'compute/v1/projects/p/global/networks', body);
    expect(code).toBe(200);
    expect(api.calls[0]!.problems).toEqual([
      `Unknown name "mtus" at 'Network'`,
      `Invalid value "LOCAL" (one of GLOBAL, REGIONAL) at 'Network.routingConfig.routingMode'`,
      `Unknown name "nam" at 'Network.peerings[]'`,
    ]);
  });

  test.each<[string, string, object, string]>([
    ['an unknown field', `${secrets}?secretId=key`, { label: {} }, `Unknown name "label" at 'Secret'`],
    ['a missing parameter', secrets, {}, 'Missing required parameter "secretId"'],
  ])('reject %s of other APIs', async (_, path, body, message) => {
    const answer = await api.call('POST', path, body);
    expect([answer.code, answer.body.error.message]).toEqual([400, `Invalid JSON payload received. ${message}`]);
    expect(api.cloud.list('google_secret_manager_secret')).toEqual([]);
  });

  test('report an unknown method', async () => {
    await api.call('GET', 'compute/v1/projects/p/global/networks/network');
    expect(api.calls[0]!.problems).toEqual(['compute v1 has no GET projects/p/global/networks/network']);
  });
});
