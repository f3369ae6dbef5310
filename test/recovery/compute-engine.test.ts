import { ComputeEngine, type ComputeEngineOptions } from '../../lib/recovery/compute-engine';
import { RecoveryError } from '../../lib/recovery/recovery-error';
import { apiError, type ComputeAnswer, type ComputeRequest, FakeCompute } from './fake-compute';

let fake: FakeCompute;

beforeEach(async () => {
  fake = await FakeCompute.start();
});
afterEach(() => fake.stop());

const connect = (options: Partial<ComputeEngineOptions> = {}): ComputeEngine =>
  new ComputeEngine({ project: 'parking-staging', environment: fake.environment, retryDelayMs: 1, ...options });

const paths = (): string[] => fake.requests.map(({ method, path }) => `${method} ${path}`);
const DISK = { zone: 'europe-west1-b', name: 'data' };
const DONE: ComputeAnswer = { body: { name: 'operation-1', status: 'DONE' } };
const RUNNING: ComputeAnswer = { body: { name: 'operation-1', status: 'RUNNING' } };

/** Answers changes with an operation, and reads with a resource. */
function answerWith(resource: object, operation = DONE): void {
  fake.answer = ({ method }: ComputeRequest) => (method === 'GET' ? { body: resource } : operation);
}

async function problemOf(promise: Promise<unknown>): Promise<string> {
  const error = await promise.then(
    () => undefined,
    (reason) => reason,
  );
  expect(error).toBeInstanceOf(RecoveryError);
  return (error as Error).message;
}

test('a request has the token and encoded names', async () => {
  await connect().disk({ zone: 'europe-west1-b', name: 'a/b?c' });
  expect(fake.requests[0]).toMatchObject({ path: 'zones/europe-west1-b/disks/a%2Fb%3Fc', authorization: 'Bearer token' });
});

test('an endpoint needs no slash at its end', async () => {
  const { GOOGLE_COMPUTE_CUSTOM_ENDPOINT: endpoint, ...others } = fake.environment;
  const environment = { ...others, GOOGLE_COMPUTE_CUSTOM_ENDPOINT: endpoint!.slice(0, -1) };
  await connect({ environment }).disk(DISK);
  expect(paths()).toEqual(['GET zones/europe-west1-b/disks/data']);
});

test('a resource that does not exist is undefined', async () => {
  fake.answer = () => apiError(404, 'not found', 'notFound');
  expect(await connect().disk(DISK)).toBeUndefined();
});

test('a list has all pages', async () => {
  fake.answer = ({ query }) => ({
    body: query.get('pageToken') ? { items: [{ name: 'b' }] } : { items: [{ name: 'a' }], nextPageToken: 'next' },
  });
  expect(await connect().snapshots('labels.a:*')).toEqual([{ name: 'a' }, { name: 'b' }]);
  expect(fake.requests.map(({ query }) => query.get('filter'))).toEqual(['labels.a:*', 'labels.a:*']);
});

describe('retries', () => {
  test.each<[string, ComputeAnswer]>([
    ['HTTP 429', apiError(429, 'slow down')],
    ['HTTP 503', apiError(503, 'try later')],
    ['a rate limit as HTTP 403', apiError(403, 'too fast', 'rateLimitExceeded')],
    ['a cut connection', { isCut: true }],
  ])('after %s, a change is sent again with the same id', async (_, fault) => {
    answerWith({ name: 'data' });
    fake.faults.push(fault, fault);
    expect(await connect().createDisk('europe-west1-b', { name: 'data' })).toEqual({ name: 'data' });
    const posts = fake.requests.filter(({ method }) => method === 'POST');
    expect(posts).toHaveLength(3);
    expect(new Set(posts.map(({ query }) => query.get('requestId'))).size).toBe(1);
    expect(posts[0]!.query.get('requestId')).toMatch(/^[\da-f-]{36}$/);
  });

  test('two changes have different ids, beside the other parameters', async () => {
    answerWith({ name: 'data', status: 'READY' });
    const compute = connect();
    await compute.createSnapshot(DISK, { name: 'one' }, '?guestFlush=true');
    await compute.createSnapshot(DISK, { name: 'two' });
    const posts = fake.requests.filter(({ method }) => method === 'POST');
    expect(posts[0]!.query.get('guestFlush')).toBe('true');
    expect(new Set(posts.map(({ query }) => query.get('requestId'))).size).toBe(2);
  });

  test('end after six attempts', async () => {
    fake.answer = () => apiError(503, 'backend error');
    expect(await problemOf(connect().disk(DISK))).toBe('GET zones/europe-west1-b/disks/data: backend error');
    expect(fake.requests).toHaveLength(6);
  });

  test('are not made after other errors', async () => {
    fake.answer = () => apiError(400, "Invalid value for field 'resource.sizeGb'", 'invalid');
    expect(await problemOf(connect().createDisk('europe-west1-b', { name: 'data' }))).toBe(
      "POST zones/europe-west1-b/disks: Invalid value for field 'resource.sizeGb'",
    );
    expect(fake.requests).toHaveLength(1);
  });
});

describe('operations', () => {
  test('are waited for', async () => {
    answerWith({ name: 'data' }, RUNNING);
    const { answer } = fake;
    fake.answer = (request) => (request.path.endsWith('/wait') && fake.requests.length > 2 ? DONE : answer(request));
    await connect().createDisk('europe-west1-b', { name: 'data' });
    expect(paths()[1]).toBe('POST zones/europe-west1-b/operations/operation-1/wait');
  });

  test('of snapshots are global when the snapshot is', async () => {
    answerWith({ name: 'night' }, RUNNING);
    const { answer } = fake;
    fake.answer = (request) => (request.path.endsWith('/wait') ? DONE : answer(request));
    await connect().deleteSnapshot('night');
    expect(paths().at(-1)).toBe('POST global/operations/operation-1/wait');
  });

  test('that take too long are an error with their name', async () => {
    answerWith({ name: 'data' }, RUNNING);
    expect(await problemOf(connect({ operationTimeoutMs: 0 }).createDisk('europe-west1-b', { name: 'data' }))).toBe(
      'POST zones/europe-west1-b/disks: operation operation-1 is RUNNING after 0 s',
    );
  });

  test('that fail have all of their errors', async () => {
    const errors = [
      { code: 'QUOTA_EXCEEDED', message: "Quota 'SSD_TOTAL_GB' exceeded." },
      { code: 'OTHER', message: 'And more.' },
    ];
    answerWith({}, { body: { name: 'operation-1', status: 'DONE', error: { errors } } });
    expect(await problemOf(connect().createDisk('europe-west1-b', { name: 'data' }))).toBe(
      "POST zones/europe-west1-b/disks: Quota 'SSD_TOTAL_GB' exceeded.; And more.; " +
        'raise the quota of project parking-staging, or delete what is not needed',
    );
  });

  test('that are none are an error', async () => {
    answerWith({}, { body: {} });
    expect(await problemOf(connect().createDisk('europe-west1-b', { name: 'data' }))).toContain('the answer is no operation');
  });

  test('without a result are an error', async () => {
    fake.answer = ({ method }) => (method === 'GET' ? apiError(404, 'not found') : DONE);
    expect(await problemOf(connect().createDisk('europe-west1-b', { name: 'data' }))).toBe('disk data was created, and does not exist');
  });

  test('the deletion of what does not exist has no effect', async () => {
    fake.answer = () => apiError(404, 'not found');
    await connect().deleteDisk(DISK);
    expect(paths()).toEqual(['DELETE zones/europe-west1-b/disks/data']);
  });

  test('a deletion is requested although a read does not find the resource', async () => {
    fake.answer = ({ method }) => (method === 'GET' ? apiError(404, 'not found') : DONE);
    await connect().deleteDisk(DISK);
    expect(paths()).toEqual(['DELETE zones/europe-west1-b/disks/data']);
  });

  test('a snapshot is complete when it is READY, and may fail before', async () => {
    const states = ['UPLOADING', 'READY'];
    fake.answer = ({ method }) => (method === 'GET' ? { body: { name: 'night', status: states.shift() ?? 'FAILED' } } : DONE);
    expect(await connect().createSnapshot(DISK, { name: 'night' })).toEqual({ name: 'night', status: 'READY' });
    expect(await problemOf(connect().createSnapshot(DISK, { name: 'night' }))).toBe('snapshot night is FAILED');
  });
});

describe('an interruption', () => {
  test('ends an operation that waits', async () => {
    const abort = new AbortController();
    fake.answer = ({ path }) => {
      if (path.endsWith('/wait')) abort.abort();
      return RUNNING;
    };
    expect(await problemOf(connect({ signal: abort.signal }).createDisk('europe-west1-b', { name: 'data' }))).toMatch(
      /^interrupted: POST /,
    );
  });

  test('ends the pause before a retry', async () => {
    const abort = new AbortController();
    fake.answer = () => {
      setImmediate(() => abort.abort());
      return apiError(503, 'try later');
    };
    expect(await problemOf(connect({ signal: abort.signal, retryDelayMs: 3_600_000 }).disk(DISK))).toMatch(/^interrupted: GET /);
  });

  test('sends no further request', async () => {
    expect(await problemOf(connect({ signal: AbortSignal.abort() }).disk(DISK))).toBe('interrupted: GET zones/europe-west1-b/disks/data');
    expect(fake.requests).toEqual([]);
  });
});

test('a request that hangs is an error', async () => {
  fake.answer = () => new Promise(() => {});
  expect(await problemOf(connect({ requestTimeoutMs: 20 }).disk(DISK))).toMatch(/^GET zones\/europe-west1-b\/disks\/data: /);
});

test('an answer that is not JSON is an error', async () => {
  fake.answer = () => ({ body: 'Sign in to the hotel' });
  expect(await problemOf(connect().disk(DISK))).toBe('GET zones/europe-west1-b/disks/data: the answer is not JSON');
});

describe('credentials', () => {
  const logIn = "log in with 'gcloud auth application-default login', or set GOOGLE_OAUTH_ACCESS_TOKEN";

  test('that are not accepted', async () => {
    fake.answer = () => apiError(401, 'Invalid Credentials', 'authError');
    expect(await problemOf(connect().disk(DISK))).toBe(
      `GET zones/europe-west1-b/disks/data: Invalid Credentials; the credentials are not accepted: ${logIn}`,
    );
  });

  test.each<[string, (compute: ComputeEngine) => Promise<unknown>]>([
    ['compute.disks.get', (compute) => compute.disk(DISK)],
    ['compute.disks.list', (compute) => compute.disks(DISK.zone)],
    ['compute.disks.create', (compute) => compute.createDisk(DISK.zone, { name: 'data' })],
    ['compute.disks.createSnapshot', (compute) => compute.createSnapshot(DISK, { name: 'night' }, '?guestFlush=true')],
    ['compute.snapshots.list', (compute) => compute.snapshots()],
    ['compute.snapshots.get', (compute) => compute.snapshot('night')],
    ['compute.instances.getGuestAttributes', (compute) => compute.guestAttributes(DISK, 'recovery')],
    ['compute.instances.getSerialPortOutput', (compute) => compute.serialConsole(DISK)],
    ['compute.instances.attachDisk', (compute) => compute.attachDisk(DISK, {})],
  ])('without the permission %s', async (permission, request) => {
    fake.answer = () => apiError(403, 'Forbidden.', 'forbidden');
    expect(await problemOf(request(connect()))).toContain(
      `: Forbidden.; the account needs ${permission} in project parking-staging: grant it, or ${logIn}`,
    );
    expect(fake.requests).toHaveLength(1);
  });

  test.each([
    ['quotaExceeded', 'raise the quota of project parking-staging, or delete what is not needed'],
    ['accessNotConfigured', 'enable compute.googleapis.com in project parking-staging'],
  ])('are not the cause of HTTP 403 with %s', async (reason, remedy) => {
    fake.answer = () => apiError(403, 'No.', reason);
    expect(await problemOf(connect().disk(DISK))).toBe(`GET zones/europe-west1-b/disks/data: No.; ${remedy}`);
  });

  test('that do not exist', async () => {
    const { GOOGLE_OAUTH_ACCESS_TOKEN: _, ...environment } = fake.environment;
    const before = process.env.GOOGLE_APPLICATION_CREDENTIALS;
    process.env.GOOGLE_APPLICATION_CREDENTIALS = '/nonexistent/key.json';
    try {
      const problem = await problemOf(connect({ environment }).disk(DISK));
      expect(problem).toMatch(/^no usable credentials for Google Cloud \(.*\): /);
      expect(problem).toContain(logIn);
    } finally {
      if (before === undefined) delete process.env.GOOGLE_APPLICATION_CREDENTIALS;
      else process.env.GOOGLE_APPLICATION_CREDENTIALS = before;
    }
  });
});
