import { execFileSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { KubernetesApiServers } from '../../../lib/sandbox/kubernetes-api';
import { ApiClient } from '../../../lib/sandbox/kubernetes-api/api-client';
import { fakeBinaries, readStartArguments, writeProgram } from './fake-binaries';

const RANGE = { serviceRange: '10.11.0.0/20' };

let folder: string;
let directory: string;
let servers: KubernetesApiServers;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'kubernetes-api-'));
  directory = join(folder, 'kubernetes');
  servers = await KubernetesApiServers.open(directory, fakeBinaries(join(folder, 'assets')));
});
afterEach(async () => {
  await servers.stop();
  rmSync(folder, { recursive: true });
});

function clusterFolder(): string {
  const [name] = readdirSync(join(directory, 'clusters'));
  return join(directory, 'clusters', name!);
}

/** Credential that the kubernetes and helm providers get, with `environment`. */
function credential(): { apiVersion: string; kind: string; status: { token: string } } {
  return JSON.parse(
    execFileSync('gke-gcloud-auth-plugin', ['--use_application_default_credentials'], { env: servers.environment, encoding: 'utf8' }),
  );
}

function isServing(endpoint: string): Promise<boolean> {
  return new ApiClient(Number(endpoint.split(':')[1]), servers.caCertificate, credential().status.token).isReady();
}

test('an API server is ready after its start, and not reachable after its stop', async () => {
  const { endpoint } = await servers.start('staging', RANGE);
  expect(endpoint).toMatch(/^127\.0\.0\.1:\d+$/);
  expect(await isServing(endpoint)).toBe(true);
  await servers.stop();
  expect(await isServing(endpoint)).toBe(false);
});

test('the API server listens on the loopback address, with the service range of its cluster', async () => {
  await servers.start('staging', RANGE);
  expect(readStartArguments('kube-apiserver', clusterFolder())).toEqual(
    expect.arrayContaining(['--bind-address=127.0.0.1', '--service-cluster-ip-range=10.11.0.0/20', '--authorization-mode=RBAC']),
  );
});

test('etcd listens on sockets in a folder that only its owner can enter', async () => {
  await servers.start('staging', RANGE);
  const urls = readStartArguments('etcd', clusterFolder())!.filter((word) => word.includes('://'));
  expect(urls).toHaveLength(5);
  for (const url of urls) expect(url).toContain('unix://');
  expect(statSync(clusterFolder()).mode & 0o777).toBe(0o700);
});

test('starting a running cluster has no effect', async () => {
  const [one, other] = await Promise.all([servers.start('staging', RANGE), servers.start('staging', RANGE)]);
  expect(other).toEqual(one);
});

test('clusters have servers of their own', async () => {
  const [one, other] = await Promise.all([servers.start('staging', RANGE), servers.start('../production', RANGE)]);
  expect(other.endpoint).not.toBe(one.endpoint);
  expect(readdirSync(join(directory, 'clusters')).sort()).toEqual(['%2E%2E%2Fproduction', 'staging']);
});

test('a later sandbox with the same folder has the same endpoint, authority and token', async () => {
  const { endpoint } = await servers.start('staging', RANGE);
  const { caCertificate } = servers;
  const { token } = credential().status;
  await servers.stop();

  servers = await KubernetesApiServers.open(directory, fakeBinaries(join(folder, 'assets')));
  expect(await servers.start('staging', RANGE)).toEqual({ endpoint });
  expect(servers.caCertificate).toBe(caCertificate);
  expect(credential().status.token).toBe(token);
});

test('a cluster gets another port if its own is in use', async () => {
  const { endpoint } = await servers.start('staging', RANGE);
  await servers.stop();
  const other: Server = createServer();
  await new Promise<void>((done) => other.listen(Number(endpoint.split(':')[1]), '127.0.0.1', done));
  try {
    const { endpoint: next } = await servers.start('staging', RANGE);
    expect(next).not.toBe(endpoint);
    expect(await isServing(next)).toBe(true);
  } finally {
    other.close();
  }
});

test('a removed cluster leaves no files, and the others keep running', async () => {
  await servers.start('staging', RANGE);
  const { endpoint } = await servers.start('production', RANGE);
  await servers.remove('staging');
  expect(readdirSync(join(directory, 'clusters'))).toEqual(['production']);
  expect(await isServing(endpoint)).toBe(true);
});

test('fails to remove or to use a folder that it did not create', async () => {
  mkdirSync(join(directory, 'clusters', 'staging'), { recursive: true });
  writeFileSync(join(directory, 'clusters', 'staging', 'notes'), '');
  const refusal = "it holds 'notes' and does not look like a cluster's API server";
  await expect(servers.start('staging', RANGE)).rejects.toThrow(refusal);
  await expect(servers.remove('staging')).rejects.toThrow(refusal);
  expect(existsSync(join(directory, 'clusters', 'staging', 'notes'))).toBe(true);
});

test.each(['etcd', 'kube-apiserver'])('fails with the last output of %s if it ends during the start', async (program) => {
  writeProgram(join(folder, 'assets'), program, "console.error('Error: no space left'); process.exit(1);");
  await expect(servers.start('staging', RANGE)).rejects.toThrow(
    "the Kubernetes API server of 'staging' does not start: Error: no space left",
  );
  fakeBinaries(join(folder, 'assets'));
  expect(await isServing((await servers.start('staging', RANGE)).endpoint)).toBe(true);
});

test('kube-controller-manager runs where it is installed', async () => {
  await servers.start('staging', RANGE);
  while (!readStartArguments('kube-controller-manager', clusterFolder())) await new Promise((done) => setTimeout(done, 20));
  expect(readStartArguments('kube-controller-manager', clusterFolder())).toEqual(
    expect.arrayContaining(['--secure-port=0', '--leader-elect=false', '--kubeconfig=kubeconfig']),
  );
});

test('a program that ends later is reported with its last output', async () => {
  writeProgram(join(folder, 'assets'), 'kube-controller-manager', "console.error('Error: no space left'); process.exit(1);");
  const reported = new Promise((done) => {
    jest.spyOn(process.stderr, 'write').mockImplementation((text) => {
      done(text);
      return true;
    });
  });
  try {
    await servers.start('staging', RANGE);
    expect(await reported).toBe("the Kubernetes API server of 'staging': kube-controller-manager has ended: Error: no space left\n");
  } finally {
    jest.restoreAllMocks();
  }
});

test('the replacement for gke-gcloud-auth-plugin returns a token to the providers', () => {
  expect(credential()).toEqual({
    apiVersion: 'client.authentication.k8s.io/v1beta1',
    kind: 'ExecCredential',
    status: { token: expect.stringMatching(/^[0-9a-f]{48}$/) },
  });
});

test("providers trust the sandbox's authority beside those that they trusted before", async () => {
  const own = join(folder, 'company.pem');
  writeFileSync(own, 'company');
  servers = await KubernetesApiServers.open(directory, { ...fakeBinaries(join(folder, 'assets')), SSL_CERT_FILE: own });
  expect(readFileSync(servers.environment.SSL_CERT_FILE!, 'utf8')).toBe(`company\n${servers.caCertificate}`);
  expect(new X509Certificate(servers.caCertificate).ca).toBe(true);
});

test('keys and tokens are readable by their owner only', async () => {
  await servers.start('staging', RANGE);
  const modes = readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(key|csv)$|^kubeconfig$|^gke-gcloud-auth-plugin$/.test(entry.name))
    .map(({ parentPath, name }) => [name, statSync(join(parentPath, name)).mode & 0o077]);
  expect(Object.fromEntries(modes)).toEqual({
    'ca.key': 0,
    'gke-gcloud-auth-plugin': 0,
    kubeconfig: 0,
    'server.key': 0,
    'service-account.key': 0,
    'tokens.csv': 0,
  });
});
