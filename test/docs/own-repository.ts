import { GoogleProvider } from '@cdktf/provider-google/lib/provider';
import { App, GcsBackend, TerraformStack } from 'cdktf';
import { AppNamespace, CassandraRing, Network, Port, PrivateCluster, Project, Workload } from 'cdktf-gke-platform';

const app = new App();
const stack = new TerraformStack(app, 'tickets');
new GcsBackend(stack, { bucket: 'tickets-terraform-state', prefix: 'tickets' });
new GoogleProvider(stack, 'Google', { project: 'tickets-123456', region: 'europe-west1' });

const project = new Project(stack, 'Project', { projectId: 'tickets-123456', projectNumber: '123456789012' });
const network = new Network(stack, 'Network', { project, region: 'europe-west1' });

const cluster = new PrivateCluster(stack, 'Cluster', { network });
cluster.addNodePool('Apps', { machineType: 'e2-standard-4', minNodes: 1, maxNodes: 6 });

const ring = new CassandraRing(stack, 'Cassandra', {
  network,
  nodes: { b: { zone: 'europe-west1-b' }, c: { zone: 'europe-west1-c' }, d: { zone: 'europe-west1-d' } },
});

const tickets = new Workload(stack, 'Tickets', {
  namespace: new AppNamespace(stack, 'TicketsNamespace', { cluster, name: 'tickets' }),
  image: 'ghcr.io/stefanprodan/podinfo:6.7.1',
  port: Port.tcp(9898),
});

// One line makes the VPC rule, for the pods' addresses, and the policy that lets the pods out.
ring.allowFrom(tickets);

app.synth();
