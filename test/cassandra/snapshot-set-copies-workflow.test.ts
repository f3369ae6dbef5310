import {
  COPY_LIMIT_SECONDS,
  createSnapshotSetCopiesWorkflow,
  type SnapshotSetCopiesWorkflowOptions,
} from '../../lib/cassandra/snapshot-set-copies-workflow';
import type { WorkflowDefinition } from '../../lib/cassandra/workflow-definition';
import { SNAPSHOT_SET_LABEL, SNAPSHOT_SET_STATE_LABEL } from '../../lib/cassandra-contract/labels';
import type { Ring } from '../../lib/operations/ring';
import { listCopiedSets } from '../../lib/recovery/copied-sets';
import { PROJECT, type VmApi } from '../sandbox/google-api/vm-api';
import { type Execution, execute, type WorkflowRequest, type WorkflowResponse } from '../support/workflows/interpreter';
import { COMPUTE, formatSetId, NODES, sendRequest, startWithDisks } from './workflow-requests';

const VAULT = 'parking-vault';
const KEY = `projects/${VAULT}/locations/europe-west4/keyRings/backups/cryptoKeys/copies`;
const NOW = Date.parse('2026-11-29T05:00:00Z') / 1000;
const DAY = 86_400;
const ZONE = 'europe-west4-b';

let api: VmApi;

/** Answers in place of the API. @default - none */
let intercept: (request: WorkflowRequest) => WorkflowResponse | undefined;
let requests: WorkflowRequest[];

beforeEach(async () => {
  api = await startWithDisks();
  requests = [];
  intercept = () => undefined;
});

afterEach(() => api.stop());

const OPTIONS: SnapshotSetCopiesWorkflowOptions = {
  projectId: VAULT,
  sourceProjectId: PROJECT,
  ringName: 'ring',
  name: 'ring-copies',
  zone: ZONE,
  retentionDays: 7,
  minimumSets: 2,
};

function define(options: Partial<SnapshotSetCopiesWorkflowOptions> = {}): WorkflowDefinition {
  return JSON.parse(JSON.stringify(createSnapshotSetCopiesWorkflow({ ...OPTIONS, ...options })));
}

function run(options: Partial<SnapshotSetCopiesWorkflowOptions> = {}): Promise<Execution> {
  return execute(define(options), {
    now: NOW,
    send: async (request) => {
      requests.push(request);
      return sendRequest(request, { api, projects: [PROJECT, VAULT], intercept });
    },
  });
}

interface Listed {
  readonly name: string;
  readonly id: string;
  readonly status: string;
  readonly diskSizeGb: string;
  readonly storageLocations?: readonly string[];
  readonly snapshotEncryptionKey?: { readonly kmsKeyName: string };
  readonly labels: Readonly<Record<string, string>>;
}

async function listSnapshots(project: string): Promise<Listed[]> {
  return (await api.computeOf(project).snapshots()) as unknown as Listed[];
}

const names = async (project: string) => (await listSnapshots(project)).map(({ name }) => name);
const states = async (project: string) => [
  ...new Set((await listSnapshots(project)).map(({ labels }) => labels[SNAPSHOT_SET_STATE_LABEL])),
];
const disks = () => api.computeOf(VAULT).disks(ZONE);

function setCreated(type: string, identity: string, seconds: number): void {
  api.cloud.patch(type, identity, { creation_timestamp: new Date(seconds * 1000).toISOString() });
}

/** Adds a set of the ring as its job has taken it. */
async function addSet(
  hours: number,
  options: { readonly state?: string; readonly nodes?: readonly string[]; readonly ring?: string } = {},
) {
  const { state = 'valid', nodes = NODES, ring = 'ring' } = options;
  const taken = NOW - hours * 3600;
  const set = formatSetId(taken);
  for (const node of nodes) {
    const name = `${ring}-${node}-${set}`;
    const labels = {
      'cassandra-cluster': 'parking',
      'cassandra-ring': ring,
      'cassandra-datacenter': 'europe-west1',
      'cassandra-rack': `rack_${node}`,
      'cassandra-node': node,
      'cassandra-snapshot-set': set,
      'cassandra-snapshot-set-size': '3',
      'cassandra-snapshot-set-state': state,
    };
    await api.compute.createSnapshot({ zone: `europe-west1-${node}`, name: `ring-${node}-data` }, { name, labels }, '?guestFlush=true');
    setCreated('google_compute_snapshot', `projects/${PROJECT}/global/snapshots/${name}`, taken);
  }
  return set;
}

describe('a copy', () => {
  test('is made of the newest valid set, with its labels, and marked valid after it was read back', async () => {
    await addSet(9);
    const set = await addSet(5);
    await addSet(1, { state: 'skewed' });
    await addSet(0, { state: 'unfinished', nodes: ['b'] });
    // The time counts, and not the id or the order of the list.
    const late = await addSet(2);
    for (const node of NODES)
      setCreated('google_compute_snapshot', `projects/${PROJECT}/global/snapshots/ring-${node}-${late}`, NOW - 20 * 3600);
    const { result, logs } = await run();
    expect(result).toEqual({ set, state: 'valid', deleted: [] });
    const [original] = (await listSnapshots(PROJECT)).filter(({ name }) => name === `ring-c-${set}`);
    const copies = await listSnapshots(VAULT);
    expect(copies.map(({ name, status, diskSizeGb }) => ({ name, status, diskSizeGb }))).toEqual(
      NODES.map((node) => ({ name: `ring-${node}-${set}`, status: 'READY', diskSizeGb: '50' })),
    );
    expect(copies[1]!.labels).toEqual({
      ...original!.labels,
      'cassandra-snapshot-set-state': 'valid',
      'cassandra-copy-of': original!.id,
      'cassandra-copy-project': PROJECT,
      'cassandra-copy-disk': 'ring-c-data',
      'cassandra-copy-zone': 'europe-west1-c',
      'cassandra-copy-time': String(NOW - 5 * 3600),
    });
    expect(logs).toEqual([{ severity: 'NOTICE', json: expect.objectContaining({ ring: 'ring', set, state: 'valid', project: PROJECT }) }]);
    expect(await disks()).toEqual([]);
  });

  test('changes nothing in the project of the ring: it only reads there', async () => {
    await addSet(5);
    const before = await listSnapshots(PROJECT);
    await run();
    expect(await listSnapshots(PROJECT)).toEqual(before);
    const source = requests.filter(({ url }) => url.startsWith(`${COMPUTE}${PROJECT}/`));
    expect(source.length).toBeGreaterThan(0);
    expect([...new Set(source.map(({ method }) => method))]).toEqual(['GET']);
  });

  test('is unfinished until all are read back', async () => {
    await addSet(5);
    const seen = new Set<string>();
    intercept = ({ url }) => {
      if (url.includes('/setLabels')) {
        const found = api.cloud.list('google_compute_snapshot', `projects/${VAULT}/`);
        seen.add(`${found.length} ${(found[0]!.values.labels as Record<string, string>)[SNAPSHOT_SET_STATE_LABEL]}`);
      }
      return undefined;
    };
    await run();
    expect([...seen][0]).toBe('3 unfinished');
  });

  test('is in the storage location and has the key of the props, as has its temporary disk', async () => {
    await addSet(5);
    expect((await run({ storageLocation: 'eu', kmsKeyName: KEY })).result).toMatchObject({ state: 'valid' });
    const [copy] = await listSnapshots(VAULT);
    expect(copy).toMatchObject({ storageLocations: ['eu'], snapshotEncryptionKey: { kmsKeyName: `${KEY}/cryptoKeyVersions/1` } });
    const created = requests.filter(({ method, url }) => method === 'POST' && url.endsWith('/disks'));
    expect(created.map(({ body }) => (body as { diskEncryptionKey: unknown }).diskEncryptionKey)).toEqual(
      NODES.map(() => ({ kmsKeyName: KEY })),
    );
  });

  test('is a set without problems for a restore, with the time of the original', async () => {
    const set = await addSet(5);
    await run();
    const nodes = NODES.map((name) => ({ name, vm: `ring-${name}`, zone: `europe-west1-${name}` }));
    const ring = { name: 'ring', project: PROJECT, region: 'europe-west1', nodes } as unknown as Ring;
    const copies = { project: VAULT, compute: api.computeOf(VAULT) };
    const [found] = await listCopiedSets({ copies, ring, compute: api.compute, now: NOW * 1000 });
    expect(found).toMatchObject({ id: set, problems: [], takenAt: (NOW - 5 * 3600) * 1000, copy: { project: VAULT, of: PROJECT } });
    expect([...found!.snapshots].map(([node, { disk, zone }]) => [node, disk, zone])).toEqual(
      NODES.map((node) => [node, `ring-${node}-data`, `europe-west1-${node}`]),
    );
  });

  test('is not made twice', async () => {
    const set = await addSet(5);
    await run();
    requests = [];
    const { result, logs } = await run();
    expect(result).toEqual({ set, state: 'present', deleted: [] });
    // The alert counts the entries of new copies: the age of the newest one is what is promised.
    expect(logs).toEqual([]);
    expect([...new Set(requests.map(({ method }) => method))]).toEqual(['GET']);
  });

  test('that a stopped run has left is continued, and its labels are checked as well', async () => {
    const set = await addSet(5);
    api.apiFaults.inject({ call: 'disks.insert', refusal: { code: 403, message: 'quota', reason: 'quotaExceeded' }, times: 1 });
    expect((await run()).error).toMatchObject({ set, state: 'not-copied' });
    expect(await names(VAULT)).toHaveLength(2);
    requests = [];
    expect((await run()).result).toMatchObject({ set, state: 'valid' });
    expect(requests.filter(({ url }) => url.endsWith('/createSnapshot'))).toHaveLength(1);
    expect(await states(VAULT)).toEqual(['valid']);
  });

  test.each<[string, (found: Listed) => object | undefined, string]>([
    ['another size', () => ({ diskSizeGb: '49' }), 'other-size'],
    ['a label that differs', ({ labels }) => ({ labels: { ...labels, 'cassandra-node': 'x' } }), 'other-labels'],
    ['no label of the set', ({ labels: { [SNAPSHOT_SET_LABEL]: _, ...labels } }) => ({ labels }), 'other-labels'],
    ['another key', () => ({ snapshotEncryptionKey: { kmsKeyName: `${KEY}-old/cryptoKeyVersions/1` } }), 'other-key'],
    ['no key', () => ({ snapshotEncryptionKey: undefined }), 'other-key'],
  ])('is not valid when it is read back with %s', async (_, change, reason) => {
    const set = await addSet(5);
    const url = `${COMPUTE}${VAULT}/global/snapshots/ring-c-${set}`;
    let copy: Listed | undefined;
    const send = async () => {
      copy = (await listSnapshots(VAULT)).find(({ name }) => name === `ring-c-${set}`);
    };
    intercept = (request) => {
      if (request.method !== 'GET' || request.url !== url) return undefined;
      return copy === undefined ? undefined : { code: 200, body: { ...copy, ...change(copy) } as never };
    };
    // The copy exists already: it is only read back.
    await run({ kmsKeyName: KEY, minimumSets: 1 });
    for (const { name, labels } of await listSnapshots(VAULT)) {
      const unfinished = { ...labels, [SNAPSHOT_SET_STATE_LABEL]: 'unfinished' };
      api.cloud.patch('google_compute_snapshot', `projects/${VAULT}/global/snapshots/${name}`, {
        labels: unfinished,
        effective_labels: unfinished,
      });
    }
    await send();
    const { error } = await run({ kmsKeyName: KEY, minimumSets: 1 });
    expect(error).toMatchObject({ state: 'not-copied', problems: [{ node: `ring-c-${set}`, reason: 'not-copied' }] });
    expect(JSON.stringify(error)).toContain(reason);
    expect(await states(VAULT)).not.toContain('valid');
  });

  test('is not valid when its original was replaced by another snapshot of that name meanwhile', async () => {
    const set = await addSet(5);
    intercept = ({ method, url }) =>
      method === 'GET' && /\/disks\/ring-copy-/.test(url) ? { code: 200, body: { status: 'READY', sourceSnapshotId: '1' } } : undefined;
    expect(JSON.stringify((await run()).error)).toContain('other-source');
    expect(await names(VAULT)).toEqual([]);
    expect(await names(PROJECT)).toHaveLength(3);
    expect(set).toBeDefined();
  });

  test.each([
    ['the ring has no valid set', 'no-valid-set'],
    ['the set is incomplete', 'no-valid-set'],
    ['the project of the ring denies access', 'HTTP server responded with an error'],
  ])('fails when %s', async (why, text) => {
    if (why.includes('incomplete')) await addSet(5, { nodes: ['b', 'c'] });
    if (why.includes('denies')) intercept = ({ url }) => (url.includes(`/${PROJECT}/`) ? { code: 403, body: {} } : undefined);
    expect(JSON.stringify((await run()).error)).toContain(text);
    expect(await names(VAULT)).toEqual([]);
  });

  test('ignores sets of another ring whose name begins alike', async () => {
    await addSet(1, { ring: 'ring-two' });
    expect(JSON.stringify((await run()).error)).toContain('no-valid-set');
  });
});

describe('temporary disks', () => {
  test.each([
    ['a snapshot fails', { call: 'disks.createSnapshot', operationError: { code: 'INTERNAL', message: 'no' } }],
    ['a snapshot is refused', { call: 'disks.createSnapshot', refusal: { code: 403, message: 'denied', reason: 'forbidden' } }],
    ['the answer to their creation is lost', { call: 'disks.insert', refusal: { code: 500, message: 'oops', reason: 'x' }, when: 'after' }],
  ] as const)('are deleted when %s', async (_, fault) => {
    await addSet(5);
    api.apiFaults.inject(fault);
    expect((await run()).error).toMatchObject({ state: 'not-copied' });
    expect(await disks()).toEqual([]);
  });

  test('that cannot be deleted fail the run, whose set is valid, and are deleted by a later one', async () => {
    await addSet(5);
    api.apiFaults.inject({ call: 'disks.delete', refusal: { code: 403, message: 'denied', reason: 'forbidden' }, times: 1 });
    const { error, logs } = await run();
    expect(error).toMatchObject({ reason: 'disks-left', disks: [expect.stringMatching(/^ring-copy-[0-9a-f]{8}$/)] });
    expect(logs).toMatchObject([{ json: { state: 'valid' } }, { severity: 'ERROR' }]);
    expect(await states(VAULT)).toEqual(['valid']);
    const [left] = await disks();
    // Another run may still use it.
    await run();
    expect(await disks()).toHaveLength(1);
    setCreated('google_compute_disk', `projects/${VAULT}/zones/${ZONE}/disks/${left!.name}`, NOW - COPY_LIMIT_SECONDS - 1);
    expect((await run()).result).toMatchObject({ state: 'present' });
    expect(await disks()).toEqual([]);
  });

  test('of others stay', async () => {
    await addSet(5);
    const type = `projects/${VAULT}/zones/${ZONE}/diskTypes/pd-ssd`;
    const add = async (name: string, labels: Record<string, string>) => {
      await api.computeOf(VAULT).createDisk(ZONE, { name, sizeGb: '50', type, labels });
      setCreated('google_compute_disk', `projects/${VAULT}/zones/${ZONE}/disks/${name}`, NOW - DAY);
    };
    await add('ring-copy-00000000', {});
    await add('ring-copy-00000001', { 'cassandra-copies': 'ring-copies-two' });
    await add('by-hand', { 'cassandra-copies': 'ring-copies' });
    await add('ring-copy-00000002', { 'cassandra-copies': 'ring-copies' });
    await run();
    expect((await disks()).map(({ name }) => name).sort()).toEqual(['by-hand', 'ring-copy-00000000', 'ring-copy-00000001']);
  });
});

describe('retention', () => {
  async function addCopy(days: number, labels: Record<string, string> = {}): Promise<string> {
    const set = formatSetId(NOW - days * DAY);
    const type = `projects/${VAULT}/zones/${ZONE}/diskTypes/pd-ssd`;
    await api.computeOf(VAULT).createDisk(ZONE, { name: `old-${set}`, sizeGb: '50', type });
    for (const node of NODES) {
      const name = `ring-${node}-${set}`;
      await api.computeOf(VAULT).createSnapshot(
        { zone: ZONE, name: `old-${set}` },
        {
          name,
          labels: {
            'cassandra-ring': 'ring',
            'cassandra-copy-project': PROJECT,
            'cassandra-snapshot-set': set,
            'cassandra-snapshot-set-size': '3',
            'cassandra-snapshot-set-state': 'valid',
            ...labels,
          },
        },
      );
      setCreated('google_compute_snapshot', `projects/${VAULT}/global/snapshots/${name}`, NOW - days * DAY);
    }
    return set;
  }
  const sets = async () => [...new Set((await listSnapshots(VAULT)).map(({ labels }) => labels[SNAPSHOT_SET_LABEL]))].sort();

  test('deletes older copies after a valid one, and none of another project', async () => {
    const [expired, kept, foreign] = [await addCopy(8), await addCopy(2), await addCopy(20, { 'cassandra-copy-project': 'other-project' })];
    const set = await addSet(5);
    expect((await run()).result).toEqual({ set, state: 'valid', deleted: [expired] });
    expect(await sets()).toEqual([foreign, kept, set].sort());
  });

  test('deletes nothing while too few valid copies are younger, or the copy fails', async () => {
    const expired = await addCopy(8);
    const set = await addSet(5);
    api.apiFaults.inject({ call: 'disks.insert', refusal: { code: 403, message: 'quota', reason: 'quotaExceeded' }, times: 3 });
    expect((await run()).error).toMatchObject({ state: 'not-copied' });
    expect((await run({ minimumSets: 3 })).result).toEqual({ set, state: 'valid', deleted: [] });
    expect(await sets()).toContain(expired);
  });
});
