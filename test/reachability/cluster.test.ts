import { TerraformStack, Testing } from 'cdktf';
import { PrivateCluster } from '../../lib/cluster';
import { Project } from '../../lib/core/project';
import { Network, Port } from '../../lib/network';
import { Reachability } from '../../lib/reachability';
import { AppNamespace, Workload } from '../../lib/workload';
import { document, machine, namespaces, pods, policy, reachability, ref, rule, tcp } from './hand-made';

type Part = Parameters<typeof reachability>[number];

const cluster = (body: object): Part => ({
  google_container_cluster: {
    c: {
      name: 'c',
      network: ref('google_compute_network.net.id'),
      subnetwork: ref('google_compute_subnetwork.nodes.id'),
      ip_allocation_policy: { cluster_secondary_range_name: 'pods' },
      private_cluster_config: { enable_private_nodes: true },
      remove_default_node_pool: true,
      datapath_provider: 'ADVANCED_DATAPATH',
      ...body,
    },
  },
});
const web = [namespaces({ web: {}, db: {} }), pods('web'), pods('db', { ports: { cql: 9042 } })];
const deny = policy('db', 'deny', { policy_types: ['Ingress', 'Egress'] });
const lets = policy('db', 'lets', { policy_types: ['Ingress'], ingress: [{ from: [{ namespace_selector: {} }] }] });

/** https://cloud.google.com/kubernetes-engine/docs/how-to/network-policy: without a network plugin, policies have no effect. */
describe('NetworkPolicies', () => {
  const explained = (body: object, ...parts: Part[]) => {
    const { answer, steps } = reachability(...web, cluster({ datapath_provider: undefined, ...body }), ...parts).explain(
      'web',
      'db',
      tcp(9042),
    );
    return [answer, steps.at(-1)!.text];
  };
  const chart = (name: string): Part => ({
    helm_release: {
      plugin: { name, chart: name, namespace: 'plugin', '//': { reachability: { podLabels: null, networkPolicies: false } } },
    },
  });

  test.each([
    [{ datapath_provider: 'ADVANCED_DATAPATH' }, 'no'],
    [{ network_policy: { enabled: true } }, 'no'],
    [{ network_policy: [{ enabled: 'true', provider: 'CALICO' }] }, 'no'],
    [{ enable_autopilot: true }, 'no'],
    [{}, 'yes'],
    [{ datapath_provider: 'LEGACY_DATAPATH', network_policy: { enabled: false } }, 'yes'],
    [{ datapath_provider: ref('var.x') }, 'unknown'],
    [{ network_policy: { enabled: ref('var.x') } }, 'unknown'],
    [{ dynamic: { network_policy: { for_each: ref('var.x') } } }, 'unknown'],
  ])('of a cluster with %j that deny everything: pods are reachable: %s', (body, expected) => {
    expect(explained(body, deny)[0]).toBe(expected);
  });

  test('that nothing enforces have a reason with the address of the cluster', () => {
    expect(explained({}, deny)).toEqual([
      'yes',
      'google_container_cluster.c has neither Dataplane V2 nor Calico: no NetworkPolicy is enforced',
    ]);
    expect(
      reachability(...web, cluster({ datapath_provider: undefined }), deny)
        .exposures()
        .join('\n'),
    ).toContain('other pods reach db and web at every port');
  });

  test('may be enforced by the network plugin of a chart', () => {
    expect(explained({}, deny, chart('tigera-operator'))).toEqual([
      'unknown',
      'helm_release.plugin may install a network plugin that enforces NetworkPolicies',
    ]);
    expect(explained({}, deny, chart('podinfo'))[0]).toBe('yes');
  });

  test('of a cluster of another stack may not be enforced, and certain permissions stay', () => {
    const elsewhere = (part: object): Part =>
      Object.fromEntries(
        Object.entries(part).map(([type, named]) => [
          type,
          Object.fromEntries(Object.entries(named as object).map(([name, body]) => [name, { ...body, provider: 'kubernetes.far' }])),
        ]),
      );
    const far = [namespaces({ web: {}, db: {} }), pods('web'), pods('db')].map(elsewhere);
    const { answer, steps } = reachability(...far, elsewhere(deny)).explain('web', 'db', tcp(9042));
    expect([answer, steps.at(-1)!.text]).toEqual([
      'unknown',
      'the cluster of kubernetes.far is not in this stack: it is not known whether it enforces NetworkPolicies',
    ]);
    expect(reachability(...far, elsewhere(deny), elsewhere(lets)).ask('web', 'db', tcp(9042))).toBe('yes');
  });
});

/** https://cloud.google.com/kubernetes-engine/docs/how-to/ip-masquerade-agent */
describe('addresses of pods that call a VM', () => {
  const configMap = (name: string): Part => ({
    kubernetes_config_map_v1: { m: { metadata: { name, namespace: 'kube-system' }, data: { config: 'nonMasqueradeCIDRs: []' } } },
  });
  const manifest = (body: object): Part => ({ kubernetes_manifest: { m: { manifest: body } } });
  const from = (range: string) => rule('r', { allow: [{ protocol: 'tcp' }], source_ranges: [range] });
  const explained = (...parts: Part[]) => {
    const { answer, steps } = reachability(...web, machine('vm'), ...parts).explain('web', 'vm', tcp(22));
    return [answer, steps.at(-1)!.text];
  };
  const ofPods = from('10.20.0.0/16');
  const ofNodes = from('10.10.0.0/20');

  test('are their own by default', () => {
    expect([explained(ofPods)[0], explained(ofNodes)[0]]).toEqual(['yes', 'no']);
  });

  test.each([
    ['a ConfigMap', configMap('ip-masq-agent'), 'kubernetes_config_map_v1.m'],
    ['a ConfigMap of an unknown name', configMap(ref('var.x')), 'kubernetes_config_map_v1.m'],
    ['a manifest', manifest({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'ip-masq-agent' } }), 'kubernetes_manifest.m'],
    ['an EgressNATPolicy', manifest({ apiVersion: 'networking.gke.io/v1', kind: 'EgressNATPolicy' }), 'kubernetes_manifest.m'],
    ['YAML', { kubectl_manifest: { m: { yaml_body: 'metadata: { name: ip-masq-agent }' } } }, 'kubectl_manifest.m'],
  ])('may be those of nodes with a configuration of ip-masq-agent in %s', (_, part, address) => {
    const reason = `${address} may change the addresses that pods call with: it is not evaluated`;
    expect([explained(part, ofPods), explained(part, ofNodes)]).toEqual([
      ['unknown', reason],
      ['unknown', reason],
    ]);
  });

  test('do not matter to a rule for both', () => {
    const agent = configMap('ip-masq-agent');
    expect([explained(agent, from('10.0.0.0/8'))[0], explained(agent, from('10.99.0.0/16'))[0]]).toEqual(['yes', 'no']);
  });

  test('are their own with another ConfigMap', () => {
    expect([explained(configMap('settings'), ofPods)[0], explained(configMap('settings'), ofNodes)[0]]).toEqual(['yes', 'no']);
  });

  test('on the internet are those of nodes, unless the cluster turns it off', () => {
    const subnetwork = [{ name: 'nodes', source_ip_ranges_to_nat: ['PRIMARY_IP_RANGE'] }];
    const nat: Part = {
      google_compute_router_nat: { nat: { router: 'router', source_subnetwork_ip_ranges_to_nat: 'LIST_OF_SUBNETWORKS', subnetwork } },
    };
    const leaves = (disabled: unknown) =>
      reachability(...web, nat, cluster({ default_snat_status: { disabled } })).ask('web', 'internet', tcp(443));
    expect([leaves(false), leaves(true), leaves(ref('var.x'))]).toEqual(['yes', 'no', 'unknown']);
  });
});

describe('node pools', () => {
  const pool = (body: object): Part => ({
    google_container_node_pool: { pool: { name: 'pool', cluster: ref('google_container_cluster.c.id'), ...body } },
  });
  const from = (range: string) => rule('r', { allow: [{ protocol: 'tcp' }], source_ranges: [range] });
  const asked = (...parts: Part[]) => reachability(...web, machine('vm'), ...parts).ask('web', 'vm', tcp(22));

  test.each([
    ['a range of the subnet', { network_config: { pod_range: 'more' } }, '10.200.0.0/16'],
    ['a block', { network_config: { create_pod_range: true, pod_ipv4_cidr_block: '10.201.0.0/16' } }, '10.201.0.0/16'],
    ['a range that GKE chooses', { network_config: { create_pod_range: true, pod_range: 'new' } }, '10.202.0.0/16'],
    ['a range from an expression', { network_config: { pod_range: ref('var.x') } }, '10.203.0.0/16'],
    ['settings that dynamic makes', { dynamic: { network_config: { for_each: ref('var.x') } } }, '10.204.0.0/16'],
  ])('may have pods in %s', (_, body, range) => {
    const subnet: Part = {
      google_compute_subnetwork: {
        nodes: {
          name: 'nodes',
          project: 'p',
          region: 'r',
          network: ref('google_compute_network.net.id'),
          ip_cidr_range: '10.10.0.0/20',
          secondary_ip_range: [
            { range_name: 'pods', ip_cidr_range: '10.20.0.0/16' },
            { range_name: 'more', ip_cidr_range: '10.200.0.0/16' },
          ],
        },
      },
    };
    expect(asked(subnet, pool(body), from(range))).toBe('unknown');
    expect(asked(subnet, pool(body), from('0.0.0.0/0'))).toBe('yes');
  });

  test('with the range of the cluster, as a plan has it, are certain', () => {
    const planned = pool({ network_config: [{ create_pod_range: false, pod_range: 'pods', pod_ipv4_cidr_block: '10.20.0.0/16' }] });
    const { answer, steps } = reachability(...web, machine('vm'), planned, from('10.20.0.0/16')).explain('web', 'vm', tcp(22));
    expect([answer, steps.at(-1)!.text]).toEqual([
      'yes',
      'firewall rule r allows every pod (10.20.0.0/16) to vm at every tcp port (priority 1000)',
    ]);
  });

  test('in further subnets may have nodes and pods elsewhere', () => {
    const more = cluster({
      ip_allocation_policy: {
        cluster_secondary_range_name: 'pods',
        additional_ip_ranges_config: [{ subnetwork: ref('google_compute_subnetwork.data.id'), pod_ipv4_range_names: ['far'] }],
      },
    });
    expect(asked(more, from('10.20.0.0/16'))).toBe('unknown');
    expect(reachability(machine('vm'), more, from('10.10.16.0/24')).ask('nodes', 'vm', tcp(22))).toBe('unknown');
  });

  test.each([
    ['the default pool', { remove_default_node_pool: false }, 'unknown'],
    ['pools that GKE creates', { cluster_autoscaling: { enabled: true } }, 'unknown'],
    ['no others', {}, 'yes'],
  ])('besides %s have other tags', (_, body, expected) => {
    const admit = rule('r', { allow: [{ protocol: 'tcp', ports: ['22'] }], source_ranges: ['10.10.16.0/24'], target_tags: ['node'] });
    const tagged = pool({ node_config: { tags: ['node'] } });
    expect(reachability(machine('vm'), cluster(body), tagged, admit).ask('vm', 'nodes', tcp(22))).toBe(expected);
  });

  test.each([
    ['IPv6', cluster({ ip_allocation_policy: { cluster_secondary_range_name: 'pods', stack_type: 'IPV4_IPV6' } })],
    ['further interfaces', pool({ network_config: { additional_pod_network_configs: [{ subnetwork: 'other' }] } })],
  ])('with %s may have other addresses', (_, part) => {
    expect(asked(part)).toBe('unknown');
  });
});

test('pods that may be on the host network may have the address of their node', () => {
  const admit = rule('r', { allow: [{ protocol: 'tcp' }], source_ranges: ['10.10.0.0/20'] });
  const host = pods('host', { hostNetwork: ref('var.x') });
  expect(reachability(host, machine('vm'), admit).ask('host', 'vm', tcp(22))).toBe('unknown');
});

test('Google proxies may be led to pods by a Gateway', () => {
  const gateway = { kubernetes_manifest: { g: { manifest: { apiVersion: 'gateway.networking.k8s.io/v1', kind: 'Gateway' } } } };
  expect(reachability(...web).ask("Google's proxies", 'db', tcp(9042))).toBe('no');
  expect(reachability(...web, gateway).ask("Google's proxies", 'db', tcp(9042))).toBe('unknown');
});

test('an imported cluster states that it enforces policies', () => {
  const stack = new TerraformStack(Testing.app(), 'apps');
  const project = Project.fromId(stack, 'Project', { projectId: 'parking-apps', projectNumber: '123456789012' });
  const network = Network.fromName(stack, 'Network', { project, region: 'europe-west1', name: 'shared' });
  const imported = PrivateCluster.fromName(stack, 'Cluster', { network, name: 'parking', endpoint: 'gke-1.example' });
  for (const name of ['web', 'db']) {
    const namespace = new AppNamespace(stack, name, { cluster: imported, prometheusScraping: false });
    new Workload(stack, `${name}-app`, { namespace, image: 'example.com/app:1', port: Port.tcp(8080) });
  }
  stack.prepareStack();
  const json = JSON.parse(JSON.stringify(stack.toTerraform()));
  const ask = () => Reachability.read(json).ask('web-app', 'db-app', tcp(8080));
  expect(json.provider.kubernetes[0]['//']).toEqual({ dataPlane: 'v2' });
  expect(ask()).toBe('no');
  delete json.provider.kubernetes[0]['//'];
  expect(ask()).toBe('unknown');
});

describe('the cluster of a provider', () => {
  const host = (expression: string) => ({ host: `https://${ref(expression)}` });
  const deny = policy('b', 'deny', { policy_types: ['Ingress'] });
  const other = {
    google_container_cluster: { d: { name: 'd', network: ref('google_compute_network.net.id'), datapath_provider: 'LEGACY_DATAPATH' } },
  };
  const ask = (provider: object, ...parts: Parameters<typeof document>) => {
    const json = document(namespaces({ a: {}, b: {} }), pods('a'), pods('b'), deny, ...parts);
    return Reachability.read({ ...json, provider }).ask('a', 'b', tcp(80));
  };
  const viaAlias = {
    kubernetes_network_policy_v1: {
      'b-deny': {
        provider: 'kubernetes.admin',
        metadata: { name: 'deny', namespace: 'b' },
        spec: { pod_selector: {}, policy_types: ['Ingress'] },
      },
    },
  };

  test('is the one that its host refers to, directly or by a local', () => {
    expect(ask({ kubernetes: [host('google_container_cluster.c.endpoint')] }, other)).toBe('no');
    expect(ask({ kubernetes: [host('google_container_cluster.d.endpoint')] }, other)).toBe('yes');
  });

  test('is shared by providers that are configured for one cluster', () => {
    const kubernetes = [
      host('google_container_cluster.c.endpoint'),
      { alias: 'admin', ...host('google_container_cluster.c.private_cluster_config[0].private_endpoint') },
    ];
    expect(ask({ kubernetes }, other, viaAlias)).toBe('no');
    expect(ask({ kubernetes: [kubernetes[0], { alias: 'admin', ...host('google_container_cluster.d.endpoint') }] }, other, viaAlias)).toBe(
      'yes',
    );
    const elsewhere = host('data.google_container_cluster.z.endpoint');
    expect(ask({ kubernetes: [elsewhere, { alias: 'admin', ...elsewhere }] }, viaAlias)).toBe('unknown');
  });

  test.each([host('data.google_container_cluster.c.endpoint'), { host: 'https://10.0.0.9' }])(
    'is not in the stack for %j, also when the stack has one cluster',
    (settings) => {
      expect(ask({ kubernetes: [settings] })).toBe('unknown');
    },
  );

  test('of the chart provider may be another one than that of the kubernetes provider', () => {
    const statement = { podLabels: {}, networkPolicies: false };
    const chart = { helm_release: { z: { name: 'z', namespace: 'b', '//': { reachability: statement } } } };
    const json = document(namespaces({ a: {}, b: {} }), pods('a'), deny, other, chart);
    const read = (name: string) =>
      Reachability.read({
        ...json,
        provider: {
          kubernetes: [host('google_container_cluster.c.endpoint')],
          helm: [{ kubernetes: host(`google_container_cluster.${name}.endpoint`) }],
        },
      }).ask('a', 'b/z', tcp(80));
    expect([read('c'), read('d')]).toEqual(['no', 'unknown']);
  });
});
