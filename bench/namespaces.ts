import { GoogleProvider } from '@cdktf/provider-google/lib/provider';
import { App, GcsBackend, TerraformStack } from 'cdktf';
import { AppNamespace, Network, Port, PrivateCluster, Project, Workload } from '../lib';

// App with the number of namespaces in the first argument and three workloads each, the first of which calls the others and the first
// workload of the previous namespace.
const count = Number(process.argv[2]);

const app = new App();
const stack = new TerraformStack(app, 'bench');
new GcsBackend(stack, { bucket: 'bench-terraform-state', prefix: 'bench' });
new GoogleProvider(stack, 'Google', { project: 'bench-123456', region: 'europe-west1' });

const project = new Project(stack, 'Project', { projectId: 'bench-123456', projectNumber: '123456789012' });
const network = new Network(stack, 'Network', { project, region: 'europe-west1' });
const cluster = new PrivateCluster(stack, 'Cluster', { network });
cluster.addNodePool('Apps', { machineType: 'e2-standard-4', minNodes: 1, maxNodes: 6 });

let previous: Workload | undefined;
for (let number = 0; number < count; number += 1) {
  const namespace = new AppNamespace(stack, `Namespace${number}`, { cluster });
  const [front, ...back] = ['Front', 'Orders', 'Customers'].map(
    (id) => new Workload(stack, `${id}${number}`, { namespace, image: 'ghcr.io/stefanprodan/podinfo:6.7.1', port: Port.tcp(9898) }),
  );
  for (const workload of back) workload.allowFrom(front!);
  if (previous) previous.allowFrom(front!);
  previous = front;
}

app.synth();
