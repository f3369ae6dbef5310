import { createSnapshotSetWorkflow, type SnapshotSetWorkflowOptions } from '../../lib/cassandra/snapshot-set-workflow';
import type { WorkflowDefinition } from '../../lib/cassandra/workflow-definition';
import { RING_LABEL, SNAPSHOT_SET_LABEL, SNAPSHOT_SET_SIZE_LABEL, SNAPSHOT_SET_STATE_LABEL } from '../../lib/cassandra-contract/labels';
import { type FoundSnapshot, groupSnapshots } from '../../lib/recovery/group-snapshots';
import { PROJECT, type VmApi } from '../sandbox/google-api/vm-api';
import { type Execution, execute, type WorkflowRequest, type WorkflowResponse } from '../support/workflows/interpreter';
import { COMPUTE, formatSetId, NODES, sendRequest, startWithDisks } from './workflow-requests';

const NOW = Date.parse('2026-11-29T04:15:00Z') / 1000;
const DAY = 86_400;

let api: VmApi;

/** Answers in place of the API. @default - none */
let intercept: (request: WorkflowRequest) => WorkflowResponse | undefined;

/** Called after each request. */
let afterRequest: (request: WorkflowRequest) => void;
let requests: WorkflowRequest[];

beforeEach(async () => {
  api = await startWithDisks();
  requests = [];
  intercept = () => undefined;
  afterRequest = () => undefined;
});

afterEach(() => api.stop());

const OPTIONS: SnapshotSetWorkflowOptions = {
  projectId: PROJECT,
  ringName: 'ring',
  clusterLabel: 'parking',
  datacenter: 'Europe-West1',
  disks: NODES.map((node) => ({ node, vm: `ring-${node}`, zone: `europe-west1-${node}`, rack: `Rack_${node}`, disk: `ring-${node}-data` })),
  maxSkewSeconds: 120,
  retentionDays: 7,
  minimumSets: 2,
};

function define(options: Partial<SnapshotSetWorkflowOptions> = {}): WorkflowDefinition {
  return JSON.parse(JSON.stringify(createSnapshotSetWorkflow({ ...OPTIONS, ...options })));
}

function run(options: Partial<SnapshotSetWorkflowOptions> = {}): Promise<Execution> {
  return runDefinition(define(options));
}

function runDefinition(definition: WorkflowDefinition): Promise<Execution> {
  return execute(definition, {
    now: NOW,
    send: async (request) => {
      requests.push(request);
      const answer = await sendRequest(request, { api, projects: [PROJECT], intercept });
      afterRequest(request);
      return answer;
    },
  });
}

interface Listed {
  readonly name: string;
  readonly status: string;
  readonly creationTimestamp: string;
  readonly guestFlush?: boolean;
  readonly labels: Readonly<Record<string, string>>;
}

async function listSnapshots(): Promise<Listed[]> {
  return (await api.compute.snapshots()) as unknown as Listed[];
}

async function states(): Promise<Record<string, string | undefined>> {
  return Object.fromEntries((await listSnapshots()).map(({ name, labels }) => [name, labels[SNAPSHOT_SET_STATE_LABEL]]));
}

function setCreated(name: string, seconds: number): void {
  const created = { creation_timestamp: new Date(seconds * 1000).toISOString().replace('Z', '+00:00') };
  api.cloud.patch('google_compute_snapshot', `projects/${PROJECT}/global/snapshots/${name}`, created);
}

/** Makes each new snapshot start at the time of the execution, a node later if `late` names it. */
function createAtNow(late: Readonly<Record<string, number>> = {}): void {
  afterRequest = ({ url, body }) => {
    if (!url.endsWith('/createSnapshot')) return;
    const { name } = body as { name: string };
    if (api.cloud.get('google_compute_snapshot', `projects/${PROJECT}/global/snapshots/${name}`))
      setCreated(name, NOW + (late[name.split('-')[1]!] ?? 0));
  };
}

/** Adds a set that an earlier run has taken. */
async function addSet(
  ageDays: number,
  options: { readonly state?: string; readonly nodes?: readonly string[]; readonly ring?: string } = {},
) {
  const { state = 'valid', nodes = NODES, ring = 'ring' } = options;
  const taken = NOW - ageDays * DAY;
  const set = formatSetId(taken);
  for (const node of nodes) {
    const name = `${ring}-${node}-${set}`;
    const labels = {
      [RING_LABEL]: ring,
      [SNAPSHOT_SET_LABEL]: set,
      [SNAPSHOT_SET_SIZE_LABEL]: '3',
      [SNAPSHOT_SET_STATE_LABEL]: state,
    };
    await api.compute.createSnapshot({ zone: `europe-west1-${node}`, name: `ring-${node}-data` }, { name, labels });
    setCreated(name, taken);
  }
  return set;
}

async function listSets(): Promise<string[]> {
  return [...new Set((await listSnapshots()).map(({ labels }) => labels?.[SNAPSHOT_SET_LABEL] ?? ''))].sort();
}

describe('a set', () => {
  test('is valid after all snapshots are READY, flushed and labelled', async () => {
    createAtNow();
    const { result, logs } = await run();
    expect(result).toEqual({ set: '20261129-041500', state: 'valid', deleted: [] });
    const taken = await listSnapshots();
    expect(taken.map(({ name }) => name)).toEqual(NODES.map((node) => `ring-${node}-20261129-041500`));
    expect(taken.map(({ guestFlush, status }) => ({ guestFlush, status }))).toEqual(
      NODES.map(() => ({ guestFlush: true, status: 'READY' })),
    );
    expect(taken[1]!.labels).toEqual({
      'cassandra-cluster': 'parking',
      'cassandra-datacenter': 'europe-west1',
      'cassandra-node': 'c',
      'cassandra-rack': 'rack_c',
      'cassandra-ring': 'ring',
      'cassandra-snapshot-set': '20261129-041500',
      'cassandra-snapshot-set-size': '3',
      'cassandra-snapshot-set-state': 'valid',
    });
    expect(logs).toEqual([
      { severity: 'NOTICE', json: expect.objectContaining({ ring: 'ring', set: '20261129-041500', state: 'valid', skewSeconds: 0 }) },
    ]);
    expect(requests.every(({ auth }) => (auth as { type: string }).type === 'OAuth2')).toBe(true);
  });

  test('is asked for at once: no disk waits for the operation of another', async () => {
    createAtNow();
    await run();
    expect(requests.slice(0, 3).map(({ url }) => /disks\/(.+)\/createSnapshot$/.exec(url)?.[1])).toEqual(
      NODES.map((node) => `ring-${node}-data`),
    );
    expect(new Set(requests.slice(0, 3).map(({ query }) => query.requestId)).size).toBe(3);
  });

  test('is unfinished until it is valid, also for a restore that runs meanwhile', async () => {
    createAtNow();
    const seen: string[] = [];
    const keep = afterRequest;
    afterRequest = (request) => {
      keep(request);
      const found = api.cloud
        .list('google_compute_snapshot')
        .map((one) => (one.values.labels as Record<string, string>)[SNAPSHOT_SET_STATE_LABEL]!);
      seen.push([...new Set(found)].sort().join(', '));
    };
    await run();
    expect([...new Set(seen)]).toEqual(['unfinished', 'unfinished, valid', 'valid']);
  });

  test('has the storage location of the props', async () => {
    createAtNow();
    await run({ storageLocation: 'eu' });
    expect((requests[0]!.body as { storageLocations: string[] }).storageLocations).toEqual(['eu']);
  });

  test.each([
    [
      'a guest flush fails',
      { call: 'disks.createSnapshot', operationError: { code: 'GUEST_FLUSH_FAILED', message: 'pre.sh exited 1' } },
      'not-ready',
    ],
    [
      'a request is rejected',
      { call: 'disks.createSnapshot', refusal: { code: 403, message: 'denied', reason: 'forbidden' } },
      'not-started',
    ],
  ] as const)('is not valid when %s for one disk', async (_, fault, state) => {
    createAtNow();
    await addSet(8);
    api.apiFaults.inject({ ...fault, name: 'ring-c-data' });
    const { error, logs } = await run();
    expect(error).toMatchObject({ set: '20261129-041500', state, problems: [{ node: 'c', reason: state }] });
    expect(logs).toEqual([{ severity: 'ERROR', json: error }]);
    const found = await states();
    expect(found['ring-b-20261129-041500']).toBe(state);
    expect(found['ring-d-20261129-041500']).toBe(state);
    // No run that fails deletes a set.
    expect(await listSets()).toHaveLength(2);
  });

  test('is not valid when its snapshots are further apart than the limit', async () => {
    createAtNow({ d: 121 });
    const { error } = await run();
    expect(error).toMatchObject({ state: 'skewed', problems: [{ reason: 'skewed', cause: '121 s' }] });
    expect([...new Set(Object.values(await states()))]).toEqual(['skewed']);
  });

  test('is valid at the limit', async () => {
    createAtNow({ d: 120 });
    expect((await run()).result).toMatchObject({ state: 'valid' });
  });

  test('waits for slow operations and uploads', async () => {
    createAtNow();
    api.apiFaults.inject({ call: 'disks.createSnapshot', name: 'ring-b-data', runningPolls: 4 });
    let uploads = 3;
    intercept = ({ method, url }) =>
      method === 'GET' && url.endsWith('ring-c-20261129-041500') && uploads-- > 0
        ? { code: 200, body: { status: 'UPLOADING' } }
        : undefined;
    expect((await run()).result).toMatchObject({ state: 'valid' });
  });

  test.each(['UPLOADING', 'FAILED'])('is not valid when a snapshot stays %s', async (status) => {
    createAtNow();
    intercept = ({ method, url }) =>
      method === 'GET' && url.endsWith('ring-c-20261129-041500') ? { code: 200, body: { status } } : undefined;
    expect((await run()).error).toMatchObject({ state: 'not-ready', problems: [{ node: 'c' }] });
    expect((await states())['ring-c-20261129-041500']).toBe('unfinished');
  });

  test('is not valid when an operation does not end within the time limit', async () => {
    createAtNow();
    const wait = `${COMPUTE}${PROJECT}/zones/europe-west1-c/operations/`;
    let polls = 0;
    const definition = define();
    const host = {
      now: NOW,
      send: async (request: WorkflowRequest) => {
        if (request.url.startsWith(wait)) {
          polls++;
          host.now += 120;
          return { code: 200, body: { status: 'RUNNING' } };
        }
        return sendRequest(request, { api, projects: [PROJECT] });
      },
    };
    expect((await execute(definition, host)).error).toMatchObject({ problems: [{ node: 'c', reason: 'not-ready' }] });
    expect(polls).toBe(31);
  });

  test('is not valid when a label was not written', async () => {
    createAtNow();
    api.apiFaults.inject({
      call: 'snapshots.setLabels',
      name: 'ring-d-20261129-041500',
      operationError: { code: 'INTERNAL', message: 'no' },
    });
    expect((await run()).error).toMatchObject({ problems: [{ node: 'ring-d-20261129-041500', reason: 'not-labelled' }] });
    expect(await states()).toEqual({
      'ring-b-20261129-041500': 'valid',
      'ring-c-20261129-041500': 'valid',
      'ring-d-20261129-041500': 'unfinished',
    });
  });

  test('is valid after requests that were answered with 503, with the same snapshots', async () => {
    createAtNow();
    api.apiFaults.inject({ call: 'disks.createSnapshot', name: 'ring-b-data', when: 'after' });
    api.apiFaults.inject({ call: 'snapshots.get', times: 2 });
    expect((await run()).result).toMatchObject({ state: 'valid' });
    expect(await listSnapshots()).toHaveLength(3);
  });

  test('is a set without problems for a restore only if it is valid', async () => {
    createAtNow({ d: 500 });
    await run();
    const found = (await listSnapshots()).map(
      ({ name, labels, status }): FoundSnapshot => ({
        ...{ name, labels, status, node: labels['cassandra-node']!, zone: '', disk: name, diskNumber: name },
        ...{ takenAt: NOW * 1000, sizeGiB: 50, isFlushed: true, isScheduled: false, generation: 1 },
      }),
    );
    const sets = groupSnapshots(found, { nodes: NODES, diskSizesGiB: new Map(), now: NOW * 1000 });
    expect(sets).toMatchObject([{ id: '20261129-041500', origin: 'job', problems: [{ code: 'marked-invalid', reason: 'skewed' }] }]);
  });
});

describe('retention', () => {
  beforeEach(() => createAtNow());

  test('deletes sets that are older, and no others', async () => {
    const [expired, failed, kept] = [await addSet(8), await addSet(9, { state: 'skewed', nodes: ['b'] }), await addSet(6)];
    expect((await run()).result).toMatchObject({ state: 'valid', deleted: expect.arrayContaining([expired, failed]) });
    expect(await listSets()).toEqual([kept, '20261129-041500']);
  });

  test('deletes nothing while too few valid sets are younger', async () => {
    const expired = await addSet(8);
    await addSet(1, { state: 'skewed' });
    await addSet(2, { nodes: ['b', 'c'] });
    expect((await run()).result).toMatchObject({ state: 'valid', deleted: [] });
    expect(await listSets()).toContain(expired);
  });

  test('deletes no snapshots of others', async () => {
    await addSet(8);
    await addSet(6);
    const foreign = await addSet(20, { ring: 'ring-two' });
    const disk = { zone: 'europe-west1-b', name: 'ring-b-data' };
    const labels = { [RING_LABEL]: 'ring', [SNAPSHOT_SET_LABEL]: '20261101-000000', [SNAPSHOT_SET_STATE_LABEL]: 'valid' };
    await api.compute.createSnapshot(disk, { name: 'by-hand', labels });
    await api.compute.createSnapshot(disk, { name: 'scheduled', labels: { 'cassandra-cluster': 'parking' } });
    for (const name of ['by-hand', 'scheduled']) setCreated(name, NOW - 20 * DAY);
    await run();
    const left = (await listSnapshots()).map(({ name }) => name);
    expect(left).toEqual(expect.arrayContaining(['by-hand', 'scheduled', `ring-two-b-${foreign}`]));
    expect(left).toHaveLength(3 + 3 + 3 + 2);
  });

  test('reads all pages of the list', async () => {
    const expired = await addSet(8);
    await addSet(6);
    const definition = JSON.parse(JSON.stringify(define()).replaceAll('"maxResults":100', '"maxResults":2'));
    expect((await runDefinition(definition)).result).toMatchObject({ deleted: [expired] });
    expect(requests.filter(({ url }) => url.endsWith('global/snapshots')).length).toBe(5);
  });

  test('fails the run when a snapshot cannot be deleted, and the set is valid', async () => {
    const expired = await addSet(8);
    await addSet(6);
    api.apiFaults.inject({ call: 'snapshots.delete', refusal: { code: 403, message: 'denied', reason: 'forbidden' } });
    const { error, logs } = await run();
    expect(error).toMatchObject({ code: 403 });
    expect(logs).toMatchObject([{ json: { state: 'valid' } }]);
    expect(await listSets()).toContain(expired);
  });

  test('stays within the steps of an execution with ten days of hourly sets', async () => {
    const items = Array.from({ length: 240 }, (_, index) => {
      const taken = NOW - index * 3_600;
      const set = formatSetId(taken);
      return NODES.map((node) => ({
        name: `ring-${node}-${set}`,
        status: 'READY',
        creationTimestamp: new Date(taken * 1000).toISOString(),
        labels: { [RING_LABEL]: 'ring', [SNAPSHOT_SET_LABEL]: set, [SNAPSHOT_SET_SIZE_LABEL]: '3', [SNAPSHOT_SET_STATE_LABEL]: 'valid' },
      }));
    }).flat();
    intercept = ({ method, url }): WorkflowResponse | undefined => {
      if (method === 'DELETE') return { code: 200, body: { name: 'deletion', status: 'DONE' } };
      return url.endsWith('global/snapshots') ? { code: 200, body: { items } } : undefined;
    };
    const { steps, result } = await run();
    expect((result as { deleted: string[] }).deleted).toHaveLength(20);
    expect(steps).toBeLessThan(5_000);
  });
});
