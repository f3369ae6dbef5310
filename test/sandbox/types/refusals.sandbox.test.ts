import { ComputeAddress } from '@cdktf/provider-google/lib/compute-address';
import { ComputeDisk } from '@cdktf/provider-google/lib/compute-disk';
import { ComputeDiskResourcePolicyAttachment } from '@cdktf/provider-google/lib/compute-disk-resource-policy-attachment';
import { ComputeInstance } from '@cdktf/provider-google/lib/compute-instance';
import { ComputeNetwork } from '@cdktf/provider-google/lib/compute-network';
import { ComputeResourcePolicy } from '@cdktf/provider-google/lib/compute-resource-policy';
import { ComputeSubnetwork } from '@cdktf/provider-google/lib/compute-subnetwork';
import { ContainerCluster } from '@cdktf/provider-google/lib/container-cluster';
import { ProjectIamMember } from '@cdktf/provider-google/lib/project-iam-member';
import { ProjectService } from '@cdktf/provider-google/lib/project-service';
import { GoogleProvider } from '@cdktf/provider-google/lib/provider';
import { DeploymentV1 } from '@cdktf/provider-kubernetes/lib/deployment-v1';
import { NamespaceV1 } from '@cdktf/provider-kubernetes/lib/namespace-v1';
import { KubernetesProvider } from '@cdktf/provider-kubernetes/lib/provider';
import { ResourceQuotaV1 } from '@cdktf/provider-kubernetes/lib/resource-quota-v1';
import { App, LocalBackend, TerraformStack } from 'cdktf';
import { Sandbox } from '../../../lib/sandbox';
import { describeWithTerraform } from '../../support/terraform';

const ZONE = 'europe-west1-b';

/** A stack called `refusals` with what the callback puts into it; every one of them is a version of the same. */
function stackWith(build: (stack: TerraformStack) => void): TerraformStack {
  const stack = new TerraformStack(new App(), 'refusals');
  new LocalBackend(stack, { path: 'terraform.tfstate' });
  new GoogleProvider(stack, 'Google', { project: 'parking', region: 'europe-west1', zone: ZONE });
  build(stack);
  return stack;
}

function network(stack: TerraformStack): ComputeNetwork {
  return new ComputeNetwork(stack, 'Network', { name: 'main', autoCreateSubnetworks: false });
}

function subnet(stack: TerraformStack, on: ComputeNetwork, id = 'Subnet', range = '10.10.0.0/20'): ComputeSubnetwork {
  return new ComputeSubnetwork(stack, id, { name: id.toLowerCase(), network: on.id, ipCidrRange: range, region: 'europe-west1' });
}

function disk(stack: TerraformStack, size = 100): ComputeDisk {
  return new ComputeDisk(stack, 'Disk', { name: 'data', zone: ZONE, size });
}

describeWithTerraform('what the cloud refuses', () => {
  let sandbox: Sandbox;

  beforeEach(async () => {
    sandbox = await Sandbox.start({ enabledApis: 'all' });
  });

  afterEach(() => sandbox.stop());

  const apply = (build: (stack: TerraformStack) => void) => sandbox.apply(stackWith(build));
  const plan = (build: (stack: TerraformStack) => void) => sandbox.plan(stackWith(build));

  test('rejects deleting a network with a subnet of another stack', async () => {
    await apply((stack) => void network(stack));
    const other = new TerraformStack(new App(), 'other');
    new LocalBackend(other, { path: 'terraform.tfstate' });
    new GoogleProvider(other, 'Google', { project: 'parking' });
    new ComputeSubnetwork(other, 'Subnet', { name: 'other', network: 'main', ipCidrRange: '10.10.0.0/20', region: 'europe-west1' });
    await sandbox.apply(other);
    await expect(apply(() => {})).rejects.toThrow(/resourceInUseByAnotherResource/);
    await sandbox.destroy(other);
    expect((await apply(() => {})).destroyed).toBe(1);
  });

  test('rejects a creation in a project without the API, and succeeds once it is enabled', async () => {
    const strict = await Sandbox.start();
    try {
      const without = stackWith((stack) => void disk(stack));
      await expect(strict.apply(without)).rejects.toThrow(/compute.googleapis.com has not been used in project \d+ before/);
      const enabled = stackWith((stack) => {
        const service = new ProjectService(stack, 'Compute', { service: 'compute.googleapis.com', disableOnDestroy: false });
        new ComputeDisk(stack, 'Disk', { name: 'data', zone: ZONE, size: 100, dependsOn: [service] });
      });
      expect((await strict.apply(enabled)).added).toBe(2);
    } finally {
      await strict.stop();
    }
  });

  test('rejects overlapping ranges', async () => {
    const both = (stack: TerraformStack) => {
      const on = network(stack);
      subnet(stack, on);
      subnet(stack, on, 'Second', '10.10.8.0/24');
    };
    await expect(apply(both)).rejects.toThrow(/Invalid IPCidrRange: 10\.10\.\d\.0\/2\d conflicts with existing subnetwork/);
  });

  test('plans the replacement of a disk that shrinks', async () => {
    await apply((stack) => void disk(stack, 100));
    expect((await plan((stack) => void disk(stack, 200))).updates).toEqual(['google_compute_disk.Disk']);
    expect((await plan((stack) => void disk(stack, 50))).replaces).toEqual(['google_compute_disk.Disk']);
  });

  test('rejects destroying or replacing a protected cluster until the protection is removed', async () => {
    const cluster = (deletionProtection: boolean, description?: string) => (stack: TerraformStack) => {
      const on = network(stack);
      new ContainerCluster(stack, 'Cluster', {
        name: 'main',
        location: 'europe-west1',
        initialNodeCount: 1,
        network: on.id,
        subnetwork: subnet(stack, on).id,
        deletionProtection,
        description,
      });
    };
    const refusal =
      /Cannot destroy cluster because deletion_protection is set to true\. Set it to false to proceed\s+with cluster deletion\./;
    await apply(cluster(true));
    await expect(apply(cluster(true, 'another'))).rejects.toThrow(refusal);
    await expect(sandbox.destroy(stackWith(cluster(false)))).rejects.toThrow(refusal);
    expect((await apply(cluster(false))).changed).toBe(1);
    expect((await sandbox.destroy(stackWith(cluster(false)))).destroyed).toBe(3);
  });

  test('rejects binding a workload before the project has an identity pool', async () => {
    const member =
      'principal://iam.googleapis.com/projects/123456789012/locations/global/workloadIdentityPools/parking.svc.id.goog/subject/ns/billing/sa/api';
    const bound = (stack: TerraformStack) =>
      void new ProjectIamMember(stack, 'Binding', { project: 'parking', role: 'roles/viewer', member });
    await expect(apply(bound)).rejects.toThrow(/Identity Pool does not exist \(parking\.svc\.id\.goog\)/);
  });

  test('deletes an attached disk, which the provider detaches', async () => {
    const machine = (attached: boolean) => (stack: TerraformStack) => {
      const on = subnet(stack, network(stack));
      const address = new ComputeAddress(stack, 'Address', {
        name: 'a',
        addressType: 'INTERNAL',
        subnetwork: on.id,
        region: 'europe-west1',
      });
      const source = attached ? disk(stack).id : undefined;
      new ComputeInstance(stack, 'Instance', {
        name: 'node-a',
        zone: ZONE,
        machineType: 'n2-standard-4',
        bootDisk: { initializeParams: { image: 'projects/debian-cloud/global/images/debian-12' } },
        attachedDisk: source ? [{ source, deviceName: 'data' }] : [],
        networkInterface: [{ subnetwork: on.id, networkIp: address.address }],
        // Keeps the instance from being changed first.
        lifecycle: { ignoreChanges: ['attached_disk'] },
      });
    };
    await apply(machine(true));
    expect((await apply(machine(false))).destroyed).toBe(1);
    expect(sandbox.cloud.list('google_compute_instance')[0]?.get('attached_disk')).toEqual([]);
    expect((await plan(machine(false))).changes).toEqual([]);
  });

  test('plans guest_flush repeatedly, which the provider does not send and the API rejects', async () => {
    const schedule = (snapshotProperties?: { guestFlush: boolean }) => (stack: TerraformStack) => {
      new ComputeResourcePolicy(stack, 'Policy', {
        name: 'daily',
        region: 'europe-west1',
        snapshotSchedulePolicy: { schedule: { dailySchedule: { daysInCycle: 1, startTime: '04:00' } }, snapshotProperties },
      });
    };
    await apply(schedule({ guestFlush: false }));
    expect((await plan(schedule({ guestFlush: false }))).updates).toEqual(['google_compute_resource_policy.Policy']);
    await expect(apply(schedule({ guestFlush: false }))).rejects.toThrow(/Patching\s+guest_flush\s+field\s+is\s+not\s+supported/);
    expect((await plan(schedule())).changes).toEqual([]);
  });

  test('rejects attaching a disk to the same policy twice', async () => {
    const attached = (twice: boolean) => (stack: TerraformStack) => {
      const data = disk(stack);
      const policy = new ComputeResourcePolicy(stack, 'Policy', {
        name: 'daily',
        region: 'europe-west1',
        snapshotSchedulePolicy: { schedule: { dailySchedule: { daysInCycle: 1, startTime: '04:00' } } },
      });
      const attach = (id: string, dependsOn: ComputeDiskResourcePolicyAttachment[]) =>
        new ComputeDiskResourcePolicyAttachment(stack, id, { name: policy.name, disk: data.name, zone: ZONE, dependsOn });
      // Without an order, either of the two could be the one that is rejected.
      const first = attach('First', []);
      if (twice) attach('Second', [first]);
    };
    await expect(apply(attached(true))).rejects.toThrow(/already exists, alreadyExists/);
    await apply(attached(false));
    expect((await sandbox.destroy(stackWith(attached(false)))).destroyed).toBe(3);
  });

  test('a namespace is deleted with its content, and rejects later objects', async () => {
    const app = (withNamespace: boolean) => (stack: TerraformStack) => {
      new KubernetesProvider(stack, 'Kubernetes', { host: 'https://cluster.example' });
      if (withNamespace) new NamespaceV1(stack, 'Namespace', { metadata: { name: 'billing' } });
      new DeploymentV1(stack, 'Deployment', {
        metadata: { name: 'api', namespace: 'billing' },
        spec: {
          selector: { matchLabels: { app: 'api' } },
          template: { metadata: { labels: { app: 'api' } }, spec: { container: [{ name: 'api', image: 'api:1' }] } },
        },
        dependsOn: withNamespace ? [stack.node.findChild('Namespace') as NamespaceV1] : [],
      });
    };
    await expect(apply(app(false))).rejects.toThrow(/namespaces\s+"billing" not found/);
    expect((await apply(app(true))).added).toBe(2);
    expect((await plan(app(true))).changes).toEqual([]);
    // The deployment is gone with its namespace before Terraform reads it again.
    await expect(apply(app(false))).resolves.toMatchObject({ destroyed: 1 });
    expect((await plan(app(false))).creates).toEqual(['kubernetes_deployment_v1.Deployment']);
  });

  test('pods above a quota are rejected while Terraform waits for them, and the deployment can be corrected', async () => {
    const app =
      (replicas: string, labels: Record<string, string> = { app: 'api' }) =>
      (stack: TerraformStack) => {
        new KubernetesProvider(stack, 'Kubernetes', { host: 'https://cluster.example' });
        const namespace = new NamespaceV1(stack, 'Namespace', { metadata: { name: 'billing' } });
        const quota = new ResourceQuotaV1(stack, 'Quota', {
          metadata: { name: 'quota', namespace: namespace.metadata.name },
          spec: { hard: { pods: '2' } },
        });
        new DeploymentV1(stack, 'Deployment', {
          metadata: { name: 'api', namespace: namespace.metadata.name },
          spec: {
            replicas,
            selector: { matchLabels: { app: 'api' } },
            template: { metadata: { labels }, spec: { container: [{ name: 'api', image: 'api:1' }] } },
          },
          dependsOn: [quota],
        });
      };
    await expect(apply(app('3'))).rejects.toThrow(
      /pods "api-"\s+is\s+forbidden:\s+exceeded\s+quota:\s+quota,\s+requested:\s+pods=1,\s+used:\s+pods=2,\s+limited:\s+pods=2/,
    );
    // What was created before its pods were refused is tainted, and made again.
    expect(await apply(app('2'))).toMatchObject({ added: 1, destroyed: 1 });
    expect((await plan(app('2'))).changes).toEqual([]);
    await expect(plan(app('2', { app: 'a b' }))).rejects.toThrow(
      /spec\.0\.template\.0\.metadata\.0\.labels\s+\("a b"\)\s+a\s+valid\s+label\s+must/,
    );
    await expect(apply(app('2', { app: 'web' }))).rejects.toThrow(/`selector`\s+does\s+not\s+match\s+template\s+`labels`/);
  });
});
