import { GoogleProvider } from '@cdktf/provider-google/lib/provider';
import { LocalBackend, TerraformStack, Testing } from 'cdktf';
import fc from 'fast-check';
import { CassandraRing } from '../../lib/cassandra';
import { PrivateCluster } from '../../lib/cluster';
import { type IConnectable, Peer } from '../../lib/connectivity';
import { Project } from '../../lib/core/project';
import { Network, Port } from '../../lib/network';
import { Reachability } from '../../lib/reachability';
import { AppNamespace, Workload } from '../../lib/workload';
import { ControlPlane } from '../../lib/workload/control-plane';

const NAMESPACES = ['one', 'two', 'three'];
const APPS = ['a', 'b'];
const WORKLOADS = NAMESPACES.flatMap((namespace) => APPS.map((app) => `${namespace}-${app}`));
const PORTS = [8080, 9042, 443];

/** Names of an edge's ends: a workload, a whole namespace, or one of the others. */
const CLIENTS = [...WORKLOADS, ...NAMESPACES, 'control plane'];
const SERVERS = [...WORKLOADS, ...NAMESPACES, 'cassandra', 'control plane', 'Google APIs'];

interface Declared {
  readonly client: string;
  readonly server: string;
  readonly port: number;
}

/** What a stack with these connections synthesizes to. */
function synthesize(edges: readonly Declared[]): unknown {
  const stack = new TerraformStack(Testing.app(), 'staging');
  new LocalBackend(stack, { path: 'terraform.tfstate' });
  new GoogleProvider(stack, 'Google', { project: 'parking-staging', region: 'europe-west1' });
  const project = Project.fromId(stack, 'Project', { projectId: 'parking-staging', projectNumber: '123456789012' });
  const network = new Network(stack, 'Network', { project, region: 'europe-west1' });
  const cluster = new PrivateCluster(stack, 'Cluster', { network });
  cluster.addNodePool('Apps', { machineType: 'e2-standard-4', minNodes: 1, maxNodes: 3 });
  const peers = new Map<string, IConnectable>([['Google APIs', Peer.googleApis(stack)]]);
  for (const name of NAMESPACES) {
    const namespace = new AppNamespace(stack, name, { cluster, prometheusScraping: false });
    peers.set(name, namespace);
    for (const app of APPS) {
      const id = `${name}-${app}`;
      peers.set(id, new Workload(stack, id, { namespace, image: 'example.com/app:1', port: Port.tcp(8080) }));
    }
  }
  peers.set(
    'cassandra',
    new CassandraRing(stack, 'Cassandra', {
      network,
      nodes: { b: { zone: 'europe-west1-b' }, c: { zone: 'europe-west1-c' }, d: { zone: 'europe-west1-d' } },
    }),
  );
  for (const { client, server, port } of edges) {
    const from = client === 'control plane' ? ControlPlane.of(cluster) : peers.get(client)!;
    const to = server === 'control plane' ? cluster.apiServer : peers.get(server)!;
    to.connections.allowFrom(from, Port.tcp(port));
  }
  stack.prepareStack();
  return JSON.parse(JSON.stringify(stack.toTerraform()));
}

/** Connections as `client -> server ports`, of whole namespaces those of their workloads. */
function declared(edges: readonly Declared[]): string[] {
  const members = (name: string) => (NAMESPACES.includes(name) ? APPS.map((app) => `${name}-${app}`) : [name]);
  const lines = edges.flatMap(({ client, server, port }) =>
    members(client).flatMap((from) => members(server).map((to) => `${from} -> ${to} ${port}`)),
  );
  return [...new Set(lines)].sort();
}

/** The same as the proof has it, of all that an edge can be declared between. */
function proved(json: unknown): string[] {
  const clients = new Set([...WORKLOADS, 'control plane']);
  const servers = new Set([...WORKLOADS, 'cassandra', 'control plane', 'Google APIs', 'internet']);
  const reachability = Reachability.read(json);
  expect(reachability.unknowns()).toEqual([]);
  const lines = reachability.cells.flatMap(({ from, to, allowance }) => {
    const server = to.group ?? to.label;
    if (!clients.has(from.label) || !servers.has(server)) return [];
    return allowance.possible.list().map((port) => `${from.label} -> ${server} ${port.replace('tcp/', '')}`);
  });
  return [...new Set(lines)].sort();
}

const edge = fc
  .record({ client: fc.constantFrom(...CLIENTS), server: fc.constantFrom(...SERVERS), port: fc.constantFrom(...PORTS) })
  .filter(({ client, server }) => client !== 'control plane' || WORKLOADS.includes(server) || NAMESPACES.includes(server))
  // The Kubernetes API answers at one port whatever is declared.
  .map((some) => (some.server === 'control plane' ? { ...some, port: 443 } : some));

test('what the synthesized rules let through is what was declared, no less and no more', () => {
  fc.assert(
    fc.property(fc.array(edge, { maxLength: 12 }), (edges) => {
      expect(proved(synthesize(edges))).toEqual(declared(edges));
    }),
    { numRuns: 25 },
  );
});
