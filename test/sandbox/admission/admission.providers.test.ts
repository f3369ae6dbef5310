import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { KubernetesApiServers } from '../../../lib/sandbox/kubernetes-api';
import { ApiClient } from '../../../lib/sandbox/kubernetes-api/api-client';
import type { KubernetesObject } from '../../../lib/sandbox/kubernetes-api/objects';
import { runTerraform } from '../../../lib/sandbox/terraform';
import { ADMITTED } from './admitted';
import { REFUSALS } from './refusals';
import { nameOf, type Reported, reportedOf } from './reported';

// Holds the cases of `admission.test.ts` against the real kubernetes plugin and a real API server.

const SUBJECTS = Object.entries(REFUSALS);
const ALL = SUBJECTS.flatMap(([, refusals]) => refusals);
const CASES = [...ALL, ...ADMITTED].map(({ resources }) => resources);

/** An event of Kubernetes. */
interface Event extends KubernetesObject {
  readonly reason: string;
  readonly message: string;
}

describe('what a real API server does not admit', () => {
  let folder: string;
  let servers: KubernetesApiServers;
  let api: ApiClient;
  let reported: ReadonlyMap<number, Reported>;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'admission-'));
    servers = await KubernetesApiServers.open(join(folder, 'kubernetes'));
    const { endpoint } = await servers.start('admission', { serviceRange: '10.11.0.0/20' });
    const { token } = JSON.parse(execFileSync('gke-gcloud-auth-plugin', { env: servers.environment, encoding: 'utf8' })).status;
    api = new ApiClient(Number(endpoint.split(':')[1]), servers.caCertificate, token);
    const provider = { host: `https://${endpoint}`, token, cluster_ca_certificate: servers.caCertificate };
    reported = await reportedOf(CASES, provider, join(folder, 'terraform'), (args, at) => runTerraform(args, at, process.env));
  });

  afterAll(async () => {
    api?.close();
    await servers?.stop();
    rmSync(folder, { recursive: true });
  });

  const refusedPods = async (index: number): Promise<string[]> =>
    (await api.list<Event>(`/api/v1/namespaces/${nameOf(index)}/events`))
      .filter(({ reason }) => reason === 'FailedCreate')
      .map(({ message }) => message);

  /** Pods are made and refused after the workload was taken. */
  async function waitForRefusedPods(index: number): Promise<string> {
    for (;;) {
      const messages = await refusedPods(index);
      if (messages.length > 0) return messages.join('\n');
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }

  describe.each(SUBJECTS)('%s', (_, refusals) => {
    test.each(refusals.map((refusal) => [refusal.mistake, refusal] as const))('%s', async (_, refusal) => {
      const index = ALL.indexOf(refusal);
      const found = refusal.by === 'pods' && !reported.has(index) ? await waitForRefusedPods(index) : reported.get(index)?.message;
      expect(found).toContain(refusal.words);
      expect(reported.get(index)?.by ?? 'pods').toBe(refusal.by);
    });
  });

  test.each(ADMITTED.map(({ name }, index) => [name, ALL.length + index] as const))('admits %s', async (_, index) => {
    expect(reported.get(index)).toBeUndefined();
    expect(await refusedPods(index)).toEqual([]);
  });
});
