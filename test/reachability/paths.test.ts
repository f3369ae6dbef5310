import { Reachability } from '../../lib/reachability';
import { document, machine, namespaces, pods, policy, reachability, ref, rule, tcp } from './hand-made';

type Part = Parameters<typeof reachability>[number];

const web = [namespaces({ web: {}, other: {} }), pods('web', { ports: { http: 8080 } }), pods('other')];
const deny = policy('web', 'deny', { policy_types: ['Ingress', 'Egress'] });
const service = (spec: object, annotations: unknown = {}): Part => ({
  kubernetes_service_v1: {
    web: {
      metadata: { name: 'web', namespace: 'web', annotations },
      spec: { selector: { app: 'web' }, port: [{ port: 80, target_port: '8080', node_port: 30080 }], ...spec },
    },
  },
});
const open = (...ports: string[]) => rule('open', { allow: [{ protocol: 'tcp', ports }], source_ranges: ['10.10.16.0/24'] });
const noNat: Part = { google_compute_router_nat: { nat: { type: 'PRIVATE' } } };
const explained = (from: string, to: string, port: number, ...parts: Part[]) => {
  const { answer, steps } = reachability(...web, deny, machine('vm'), ...parts).explain(from, to, tcp(port));
  return [answer, steps[0]!.text];
};

describe('a port of the nodes', () => {
  const byService = 'kubernetes_service_v1.web may lead to web by a port of the nodes: from which addresses is not evaluated';

  test.each([
    [{ type: 'NodePort' }, '30080'],
    [{ type: 'NodePort', port: [{ port: 80 }] }, '31000'],
  ])('of a service %j may lead clients that reach nodes at %s to its pods', (spec, port) => {
    expect(explained('vm', 'web', 8080, service(spec), open(port))).toEqual(['unknown', byService]);
    expect(explained('vm', 'web', 8080, service(spec))[0]).toBe('no');
    expect(explained('vm', 'web', 8080, service(spec), open('22'))[0]).toBe('no');
    expect(explained('vm', 'other', 1, service(spec), open(port), policy('other', 'deny', {}))[0]).toBe('no');
  });

  test('does not exist for other services', () => {
    expect(explained('vm', 'web', 8080, service({ type: 'ClusterIP' }), open('30080'))[0]).toBe('no');
  });

  test('of a load balancer may lead clients to pods that it does not answer', () => {
    const isPossible = (spec: object) => {
      const reach = reachability(
        ...web,
        deny,
        machine('vm', { external: false }),
        service({ type: 'LoadBalancer', ...spec }),
        open('30080'),
        noNat,
      );
      return reach.ask('vm', 'web', tcp(8080));
    };
    expect(isPossible({})).toBe('unknown');
    expect(isPossible({ allocate_load_balancer_node_ports: false })).toBe('no');
  });

  test('of a container may lead to it', () => {
    const host = pods('web', { ports: { http: 8080 } });
    const [deployment] = Object.values(host.kubernetes_deployment_v1);
    Object.assign((deployment!.spec.template.spec.container[0]!.port as object[])[0]!, { host_port: 8081 });
    const byHost = 'host ports of kubernetes_deployment_v1.web-web may lead to web by a port of its node: they are not evaluated';
    expect(explained('vm', 'web', 8080, host, open('8081'))).toEqual(['unknown', byHost]);
    expect(explained('vm', 'web', 8080, host, open('8082'))[0]).toBe('no');
  });
});

describe('a standalone network endpoint group', () => {
  test.each([
    [{ 'cloud.google.com/neg': '{"exposed_ports": {"80": {}}}' }, 'unknown'],
    [ref('var.x'), 'unknown'],
    [{ 'cloud.google.com/neg': '{"ingress": true}' }, 'no'],
    [{}, 'no'],
  ])('%j may lead a load balancer to pods: %s', (annotations, expected) => {
    expect(explained('internet', 'web', 8080, service({}, annotations))[0]).toBe(expected);
  });
});

describe('pods and nodes', () => {
  const ask = (from: string, to: string, ...parts: Part[]) => reachability(...web, ...parts).ask(from, to, tcp(8080));

  test('reach each other without policies', () => {
    expect([ask('web', 'nodes'), ask('nodes', 'web')]).toEqual(['yes', 'yes']);
  });

  test('that policies isolate reach their own node, and perhaps others', () => {
    expect([ask('web', 'nodes', deny), ask('nodes', 'web', deny)]).toEqual(['unknown', 'yes']);
    expect(
      reachability(...web, deny)
        .explain('web', 'nodes', tcp(8080))
        .steps.map(({ answer, text }) => [answer, text]),
    ).toEqual([
      ['yes', 'pods reach their own node, whatever NetworkPolicies apply'],
      ['unknown', 'no NetworkPolicy of web allows egress to nodes at tcp/8080 (isolated by deny); but web reaches its own node'],
      ['yes', 'no firewall rule denies web to nodes: egress is allowed by default'],
      ['yes', expect.stringContaining("GKE's own rule from pods to nodes allows")],
    ]);
  });

  test('of two clusters are separate', () => {
    const far: Part = {
      google_compute_network: { far: { name: 'far', project: 'p' } },
      google_container_cluster: {
        far: { name: 'far', network: ref('google_compute_network.far.id'), private_cluster_config: { enable_private_nodes: true } },
      },
    };
    const { provider, ...json } = document(...web, far) as { provider: object };
    const both = {
      ...json,
      provider: {
        ...provider,
        kubernetes: [
          { host: ref('google_container_cluster.c.endpoint') },
          { alias: 'far', host: ref('google_container_cluster.far.endpoint') },
        ],
      },
    };
    const reach = Reachability.read(both);
    expect(
      ['web -> nodes of far', 'nodes of c -> nodes of far'].map((pair) => reach.ask(...(pair.split(' -> ') as [string, string]), tcp(22))),
    ).toEqual(['no', 'no']);
  });
});

describe('an external address of a VM', () => {
  const admit = (range: string) =>
    rule('admit', { allow: [{ protocol: 'tcp', ports: ['22'] }], source_ranges: [range], target_tags: ['b'] });
  const ask = (range: string, external: boolean) =>
    reachability(machine('vm'), machine('b', { address: '10.10.16.9', tags: ['b'], external }), admit(range)).ask('vm', 'b', tcp(22));

  test('may be called over the internet, where the client has the address of a NAT', () => {
    expect(ask('8.8.0.0/16', true)).toBe('unknown');
    expect(ask('8.8.0.0/16', false)).toBe('no');
    expect(ask('10.99.0.0/16', true)).toBe('no');
  });
});

describe('a resource that installs software in clusters', () => {
  test.each(['argocd_application', 'flux_bootstrap_git', 'kustomization_resource', 'rancher2_app_v2', 'google_gke_hub_feature_membership'])(
    'may add policies and paths: %s',
    (type) => {
      const part: Part = { [type]: { it: { name: 'it' } } };
      expect(explained('other', 'web', 8080, part)).toEqual([
        'unknown',
        `${type}.it may add a NetworkPolicy: what it installs is not evaluated`,
      ]);
      expect(explained('internet', 'web', 8080, part)[0]).toBe('unknown');
      expect(reachability(...web, part).notes).toEqual([`what these resources install in clusters is not evaluated: ${type}.it`]);
    },
  );

  test.each([
    ['kyverno', 'unknown'],
    ['istiod', 'unknown'],
    ['podinfo', 'no'],
  ])('may be a chart of a policy engine or a mesh: %s', (chart, expected) => {
    expect(explained('other', 'web', 8080, { helm_release: { it: { name: 'it', chart, namespace: 'it' } } })[0]).toBe(expected);
  });

  test('is not any other resource', () => {
    expect(explained('other', 'web', 8080, { terraform_data: { it: {} }, google_storage_bucket: { it: {} } })[0]).toBe('no');
  });
});

describe('two networks', () => {
  const far: Part = {
    google_compute_network: { far: { name: 'far', project: 'p' } },
    google_compute_instance: {
      far: { name: 'far', network_interface: [{ network: ref('google_compute_network.far.id'), network_ip: '10.9.0.5' }] },
    },
  };
  const router = machine('router', { address: '10.10.16.7' });
  const [body] = Object.values(router.google_compute_instance);
  Object.assign(body!, { can_ip_forward: true });
  body!.network_interface.push({ network: ref('google_compute_network.far.id') } as never);
  const ask = (...parts: Part[]) =>
    reachability(machine('vm'), far, rule('in', { allow: [{ protocol: 'tcp' }], source_ranges: ['10.0.0.0/8'] }), ...parts).ask(
      'far',
      'vm',
      tcp(22),
    );

  test.each([
    ['a VPN', { google_compute_ha_vpn_gateway: { it: {} } }],
    ['a router with BGP', { google_compute_router_peer: { it: {} } }],
    ['Private Service Connect', { google_compute_service_attachment: { it: {} } }],
    ['Network Connectivity Center', { google_network_connectivity_spoke: { it: {} } }],
    ['a VM that forwards', router],
  ])('may be joined by %s', (_, part) => {
    expect(ask(part)).toBe('unknown');
  });

  test('are separate otherwise', () => {
    expect(ask()).toBe('no');
  });
});

describe('kubernetes_labels', () => {
  const team = policy('db', 'in', {
    policy_types: ['Ingress'],
    ingress: [{ from: [{ namespace_selector: { match_labels: { team: 'red' } } }] }],
  });
  const world = [namespaces({ web: { team: 'blue' }, db: {} }), pods('web'), pods('db'), team];
  const labels = (body: object): Part => ({ kubernetes_labels: { it: { api_version: 'v1', kind: 'Namespace', ...body } } });
  const ask = (part: Part) => {
    const { answer, steps } = reachability(...world, part).explain('web', 'db', tcp(9042));
    return [answer, steps.at(-1)!.text];
  };

  test('may change the labels that a policy selects', () => {
    expect(ask(labels({ metadata: { name: 'web' }, labels: { team: 'red' } }))).toEqual([
      'unknown',
      'NetworkPolicy in may allow ingress from web: kubernetes_labels.it changes the labels of web',
    ]);
    expect(ask(labels({ metadata: { name: ref('var.x') }, labels: ref('var.y') }))[0]).toBe('unknown');
  });

  test('keep the labels of others, and other labels', () => {
    expect(ask(labels({ metadata: { name: 'other' }, labels: { team: 'red' } }))[0]).toBe('no');
    expect(ask(labels({ metadata: { name: 'web' }, labels: { colour: 'red' } }))[0]).toBe('no');
  });

  test('may be those of pods', () => {
    const byPod = policy('db', 'in', { pod_selector: { match_labels: { app: 'db' } }, policy_types: ['Ingress'] });
    const reach = (part: Part) =>
      reachability(namespaces({ web: {}, db: {} }), pods('web'), pods('db'), byPod, part).ask('web', 'db', tcp(1));
    expect(reach(labels({ kind: 'Pod', metadata: { name: 'db-0', namespace: 'db' }, labels: { app: 'x' } }))).toBe('unknown');
    expect(reach(labels({ kind: 'Pod', metadata: { name: 'db-0', namespace: 'web' }, labels: { app: 'x' } }))).toBe('no');
  });
});

test('a control plane without authorized networks accepts every address at its public endpoint', () => {
  const cluster = (body: object): Part => ({
    google_container_cluster: { c: { name: 'c', network: ref('google_compute_network.net.id'), subnetwork: 'nodes', ...body } },
  });
  const ask = (body: object) => reachability(cluster(body)).ask('internet', 'control plane', tcp(443));
  expect(ask({})).toBe('yes');
  expect(ask({ private_cluster_config: { enable_private_endpoint: true } })).toBe('no');
  const networks = (more: object) => ask({ master_authorized_networks_config: { gcp_public_cidrs_access_enabled: false, ...more } });
  expect(networks({})).toBe('no');
  expect(networks({ cidr_blocks: [{ cidr_block: '10.0.0.0/8' }] })).toBe('no');
  // A part of the internet has addresses of Google Cloud.
  expect(networks({ gcp_public_cidrs_access_enabled: undefined })).toBe('unknown');
  expect(networks({ gcp_public_cidrs_access_enabled: true })).toBe('unknown');
  expect(networks({ gcp_public_cidrs_access_enabled: ref('var.x') })).toBe('unknown');
  expect(
    ask({
      private_cluster_config: { enable_private_endpoint: true },
      master_authorized_networks_config: { gcp_public_cidrs_access_enabled: true },
    }),
  ).toBe('no');
  expect(ask({ dynamic: { master_authorized_networks_config: { for_each: ref('var.x') } } })).toBe('unknown');
});

test('Private Service Connect of the stack may lead to a VM, and an API does not', () => {
  const endpoint = (target: string): Part => ({ google_compute_forwarding_rule: { f: { name: 'f', load_balancing_scheme: '', target } } });
  const ask = (target: string) =>
    reachability(machine('vm'), machine('b', { address: '10.10.16.9' }), endpoint(target)).ask('vm', 'b', tcp(22));
  expect(ask(ref('google_compute_service_attachment.a.id'))).toBe('unknown');
  expect(ask('all-apis')).toBe('no');
});

describe('a module', () => {
  const withModule = (...parts: Part[]) =>
    Reachability.read({ ...document(...web, machine('vm'), ...parts), module: { more: { source: './more' } } });
  const rest = 'resources of modules are not in a synthesized stack';

  test('may have policies that deny or allow more', () => {
    for (const part of [deny, {}]) {
      const { answer, steps } = withModule(part).explain('other', 'web', tcp(8080));
      expect([answer, steps.find((step) => step.answer === 'unknown')!.text]).toEqual([
        'unknown',
        `module.more may add a NetworkPolicy: ${rest}`,
      ]);
    }
  });

  test('may have firewall rules', () => {
    const { answer, steps } = withModule(open('22'), machine('b', { address: '10.10.16.6' })).explain('vm', 'b', tcp(22));
    expect([answer, steps[0]!.text]).toEqual(['unknown', `module.more may have firewall rules: ${rest}`]);
  });
});

test('firewall policies are named', () => {
  const policies = { google_compute_network_firewall_policy_association: { far: { name: 'far' } } };
  const { steps } = reachability(machine('vm'), machine('b', { address: '10.10.16.6' }), policies).explain('vm', 'b', tcp(22));
  expect(steps[0]!.text).toBe(
    'google_compute_network_firewall_policy_association.far may allow or deny the traffic: firewall policies are not evaluated',
  );
});
