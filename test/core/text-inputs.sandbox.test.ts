import { GoogleProvider } from '@cdktf/provider-google/lib/provider';
import { App, LocalBackend, TerraformStack, TerraformVariable } from 'cdktf';
import { AppNamespace, CassandraRing, HelmApp, HelmChart, Network, Port, PrivateCluster, Project, Workload } from '../../lib';
import { Sandbox } from '../../lib/sandbox';
import { textAt, textsAt, valueAt } from '../../lib/terraform/values';
import { describeWithTerraform } from '../support/terraform';

const TEXT = `\${file("/etc/passwd")} %{ if true }x%{ endif } $(reboot)`;

/** Stack with the text in props of several constructs. */
function hostileStack(): TerraformStack {
  const stack = new TerraformStack(new App(), 'hostile');
  new LocalBackend(stack, { path: 'terraform.tfstate' });
  new GoogleProvider(stack, 'Google', { project: 'parking-staging', region: 'europe-west1' });
  const reference = new TerraformVariable(stack, 'planted', { type: 'string', default: '<1>' }).stringValue;
  const project = new Project(stack, 'Project', { projectId: 'parking-staging', projectNumber: '210000000001' });
  const network = new Network(stack, 'Network', { project, region: 'europe-west1' });
  const cluster = new PrivateCluster(stack, 'Cluster', { network });
  cluster.addNodePool('Apps', { maxNodes: 3 });
  const namespace = new AppNamespace(stack, 'Billing', { cluster });
  const billing = new Workload(stack, 'Api', {
    namespace,
    image: 'registry/api:1.0',
    port: Port.tcp(80),
    command: ['/bin/sh', '-c', TEXT],
    environment: { LITERAL: TEXT, MIXED: `$${reference} ${TEXT} ${reference}` },
  });
  billing.annotateService('example.com/note', TEXT);
  const chart = HelmChart.repository({ repository: 'https://charts.example.com', name: 'chart', version: '1.0.0' });
  new HelmApp(stack, 'Chart', { namespace, chart, values: { [TEXT]: [TEXT, reference] } });
  const ring = new CassandraRing(stack, 'Cassandra', {
    network,
    replicationFactor: 1,
    nodes: { b1: { zone: 'europe-west1-b', address: '10.0.16.10' } },
    settings: { memtable: { [`a\n${TEXT}`]: TEXT } },
  });
  ring.allowFrom(billing, { reason: TEXT });
  return stack;
}

describeWithTerraform('a plan', () => {
  let sandbox: Sandbox;

  beforeEach(async () => {
    sandbox = await Sandbox.start();
  });

  afterEach(() => sandbox.stop());

  test('has each text as it was given', async () => {
    const { changes } = await sandbox.plan(hostileStack());
    const find = (type: string, name = /./): unknown => {
      const found = changes.filter((each) => each.type === type && name.test(each.address));
      expect(found).toHaveLength(1);
      return found[0]!.after;
    };

    const container = valueAt(find('kubernetes_deployment_v1'), 'spec', 'template', 'spec', 'container');
    expect(textsAt(container, 'command')).toEqual(['/bin/sh', '-c', TEXT]);
    expect(valueAt(container)).toMatchObject([
      { env: [expect.objectContaining({ value: TEXT }), expect.objectContaining({ value: `$<1> ${TEXT} <1>` })] },
    ]);
    expect(textAt(find('kubernetes_service_v1'), 'metadata', 'annotations', 'example.com/note')).toBe(TEXT);
    expect(textAt(find('kubernetes_network_policy_v1', /Cassandra_From-api.*_Egress/), 'metadata', 'annotations', 'description')).toBe(
      TEXT,
    );
    expect(textAt(find('google_compute_firewall', /Cassandra_From-api.*_Firewall/), 'description')).toBe(TEXT);
    expect(JSON.parse(String(textsAt(find('helm_release'), 'values')[0]))).toEqual({ [TEXT]: [TEXT, '<1>'] });
    expect(textAt(find('google_compute_instance'), 'metadata', 'startup-script')).toContain(
      `\nmemtable:\n  ${JSON.stringify(`a\n${TEXT}`)}: ${JSON.stringify(TEXT)}\n`,
    );
  });
});
