import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UNFINISHED } from '../../lib/core/saved-file';
import { SecretManager } from '../../lib/sandbox';

const folder = mkdtempSync(join(tmpdir(), 'secrets-'));
const file = join(folder, 'secrets.json');
let manager: SecretManager;

beforeEach(async () => {
  manager = await SecretManager.start(file);
});
afterEach(async () => {
  await manager.stop();
  rmSync(file, { force: true });
});
afterAll(() => rmSync(folder, { recursive: true }));

async function call(method: string, path: string, body?: unknown): Promise<{ status: number; body: Record<string, never> }> {
  const response = await fetch(`${manager.endpoint}v1/projects/p/${path}`, {
    method,
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  return { status: response.status, body: (await response.json()) as Record<string, never> };
}

const data = (text: string) => ({ payload: { data: Buffer.from(text).toString('base64') } });

async function make(...values: string[]): Promise<void> {
  await call('POST', 'secrets?secretId=s', { replication: { automatic: {} }, labels: { a: 'b' } });
  for (const value of values) await call('POST', 'secrets/s:addVersion', data(value));
}

test('the latest version is read, by name or full name', async () => {
  await make('one', 'two');
  expect((await call('GET', 'secrets/s/versions/latest:access')).body).toEqual({ name: 'projects/p/secrets/s/versions/2', ...data('two') });
  expect((await call('GET', 'secrets/s/versions/1:access')).body).toMatchObject(data('one'));
  expect(manager.read('s')).toBe('two');
  expect(manager.read('projects/p/secrets/s')).toBe('two');
  expect(manager.read('t')).toBeUndefined();
});

test('secrets and versions are listed and described without their values', async () => {
  await make('one', 'two');
  expect((await call('GET', 'secrets')).body).toMatchObject({ secrets: [{ name: 'projects/p/secrets/s', labels: { a: 'b' } }] });
  const versions = await call('GET', 'secrets/s/versions');
  expect(versions.body).toMatchObject({ versions: [{ name: 'projects/p/secrets/s/versions/2', state: 'ENABLED' }, {}] });
  expect(JSON.stringify(versions.body)).not.toContain(data('one').payload.data);
});

test('secrets are kept for the next sandbox of the folder, in a file readable by its owner only', async () => {
  await make('one');
  await manager.stop();
  manager = await SecretManager.start(file);
  expect(manager.read('s')).toBe('one');
  expect(manager.names).toEqual(['projects/p/secrets/s']);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(readFileSync(file, 'utf8')).toContain(data('one').payload.data);
});

test('a disabled or destroyed version cannot be read', async () => {
  await make('one');
  await call('POST', 'secrets/s/versions/1:disable', {});
  expect(await call('GET', 'secrets/s/versions/latest:access')).toMatchObject({
    status: 400,
    body: { error: { status: 'FAILED_PRECONDITION' } },
  });
  expect(manager.read('s')).toBeUndefined();
  await call('POST', 'secrets/s/versions/1:enable', {});
  expect(manager.read('s')).toBe('one');
  await call('POST', 'secrets/s/versions/1:destroy', {});
  expect(readFileSync(file, 'utf8')).not.toContain(data('one').payload.data);
});

test('errors are those of Google', async () => {
  await make();
  const again = { replication: { automatic: {} } };
  expect(await call('POST', 'secrets?secretId=s', again)).toMatchObject({ status: 409, body: { error: { status: 'ALREADY_EXISTS' } } });
  expect(await call('POST', 'secrets?secretId=t', {})).toMatchObject({ status: 400, body: { error: { status: 'INVALID_ARGUMENT' } } });
  for (const path of ['secrets/s/versions/latest:access', 'secrets/t/versions/latest:access', 'secrets/t'])
    expect(await call('GET', path)).toMatchObject({ status: 404, body: { error: { status: 'NOT_FOUND' } } });
  expect(await call('POST', 'secrets/s:addVersion', data('x'.repeat(65_537)))).toMatchObject({ status: 400 });
  expect(await call('GET', 'keys')).toMatchObject({ status: 404 });
  expect(await call('POST', 'secrets/s:setIamPolicy', {})).toMatchObject({ status: 501 });
});

test('a deleted secret does not exist', async () => {
  await make('one');
  await call('DELETE', 'secrets/s');
  expect(await call('GET', 'secrets/s')).toMatchObject({ status: 404 });
});

test('a secret that cannot be saved is refused, and nothing has changed', async () => {
  await make('one');
  const before = readFileSync(file, 'utf8');
  mkdirSync(`${file}${UNFINISHED}`);
  const message = `'${file}' cannot be saved: is a folder. Its previous content is unchanged`;
  for (const refused of [
    await call('POST', 'secrets/s:addVersion', data('two')),
    await call('POST', 'secrets?secretId=t', { replication: { automatic: {} } }),
    await call('DELETE', 'secrets/s'),
    await call('POST', 'secrets/s/versions/1:destroy', {}),
  ])
    expect(refused).toMatchObject({ status: 400, body: { error: { message } } });
  rmSync(`${file}${UNFINISHED}`, { recursive: true });
  expect(readFileSync(file, 'utf8')).toBe(before);
  expect(manager.names).toEqual(['projects/p/secrets/s']);
  expect(manager.read('s')).toBe('one');
});

test.each([
  ['', 'an empty file'],
  ['{"projects/p/secrets/s":', 'no JSON: '],
  ['[]', 'other JSON'],
  ['{"resources":{},"series":{}}', 'other JSON'],
  ['{"s":{"labels":{},"versions":[{"data":1,"state":"ENABLED"}]}}', 'other JSON'],
])('the damaged secrets %j are refused with one sentence and kept', (text, got) => {
  writeFileSync(file, text);
  expect(() => SecretManager.open(file)).toThrow(`${file} cannot be read (it must be the secrets of a sandbox, got ${got}`);
  expect(readFileSync(file, 'utf8')).toBe(text);
});
