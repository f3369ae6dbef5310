import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { GoogleProvider } from '@cdktf/provider-google/lib/provider';
import { App, GcsBackend, TerraformStack } from 'cdktf';
import { AppNamespace, Network, Port, PrivateCluster, Project, Workload } from '../lib';
import { Reachability, renderTable } from '../lib/reachability';

// Synthesizes the number of namespaces in the first argument, with three workloads each and the number of connections in the second
// argument, and analyzes the reachability of the output.
const [namespaces, connections] = process.argv.slice(2).map(Number) as [number, number];

const app = new App();
const stack = new TerraformStack(app, 'bench');
new GcsBackend(stack, { bucket: 'bench-terraform-state', prefix: 'bench' });
new GoogleProvider(stack, 'Google', { project: 'bench-123456', region: 'europe-west1' });

const project = new Project(stack, 'Project', { projectId: 'bench-123456', projectNumber: '123456789012' });
const network = new Network(stack, 'Network', { project, region: 'europe-west1' });
const cluster = new PrivateCluster(stack, 'Cluster', { network });
cluster.addNodePool('Apps', { machineType: 'e2-standard-4', minNodes: 1, maxNodes: 6 });

const workloads = Array.from({ length: namespaces }, (_, number) => {
  const namespace = new AppNamespace(stack, `Namespace${number}`, { cluster });
  return ['Front', 'Orders', 'Customers'].map(
    (id) => new Workload(stack, `${id}${number}`, { namespace, image: 'ghcr.io/stefanprodan/podinfo:6.7.1', port: Port.tcp(9898) }),
  );
}).flat();

// Clients take turns, with more distant servers in each round, so that connections are unique.
const count = workloads.length;
for (let number = 0; number < connections; number += 1) {
  const client = number % count;
  const distance = 1 + ((7 * Math.floor(number / count) + (number % 5)) % (count - 1));
  workloads[(client + distance) % count]!.allowFrom(workloads[client]!);
}
app.synth();

const reachability = Reachability.read(JSON.parse(readFileSync(join(app.outdir, 'stacks/bench/cdk.tf.json'), 'utf8')));
renderTable(reachability, { width: 100, colours: false });

const proved = reachability.cells.filter(({ from, to }) => from.kind === 'pods' && to.kind === 'pods' && !from.platform && !to.platform);
if (proved.length !== connections) throw new Error(`${connections} connections were declared, and ${proved.length} proved`);
