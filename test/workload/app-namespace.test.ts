import { ProjectIamMember } from '@cdktf/provider-google/lib/project-iam-member';
import { LimitRangeV1 } from '@cdktf/provider-kubernetes/lib/limit-range-v1';
import { NamespaceV1 } from '@cdktf/provider-kubernetes/lib/namespace-v1';
import { NetworkPolicyV1 } from '@cdktf/provider-kubernetes/lib/network-policy-v1';
import { ResourceQuotaV1 } from '@cdktf/provider-kubernetes/lib/resource-quota-v1';
import { RoleBindingV1 } from '@cdktf/provider-kubernetes/lib/role-binding-v1';
import { ServiceAccountV1 } from '@cdktf/provider-kubernetes/lib/service-account-v1';
import { PrivateCluster } from '../../lib/cluster';
import { Port } from '../../lib/network';
import { Synthesized } from '../../lib/testing';
import { AppNamespace, type AppNamespaceProps, DefaultNamespace, ManagedPrometheus } from '../../lib/workload';
import { ClusterStack } from './cluster-stack';

let stack: ClusterStack;

beforeEach(() => {
  stack = new ClusterStack();
});

function namespace(props: Partial<AppNamespaceProps> = {}, id = 'Billing'): AppNamespace {
  return new AppNamespace(stack, id, { cluster: stack.cluster, ...props });
}

test('enforces the restricted standard and is named after its id', () => {
  namespace({ labels: { team: 'money' } });
  expect(Synthesized.from(stack).only(NamespaceV1).metadata).toEqual({
    name: 'billing',
    labels: {
      team: 'money',
      'pod-security.kubernetes.io/enforce': 'restricted',
      'pod-security.kubernetes.io/audit': 'restricted',
      'pod-security.kubernetes.io/warn': 'restricted',
    },
  });
});

test('depends on nodes, their roles and egress, by addresses and not by expressions', () => {
  namespace();
  const waitsFor: string[] = Synthesized.from(stack).only(NamespaceV1).depends_on;
  expect(waitsFor).toContainEqual(expect.stringMatching(/^google_container_node_pool\.Cluster_Apps/));
  expect(waitsFor).toContainEqual(expect.stringMatching(/^google_project_iam_member\.Cluster_NodeRole/));
  expect(waitsFor).toContainEqual(expect.stringMatching(/^google_compute_router_nat\.Network_Nat/));
  expect(waitsFor.filter((address) => address.includes('$'))).toEqual([]);
});

test('has a quota, and default resources of containers', () => {
  const billing = namespace();
  const synthesized = Synthesized.from(stack);
  expect(synthesized.only(ResourceQuotaV1).spec.hard).toEqual({
    'requests.cpu': '10',
    'requests.memory': '20Gi',
    'limits.memory': '20Gi',
    pods: '50',
    'services.loadbalancers': '0',
  });
  expect(synthesized.only(LimitRangeV1).spec.limit).toEqual([
    { type: 'Container', default_request: { cpu: '100m', memory: '128Mi' }, default: { memory: '256Mi' } },
  ]);
  expect(billing.quotaMemoryLimits).toBe('20Gi');
});

test('normalizes quantities as Kubernetes does', () => {
  namespace({
    quotaCpuRequests: '1500m',
    quotaMemoryRequests: '1024Mi',
    quotaMemoryLimits: '2Gi',
    maxPods: 7,
    maxLoadBalancers: 1,
    defaultCpuRequest: '0.5',
    defaultMemoryRequest: '64Mi',
    defaultMemoryLimit: '64Mi',
  });
  const synthesized = Synthesized.from(stack);
  expect(synthesized.only(ResourceQuotaV1).spec.hard).toEqual({
    'requests.cpu': '1500m',
    'requests.memory': '1Gi',
    'limits.memory': '2Gi',
    pods: '7',
    'services.loadbalancers': '1',
  });
  expect(synthesized.only(LimitRangeV1).spec.limit).toEqual([
    { type: 'Container', default_request: { cpu: '500m', memory: '64Mi' }, default: { memory: '64Mi' } },
  ]);
});

test('denies ingress and egress except DNS, the metadata server and managed Prometheus', () => {
  namespace();
  const policies = Synthesized.from(stack).byPath(NetworkPolicyV1);
  const inSystem = (namespace: string, labels?: Record<string, string>) => ({
    namespace_selector: { match_labels: { 'kubernetes.io/metadata.name': namespace } },
    pod_selector: labels ? { match_labels: labels } : {},
  });
  const all = { pod_selector: {} };
  expect(Object.fromEntries(Object.entries(policies).map(([path, { spec }]) => [path, spec]))).toEqual({
    'Billing/DefaultDeny': { ...all, policy_types: ['Ingress', 'Egress'] },
    'Billing/Dns': {
      ...all,
      policy_types: ['Egress'],
      egress: [
        {
          to: [
            inSystem('kube-system', { 'k8s-app': 'kube-dns' }),
            inSystem('kube-system', { 'k8s-app': 'node-local-dns' }),
            { ip_block: { cidr: '169.254.20.10/32' } },
            { ip_block: { cidr: '169.254.169.254/32' } },
          ],
          ports: [
            { protocol: 'UDP', port: '53' },
            { protocol: 'TCP', port: '53' },
          ],
        },
      ],
    },
    'Billing/MetadataServer': {
      ...all,
      policy_types: ['Egress'],
      egress: [
        {
          to: [{ ip_block: { cidr: '169.254.169.254/32' } }, { ip_block: { cidr: '169.254.169.252/32' } }],
          ports: ['80', '8080', '987', '988'].map((port) => ({ protocol: 'TCP', port })),
        },
      ],
    },
    'Billing/Prometheus': {
      ...all,
      policy_types: ['Ingress'],
      ingress: [{ from: [inSystem('gmp-system')] }],
    },
  });
});

test('denies managed Prometheus with prometheusScraping false', () => {
  namespace({ prometheusScraping: false });
  expect(Object.keys(Synthesized.from(stack).byPath(NetworkPolicyV1))).not.toContain('Billing/Prometheus');
});

test('allows managed Prometheus to one port by a connection', () => {
  namespace({ prometheusScraping: false }).allowFrom(ManagedPrometheus.of(stack.cluster), Port.tcp(9100), 'metrics');
  expect(ManagedPrometheus.of(stack.cluster)).toBe(ManagedPrometheus.of(stack.cluster));
  const edges = Object.entries(Synthesized.from(stack).byPath(NetworkPolicyV1)).filter(([path]) => path.includes('From'));
  expect(edges).toEqual([['Billing/From-cluster-managed-prometheus-tcp-9100/Ingress', expect.anything()]]);
  expect(edges[0]![1].spec).toEqual({
    pod_selector: {},
    policy_types: ['Ingress'],
    ingress: [
      {
        from: [{ namespace_selector: { match_labels: { 'kubernetes.io/metadata.name': 'gmp-system' } }, pod_selector: {} }],
        ports: [{ protocol: 'TCP', port: '9100' }],
      },
    ],
  });
});

test('roles are granted to its principal, and allow connections to Google APIs', () => {
  const billing = namespace({ roles: ['roles/pubsub.publisher', 'roles/cloudtrace.agent'] });
  billing.grantRole('roles/pubsub.publisher');

  const synthesized = Synthesized.from(stack);
  const account = synthesized.only(ServiceAccountV1);
  expect(account).toMatchObject({ automount_service_account_token: false, metadata: { name: 'billing' } });
  const member = synthesized.at('Billing/Role-pubsub.publisher', ProjectIamMember);
  expect(member).toMatchObject({
    project: 'parking-staging',
    role: 'roles/pubsub.publisher',
    member: expect.stringMatching(
      /^principal:\/\/iam\.googleapis\.com\/projects\/123456789012\/locations\/global\/workloadIdentityPools\/\$\{google_container_cluster\..*workload_pool\}\/subject\/ns\/billing\/sa\/billing$/,
    ),
  });
  expect(Object.keys(synthesized.byPath(NetworkPolicyV1)).filter((path) => path.startsWith('GoogleApis'))).toEqual([
    'GoogleApis/From-billing-tcp-443/Egress',
  ]);
});

test('without a role, connections to Google APIs are denied', () => {
  namespace();
  expect(Object.keys(Synthesized.from(stack).byPath(NetworkPolicyV1)).filter((path) => path.includes('From'))).toEqual([]);
});

test('waits for the deletion of its pods and load balancers', () => {
  namespace();
  expect(Synthesized.from(stack).only(NamespaceV1).timeouts).toEqual({ delete: '20m' });
});

test('the owner group has the role edit by default', () => {
  namespace({ ownerGroup: 'money@example.com' });
  namespace({ ownerGroup: 'money@example.com', ownerRole: 'view' }, 'Statements');
  const synthesized = Synthesized.from(stack);
  expect(synthesized.at('Billing/Owners', RoleBindingV1)).toMatchObject({
    role_ref: { kind: 'ClusterRole', name: 'edit' },
    subject: [{ api_group: 'rbac.authorization.k8s.io', kind: 'Group', name: 'money@example.com' }],
  });
  expect(synthesized.at('Statements/Owners', RoleBindingV1).role_ref.name).toBe('view');
});

test('owner groups can connect to the cluster, each by one grant for all its namespaces', () => {
  namespace({ ownerGroup: 'money@example.com' });
  namespace({ ownerGroup: 'money@example.com' }, 'Statements');
  namespace({ ownerGroup: 'lots@example.com' }, 'Lots');
  expect(Synthesized.from(stack).at('Cluster/Viewers/Resource', ProjectIamMember)).toMatchObject({
    project: 'parking-staging',
    role: 'roles/container.clusterViewer',
    for_each: `\${toset(["group:lots@example.com","group:money@example.com"])}`,
    member: expect.stringContaining('{each.key}'),
  });
});

test('is a client and server with all its pods', () => {
  namespace().allowFrom(namespace({}, 'Gateway'), Port.tcp(8080));
  expect(Synthesized.from(stack).at('Billing/From-gateway-tcp-8080/Ingress', NetworkPolicyV1).spec).toMatchObject({
    pod_selector: {},
    ingress: [{ from: [{ namespace_selector: { match_labels: { 'kubernetes.io/metadata.name': 'gateway' } }, pod_selector: {} }] }],
  });
});

test('has all its resources when it is not enabled', () => {
  namespace({ roles: ['roles/pubsub.publisher'], ownerGroup: 'money@example.com' });
  const on = Synthesized.from(stack).json;
  stack = new ClusterStack();
  const off = namespace({ roles: ['roles/pubsub.publisher'], ownerGroup: 'money@example.com', enabled: false });
  expect(off.enabled).toBe(false);
  expect(Synthesized.from(stack).json).toEqual(on);
});

test('its default child is the namespace', () => {
  expect(namespace().node.defaultChild).toBeInstanceOf(NamespaceV1);
});

test('the default namespace of the cluster denies ingress and egress', () => {
  const construct = new DefaultNamespace(stack, 'DefaultNamespace', { cluster: stack.cluster });
  const policy = Synthesized.from(stack).only(NetworkPolicyV1);
  expect(policy).toMatchObject({
    metadata: { name: 'default-deny', namespace: 'default' },
    spec: { pod_selector: {}, policy_types: ['Ingress', 'Egress'] },
  });
  expect(policy.depends_on).toContainEqual(expect.stringMatching(/^google_container_node_pool\.Cluster_Apps/));
  expect(construct.node.defaultChild).toBeInstanceOf(NetworkPolicyV1);
});

test.each<[string, Partial<AppNamespaceProps>, string]>([
  [
    'its name is of Kubernetes',
    { name: 'kube-system' },
    "'name' must not be one of Kubernetes' or GKE's own namespaces, got 'kube-system'",
  ],
  ['its name has capitals', { name: 'Billing' }, "'name' must be lower case letters"],
  [
    'podSecurity is unknown',
    { podSecurity: 'strict' as 'baseline' },
    "'podSecurity' must be one of restricted, baseline, privileged, got 'strict'",
  ],
  [
    'a quota is no amount',
    { quotaCpuRequests: '10 cores' },
    "'quotaCpuRequests' must be an amount above zero such as 500m, 2, 512Mi or 1Gi, got '10 cores'",
  ],
  ['limits are below requests', { quotaMemoryLimits: '1Gi' }, "'quotaMemoryRequests' must be at most quotaMemoryLimits (1Gi), got '20Gi'"],
  [
    'a default limit is below its request',
    { defaultMemoryLimit: '64Mi' },
    "'defaultMemoryRequest' must be at most defaultMemoryLimit (64Mi), got '128Mi'",
  ],
  ['there may be no pods', { maxPods: 0 }, "'maxPods' must be a whole number at least 1, got 0"],
  ['the group has no domain', { ownerGroup: 'money' }, "'ownerGroup' must be the address of a Google group, got 'money'"],
  ['a role is none', { roles: ['pubsub.publisher'] }, "'roles' must be a role such as roles/pubsub.publisher, got 'pubsub.publisher'"],
])('fails when %s', (_, props, message) => {
  expect(() => namespace(props)).toThrow(message);
});

describe('two namespaces of the same name', () => {
  test('fail in one cluster, also when the cluster is imported twice', () => {
    const { network, cluster } = stack;
    const named = PrivateCluster.fromName(stack, 'Named', { network, name: cluster.clusterName, endpoint: 'gke-1.example' });
    namespace();
    expect(() => namespace({ name: 'billing' }, 'Other')).toThrow(
      "'name' must be used once in a cluster, got 'billing' of staging/Billing again (at staging/Other)",
    );
    expect(() => namespace({ name: 'billing', cluster: named }, 'ByName')).toThrow('staging/Billing again (at staging/ByName)');
  });

  test('share a grant in two clusters of a project, where they are one member', () => {
    const { network } = stack;
    const second = new PrivateCluster(stack, 'Second', { network, name: 'second' });
    second.addNodePool('Apps', { maxNodes: 3 });
    namespace({ roles: ['roles/pubsub.publisher'], ownerGroup: 'money@example.com' });
    namespace({ name: 'billing', cluster: second, roles: ['roles/pubsub.publisher'], ownerGroup: 'money@example.com' }, 'Other');
    const synthesized = Synthesized.from(stack);
    const roles = synthesized.list(ProjectIamMember).map(({ role }) => role);
    expect(roles.filter((role) => role === 'roles/pubsub.publisher')).toHaveLength(1);
    expect(roles.filter((role) => role === 'roles/container.clusterViewer')).toHaveLength(1);
  });
});

test('fails when a cluster has two default namespaces', () => {
  const { cluster } = stack;
  new DefaultNamespace(stack, 'Default', { cluster });
  expect(() => new DefaultNamespace(stack, 'Again', { cluster })).toThrow(
    "'cluster' must have one DefaultNamespace, got staging/Cluster, which has staging/Default (at staging/Again)",
  );
});
