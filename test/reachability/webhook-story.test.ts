import { GoogleProvider } from '@cdktf/provider-google/lib/provider';
import { TerraformStack, Testing } from 'cdktf';
import { ControlPlaneAccess, PrivateCluster } from '../../lib/cluster';
import { Project } from '../../lib/core/project';
import { Network, Port } from '../../lib/network';
import { Reachability } from '../../lib/reachability';
import { AppNamespace, HelmApp, HelmChart } from '../../lib/workload';

const OPERATOR = HelmChart.repository({ repository: 'https://helm.elastic.co', name: 'eck-operator', version: '3.2.0' });
const WEBHOOK = { protocol: 'tcp', number: 9443 } as const;

/** Private cluster with an operator, without or with a declaration of its webhook. */
function operatorIn(access: ControlPlaneAccess, webhookPorts: Port[]): Reachability {
  const stack = new TerraformStack(Testing.app(), 'stack');
  new GoogleProvider(stack, 'Google');
  const project = new Project(stack, 'Project', { projectId: 'parking-staging', projectNumber: '210000000001' });
  const cluster = new PrivateCluster(stack, 'Cluster', {
    network: new Network(stack, 'Network', { project, region: 'europe-west1' }),
    access,
  });
  cluster.addNodePool('Apps', { maxNodes: 3 });
  new HelmApp(stack, 'Operator', {
    namespace: new AppNamespace(stack, 'Namespace', { cluster, name: 'elastic-system' }),
    chart: OPERATOR,
    port: Port.tcp(9443),
    chartBringsPolicies: false,
    webhookPorts,
  });
  stack.prepareStack();
  return Reachability.read(JSON.parse(JSON.stringify(stack.toTerraform())));
}

const KINDS = [
  { kind: 'Private Service Connect', access: ControlPlaneAccess.dns(), opened: ['kube-system', 'control plane'] },
  {
    kind: 'peering',
    access: ControlPlaneAccess.peering({ range: '172.16.0.0/28', authorizedRanges: { office: '10.200.0.0/16' } }),
    opened: ['control plane'],
  },
];

describe.each(KINDS)('the webhook of an operator, with a control plane by $kind', ({ access, opened }) => {
  test('is denied without the declaration, with a remediation', () => {
    const { answer, remediation } = operatorIn(access, []).explain('control plane', 'operator', WEBHOOK);
    expect(answer).toBe('no');
    expect(remediation).toBe('webhookPorts: [Port.tcp(9443)] of operator');
  });

  test('is allowed with the declaration, and nothing else is', () => {
    const declared = operatorIn(access, [Port.tcp(9443)]);
    expect(declared.ask('control plane', 'operator', WEBHOOK)).toBe('yes');
    expect(declared.comparedTo(operatorIn(access, [])).map(({ sentence }) => sentence)).toEqual(
      opened.map((client) => `${client} newly reaches operator at 9443`),
    );
  });
});
