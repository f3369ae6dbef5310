import { TerraformDocument } from '../../lib/terraform/document';
import { isKnown, References } from '../../lib/terraform/references';
import { machine, namespaces, pods, policy, reachability, ref, rule, tcp } from './hand-made';

type Part = Parameters<typeof reachability>[number];

/** Answer at a port, and the text of the step that decides it. */
function explained(from: string, to: string, port: number, ...parts: Part[]): readonly [string, string] {
  const { answer, steps } = reachability(...parts).explain(from, to, tcp(port));
  return [answer, steps.find((step) => step.answer === answer)!.text];
}

const notKnown = (argument: string, address: string, expression: string) =>
  `${argument} of ${address} is not known before the apply (${expression})`;

describe('a NetworkPolicy', () => {
  const world = [namespaces({ web: {}, db: {} }), pods('web'), pods('db')];
  const dynamic = (...names: string[]) => ({
    dynamic: Object.fromEntries(names.map((name) => [name, { for_each: ref('var.x'), content: {} }])),
  });
  const admits = (spec: object) => policy('db', 'in', { policy_types: ['Ingress'], ...spec });
  const from = (entry: object) => admits({ ingress: [{ from: [entry] }] });

  test.each([
    ['rules that dynamic makes', admits(dynamic('ingress')), 'spec.ingress', 'dynamic.ingress'],
    ['clients that dynamic makes', admits({ ingress: [dynamic('from')] }), 'spec', 'dynamic.from'],
    ['a range that dynamic makes', from(dynamic('ip_block')), 'spec', 'dynamic.ip_block'],
  ])('with %s may allow anything', (_, part, argument, expression) => {
    expect(explained('web', 'db', 9042, ...world, part)).toEqual([
      'unknown',
      `NetworkPolicy in may allow ingress from web: ${notKnown(argument, 'kubernetes_network_policy_v1.db-in', expression)}`,
    ]);
  });

  test.each([
    ['ports that dynamic makes', admits({ ingress: [dynamic('ports')] })],
    ['labels from an expression', from({ pod_selector: { match_labels: ref('var.x') }, namespace_selector: {} })],
    ['a selector from an expression', from({ pod_selector: ref('var.x'), namespace_selector: {} })],
    ['an expression that dynamic makes', from({ namespace_selector: dynamic('match_expressions') })],
    ['types from an expression', admits({ policy_types: ref('var.x') })],
    ['a type from an expression', admits({ policy_types: [ref('var.x')] })],
    ['pods from an expression', admits({ pod_selector: { match_labels: ref('var.x') } })],
  ])('with %s has an unknown effect', (_, part) => {
    expect(reachability(...world, part).ask('web', 'db', tcp(9042))).toBe('unknown');
  });

  test('keeps certain answers beside an unknown entry', () => {
    const entry = { namespace_selector: { match_labels: { 'kubernetes.io/metadata.name': 'web' } } };
    const part = admits({ ingress: [{ from: [entry], ...dynamic('from') }] });
    const reach = reachability(...world, namespaces({ other: {} }), pods('other'), part);
    expect(['web', 'other'].map((client) => reach.ask(client, 'db', tcp(9042)))).toEqual(['yes', 'unknown']);
  });

  test('without types may restrict egress when dynamic makes the rules', () => {
    const reach = reachability(...world, policy('web', 'out', dynamic('egress')));
    expect(reach.ask('web', 'db', tcp(9042))).toBe('unknown');
    expect(reach.ask('db', 'web', tcp(9042))).toBe('no');
  });
});

describe('labels from an expression', () => {
  const team = policy('db', 'in', {
    policy_types: ['Ingress'],
    ingress: [{ from: [{ namespace_selector: { match_labels: { team: 'red' } } }] }],
  });

  test('of a namespace may match', () => {
    const labelled = { kubernetes_namespace_v1: { web: { metadata: { name: 'web', labels: ref('var.x') } } } };
    expect(explained('web', 'db', 80, labelled, namespaces({ db: {} }), pods('web'), pods('db'), team)).toEqual([
      'unknown',
      `NetworkPolicy in may allow ingress from web: ${notKnown('metadata.labels', 'kubernetes_namespace_v1.web', ref('var.x'))}`,
    ]);
  });

  test('of pods may match', () => {
    const deny = policy('web', 'deny', { policy_types: ['Ingress'], pod_selector: { match_labels: { app: 'web' } } });
    const reach = reachability(namespaces({ web: {} }), pods('web', { labels: ref('var.x') as never }), deny, pods('other'));
    expect(reach.ask('other', 'web', tcp(80))).toBe('unknown');
  });
});

test('a port name of several containers resolves to one of their ports', () => {
  const web = pods('web', { ports: { http: 9898 } });
  const [deployment] = Object.values(web.kubernetes_deployment_v1);
  deployment!.spec.template.spec.container.push({ port: [{ name: 'http', container_port: 9797 }] });
  const admits = policy('web', 'in', { policy_types: ['Ingress'], ingress: [{ ports: [{ port: 'http' }] }] });
  const reach = reachability(namespaces({ web: {} }), web, admits, pods('other'));
  expect([9898, 9797, 80].map((port) => reach.ask('other', 'web', tcp(port)))).toEqual(['unknown', 'unknown', 'no']);
});

test('pods whose containers dynamic makes may have a port of any name', () => {
  const web = pods('web');
  const [deployment] = Object.values(web.kubernetes_deployment_v1);
  Object.assign(deployment!.spec.template.spec, { container: undefined, dynamic: { container: { for_each: ref('var.x') } } });
  const admits = policy('web', 'in', { policy_types: ['Ingress'], ingress: [{ ports: [{ port: 'http' }] }] });
  expect(reachability(namespaces({ web: {} }), web, admits, pods('other')).ask('other', 'web', tcp(80))).toBe('unknown');
});

describe('a firewall rule', () => {
  const vms = [machine('a', { address: '10.10.16.5' }), machine('b', { address: '10.10.16.6' })];
  const open = { allow: [{ protocol: 'tcp', ports: ['9042'] }], source_ranges: ['0.0.0.0/0'] };
  const deny = { deny: [{ protocol: 'tcp' }], source_ranges: ['0.0.0.0/0'], priority: 500 };

  test.each([
    ['disabled', { ...open, disabled: ref('var.x') }],
    ['direction', { ...open, direction: ref('var.x') }],
    ['allow', { source_ranges: ['0.0.0.0/0'], dynamic: { allow: { for_each: ref('var.x') } } }],
  ])('with %s from an expression has an unknown effect', (argument, body) => {
    const expression = argument === 'allow' ? 'dynamic.allow' : ref('var.x');
    const [answer, text] = explained('a', 'b', 9042, ...vms, rule('r', body));
    expect(answer).toBe('unknown');
    expect(text).toContain(`may allow a (10.10.16.5) to b at`);
    expect(text).toContain(notKnown(argument, 'google_compute_firewall.r', expression));
  });

  test('with a priority from an expression decides when no other rule may come first', () => {
    const unknown = rule('r', { ...open, priority: ref('var.x') });
    expect(reachability(...vms, unknown).ask('a', 'b', tcp(9042))).toBe('yes');
    expect(explained('a', 'b', 9042, ...vms, unknown, rule('deny', deny))).toEqual([
      'unknown',
      `firewall rule r may allow a (10.10.16.5) to b at 9042 (priority not known): ${notKnown('priority', 'google_compute_firewall.r', ref('var.x'))}`,
    ]);
  });

  test('reads values that are text or references', () => {
    const asText = rule('r', { ...open, disabled: 'false', priority: '499' });
    expect(reachability(...vms, asText, rule('deny', deny)).ask('a', 'b', tcp(9042))).toBe('yes');
    const byReference = rule('r', { ...open, disabled: ref('google_compute_firewall.off.disabled') });
    const off = rule('off', { ...open, disabled: true });
    expect(reachability(...vms, byReference, off).ask('a', 'b', tcp(9042))).toBe('no');
  });
});

describe('a VM', () => {
  const open = rule('open', { allow: [{ protocol: 'all' }], source_ranges: ['0.0.0.0/0'] });

  test('may have an external address that dynamic makes', () => {
    const vm = machine('vm');
    Object.assign(vm.google_compute_instance.vm!.network_interface[0]!, {
      access_config: undefined,
      dynamic: { access_config: { for_each: ref('var.x'), content: {} } },
    });
    expect(explained('internet', 'vm', 22, vm, open)).toEqual(['unknown', 'vm may have an external IP address']);
  });

  test('may be anywhere when dynamic makes its network interface', () => {
    const vm = { google_compute_instance: { vm: { name: 'vm', dynamic: { network_interface: { for_each: ref('var.x') } } } } };
    const reach = reachability(vm, open);
    expect(reach.ask('internet', 'vm', tcp(22))).toBe('unknown');
    expect(reach.explain('internet', 'vm', tcp(22)).steps.at(-1)!.text).toContain(
      notKnown('network_interface', 'google_compute_instance.vm', 'dynamic.network_interface'),
    );
  });

  test('reaches the internet by a NAT that lists its subnet by name', () => {
    const nat = (body: object): Part => ({
      google_compute_router_nat: { nat: { router: 'router', source_subnetwork_ip_ranges_to_nat: 'LIST_OF_SUBNETWORKS', ...body } },
    });
    const leaves = (body: object) => reachability(machine('vm'), nat(body)).ask('vm', 'internet', tcp(443));
    expect(leaves({ subnetwork: [{ name: 'data' }] })).toBe('yes');
    expect(leaves({ subnetwork: [{ name: 'nodes' }] })).toBe('no');
    expect(leaves({ dynamic: { subnetwork: { for_each: ref('var.x') } } })).toBe('unknown');
    expect(leaves({ source_subnetwork_ip_ranges_to_nat: ref('var.x') })).toBe('unknown');
  });
});

describe('a load balancer', () => {
  const web = [namespaces({ web: {} }), pods('web', { ports: { http: 8080 } })];
  const service = (spec: object, metadata: object = {}) => ({
    kubernetes_service_v1: {
      web: {
        metadata: { name: 'web', namespace: 'web', ...metadata },
        spec: { type: 'LoadBalancer', selector: { app: 'web' }, port: [{ port: 80, target_port: '8080' }], ...spec },
      },
    },
  });

  test.each([
    ['annotations from an expression', service({}, { annotations: ref('var.x') })],
    ['ports that dynamic makes', service({ port: undefined, dynamic: { port: { for_each: ref('var.x') } } })],
    ['source ranges from an expression', service({ load_balancer_source_ranges: ref('var.x') })],
    ['a type from an expression', service({ type: ref('var.x') })],
  ])('with %s may forward the internet to pods', (_, part) => {
    expect(reachability(...web, part).ask('internet', 'web/web', tcp(8080))).toBe('unknown');
  });

  test('may have rules that dynamic makes', () => {
    const ingress = {
      kubernetes_ingress_v1: {
        web: { metadata: { name: 'web', namespace: 'web' }, spec: { dynamic: { rule: { for_each: ref('var.x') } } } },
      },
    };
    expect(reachability(...web, ingress).ask('internet', 'web/web', tcp(8080))).toBe('unknown');
  });
});

describe('the control plane', () => {
  const cluster = (body: object): Part => ({
    google_container_cluster: { c: { name: 'c', network: ref('google_compute_network.net.id'), ...body } },
  });
  const authorized = { master_authorized_networks_config: { cidr_blocks: [{ cidr_block: '0.0.0.0/0' }] } };

  test.each([
    [
      'control_plane_endpoints_config.dns_endpoint_config.allow_external_traffic',
      {
        control_plane_endpoints_config: { dns_endpoint_config: { allow_external_traffic: ref('var.x') } },
        master_authorized_networks_config: {},
      },
    ],
    [
      'private_cluster_config.enable_private_endpoint',
      { private_cluster_config: { enable_private_endpoint: ref('var.x') }, ...authorized },
    ],
  ])('may accept the internet when %s is from an expression', (argument, body) => {
    expect(explained('internet', 'control plane', 443, cluster(body))).toEqual([
      'unknown',
      `it may accept the internet: ${notKnown(argument, 'google_container_cluster.c', ref('var.x'))}`,
    ]);
  });
});

test('unknown values of a plan are references, not text', () => {
  const firewall = {
    address: 'google_compute_firewall.r',
    mode: 'managed',
    type: 'google_compute_firewall',
    values: { name: 'r', allow: [{ protocol: 'tcp' }] },
  };
  const document = TerraformDocument.read({
    format_version: '1.2',
    planned_values: { root_module: { resources: [firewall] } },
    configuration: {
      root_module: {
        resources: [{ address: firewall.address, expressions: { network: { references: ['google_compute_network.net.id'] } } }],
      },
    },
    resource_changes: [{ address: firewall.address, change: { after_unknown: { network: true } } }],
  });
  const network = new References(document).text(document.resources[0]!.values.network);
  expect([network, isKnown(network)]).toEqual([ref('google_compute_network.net.id'), false]);
});
