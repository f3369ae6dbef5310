import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ComputeFirewall } from '@cdktf/provider-google/lib/compute-firewall';
import { ComputeNetwork } from '@cdktf/provider-google/lib/compute-network';
import { GoogleProvider } from '@cdktf/provider-google/lib/provider';
import { DeploymentV1 } from '@cdktf/provider-kubernetes/lib/deployment-v1';
import { KubernetesProvider } from '@cdktf/provider-kubernetes/lib/provider';
import { App, GcsBackend, TerraformStack } from 'cdktf';
import { Sandbox } from '../../lib/sandbox';
import { describeWithTerraform } from '../support/terraform';

interface StateInstance {
  schema_version: number;
  private?: string;
}

interface State {
  serial: number;
  readonly resources: readonly { readonly type: string; readonly instances: StateInstance[] }[];
}

function stack(): TerraformStack {
  const made = new TerraformStack(new App(), 'stack');
  new GcsBackend(made, { bucket: 'states', prefix: 'stack' });
  new GoogleProvider(made, 'google', { project: 'parking-staging', region: 'europe-west1' });
  new KubernetesProvider(made, 'kubernetes', { host: 'https://main' });
  const network = new ComputeNetwork(made, 'Network', { name: 'main', autoCreateSubnetworks: false });
  new ComputeFirewall(made, 'Firewall', {
    name: 'cql',
    network: network.selfLink,
    sourceRanges: ['10.0.0.0/8'],
    allow: [{ protocol: 'tcp', ports: ['9042'] }],
  });
  new DeploymentV1(made, 'Deployment', {
    metadata: { name: 'billing' },
    spec: {
      selector: { matchLabels: { app: 'billing' } },
      template: { metadata: { labels: { app: 'billing' } }, spec: { container: [{ name: 'billing', image: 'billing:1' }] } },
    },
  });
  return made;
}

describeWithTerraform('schema versions in states', () => {
  let sandbox: Sandbox;
  beforeEach(async () => {
    sandbox = await Sandbox.start({ enabledApis: 'all' });
  });
  afterEach(() => sandbox.stop());

  const file = () => join(sandbox.directory, 'states', 'states', encodeURIComponent('stack/default.tfstate'));
  const readState = (): State => JSON.parse(readFileSync(file(), 'utf8'));

  test('are those of the real providers', async () => {
    await sandbox.apply(stack());
    const versions = Object.fromEntries(readState().resources.map(({ type, instances }) => [type, instances[0]!.schema_version]));
    expect(versions).toEqual({ google_compute_firewall: 1, google_compute_network: 0, kubernetes_deployment_v1: 1 });
  });

  test.each<[string, (instance: StateInstance) => void]>([
    [
      'an earlier version of the sandbox',
      (instance) => {
        instance.schema_version = 0;
      },
    ],
    [
      'the real providers, with their private data',
      (instance) => {
        instance.private = Buffer.from('{"e2bfb730-ecaa-11e6-8f88-34363bc7c4c0":{"create":1200000000000},"schema_version":"1"}').toString(
          'base64',
        );
      },
    ],
  ])('a state of %s is read without changes', async (_, change) => {
    await sandbox.apply(stack());
    const state = readState();
    for (const { instances } of state.resources) instances.forEach(change);
    writeFileSync(file(), JSON.stringify({ ...state, serial: state.serial + 1 }));
    expect((await sandbox.plan(stack())).changes).toEqual([]);
  });
});
