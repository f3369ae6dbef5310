import { CloudStorage } from '../../lib/recovery/cloud-storage';
import { RecoveryError } from '../../lib/recovery/recovery-error';
import { apiError, FakeCompute } from './fake-compute';

let fake: FakeCompute;

beforeEach(async () => {
  fake = await FakeCompute.start();
});
afterEach(() => fake.stop());

function connect(signal?: AbortSignal): CloudStorage {
  const { GOOGLE_COMPUTE_CUSTOM_ENDPOINT: endpoint, ...others } = fake.environment;
  const environment = { ...others, GOOGLE_STORAGE_CUSTOM_ENDPOINT: new URL('/storage/v1', endpoint).href };
  return new CloudStorage({ project: 'parking-staging', environment, retryDelayMs: 1, ...(signal && { signal }) });
}

test('a list has the objects of all pages, by their names below the prefix', async () => {
  fake.answer = ({ query }) => ({
    body: query.get('pageToken')
      ? { items: [{ name: 'ring/b/2.log', size: '7' }] }
      : { items: [{ name: 'ring/b/1.log', size: '4194304', metadata: { sha256: 'aa' } }], nextPageToken: 'next' },
  });
  expect(await connect().list('archive', 'ring/b/')).toEqual([
    { name: '1.log', size: 4194304, metadata: { sha256: 'aa' } },
    { name: '2.log', size: 7, metadata: {} },
  ]);
  expect(fake.requests.map(({ path, query }) => [path, query.get('prefix'), query.get('pageToken')])).toEqual([
    ['/storage/v1/b/archive/o', 'ring/b/', null],
    ['/storage/v1/b/archive/o', 'ring/b/', 'next'],
  ]);
  expect(fake.requests[0]!.authorization).toBe('Bearer token');
});

test('a request that fails for a while is repeated', async () => {
  fake.faults.push({ status: 503, body: {} }, { isCut: true });
  expect(await connect().list('archive', '')).toEqual([]);
  expect(fake.requests).toHaveLength(3);
});

test.each([
  ['an error', apiError(404, 'The specified bucket does not exist.', 'notFound'), ': The specified bucket does not exist.'],
  ['no JSON', { body: 'Sign in to the hotel' }, ': the answer is not JSON'],
])('fails once with %s', async (_, answer, problem) => {
  fake.answer = () => answer;
  const path = 'b/archive/o?prefix=a%2F&maxResults=1000&fields=nextPageToken%2Citems%28name%2Csize%2Cmetadata%29';
  await expect(connect().list('archive', 'a/')).rejects.toEqual(new RecoveryError(`GET ${path}${problem}`));
  expect(fake.requests).toHaveLength(1);
});

test.each([
  ['forbidden', 'the account needs storage.objects.list for bucket archive: grant it, '],
  ['accessNotConfigured', 'enable storage.googleapis.com in project parking-staging'],
])('HTTP 403 (%s) has the remedy of Cloud Storage', async (reason, remedy) => {
  fake.answer = () => apiError(403, 'no', reason);
  await expect(connect().list('archive', 'a/')).rejects.toThrow(remedy);
});

test('an interrupted list sends no request', async () => {
  await expect(connect(AbortSignal.abort()).list('archive', '')).rejects.toThrow(/^interrupted: GET b\/archive\/o\?/);
  expect(fake.requests).toEqual([]);
});
