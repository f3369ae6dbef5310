import { ComputeAddress } from '@cdktf/provider-google/lib/compute-address';
import { ComputeDisk } from '@cdktf/provider-google/lib/compute-disk';
import { ComputeInstance } from '@cdktf/provider-google/lib/compute-instance';
import { ComputeNetwork } from '@cdktf/provider-google/lib/compute-network';
import { ComputeResourcePolicy } from '@cdktf/provider-google/lib/compute-resource-policy';
import { ComputeSubnetwork, type ComputeSubnetworkSecondaryIpRange } from '@cdktf/provider-google/lib/compute-subnetwork';
import { ContainerCluster, type ContainerClusterConfig } from '@cdktf/provider-google/lib/container-cluster';
import { ContainerNodePool } from '@cdktf/provider-google/lib/container-node-pool';
import { GoogleProvider } from '@cdktf/provider-google/lib/provider';
import { DeploymentV1 } from '@cdktf/provider-kubernetes/lib/deployment-v1';
import { HorizontalPodAutoscalerV2 } from '@cdktf/provider-kubernetes/lib/horizontal-pod-autoscaler-v2';
import { LimitRangeV1 } from '@cdktf/provider-kubernetes/lib/limit-range-v1';
import { NamespaceV1 } from '@cdktf/provider-kubernetes/lib/namespace-v1';
import { ResourceQuotaV1 } from '@cdktf/provider-kubernetes/lib/resource-quota-v1';
import { App, LocalBackend, type TerraformProvider, TerraformStack } from 'cdktf';
import { PrivateCluster } from '../../../lib/cluster';
import { Project } from '../../../lib/core/project';
import { Network } from '../../../lib/network';
import type { Sandbox } from '../../../lib/sandbox';

const ZONE = 'europe-west1-b';

/** Security context that a namespace with `restricted` requires of a container, without `run_as_non_root`. */
const SECURITY = { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] }, seccompProfile: { type: 'RuntimeDefault' } };

function stackWith(id: string, build: (stack: TerraformStack) => void): TerraformStack {
  const stack = new TerraformStack(new App(), id);
  new LocalBackend(stack, { path: 'terraform.tfstate' });
  new GoogleProvider(stack, 'Google', { project: 'parking-staging', region: 'europe-west1', zone: ZONE });
  build(stack);
  return stack;
}

/** A plan by lines, such as `update google_compute_disk.Disk: size`; of a replacement, with the arguments that force it. */
async function planned(sandbox: Sandbox, stack: TerraformStack): Promise<string[]> {
  const { changes } = await sandbox.plan(stack);
  const lines = changes.map(({ action, address, changes: names, replacedBy }) => {
    const causes = action === 'replace' ? replacedBy : names;
    return `${action} ${address}: ${causes.toSorted().join(', ')}`;
  });
  return lines.sort();
}

/** The value at a path of a resource in Terraform's state; of blocks, in the first. */
async function stateValue(sandbox: Sandbox, stack: TerraformStack, address: string, path: string): Promise<unknown> {
  const { values } = JSON.parse(await sandbox.terraform(stack, ['show', '-json', '-no-color']));
  const found = values.root_module.resources.find((each: { address: string }) => each.address === address);
  const step = (value: unknown, name: string) => ((Array.isArray(value) ? value[0] : value) as Record<string, unknown> | undefined)?.[name];
  return path.split('.').reduce(step, found?.values);
}

/** Forgets a resource and imports it, as if it had not been made here. */
async function importAgain(sandbox: Sandbox, stack: TerraformStack, address: string, id: string): Promise<void> {
  await sandbox.terraform(stack, ['state', 'rm', address]);
  await sandbox.terraform(stack, ['import', '-no-color', '-input=false', address, id]);
}

/**
 * Declares tests of what the providers leave out of their requests, send as zero and do not read back, by configurations that the
 * constructs do not write. The expectations hold for the simulated plugins and for the real ones.
 */
export function testTransmission(start: () => Promise<Sandbox>): void {
  let sandbox: Sandbox;

  beforeAll(async () => {
    sandbox = await start();
  });

  afterAll(() => sandbox.stop());

  test('guest_flush = false is not sent, and planned again', async () => {
    const policy = () =>
      stackWith('policies', (stack) => {
        const schedule = { dailySchedule: { daysInCycle: 1, startTime: '04:00' } };
        const snapshotSchedulePolicy = { schedule, snapshotProperties: { guestFlush: false } };
        new ComputeResourcePolicy(stack, 'Policy', { name: 'daily', snapshotSchedulePolicy });
      });
    await sandbox.apply(policy());
    expect(await planned(sandbox, policy())).toEqual(['update google_compute_resource_policy.Policy: snapshot_schedule_policy']);
  });

  test('an instance, its disk and its address lack arguments that are not read back after an import', async () => {
    const machine = () =>
      stackWith('machines', (stack) => {
        const network = new ComputeNetwork(stack, 'Network', { name: 'machines', autoCreateSubnetworks: false });
        const { id: subnetwork } = new ComputeSubnetwork(stack, 'Subnet', {
          name: 'machines',
          network: network.id,
          ipCidrRange: '10.1.0.0/20',
        });
        const labels = { team: 'data' };
        new ComputeAddress(stack, 'Address', { name: 'node', addressType: 'INTERNAL', subnetwork, labels });
        new ComputeDisk(stack, 'Disk', { name: 'data', size: 20, architecture: 'X86_64', createSnapshotBeforeDestroy: true });
        new ComputeInstance(stack, 'Instance', {
          name: 'node',
          machineType: 'n2-standard-4',
          bootDisk: { initializeParams: { image: 'projects/debian-cloud/global/images/debian-12' } },
          networkInterface: [{ subnetwork }],
          allowStoppingForUpdate: true,
          desiredStatus: 'RUNNING',
          labels,
        });
      });
    await sandbox.apply(machine());
    expect(await planned(sandbox, machine())).toEqual([]);
    await importAgain(sandbox, machine(), 'google_compute_address.Address', 'projects/parking-staging/regions/europe-west1/addresses/node');
    await importAgain(sandbox, machine(), 'google_compute_disk.Disk', `projects/parking-staging/zones/${ZONE}/disks/data`);
    await importAgain(sandbox, machine(), 'google_compute_instance.Instance', `projects/parking-staging/zones/${ZONE}/instances/node`);
    expect(await planned(sandbox, machine())).toEqual([
      'replace google_compute_disk.Disk: architecture',
      'update google_compute_address.Address: labels, terraform_labels',
      'update google_compute_instance.Instance: allow_stopping_for_update, desired_status, labels, terraform_labels',
    ]);
  });

  describe('a cluster', () => {
    const CLUSTER = 'google_container_cluster.Cluster';
    const POOL = 'google_container_node_pool.Pool';
    const OTHER_POOL = 'google_container_node_pool.OtherPool';
    const IDENTITY = 'projects/parking-staging/locations/europe-west1/clusters/main';

    const cluster = (more: Partial<ContainerClusterConfig> = {}) =>
      stackWith('clusters', (stack) => {
        const network = new ComputeNetwork(stack, 'Network', { name: 'clusters', autoCreateSubnetworks: false });
        const subnet = (id: string, ipCidrRange: string, secondaryIpRange: object[] = []) =>
          new ComputeSubnetwork(stack, id, {
            name: id.toLowerCase(),
            network: network.id,
            ipCidrRange,
            secondaryIpRange: secondaryIpRange as ComputeSubnetworkSecondaryIpRange[],
          });
        const podRanges = ['pods', 'services'].map((rangeName, index) => ({ rangeName, ipCidrRange: `10.${20 + index}.0.0/16` }));
        const made = new ContainerCluster(stack, 'Cluster', {
          name: 'main',
          location: 'europe-west1',
          network: network.id,
          subnetwork: subnet('Nodes', '10.10.0.0/20', podRanges).id,
          initialNodeCount: 1,
          removeDefaultNodePool: true,
          deletionProtection: false,
          minMasterVersion: '1.33',
          resourceLabels: { team: 'platform' },
          ipAllocationPolicy: { clusterSecondaryRangeName: 'pods', servicesSecondaryRangeName: 'services' },
          privateClusterConfig: {
            enablePrivateNodes: true,
            enablePrivateEndpoint: true,
            privateEndpointSubnetwork: subnet('Control', '10.10.16.0/28').id,
          },
          masterAuthorizedNetworksConfig: { cidrBlocks: [{ cidrBlock: '10.200.0.0/16' }] },
          lifecycle: { ignoreChanges: ['node_config', 'initial_node_count'] },
          ...more,
        });
        new ContainerNodePool(stack, 'Pool', {
          name: 'apps',
          cluster: made.name,
          location: 'europe-west1',
          initialNodeCount: 1,
          networkConfig: { podRange: 'pods' },
          nodeConfig: {
            machineType: 'n2-standard-4',
            kubeletConfig: { cpuManagerPolicy: 'static' },
            taint: [{ key: 'kind', value: 'batch', effect: 'NO_SCHEDULE' }],
          },
        });
        new ContainerNodePool(stack, 'OtherPool', { name: 'other', cluster: made.id, initialNodeCount: 1 });
      });

    test('has nodes with public addresses and without CPU limits, unless a pool configures otherwise', async () => {
      await sandbox.apply(cluster());
      expect(await planned(sandbox, cluster())).toEqual([]);
      expect(await stateValue(sandbox, cluster(), POOL, 'network_config.enable_private_nodes')).toBe(false);
      expect(await stateValue(sandbox, cluster(), POOL, 'node_config.kubelet_config.cpu_cfs_quota')).toBe(false);
    });

    test('lacks arguments that are not read back after an import, and is protected', async () => {
      await importAgain(sandbox, cluster(), CLUSTER, IDENTITY);
      await importAgain(sandbox, cluster(), POOL, `${IDENTITY}/nodePools/apps`);
      await importAgain(sandbox, cluster(), OTHER_POOL, `${IDENTITY}/nodePools/other`);
      expect(await planned(sandbox, cluster())).toEqual([
        `replace ${OTHER_POOL}: cluster`,
        `update ${CLUSTER}: deletion_protection, min_master_version, remove_default_node_pool, resource_labels, terraform_labels`,
        `update ${POOL}: node_config`,
      ]);
      await sandbox.apply(cluster());
      expect(await planned(sandbox, cluster())).toEqual([]);
    });

    test('with a DNS endpoint and a private endpoint subnet is replaced in every later plan', async () => {
      const byDnsName = () =>
        cluster({
          controlPlaneEndpointsConfig: { dnsEndpointConfig: { allowExternalTraffic: true }, ipEndpointsConfig: { enabled: false } },
        });
      await sandbox.destroy(cluster());
      await sandbox.apply(byDnsName());
      expect(await planned(sandbox, byDnsName())).toContain(`replace ${CLUSTER}: private_cluster_config[0].private_endpoint_subnetwork`);
    });
  });

  describe('in Kubernetes', () => {
    type Build = (stack: TerraformStack, provider: TerraformProvider, namespace: string) => void;

    const stackOf = (build: Build, podSecurity = 'privileged') =>
      stackWith('apps', (stack) => {
        const project = new Project(stack, 'Project', { projectId: 'parking-staging', projectNumber: '210000000001' });
        const network = new Network(stack, 'Network', { project, region: 'europe-west1', privateGoogleApis: false });
        const cluster = new PrivateCluster(stack, 'Cluster', { network, deletionProtection: false });
        cluster.addNodePool('Apps', { maxNodes: 3 });
        const { kubernetesProvider: provider } = cluster;
        const labels = { 'pod-security.kubernetes.io/enforce': podSecurity };
        const { metadata } = new NamespaceV1(stack, 'Namespace', { provider, metadata: { name: 'billing', labels } });
        build(stack, provider, metadata.name);
      });

    const deployment = (id: string, pod: object, container: object = {}, podSecurity?: string) =>
      stackOf((stack, provider, namespace) => {
        new DeploymentV1(stack, id, {
          provider,
          metadata: { name: id.toLowerCase(), namespace },
          timeouts: { create: '20s' },
          spec: {
            selector: { matchLabels: { app: id } },
            template: { metadata: { labels: { app: id } }, spec: { ...pod, container: [{ name: 'api', image: 'api:1', ...container }] } },
          },
        });
      }, podSecurity);

    test('a container without run_as_non_root is not admitted, although its pod has it', async () => {
      const securityContext = { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } };
      const refused = deployment('Refused', { securityContext }, { securityContext: SECURITY }, 'restricted');
      await expect(sandbox.apply(refused)).rejects.toThrow(/Waiting for rollout to finish: 0 out of \d+ new replicas have been updated/);
      const admitted = deployment('Admitted', { securityContext }, { securityContext: { ...SECURITY, runAsNonRoot: true } }, 'restricted');
      await sandbox.apply(admitted);
      expect(await planned(sandbox, admitted)).toEqual([]);
    });

    test('a configured security context of a pod without run_as_non_root has it as false', async () => {
      const written = () => deployment('Written', { securityContext: { fsGroup: '1' } });
      const runsAsNonRoot = 'spec.template.spec.security_context.run_as_non_root';
      await sandbox.apply(written());
      expect(await stateValue(sandbox, written(), 'kubernetes_deployment_v1.Written', runsAsNonRoot)).toBe(false);
      expect(await planned(sandbox, written())).toEqual([]);
      await importAgain(sandbox, written(), 'kubernetes_deployment_v1.Written', 'billing/written');
      expect(await planned(sandbox, written())).toEqual(['update kubernetes_deployment_v1.Written: timeouts, wait_for_rollout']);
    });

    test('an empty security context of a pod is not stored, and planned again', async () => {
      const empty = () => deployment('Empty', { securityContext: {} });
      await sandbox.apply(empty());
      expect(await planned(sandbox, empty())).toEqual(['update kubernetes_deployment_v1.Empty: spec']);
    });

    test('a quota is not planned again for equivalent quantities', async () => {
      const quota = (cpu: string, memory: string) =>
        stackOf((stack, provider, namespace) => {
          const hard = { 'requests.cpu': cpu, 'requests.memory': memory };
          new ResourceQuotaV1(stack, 'Quota', { provider, metadata: { name: 'quota', namespace }, spec: { hard } });
        });
      await sandbox.apply(quota('1', '1Gi'));
      expect(await planned(sandbox, quota('1000m', '1024Mi'))).toEqual([]);
    });

    test.each([
      ['whose amounts are written in another way', { default: { memory: '1024Mi' } }, { memory: '1Gi' }, { memory: '1Gi' }],
      [
        'with less requests than limits',
        { max: { cpu: '2' }, default: { memory: '1Gi' }, defaultRequest: { memory: '0.5Gi' } },
        { cpu: '2', memory: '1Gi' },
        { cpu: '2', memory: '512Mi' },
      ],
    ])('a limit range %s is normalized, and planned again', async (_, limit, defaults, requests) => {
      const range = () =>
        stackOf((stack, provider, namespace) => {
          new LimitRangeV1(stack, 'Range', {
            provider,
            metadata: { name: 'range', namespace },
            spec: { limit: [{ type: 'Container', ...limit }] },
          });
        });
      const address = 'kubernetes_limit_range_v1.Range';
      await sandbox.apply(range());
      expect(await stateValue(sandbox, range(), address, 'spec.limit.default')).toEqual(defaults);
      expect(await stateValue(sandbox, range(), address, 'spec.limit.default_request')).toEqual(requests);
      expect(await planned(sandbox, range())).toEqual([`update ${address}: spec`]);
    });

    const autoscaler = (id: string, minReplicas: number, behavior?: object) =>
      stackOf((stack, provider, namespace) => {
        new HorizontalPodAutoscalerV2(stack, id, {
          provider,
          metadata: { name: id.toLowerCase(), namespace },
          spec: {
            minReplicas,
            maxReplicas: 3,
            scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'api' },
            metric: [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 60 } } }],
            behavior,
          },
        });
      });

    test('an autoscaler with a minimum of zero replicas has one, and is planned again', async () => {
      await sandbox.apply(autoscaler('None', 0));
      expect(await stateValue(sandbox, autoscaler('None', 0), 'kubernetes_horizontal_pod_autoscaler_v2.None', 'spec.min_replicas')).toBe(1);
      expect(await planned(sandbox, autoscaler('None', 0))).toEqual(['update kubernetes_horizontal_pod_autoscaler_v2.None: spec']);
    });

    test('a rule of an autoscaler without a stabilization window has none', async () => {
      const rule = [{ selectPolicy: 'Max', policy: [{ type: 'Pods', value: 1, periodSeconds: 60 }] }];
      const written = () => autoscaler('Hasty', 1, { scaleDown: rule, scaleUp: rule });
      await sandbox.apply(written());
      const window = 'spec.behavior.scale_down.stabilization_window_seconds';
      expect(await stateValue(sandbox, written(), 'kubernetes_horizontal_pod_autoscaler_v2.Hasty', window)).toBe(0);
      expect(await planned(sandbox, written())).toEqual([]);
    });
  });
}
