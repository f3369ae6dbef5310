import { Reachability } from '../../lib/reachability';
import { document, machine, namespaces, pods, policy, reachability, ref, rule, tcp } from './hand-made';

const account = (name: string) => ({ google_service_account: { [name]: { account_id: name } } });
const email = (name: string) => ref(`google_service_account.${name}.email`);
const allow9042 = { allow: [{ protocol: 'tcp', ports: ['9042'] }] };

test('emails of service accounts follow from their arguments', () => {
  const a = machine('a', { address: '10.10.16.5', account: email('a') });
  const b = machine('b', { address: '10.10.16.6', account: email('b') });
  const reach = (source: string) =>
    reachability(account('a'), account('b'), a, b, rule('r', { ...allow9042, source_service_accounts: [source] })).ask('a', 'b', tcp(9042));
  expect(reach(email('a'))).toBe('yes');
  expect(reach('a@p.iam.gserviceaccount.com')).toBe('yes');
  expect(reach(email('b'))).toBe('no');
});

test('unresolved references are equal when their texts are, otherwise unknown', () => {
  const a = machine('a', { account: ref('data.x.a.email') });
  const b = machine('b', { address: '10.10.16.6', account: ref('data.x.b.email') });
  const reach = (source: string) =>
    reachability(a, b, rule('r', { ...allow9042, source_service_accounts: [source] })).ask('a', 'b', tcp(9042));
  expect(reach(ref('data.x.a.email'))).toBe('yes');
  expect(reach(ref('data.x.b.email'))).toBe('unknown');
  expect(reach('a@p.iam.gserviceaccount.com')).toBe('unknown');
});

test('an address that Google assigns is identified by its reference, and is in its subnet', () => {
  const world = (cidr: string) => [
    { google_compute_address: { a: { name: 'a' } } },
    machine('db', { address: ref('google_compute_address.a.address') }),
    namespaces({ web: {} }),
    pods('web'),
    policy('web', 'out', { policy_types: ['Egress'], egress: [{ to: [{ ip_block: { cidr } }] }] }),
    rule('r', { ...allow9042, source_ranges: ['10.20.0.0/16'] }),
  ];
  const ask = (cidr: string) => reachability(...world(cidr)).ask('web', 'db', tcp(9042));
  expect(ask(`${ref('google_compute_address.a.address')}/32`)).toBe('yes');
  expect(ask('10.10.16.0/24')).toBe('yes');
  expect(ask('10.10.16.7/32')).toBe('unknown');
  expect(ask('10.10.15.0/24')).toBe('no');
});

test('interpolations, locals and references to references are resolved', () => {
  const json = {
    ...document(
      { kubernetes_namespace_v1: { n: { metadata: [{ name: ref('local.name') }] } } },
      { kubernetes_deployment_v1: pods('web', { namespace: ref('kubernetes_namespace_v1.n.metadata[0].name') }).kubernetes_deployment_v1 },
      policy(ref('kubernetes_namespace_v1.n.metadata[0].name'), 'deny', { policy_types: ['Ingress'] }),
    ),
    locals: { name: `the-${ref('google_container_cluster.c.name')}` },
  };
  const reach = Reachability.read(json);
  expect(reach.named('web').map(({ id }) => id)).toEqual(['the-c/web']);
  expect(reach.ask('other pods', 'web', tcp(80))).toBe('no');
});

test('a policy in an unknown namespace may select any pods', () => {
  const reach = reachability(namespaces({ web: {} }), pods('web'), policy(ref('var.namespace'), 'deny', { policy_types: ['Ingress'] }));
  expect(reach.ask('other pods', 'web', tcp(80))).toBe('unknown');
});

test('unknown labels and ports make an answer unknown, never no', () => {
  const world = [namespaces({ web: {}, db: {} }), pods('web', { labels: { app: ref('var.app') } }), pods('db')];
  const lets = (peer: object, port: string) =>
    policy('db', 'in', { policy_types: ['Ingress'], ingress: [{ from: [{ namespace_selector: {}, ...peer }], ports: [{ port }] }] });
  expect(reachability(...world, lets({ pod_selector: { match_labels: { app: 'web' } } }, '80')).ask('web', 'db', tcp(80))).toBe('unknown');
  expect(reachability(...world, lets({}, ref('var.port'))).ask('web', 'db', tcp(80))).toBe('unknown');
});

describe('a plan', () => {
  const values = (type: string, name: string, body: object) => ({ mode: 'managed', type, name, address: `${type}.${name}`, values: body });
  const plan = {
    planned_values: {
      root_module: {
        resources: [
          values('google_compute_network', 'net', { name: 'net', project: 'p' }),
          values('google_compute_instance', 'a', {
            name: 'a',
            network_interface: [{ network: 'projects/p/global/networks/net', network_ip: '10.0.0.2', access_config: [] }],
            service_account: [{ scopes: [] }],
          }),
          values('google_compute_instance', 'b', {
            name: 'b',
            network_interface: [{ network: 'projects/p/global/networks/net', network_ip: '10.0.0.3', access_config: [] }],
          }),
          values('google_compute_firewall', 'r', {
            name: 'r',
            direction: 'INGRESS',
            priority: 1000,
            allow: [{ protocol: 'tcp', ports: ['9042'] }],
            source_ranges: [],
            network: 'projects/p/global/networks/net',
          }),
        ],
      },
    },
    resource_changes: [
      { address: 'google_compute_instance.a', change: { after_unknown: { service_account: [{ email: true }], tags: true } } },
      { address: 'google_compute_firewall.r', change: { after_unknown: { source_service_accounts: [true] } } },
    ],
    configuration: {
      root_module: {
        resources: [
          {
            address: 'google_compute_instance.a',
            expressions: { service_account: [{ email: { references: ['google_service_account.a.email', 'google_service_account.a'] } }] },
          },
          {
            address: 'google_compute_firewall.r',
            expressions: { source_service_accounts: { references: ['google_service_account.a.email', 'google_service_account.a'] } },
          },
        ],
      },
    },
  };

  test('has the same reachability as its stack: unknown values keep their references', () => {
    const reach = Reachability.read(plan);
    expect(reach.ask('a', 'b', tcp(9042))).toBe('yes');
    expect(reach.ask('b', 'a', tcp(9042))).toBe('no');
    expect(reach.named('a')[0]?.vms?.[0]?.tags).toEqual([]);
  });
});

test('fails on JSON of other programs', () => {
  expect(() => Reachability.read('text')).toThrow('neither a synthesized stack nor a plan: expected a JSON object');
});

test('two reserved addresses differ, whichever Google assigns', () => {
  const reserved = (name: string) => ({
    google_compute_address: { [name]: { name, subnetwork: ref('google_compute_subnetwork.data.id') } },
  });
  const address = (name: string) => ref(`google_compute_address.${name}.address`);
  const reach = reachability(
    reserved('a'),
    reserved('b'),
    machine('a', { address: address('a') }),
    machine('b', { address: address('b'), tags: ['b'] }),
    machine('c', { address: ref('var.address'), tags: ['c'] }),
    rule('r', { allow: [{ protocol: 'tcp', ports: ['9042'] }], source_ranges: [`${address('a')}/32`] }),
  );
  expect(['a', 'b', 'c'].map((client) => reach.ask(client, client === 'b' ? 'a' : 'b', tcp(9042)))).toEqual(['yes', 'no', 'unknown']);
});
