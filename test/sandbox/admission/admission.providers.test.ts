import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { KubernetesApiServers } from '../../../lib/sandbox/kubernetes-api';
import { ApiClient } from '../../../lib/sandbox/kubernetes-api/api-client';
import type { KubernetesObject } from '../../../lib/sandbox/kubernetes-api/objects';
import type { Values } from '../../../lib/sandbox/values';
import { runTerraform } from '../../../lib/terraform/cli';
import { ADMITTED } from './admitted';
import type { Resource } from './refusal';
import { REFUSALS } from './refusals';
import { collectReported, nameOf, type Reported } from './reported';

// Holds the cases of `admission.test.ts` against the real kubernetes plugin and a real API server.

interface Case {
  readonly resources: readonly Resource[];
}

/** An event of Kubernetes. */
interface Event extends KubernetesObject {
  readonly reason: string;
  readonly message: string;
}

describe('a real API server', () => {
  let folder: string;
  let servers: KubernetesApiServers;
  let api: ApiClient;
  let provider: Values;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'admission-'));
    servers = await KubernetesApiServers.open(join(folder, 'kubernetes'));
    const { endpoint } = await servers.start('admission', { serviceRange: '10.11.0.0/20' });
    const { token } = JSON.parse(execFileSync('gke-gcloud-auth-plugin', { env: servers.environment, encoding: 'utf8' })).status;
    api = new ApiClient(Number(endpoint.split(':')[1]), servers.caCertificate, token);
    provider = { host: `https://${endpoint}`, token, cluster_ca_certificate: servers.caCertificate };
  });

  afterAll(async () => {
    api?.close();
    await servers?.stop();
    rmSync(folder, { recursive: true });
  });

  const deploy = (subject: string, cases: readonly Case[]): Promise<ReadonlyMap<number, Reported>> =>
    collectReported(
      cases.map(({ resources }) => resources),
      provider,
      join(folder, subject),
      (args, at) => runTerraform(args, at, process.env),
      subject,
    );

  const refusedPods = async (namespace: string): Promise<string[]> =>
    (await api.list<Event>(`/api/v1/namespaces/${namespace}/events`))
      .filter(({ reason }) => reason === 'FailedCreate')
      .map(({ message }) => message);

  /** Pods are made and refused after the workload was taken. */
  async function waitForRefusedPods(namespace: string): Promise<string> {
    for (;;) {
      const messages = await refusedPods(namespace);
      if (messages.length > 0) return messages.join('\n');
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }

  describe.each(Object.entries(REFUSALS))('refuses %s', (subject, refusals) => {
    let reported: ReadonlyMap<number, Reported>;

    beforeAll(async () => {
      reported = await deploy(subject, refusals);
    });

    test.each(refusals.map((refusal, index) => [refusal.mistake, refusal, index] as const))('%s', async (_, { words, by }, index) => {
      const atOnce = reported.get(index);
      const found = by === 'pods' && !atOnce ? await waitForRefusedPods(nameOf(index, subject)) : atOnce?.message;
      expect(found).toContain(words);
      expect(atOnce?.by ?? 'pods').toBe(by);
    });
  });

  describe('admits', () => {
    let reported: ReadonlyMap<number, Reported>;

    beforeAll(async () => {
      reported = await deploy('admitted', ADMITTED);
    });

    test.each(ADMITTED.map(({ name }, index) => [name, index] as const))('%s', async (_, index) => {
      expect(reported.get(index)).toBeUndefined();
      expect(await refusedPods(nameOf(index, 'admitted'))).toEqual([]);
    });
  });
});
