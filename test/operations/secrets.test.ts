import { X509Certificate } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, createServer as createTlsServer } from 'node:tls';
import { RefusedError } from '../../lib/core/reported-error';
import { findRing, RingSecrets, SecretManager, type SecretOutcome } from '../../lib/operations';
import { parseCertificates } from '../../lib/operations/secrets/certificates';
import { SecretManager as SimulatedSecretManager } from '../../lib/sandbox';
import { stackWithRing } from './rings';

const NOW = new Date('2026-11-25T12:00:00Z');

let folder: string;
let simulated: SimulatedSecretManager;
let outcomes: SecretOutcome[];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'secrets-'));
  simulated = await SimulatedSecretManager.start(join(folder, 'secrets.json'));
  outcomes = [];
});

afterEach(async () => {
  await simulated.stop();
  rmSync(folder, { recursive: true });
});

const store = (endpoint = simulated.endpoint) =>
  new SecretManager({ project: 'parking-staging', region: 'europe-west1', token: 'token', endpoint, retryAfterMs: 1 });

function secretsOf(options: Parameters<typeof stackWithRing>[0] & { addresses?: Record<string, string>; now?: Date } = {}): RingSecrets {
  const { addresses, now = new Date(), ...stack } = options;
  return new RingSecrets({
    ring: findRing(stackWithRing(stack)),
    store: store(),
    addresses,
    now,
    onSecret: (outcome) => outcomes.push(outcome),
  });
}

const read = (name: string): string => simulated.read(`staging-cassandra-${name}`)!;
const said = (): string[] => outcomes.map(({ name, outcome }) => `${name.replace('staging-cassandra-', '')} ${outcome}`);

describe('init', () => {
  test('creates the CA, a key and certificate for each node, and a password', async () => {
    await secretsOf({ now: NOW }).init();
    expect(said()).toEqual(['ca-key created', 'ca created', 'b-tls created', 'c-tls created', 'd-tls created', 'superuser created']);
    expect(read('superuser')).toMatch(/^[A-Za-z0-9_-]{32}$/);
    expect(read('ca-key')).toMatch(/^-----BEGIN PRIVATE KEY-----\n/);
    const ca = new X509Certificate(read('ca'));
    expect(ca.ca).toBe(true);
    expect(new Date(ca.validTo).toISOString()).toBe('2036-11-25T12:00:00.000Z');
    const blocks = read('b-tls').match(/-----BEGIN [A-Z ]+-----/g);
    expect(blocks).toEqual(['-----BEGIN PRIVATE KEY-----', '-----BEGIN CERTIFICATE-----', '-----BEGIN CERTIFICATE-----']);
    const [certificate, issuer] = parseCertificates(read('b-tls')) as [X509Certificate, X509Certificate];
    expect(issuer.fingerprint256).toBe(ca.fingerprint256);
    expect(certificate.subjectAltName).toBe('IP Address:127.0.0.11, DNS:staging-cassandra-b');
    expect(new Date(certificate.validFrom).toISOString()).toBe('2026-11-25T11:00:00.000Z');
    expect(new Date(certificate.validTo).toISOString()).toBe('2028-11-25T12:00:00.000Z');
    // serverAuth and clientAuth: a node is both to the others.
    expect(certificate.keyUsage).toEqual(['1.3.6.1.5.5.7.3.1', '1.3.6.1.5.5.7.3.2']);
  });

  test('keeps existing secrets, and creates missing ones', async () => {
    await secretsOf({ nodes: 'bc' }).init();
    const before = ['ca', 'ca-key', 'b-tls', 'c-tls', 'superuser'].map(read);
    outcomes = [];
    await secretsOf({ nodes: 'bcd' }).init();
    expect(said()).toEqual(['ca exists', 'b-tls exists', 'c-tls exists', 'd-tls created', 'superuser exists']);
    expect(['ca', 'ca-key', 'b-tls', 'c-tls', 'superuser'].map(read)).toEqual(before);
  });

  test('resumes after an interruption: with a key without a certificate, and a secret without a version', async () => {
    await secretsOf().init();
    const key = read('ca-key');
    const call = (method: string, path: string, body?: object) =>
      fetch(`${simulated.endpoint}v1/projects/parking-staging/${path}`, { method, body: body && JSON.stringify(body) });
    for (const name of ['ca', 'b-tls', 'c-tls', 'd-tls']) await call('DELETE', `secrets/staging-cassandra-${name}`);
    await call('POST', 'secrets?secretId=staging-cassandra-ca', { replication: { automatic: {} } });
    await secretsOf().init();
    expect(read('ca-key')).toBe(key);
    expect(await secretsOf().problems()).toEqual([]);
  });

  const withoutKey = () => fetch(`${simulated.endpoint}v1/projects/parking-staging/secrets/staging-cassandra-ca-key`, { method: 'DELETE' });

  test('fails when the key of the CA is missing; a renewal of the CA replaces it', async () => {
    await secretsOf().init();
    await withoutKey();
    await expect(secretsOf().init()).rejects.toThrow(
      'secret staging-cassandra-ca-key must hold the key of a certificate in staging-cassandra-ca: renew the CA with gke-platform cassandra renew-secrets --ca',
    );
    await secretsOf().renewAuthority(await secretsOf().nextRenewalStep());
    // Lost once more, half-way.
    await withoutKey();
    for (const step of ['trust the new CA', 'certificates by the new CA', 'forget the old CA'] as const) {
      expect(await secretsOf().nextRenewalStep()).toBe(step);
      await secretsOf().renewAuthority(step);
    }
    await secretsOf().init();
    expect(parseCertificates(read('ca'))).toHaveLength(1);
  });

  test('fails when the certificate of a node or of the CA has expired', async () => {
    const on = (date: string) => secretsOf({ nodes: 'b', now: new Date(date) });
    await on('2026-11-25').init();
    await on('2028-11-24').init();
    await expect(on('2028-11-27').init()).rejects.toThrow(
      'the certificate in staging-cassandra-b-tls expired 2 days ago: renew it with gke-platform cassandra renew-secrets',
    );
    await on('2036-11-20').renewCertificates();
    await expect(on('2036-11-27').init()).rejects.toThrow(
      [
        'the certificate in staging-cassandra-ca expired 2 days ago: renew it with gke-platform cassandra renew-secrets --ca',
        'the certificate in staging-cassandra-b-tls expired 2 days ago: renew it with gke-platform cassandra renew-secrets',
      ].join('\n'),
    );
    await expect(on('2036-11-27').renewCertificates()).rejects.toThrow(
      'the certificate in staging-cassandra-ca expired 2 days ago: renew it with gke-platform cassandra renew-secrets --ca',
    );
  });

  test('requires an address of a node when the stack does not contain it', async () => {
    const fixed = false;
    await expect(secretsOf({ nodes: 'b', fixed }).init()).rejects.toThrow(
      "node b of staging-cassandra has no address in the stack: set its 'address', or pass the one that Google assigned with --address b=ADDRESS",
    );
    expect(simulated.names).toEqual([]);
    await secretsOf({ nodes: 'b', fixed, addresses: { b: '10.0.0.7' } }).init();
    expect(parseCertificates(read('b-tls'))[0]!.subjectAltName).toBe('IP Address:10.0.0.7, DNS:staging-cassandra-b');
  });

  test('fails when existing secrets are inconsistent, and reports each problem', async () => {
    await secretsOf().init();
    const [b, c] = [read('b-tls'), read('c-tls')];
    await store().addVersion('staging-cassandra-b-tls', c);
    await store().addVersion(
      'staging-cassandra-c-tls',
      `${c.slice(0, c.indexOf('-----BEGIN CERT'))}${b.slice(b.indexOf('-----BEGIN CERT'))}`,
    );
    await store().addVersion('staging-cassandra-d-tls', 'nothing');
    await store().addVersion('staging-cassandra-superuser', '');
    await expect(secretsOf().init()).rejects.toThrow(
      [
        'the certificate in staging-cassandra-b-tls must be for 127.0.0.11 and staging-cassandra-b, got IP Address:127.0.0.12, DNS:staging-cassandra-c: renew it',
        'the key in staging-cassandra-c-tls does not match its certificate',
        'the certificate in staging-cassandra-c-tls must be for 127.0.0.12 and staging-cassandra-c, got IP Address:127.0.0.11, DNS:staging-cassandra-b: renew it',
        'secret staging-cassandra-d-tls must hold a key and a certificate as PEM',
        'secret staging-cassandra-superuser is missing or empty',
      ].join('\n'),
    );
  });

  test('finds a certificate that an untrusted CA signed', async () => {
    await secretsOf({ nodes: 'b' }).init();
    await store().addVersion('staging-cassandra-ca', await otherAuthority());
    expect(await secretsOf({ nodes: 'b' }).problems()).toEqual([
      expect.stringMatching(/^secret staging-cassandra-ca-key must hold the key of a certificate in staging-cassandra-ca: /),
      'the certificate in staging-cassandra-b-tls was not issued by a CA in staging-cassandra-ca',
    ]);
  });

  async function otherAuthority(): Promise<string> {
    const other = await SimulatedSecretManager.start(join(folder, 'other.json'));
    try {
      await new RingSecrets({ ring: findRing(stackWithRing()), store: store(other.endpoint) }).init();
      return other.read('staging-cassandra-ca')!;
    } finally {
      await other.stop();
    }
  }
});

test('reports certificates that expire soon or have expired', async () => {
  await secretsOf({ nodes: 'b', now: NOW }).init();
  const on = (date: string) => secretsOf({ nodes: 'b', now: new Date(date) }).expiring();
  expect(await on('2028-09-26T11:59:00Z')).toEqual([]);
  expect(await on('2028-09-26T12:01:00Z')).toEqual(['the certificate in staging-cassandra-b-tls expires in 59 days']);
  expect(await on('2028-11-26T12:01:00Z')).toEqual(['the certificate in staging-cassandra-b-tls expired 2 days ago']);
});

test('the certificates of a ring expire on different days', async () => {
  await secretsOf({ nodes: 'bcd', now: NOW }).init();
  const ends = () =>
    ['b-tls', 'c-tls', 'd-tls'].map((name) => new Date(parseCertificates(read(name))[0]!.validTo).toISOString().slice(0, 10));
  expect(ends()).toEqual(['2028-11-25', '2028-10-26', '2028-09-26']);
  await secretsOf({ nodes: 'bcd', now: NOW }).renewCertificates('c');
  expect(ends()).toEqual(['2028-11-25', '2028-10-26', '2028-09-26']);
});

test('the certificate of a node does not outlive its CA', async () => {
  await secretsOf({ nodes: 'b', now: NOW }).init();
  await secretsOf({ nodes: 'b', now: new Date('2036-01-01T00:00:00Z') }).renewCertificates();
  expect(new Date(parseCertificates(read('b-tls'))[0]!.validTo).toISOString()).toBe('2036-11-25T12:00:00.000Z');
});

describe('renewal', () => {
  test('creates new keys and certificates of nodes with the same CA', async () => {
    await secretsOf().init();
    const before = ['b-tls', 'c-tls', 'd-tls', 'ca', 'superuser'].map(read);
    outcomes = [];
    await secretsOf().renewCertificates('c');
    expect(said()).toEqual(['c-tls renewed']);
    await secretsOf().renewCertificates();
    const after = ['b-tls', 'c-tls', 'd-tls', 'ca', 'superuser'].map(read);
    expect(after.map((value, index) => value === before[index])).toEqual([false, false, false, true, true]);
    expect(await secretsOf().problems()).toEqual([]);
    await expect(secretsOf().renewCertificates('x')).rejects.toThrow("unknown node 'x' of staging-cassandra");
  });

  test('fails for secrets that were never created', async () => {
    await expect(secretsOf().renewCertificates()).rejects.toThrow(
      'secret staging-cassandra-ca is missing: create it with gke-platform cassandra init-secrets',
    );
  });

  test('of the CA takes three steps, and nodes before and after each step trust each other', async () => {
    await secretsOf().init();
    const files = () => ({ ca: read('ca'), b: read('b-tls'), c: read('c-tls') });
    const stages = [files()];
    const steps: string[] = [];
    for (let i = 0; i < 3; i++) {
      const step = await secretsOf().nextRenewalStep();
      steps.push(step);
      await secretsOf().renewAuthority(step);
      stages.push(files());
    }
    expect(steps).toEqual(['trust the new CA', 'certificates by the new CA', 'forget the old CA']);
    expect(stages.map(({ ca }) => parseCertificates(ca).length)).toEqual([1, 2, 2, 1]);
    for (const [before, after] of [
      [0, 1],
      [1, 2],
      [2, 3],
    ] as const) {
      await talk({ tls: stages[before]!.b, ca: stages[before]!.ca }, { tls: stages[after]!.c, ca: stages[after]!.ca });
      await talk({ tls: stages[after]!.b, ca: stages[after]!.ca }, { tls: stages[before]!.c, ca: stages[before]!.ca });
    }
    // Steps that are taken too fast break a ring: this is what the order is for.
    await expect(talk({ tls: stages[0]!.b, ca: stages[0]!.ca }, { tls: stages[2]!.c, ca: stages[2]!.ca })).rejects.toThrow();
    expect(await secretsOf().problems()).toEqual([]);
    expect(await secretsOf().nextRenewalStep()).toBe('trust the new CA');
  });

  test('of certificates is refused during a renewal of the CA, because its next step renews them', async () => {
    await secretsOf().init();
    await secretsOf().renewAuthority('trust the new CA');
    const before = read('b-tls');
    const refused = `the CA of staging-cassandra is being renewed (secret staging-cassandra-ca holds 2 certificates): the next step is 'certificates by the new CA', with gke-platform cassandra renew-secrets --ca`;
    await expect(secretsOf().renewCertificates()).rejects.toThrow(new RefusedError(refused));
    await expect(secretsOf().renewCertificates('b')).rejects.toThrow(RefusedError);
    expect(read('b-tls')).toBe(before);
    await secretsOf().renewAuthority('certificates by the new CA');
    await expect(secretsOf().renewCertificates('b')).rejects.toThrow("the next step is 'forget the old CA'");
    await secretsOf().renewAuthority('forget the old CA');
    await secretsOf().renewCertificates();
    expect(await secretsOf().problems()).toEqual([]);
  });

  test('of the CA is repeated after an interruption between key and certificate', async () => {
    await secretsOf({ nodes: 'b' }).init();
    await store().addVersion('staging-cassandra-ca-key', 'half-way');
    await expect(secretsOf({ nodes: 'b' }).renewCertificates()).rejects.toThrow('must hold the key of a certificate');
    for (let i = 0; i < 3; i++) await secretsOf({ nodes: 'b' }).renewAuthority(await secretsOf({ nodes: 'b' }).nextRenewalStep());
    expect(await secretsOf({ nodes: 'b' }).problems()).toEqual([]);
    await secretsOf({ nodes: 'b' }).renewCertificates();
  });
});

interface Peer {
  readonly tls: string;
  readonly ca: string;
}

/** Two nodes shake hands; each asks for the other's certificate, for the address it is reached at. */
async function talk(server: Peer, client: Peer): Promise<void> {
  const listening = createTlsServer({ key: server.tls, cert: server.tls, ca: server.ca, requestCert: true, rejectUnauthorized: true });
  listening.on('secureConnection', (socket) => socket.end('hello'));
  await new Promise<void>((resolve) => listening.listen(0, '127.0.0.11', resolve));
  try {
    const { port } = listening.address() as AddressInfo;
    await new Promise<void>((resolve, reject) => {
      const socket = connect({ host: '127.0.0.11', port, key: client.tls, cert: client.tls, ca: client.ca });
      let received = '';
      socket.on('data', (data) => {
        received += data;
      });
      socket.once('error', reject);
      socket.once('close', () => (received === 'hello' ? resolve() : reject(new Error('the other side hung up'))));
    });
  } finally {
    await new Promise((resolve) => listening.close(resolve));
  }
}

describe('Secret Manager', () => {
  test('never overwrites a secret that has a version', async () => {
    await store().create('a', 'first');
    await expect(store().create('a', 'second')).rejects.toThrow('secret a exists and is not overwritten');
    expect(await store().read('a')).toBe('first');
    await store().addVersion('a', 'third');
    expect(await store().read('a')).toBe('third');
  });

  test('fails with the error of the API, and does not treat a disabled secret as missing', async () => {
    await store().create('a', 'first');
    await fetch(`${simulated.endpoint}v1/projects/parking-staging/secrets/a/versions/1:disable`, { method: 'POST' });
    await expect(store().read('a')).rejects.toThrow(
      'secret a of project parking-staging cannot be read (HTTP 400): Secret Version [projects/parking-staging/secrets/a/versions/1] is in DISABLED state.',
    );
    await expect(store().create('b/c', 'x')).rejects.toThrow('secret b/c of project parking-staging cannot be created (HTTP 400)');
  });

  describe('of Google', () => {
    const answers: { status: number; body: object }[] = [];
    const requests: { url: string; authorization: string }[] = [];
    let google: Server;
    let endpoint: string;

    beforeEach(async () => {
      answers.length = requests.length = 0;
      google = createServer((request, response) => {
        requests.push({ url: request.url!, authorization: request.headers.authorization! });
        const { status, body } = answers.shift()!;
        response.writeHead(status).end(JSON.stringify(body));
      });
      await new Promise<void>((resolve) => google.listen(0, '127.0.0.1', resolve));
      endpoint = `http://127.0.0.1:${(google.address() as AddressInfo).port}`;
    });
    afterEach(() => new Promise((resolve) => google.close(resolve)));

    test('receives the token, and is retried when it is busy', async () => {
      answers.push({ status: 503, body: {} }, { status: 429, body: {} }, { status: 200, body: { payload: { data: 'aGk=' } } });
      expect(await store(endpoint).read('a')).toBe('hi');
      expect(requests).toHaveLength(3);
      expect(requests[2]).toEqual({ url: '/v1/projects/parking-staging/secrets/a/versions/latest:access', authorization: 'Bearer token' });
    });

    test('has limited retries, and none after a refusal', async () => {
      answers.push(...Array.from({ length: 4 }, () => ({ status: 500, body: { error: { message: 'Internal' } } })));
      await expect(store(endpoint).read('a')).rejects.toThrow('secret a of project parking-staging cannot be read (HTTP 500): Internal');
      expect(requests).toHaveLength(4);
      answers.push({ status: 403, body: { error: { message: 'Permission denied on resource' } } });
      await expect(store(endpoint).read('a')).rejects.toThrow('cannot be read (HTTP 403): Permission denied on resource');
      expect(requests).toHaveLength(5);
    });

    test('fails with the command that enables the API', async () => {
      answers.push({
        status: 403,
        body: { error: { message: 'Secret Manager API has not been used in project 21 before or it is disabled.' } },
      });
      await expect(store(endpoint).read('a')).rejects.toThrow(
        "disabled.; enable it with 'gcloud services enable secretmanager.googleapis.com --project=parking-staging'",
      );
    });
  });
});
