import { GoogleProvider } from '@cdktf/provider-google/lib/provider';
import { App, GcsBackend, TerraformStack } from 'cdktf';
import { CassandraRing, SnapshotSchedule } from '../../lib/cassandra';
import { PrivateCluster } from '../../lib/cluster';
import { requireLabels, setDefaultLabels } from '../../lib/core/labels';
import { Project } from '../../lib/core/project';
import { Network } from '../../lib/network';
import { Synthesized } from '../../lib/testing';
import { AppNamespace, Workload } from '../../lib/workload';

/** Keys that a conversion of any kind would change. */
const CLOUD = { 'cost-centre_2b': 'x', 'a--b__c': 'y' };
const KUBERNETES = { 'example.com/costCentre-2b_c': 'x' };

let stack: TerraformStack;
let provider: GoogleProvider;
let project: Project;
let network: Network;

beforeEach(() => {
  stack = new TerraformStack(new App(), 'staging');
  new GcsBackend(stack, { bucket: 'state' });
  provider = new GoogleProvider(stack, 'Google');
  project = new Project(stack, 'Project', { projectId: 'parking-staging', projectNumber: '123456789012' });
  network = new Network(stack, 'Network', { project, region: 'europe-west1', labels: CLOUD });
});

/** All objects in the JSON that have one of the keys, by the name of the argument. */
function mapsWith(keys: readonly string[], json: unknown, name = '', found: Record<string, string[]>[] = []): Record<string, string[]>[] {
  if (Array.isArray(json)) for (const item of json) mapsWith(keys, item, name, found);
  else if (typeof json === 'object' && json !== null) {
    if (Object.keys(json).some((key) => keys.includes(key))) found.push({ [name]: Object.keys(json) });
    for (const [key, value] of Object.entries(json)) mapsWith(keys, value, key, found);
  }
  return found;
}

test('keys of each map of the props are unchanged in Terraform', () => {
  setDefaultLabels(provider, CLOUD);
  const cluster = new PrivateCluster(stack, 'Cluster', { network, labels: CLOUD });
  cluster.addNodePool('Apps', { maxNodes: 3, labels: KUBERNETES, resourceLabels: CLOUD });
  const snapshots = new SnapshotSchedule(stack, 'Snapshots', { project, region: 'europe-west1', labels: CLOUD });
  new CassandraRing(stack, 'Ring', {
    network,
    snapshots,
    labels: CLOUD,
    machineType: 'n2-standard-2',
    dataDiskSizeGiB: 50,
    nodes: {
      b: { zone: 'europe-west1-b', address: '10.0.16.11' },
      c: { zone: 'europe-west1-c', address: '10.0.16.12' },
      d: { zone: 'europe-west1-d', address: '10.0.16.13' },
    },
  });
  new Workload(stack, 'Billing', {
    namespace: new AppNamespace(stack, 'Namespace', { cluster, name: 'billing', labels: KUBERNETES }),
    image: 'a:1',
    nodeLabels: KUBERNETES,
  });

  const { json } = Synthesized.from(stack);
  const found = mapsWith([...Object.keys(CLOUD), ...Object.keys(KUBERNETES)], json);
  expect([...new Set(found.flatMap((map) => Object.keys(map)))].sort()).toEqual([
    'default_labels',
    'labels',
    'node_selector',
    'resource_labels',
  ]);
  // DNS zones, cluster, pool (twice), machines, addresses, disks, snapshots, namespace, pod and provider.
  expect(found.length).toBeGreaterThan(10);
  for (const key of Object.keys(CLOUD)) expect(JSON.stringify(json)).not.toContain(`"${key.replace(/[-_]+/g, '_')}"`);
});

test('default labels of the provider are unchanged', () => {
  setDefaultLabels(provider, { environment: 'staging', 'managed-by': 'terraform' });
  expect(Synthesized.from(stack).json.provider).toMatchObject({
    google: [{ default_labels: { environment: 'staging', 'managed-by': 'terraform' } }],
  });
});

test.each([
  [
    { Team: 'a' },
    "'labels' must be keyed by at most 63 lower case letters, digits, '_' and '-', beginning with a letter, got 'Team' (at staging)",
  ],
  [{ team: 'A' }, "'labels.team' must be at most 63 lower case letters, digits, '_' and '-', got 'A' (at staging)"],
  [
    { team: 'a'.repeat(64) },
    `'labels.team' must be at most 63 lower case letters, digits, '_' and '-', got '${'a'.repeat(64)}' (at staging)`,
  ],
])('fails for labels %p', (labels, message) => {
  expect(() => requireLabels(stack, 'labels', labels as Record<string, string>)).toThrow(message);
});

test('fails for node labels that are invalid in Kubernetes', () => {
  const cluster = new PrivateCluster(stack, 'Cluster', { network });
  expect(() => cluster.addNodePool('Apps', { maxNodes: 3, labels: { 'a b': 'c' } })).toThrow(
    "'labels' must be keyed by Kubernetes label names such as example.com/team, got 'a b' (at staging/Cluster/Apps)",
  );
});
