import { GoogleProvider } from '@cdktf/provider-google/lib/provider';
import { App, TerraformStack } from 'cdktf';
import { AppNamespace, Network, Port, PrivateCluster, Project, Workload } from 'cdktf-gke-platform';

const app = new App();
const stack = new TerraformStack(app, 'tickets');
new GoogleProvider(stack, 'Google', { project: 'tickets-123456', region: 'europe-west1' });
const project = new Project(stack, 'Project', { projectId: 'tickets-123456', projectNumber: '123456789012' });
const network = new Network(stack, 'Network', { project, region: 'europe-west1' });
const cluster = new PrivateCluster(stack, 'Cluster', { network });
cluster.addNodePool('Apps', { machineType: 'e2-standard-4', minNodes: 1, maxNodes: 6 });
const namespace = new AppNamespace(stack, 'Namespace', { cluster, name: 'tickets' });
const web = new Workload(stack, 'Web', { namespace, image: 'ghcr.io/stefanprodan/podinfo:6.7.1', port: Port.tcp(9898) });
new Workload(stack, 'Api', { namespace, image: 'ghcr.io/stefanprodan/podinfo:6.7.1', port: Port.tcp(9898) }).allowFrom(web);
app.synth();
