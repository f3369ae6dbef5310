import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { SecretManager } from '../../lib/sandbox';
import { stackWithRing } from './rings';

const command = path.join(__dirname, '../../dist/lib/cli/main.js');

describe('gke-platform cassandra', () => {
  let folder: string;
  let simulated: SecretManager;

  beforeAll(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'secrets '));
    const stack = path.join(folder, 'cdktf.out/stacks/staging');
    mkdirSync(stack, { recursive: true });
    const manifest = { stacks: { staging: { synthesizedStackPath: 'stacks/staging/cdk.tf.json' } } };
    writeFileSync(path.join(folder, 'cdktf.out/manifest.json'), JSON.stringify(manifest));
    writeFileSync(path.join(stack, 'cdk.tf.json'), JSON.stringify(stackWithRing()));
    simulated = await SecretManager.start(path.join(folder, 'secrets.json'));
  });
  afterAll(async () => {
    await simulated.stop();
    rmSync(folder, { recursive: true });
  });

  // Not spawnSync: the Secret Manager answers from this process.
  async function run(args: readonly string[], environment: Record<string, string> = {}) {
    const env = {
      PATH: folder,
      GOOGLE_OAUTH_ACCESS_TOKEN: 'token',
      CLOUDSDK_API_ENDPOINT_OVERRIDES_SECRETMANAGER: simulated.endpoint,
      ...environment,
    };
    const child = spawn(process.execPath, [command, 'cassandra', ...args], { cwd: folder, env });
    const text = { stdout: '', stderr: '' };
    child.stdout.on('data', (data) => (text.stdout += data));
    child.stderr.on('data', (data) => (text.stderr += data));
    const status = await new Promise<number | null>((resolve) => child.once('close', resolve));
    return { status, ...text };
  }

  test('init-secrets creates every secret once, and prints no value', async () => {
    const first = await run(['init-secrets', 'staging']);
    expect(first).toMatchObject({ status: 0, stderr: 'secrets of staging-cassandra in project parking-staging:\n' });
    expect(first.stdout.split('\n').slice(0, 2)).toEqual(['staging-cassandra-ca-key created', 'staging-cassandra-ca created']);
    const password = simulated.read('staging-cassandra-superuser')!;
    expect(first.stdout).not.toContain(password);
    const second = await run(['init-secrets', 'staging']);
    expect(second).toMatchObject({
      status: 0,
      stdout: first.stdout.replace('staging-cassandra-ca-key created\n', '').replaceAll('created', 'exists'),
    });
    expect(simulated.read('staging-cassandra-superuser')).toBe(password);
  });

  test('renew-secrets renews one node or takes one step of the CA renewal, and refuses the next step until the last one is confirmed on the nodes', async () => {
    expect(await run(['renew-secrets', 'staging', '--node', 'c'])).toMatchObject({
      status: 0,
      stdout: 'staging-cassandra-c-tls renewed\n',
    });
    expect((await run(['renew-secrets', 'staging', '--ca'])).stdout).toBe(
      'staging-cassandra-ca-key renewed\nstaging-cassandra-ca renewed\n',
    );
    expect(await run(['renew-secrets', 'staging', '--node', 'b'])).toMatchObject({ status: 2, stdout: '' });
    const refused = await run(['renew-secrets', 'staging', '--ca']);
    expect(refused).toMatchObject({ status: 2, stdout: '' });
    expect(refused.stderr).toContain("the next step is 'certificates by the new CA': pass --nodes-have-it once");
    expect((await run(['renew-secrets', 'staging', '--ca', '--nodes-have-it'])).stdout).toContain('staging-cassandra-d-tls renewed\n');
    expect((await run(['renew-secrets', 'staging', '--ca', '--nodes-have-it'])).stdout).toBe('staging-cassandra-ca renewed\n');
  });

  test.each([
    [['init-secrets', 'other'], "unknown stack 'other' in 'cdktf.out'; known: staging\n"],
    [['init-secrets', 'staging', '--ring', 'x'], "unknown ring 'x'; known: staging-cassandra\n"],
    [['init-secrets', 'staging', '--address', 'b=here'], 'must be a node and its address, such as b=10.0.0.11.'],
    [['renew-secrets', 'staging', '--ca', '--node', 'b'], '--node cannot be combined with --ca: a CA is shared by all nodes\n'],
  ])('fails with one sentence for %p', async (args, sentence) => {
    const { status, stderr } = await run(args);
    expect(status).toBe(1);
    expect(stderr).toContain(sentence);
  });

  test('fails with one sentence without credentials', async () => {
    const withoutCredentials = { GOOGLE_OAUTH_ACCESS_TOKEN: '', GCE_METADATA_HOST: '127.0.0.1:1' };
    expect(await run(['init-secrets', 'staging'], withoutCredentials)).toMatchObject({
      status: 1,
      stderr:
        "no credentials for Google Cloud (gcloud is not installed): log in with 'gcloud auth login', or set GOOGLE_OAUTH_ACCESS_TOKEN\n",
    });
  });

  test('uses the account of gcloud', async () => {
    writeFileSync(path.join(folder, 'gcloud'), '#!/bin/sh\n[ "$*" = "auth print-access-token" ] && echo of-gcloud\n', { mode: 0o755 });
    const asked: string[] = [];
    const google = createServer((request, response) => {
      asked.push(request.headers.authorization!);
      response.writeHead(403).end('{"error":{"message":"no"}}');
    });
    await new Promise<void>((resolve) => google.listen(0, '127.0.0.1', resolve));
    const { port } = google.address() as { port: number };
    const elsewhere = { GOOGLE_OAUTH_ACCESS_TOKEN: '', CLOUDSDK_API_ENDPOINT_OVERRIDES_SECRETMANAGER: `http://127.0.0.1:${port}` };
    const { stderr } = await run(['init-secrets', 'staging'], elsewhere);
    await new Promise((resolve) => google.close(resolve));
    expect(asked).toEqual(['Bearer of-gcloud']);
    expect(stderr).toContain('secret staging-cassandra-ca of project parking-staging cannot be read (HTTP 403): no\n');
  });

  test.each(['init-secrets', 'renew-secrets'])('%s --help shows its usage', async (name) => {
    const { stdout } = await run([name, '--help']);
    expect(stdout).toContain('Exit codes: 0 ');
    expect(stdout).toContain(`  gke-platform cassandra ${name} staging`);
  });
});
