import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { KubernetesApiServers } from '../../../lib/sandbox/kubernetes-api';
import { ApiClient } from '../../../lib/sandbox/kubernetes-api/api-client';
import { findKubernetesBinaries, type KubernetesBinaries } from '../../../lib/sandbox/kubernetes-api/binaries';

const CLUSTER = 'projects/parking-staging/locations/europe-west1/clusters/staging';
const RANGE = { serviceRange: '10.11.0.0/20' };

const NAMESPACES = '/api/v1/namespaces';
const CORE = `${NAMESPACES}/billing`;
const APPS = '/apis/apps/v1/namespaces/billing';
const BATCH = '/apis/batch/v1/namespaces/billing';

/** Container that Pod Security admits at the level `restricted`. */
const CONTAINER = {
  name: 'billing',
  image: 'billing:1',
  resources: { requests: { cpu: '100m', memory: '64Mi' }, limits: { memory: '64Mi' } },
  securityContext: {
    runAsNonRoot: true,
    allowPrivilegeEscalation: false,
    capabilities: { drop: ['ALL'] },
    seccompProfile: { type: 'RuntimeDefault' },
  },
};

const template = (container: object, spec: object = {}) => ({
  metadata: { labels: { app: 'billing' } },
  spec: { containers: [container], ...spec },
});

const deployment = (name: string, container: object = CONTAINER) => ({
  metadata: { name },
  spec: { replicas: 2, selector: { matchLabels: { app: 'billing' } }, template: template(container) },
});

// Without the programs this fails: nothing else runs these tests than `npm run test:providers`, which is for machines that have them.
const binaries = findKubernetesBinaries();

describe('a real API server', () => {
  describe.each(
    binaries.controllerManager === undefined
      ? [["the sandbox's own controllers", false]]
      : [
          ['kube-controller-manager', true],
          ["the sandbox's own controllers", false],
        ],
  )('with %s', (_, withControllerManager) => {
    let folder: string;
    let servers: KubernetesApiServers;
    let api: ApiClient;
    let endpoint: string;

    beforeAll(async () => {
      folder = mkdtempSync(join(tmpdir(), 'real-api-server-'));
      servers = await open();
      await startCluster();
      await api.create(NAMESPACES, { metadata: { name: 'billing', labels: { 'pod-security.kubernetes.io/enforce': 'restricted' } } });
    });
    afterAll(async () => {
      await servers.stop();
      rmSync(folder, { recursive: true });
    });

    function open(): Promise<KubernetesApiServers> {
      return KubernetesApiServers.open(
        join(folder, 'kubernetes'),
        programs(join(folder, 'assets'), binaries, withControllerManager as boolean),
      );
    }

    async function startCluster(): Promise<void> {
      ({ endpoint } = await servers.start(CLUSTER, RANGE));
      const credential = JSON.parse(execFileSync('gke-gcloud-auth-plugin', { env: servers.environment, encoding: 'utf8' }));
      api = new ApiClient(Number(endpoint.split(':')[1]), servers.caCertificate, credential.status.token);
    }

    /** Waits until a field of an object has a value, as the providers do. */
    async function waitFor(path: string, expected: object): Promise<void> {
      for (;;) {
        const object = await api.get<object>(path);
        try {
          return expect(object).toMatchObject(expected);
        } catch {
          await new Promise((resolve) => setTimeout(resolve, 200));
        }
      }
    }

    test('Pod Security rejects pods that violate the level of their namespace', async () => {
      const pod = { metadata: { name: 'root' }, spec: template({ ...CONTAINER, securityContext: {} }).spec };
      await waitFor(`${CORE}/serviceaccounts/default`, {});
      await expect(api.create(`${CORE}/pods`, pod)).rejects.toThrow('violates PodSecurity "restricted:latest"');
    });

    test('a deployment and its new revision become ready', async () => {
      await api.create(`${APPS}/deployments`, deployment('billing'));
      const ready = { replicas: 2, updatedReplicas: 2, readyReplicas: 2, availableReplicas: 2 };
      await waitFor(`${APPS}/deployments/billing`, { status: { observedGeneration: 1, ...ready } });
      await api.patch(`${APPS}/deployments/billing`, { spec: { template: template({ ...CONTAINER, image: 'billing:2' }) } });
      await waitFor(`${APPS}/deployments/billing`, { status: { observedGeneration: 2, ...ready } });
      const images = async () =>
        (await api.list<{ metadata: never; spec: { containers: { image: string }[] } }>(`${CORE}/pods`)).map(
          ({ spec }) => spec.containers[0]!.image,
        );
      while ((await images()).join() !== 'billing:2,billing:2') await new Promise((resolve) => setTimeout(resolve, 200));
    });

    test('a deployment whose pods are rejected does not become ready, and reports the reason', async () => {
      await api.create(`${APPS}/deployments`, deployment('refused', { ...CONTAINER, securityContext: { runAsNonRoot: false } }));
      await waitFor(`${APPS}/deployments/refused`, {
        status: {
          conditions: expect.arrayContaining([
            expect.objectContaining({
              type: 'ReplicaFailure',
              message: expect.stringContaining('violates PodSecurity "restricted:latest"'),
            }),
          ]),
        },
      });
      await api.delete(`${APPS}/deployments/refused`);
    });

    test('a stateful set becomes ready', async () => {
      await api.create(`${APPS}/statefulsets`, { ...deployment('ledger'), spec: { ...deployment('ledger').spec, serviceName: 'ledger' } });
      await waitFor(`${APPS}/statefulsets/ledger`, {
        status: { observedGeneration: 1, replicas: 2, readyReplicas: 2, updatedReplicas: 2 },
      });
    });

    test('a daemon set has no nodes to run on', async () => {
      const { replicas, ...spec } = deployment('agent').spec;
      await api.create(`${APPS}/daemonsets`, { metadata: { name: 'agent' }, spec });
      await waitFor(`${APPS}/daemonsets/agent`, { status: { observedGeneration: 1, desiredNumberScheduled: 0 } });
    });

    test('a job completes', async () => {
      await api.create(`${BATCH}/jobs`, {
        metadata: { name: 'migration' },
        spec: { template: template(CONTAINER, { restartPolicy: 'Never' }) },
      });
      await waitFor(`${BATCH}/jobs/migration`, {
        status: { succeeded: 1, conditions: expect.arrayContaining([expect.objectContaining({ type: 'Complete', status: 'True' })]) },
      });
    });

    test('ingresses and load balancers get an address, and network endpoint groups their names', async () => {
      const path = '/apis/networking.k8s.io/v1/namespaces/billing/ingresses';
      const backend = { service: { name: 'billing', port: { number: 80 } } };
      await api.create(path, { metadata: { name: 'billing' }, spec: { defaultBackend: backend } });
      const annotations = { 'cloud.google.com/neg': '{"ingress":true}' };
      const ports = [{ port: 80 }];
      await api.create(`${CORE}/services`, { metadata: { name: 'billing', annotations }, spec: { type: 'LoadBalancer', ports } });
      const address = { status: { loadBalancer: { ingress: [{ ip: expect.stringMatching(/^203\.0\.113\.\d+$/) }] } } };
      await waitFor(`${path}/billing`, address);
      await waitFor(`${CORE}/services/billing`, {
        ...address,
        metadata: {
          annotations: { 'cloud.google.com/neg-status': '{"network_endpoint_groups":{"80":"k8s1-billing-billing-80"},"zones":[]}' },
        },
      });
    });

    test('a quota counts usage and rejects objects that exceed it', async () => {
      const hard = { pods: '1', 'requests.cpu': '150m', 'count/jobs.batch': '1' };
      await api.create(NAMESPACES, { metadata: { name: 'small' } });
      await api.create(`${NAMESPACES}/small/resourcequotas`, { metadata: { name: 'quota' }, spec: { hard } });
      await waitFor(`${NAMESPACES}/small/resourcequotas/quota`, { status: { hard, used: { pods: '0' } } });
      await waitFor(`${NAMESPACES}/small/serviceaccounts/default`, {});
      const pod = (name: string) => ({ metadata: { name }, spec: template(CONTAINER).spec });
      await api.create(`${NAMESPACES}/small/pods`, pod('one'));
      await expect(api.create(`${NAMESPACES}/small/pods`, pod('two'))).rejects.toThrow('exceeded quota: quota');
      await waitFor(`${NAMESPACES}/small/resourcequotas/quota`, { status: { used: { pods: '1', 'requests.cpu': '100m' } } });
      await api.delete(`${NAMESPACES}/small/pods/one`);
      await waitFor(`${NAMESPACES}/small/resourcequotas/quota`, { status: { used: { pods: '0' } } });
    });

    test('volume claims are bound once a pod uses them', async () => {
      const claim = { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '10Gi' } } };
      await api.create(`${CORE}/persistentvolumeclaims`, { metadata: { name: 'data' }, spec: claim });
      const volumes = [{ name: 'data', persistentVolumeClaim: { claimName: 'data' } }];
      await waitFor(`${CORE}/persistentvolumeclaims/data`, { spec: { storageClassName: 'standard-rwo' }, status: { phase: 'Pending' } });
      await api.create(`${CORE}/pods`, { metadata: { name: 'writer' }, spec: template(CONTAINER, { volumes }).spec });
      await waitFor(`${CORE}/persistentvolumeclaims/data`, { status: { phase: 'Bound' } });
      await waitFor(`${CORE}/pods/writer`, { status: { phase: 'Running' } });
    });

    test("GKE's own kinds are defined", async () => {
      const path = '/apis/cloud.google.com/v1/namespaces/billing/backendconfigs';
      const kind = { apiVersion: 'cloud.google.com/v1', kind: 'BackendConfig' };
      await api.create(path, { ...kind, metadata: { name: 'billing' }, spec: { timeoutSec: 30 } });
      expect(await api.get(`${path}/billing`)).toMatchObject({ ...kind, spec: { timeoutSec: 30 } });
    });

    test('objects outlive the server', async () => {
      const before = endpoint;
      await servers.stop();
      servers = await open();
      await startCluster();
      expect(endpoint).toBe(before);
      expect(await api.get(`${APPS}/deployments/billing`)).toMatchObject({ status: { readyReplicas: 2 } });
    });

    test('dependents of a deleted deployment are deleted, with foreground propagation before it', async () => {
      await api.delete(`${APPS}/deployments/billing`, { propagationPolicy: 'Foreground' });
      while (await api.get(`${APPS}/deployments/billing`)) await new Promise((resolve) => setTimeout(resolve, 200));
      expect(await api.list(`${APPS}/replicasets`)).toEqual([]);
    });

    test('a namespace is deleted with its content', async () => {
      await api.delete(CORE);
      while (await api.get(CORE)) await new Promise((resolve) => setTimeout(resolve, 200));
      expect(await api.list(`${CORE}/services`)).toEqual([]);
      while ((await api.list('/api/v1/persistentvolumes')).length > 0) await new Promise((resolve) => setTimeout(resolve, 200));
    });

    test('a removed cluster starts without objects', async () => {
      await servers.remove(CLUSTER);
      await startCluster();
      expect(await api.get(`${NAMESPACES}/small`)).toBeUndefined();
    });
  });
});

/** An environment with these programs, and with kube-controller-manager or without it. */
function programs(folder: string, binaries: KubernetesBinaries, withControllerManager: boolean): NodeJS.ProcessEnv {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
  symlinkSync(binaries.apiServer, join(folder, 'kube-apiserver'));
  symlinkSync(binaries.etcd, join(folder, 'etcd'));
  if (withControllerManager) symlinkSync(binaries.controllerManager!, join(folder, 'kube-controller-manager'));
  const PATH = process.env
    .PATH!.split(':')
    .filter((path) => path !== dirname(binaries.controllerManager ?? ''))
    .join(':');
  return { ...process.env, KUBEBUILDER_ASSETS: folder, PATH };
}
