import { created, deleted, findVerdicts, type HandMadeChange, kept, replaced, updated } from './hand-made';

const FIREWALL = 'google_compute_firewall.A';
const firewall = (more: object) => ({
  name: 'cql',
  network: 'main',
  direction: 'INGRESS',
  priority: 1000,
  source_ranges: ['10.4.0.0/24'],
  target_tags: ['cassandra'],
  allow: [{ protocol: 'tcp', ports: ['9042'] }],
  ...more,
});
const allow = (more: object) => updated(FIREWALL, firewall({}), firewall(more));
const deny = (more: object = {}) => firewall({ source_ranges: ['0.0.0.0/0'], allow: [], deny: [{ protocol: 'all' }], ...more });
const POLICY_RULE = 'google_compute_network_firewall_policy_rule.A';
const policyRule = (more: object = {}) => ({
  firewall_policy: 'edge',
  priority: 100,
  direction: 'INGRESS',
  action: 'allow',
  match: [{ src_ip_ranges: ['10.4.0.0/24'], layer4_configs: [{ ip_protocol: 'tcp', ports: ['9042'] }] }],
  ...more,
});
const AZURE = 'azurerm_network_security_rule.A';
const azure = (more: object) => ({
  name: 'ssh',
  direction: 'Inbound',
  access: 'Allow',
  priority: 100,
  protocol: 'Tcp',
  source_address_prefix: '10.0.0.0/24',
  destination_port_range: '22',
  destination_address_prefix: '*',
  network_security_group_name: 'main',
  ...more,
});
const ARMOR = 'google_compute_security_policy.A';
const blocks = { action: 'deny(403)', priority: 1, match: [{ expr: [{ expression: "origin.region_code == 'XX'" }] }] };
const last = { action: 'allow', priority: 2147483647, match: [{ versioned_expr: 'SRC_IPS_V1', config: [{ src_ip_ranges: ['*'] }] }] };
const armor = (...rule: object[]) => ({ name: 'edge', rule });
const ranges = (...src_ip_ranges: string[]) => ({ match: [{ versioned_expr: 'SRC_IPS_V1', config: [{ src_ip_ranges }] }] });
const POLICY = 'kubernetes_network_policy_v1.A';
const policy = (spec: object) => ({
  metadata: [{ name: 'web', namespace: 'shop' }],
  spec: [{ pod_selector: [{}], policy_types: ['Ingress'], ...spec }],
});
const from = (peer: object, more: object = {}) => ({ from: [peer], ...more });
const app = (name: string) => ({ pod_selector: [{ match_labels: { app: name } }] });
const PERIMETER = 'google_access_context_manager_service_perimeter.A';
const perimeter = (status: object) => ({
  name: 'main',
  status: [{ resources: ['projects/1'], restricted_services: ['storage.googleapis.com'], ...status }],
});
const LEVEL = 'google_access_context_manager_access_level.A';
const level = (...ip_subnetworks: string[]) => ({
  name: 'office',
  basic: [{ combining_function: 'AND', conditions: [{ ip_subnetworks }] }],
});

const PEERING = 'google_compute_network_peering.A';
const VM = 'google_compute_instance.A';

type Case = [what: string, changes: HandMadeChange[], expected: RegExp];

const opening: Case[] = [
  // Firewall rules that allow.
  ['a whole private range', [allow({ source_ranges: ['10.0.0.0/8'] })], /^refuse cql allows more traffic: from 10\.0\.0\.0\/8$/],
  ['another range', [allow({ source_ranges: ['10.4.0.0/24', '10.5.0.0/24'] })], /^warn cql allows more traffic: from 10\.5\.0\.0\/24$/],
  ['another tag', [allow({ source_tags: ['web'] })], /^warn cql allows more traffic: from tag web/],
  ['another port', [allow({ allow: [{ protocol: 'tcp', ports: ['9042', '7000-7001'] }] })], /^warn .*at tcp 7000-7001/],
  ['all ports', [allow({ allow: [{ protocol: 'tcp' }] })], /^warn .*at all of tcp/],
  ['all VM instances', [allow({ target_tags: [] })], /^warn .*for all VM instances/],
  ['another target', [allow({ target_tags: ['cassandra', 'web'] })], /^warn .*for tag web/],
  ['another priority', [allow({ priority: 900 })], /^warn cql is evaluated before other rules: its priority is 900/],
  ['sources that are removed', [allow({ source_ranges: [], source_tags: [] })], /^refuse cql allows ingress from the internet/],
  [
    'sources that are known after apply',
    [updated(FIREWALL, firewall({}), firewall({ source_ranges: undefined }), { change: { after_unknown: { source_ranges: true } } })],
    /known after apply \(source_ranges\)/,
  ],
  [
    'the internet beside sources that are known after apply',
    [
      updated(FIREWALL, firewall({}), firewall({ source_ranges: ['0.0.0.0/0', null] }), {
        change: { after_unknown: { source_ranges: [false, true] } },
      }),
    ],
    /^refuse cql allows ingress from the internet/,
  ],
  [
    'a new rule whose sources are known after apply',
    [created(FIREWALL, firewall({ source_ranges: undefined }), { change: { after_unknown: { source_ranges: true } } })],
    /^warn cql allows traffic that is known after apply/,
  ],
  [
    'a rule that is enabled',
    [updated(FIREWALL, firewall({ disabled: true }), firewall({ disabled: false }))],
    /^warn cql allows traffic that it did not allow/,
  ],
  [
    'a rule that is enabled for the internet',
    [
      updated(
        FIREWALL,
        firewall({ disabled: true, source_ranges: ['0.0.0.0/0'] }),
        firewall({ source_ranges: ['0.0.0.0/0'], disabled: null }),
      ),
    ],
    /^refuse cql allows ingress from the internet/,
  ],
  [
    'more destinations',
    [updated(FIREWALL, firewall({ direction: 'EGRESS', destination_ranges: ['10.4.0.0/24'] }), { destination_ranges: ['10.0.0.0/16'] })],
    /^warn cql allows more traffic: to 10\.0\.0\.0\/16/,
  ],
  [
    'a policy rule for more ranges',
    [
      updated(
        POLICY_RULE,
        policyRule(),
        policyRule({ match: [{ src_ip_ranges: ['10.0.0.0/8'], layer4_configs: [{ ip_protocol: 'tcp', ports: ['9042'] }] }] }),
      ),
    ],
    /^refuse A allows more traffic: from 10\.0\.0\.0\/8/,
  ],
  [
    'a policy rule that no longer denies',
    [updated(POLICY_RULE, policyRule({ action: 'deny' }), policyRule({ action: 'allow' }))],
    /^refuse A: no longer denies traffic|^refuse A no longer denies traffic/,
  ],
  [
    'a policy rule that defers to others',
    [updated(POLICY_RULE, policyRule({ action: 'deny' }), policyRule({ action: 'goto_next' }))],
    /^refuse .*no longer denies traffic/,
  ],
  [
    'a rule of a policy with its rules',
    [
      updated(
        'google_compute_network_firewall_policy_with_rules.A',
        { name: 'edge', rule: [policyRule({ action: 'deny' })] },
        { rule: [] },
      ),
    ],
    /^refuse edge: rule 100 no longer denies traffic/,
  ],
  // Firewall rules that deny.
  ['a denial that is deleted', [deleted(FIREWALL, deny())], /^refuse cql no longer denies traffic/],
  ['a denial that is disabled', [updated(FIREWALL, deny(), { disabled: true })], /^refuse cql no longer denies traffic/],
  [
    'a denial after other rules',
    [updated(FIREWALL, deny({ priority: 900 }), { priority: 2000 })],
    /^refuse cql is evaluated after other rules: its priority is 2000/,
  ],
  [
    'a denial for fewer sources',
    [updated(FIREWALL, deny(), { source_ranges: ['10.0.0.0/8'] })],
    /^refuse cql denies less traffic: no longer from 0\.0\.0\.0\/0/,
  ],
  [
    'a denial for fewer targets',
    [updated(FIREWALL, deny({ target_tags: [] }), { target_tags: ['web'] })],
    /^refuse cql denies less traffic: no longer for all VM instances/,
  ],
  [
    'a denial of fewer ports',
    [updated(FIREWALL, deny(), { deny: [{ protocol: 'tcp', ports: ['22'] }] })],
    /^refuse cql denies less traffic: no longer at all ports/,
  ],
  // Other clouds.
  ['a rule of Azure', [updated(AZURE, azure({}), azure({ source_address_prefix: '*' }))], /^refuse .*from 0\.0\.0\.0\/0/],
  [
    'a new rule of Azure for the internet',
    [created(AZURE, azure({ source_address_prefix: 'Internet' }))],
    /^refuse .*allows ingress from the internet at tcp 22/,
  ],
  [
    'a new rule of AWS for the internet',
    [created('aws_security_group_rule.A', { type: 'ingress', protocol: 'tcp', from_port: 22, to_port: 22, cidr_blocks: ['0.0.0.0/0'] })],
    /^refuse .*at tcp 22-22/,
  ],
  // Cloud Armor.
  ['a rule of Cloud Armor that is removed', [updated(ARMOR, armor(blocks, last), armor(last))], /^refuse edge: rule 1 is removed/],
  [
    'a rule of Cloud Armor that allows',
    [updated(ARMOR, armor(blocks, last), armor({ ...blocks, action: 'allow' }, last))],
    /^refuse edge: rule 1 allows requests that it blocked/,
  ],
  [
    'a rule of Cloud Armor that is a preview',
    [updated(ARMOR, armor(blocks, last), armor({ ...blocks, preview: true }, last))],
    /^refuse edge: rule 1 is only a preview/,
  ],
  [
    'a rule of Cloud Armor that comes later',
    [updated(ARMOR, armor(blocks, last), armor({ ...blocks, priority: 5000 }, last))],
    /^warn edge: rule 1 is evaluated later, at 5000/,
  ],
  [
    'a rule of Cloud Armor with other conditions',
    [updated(ARMOR, armor(blocks, last), armor({ ...blocks, match: [{ expr: [{ expression: 'false' }] }] }, last))],
    /^warn edge: rule 1 blocks other requests/,
  ],
  [
    'fewer blocked ranges',
    [updated(ARMOR, armor({ ...blocks, ...ranges('192.0.2.0/24') }, last), armor({ ...blocks, ...ranges('192.0.2.1/32') }, last))],
    /^warn edge: rule 1 blocks other requests/,
  ],
  [
    'a default rule that allows',
    [updated(ARMOR, armor({ ...last, action: 'deny(404)' }), armor(last))],
    /^refuse edge: rule 2147483647 allows/,
  ],
  [
    'an exception before rules that block',
    [
      updated(
        ARMOR,
        armor({ ...blocks, priority: 10 }, last),
        armor({ action: 'allow', priority: 5, ...ranges('*') }, { ...blocks, priority: 10 }, last),
      ),
    ],
    /^warn edge: rule 5 allows requests before/,
  ],
  [
    'a rule of a policy in a resource of its own',
    [deleted('google_compute_security_policy_rule.A', { ...blocks, security_policy: 'edge' })],
    /^refuse A: rule 1 is removed/,
  ],
  // Network policies.
  [
    'a policy for all sources',
    [updated(POLICY, policy({ ingress: [] }), policy({ ingress: [{}] }))],
    /^refuse web: it accepts connections from everywhere/,
  ],
  [
    'a rule without its sources',
    [updated(POLICY, policy({ ingress: [from(app('a'))] }), policy({ ingress: [{ from: [] }] }))],
    /^refuse web: it accepts connections from everywhere/,
  ],
  [
    'a policy for the internet',
    [updated(POLICY, policy({ ingress: [] }), policy({ ingress: [from({ ip_block: [{ cidr: '0.0.0.0/0' }] })] }))],
    /^refuse web: it accepts connections from the internet/,
  ],
  [
    'a policy for all namespaces',
    [updated(POLICY, policy({ ingress: [] }), policy({ ingress: [from({ namespace_selector: [{}] })] }))],
    /^refuse web: .*all namespaces/,
  ],
  [
    'a policy for one more app',
    [updated(POLICY, policy({ ingress: [from(app('a'))] }), policy({ ingress: [from(app('a')), from(app('b'))] }))],
    /^warn web: it accepts more connections/,
  ],
  [
    'a policy for more ports',
    [updated(POLICY, policy({ ingress: [from(app('a'), { ports: [{ port: '80' }] })] }), policy({ ingress: [from(app('a'))] }))],
    /^warn web: it accepts more connections/,
  ],
  [
    'a policy for fewer pods',
    [updated(POLICY, policy({}), policy({ pod_selector: [{ match_labels: { app: 'web' } }] }))],
    /^refuse web: it no longer selects all pods/,
  ],
  [
    'a policy without egress',
    [updated(POLICY, policy({ policy_types: ['Ingress', 'Egress'] }), policy({}))],
    /^refuse web: it no longer limits egress/,
  ],
  ['a new policy for all sources', [created(POLICY, policy({ ingress: [{}] }))], /^warn web: it accepts connections from everywhere/],
  [
    'a policy of a manifest',
    [
      updated(
        'kubernetes_manifest.A',
        {
          manifest: {
            apiVersion: 'networking.k8s.io/v1',
            kind: 'NetworkPolicy',
            metadata: { name: 'web' },
            spec: { podSelector: {}, policyTypes: ['Ingress'] },
          },
        },
        {
          manifest: {
            apiVersion: 'networking.k8s.io/v1',
            kind: 'NetworkPolicy',
            metadata: { name: 'web' },
            spec: { podSelector: {}, policyTypes: ['Ingress'], ingress: [{}] },
          },
        },
      ),
    ],
    /^refuse web: it accepts connections from everywhere/,
  ],
  // Perimeters.
  [
    'a project that leaves',
    [updated(PERIMETER, perimeter({ resources: ['projects/1', 'projects/2'] }), perimeter({}))],
    /^refuse main: projects leave the perimeter: projects\/2/,
  ],
  [
    'a service that is no longer restricted',
    [updated(PERIMETER, perimeter({ restricted_services: ['storage.googleapis.com', 'bigquery.googleapis.com'] }), perimeter({}))],
    /^refuse main: services are no longer restricted: bigquery/,
  ],
  [
    'a perimeter that is only a dry run',
    [updated(PERIMETER, perimeter({}), { status: [], spec: [{}], use_explicit_dry_run_spec: true })],
    /^refuse main: the perimeter is no longer enforced/,
  ],
  ['more access levels', [updated(PERIMETER, perimeter({}), perimeter({ access_levels: ['office'] }))], /^warn main: more access levels/],
  [
    'more callers',
    [updated(PERIMETER, perimeter({}), perimeter({ ingress_policies: [{ ingress_from: [{ identity_type: 'ANY_IDENTITY' }] }] }))],
    /^warn main: more callers are let through: ingress_policies/,
  ],
  ['a perimeter that is deleted', [deleted(PERIMETER, perimeter({}))], /^refuse main: the perimeter is deleted/],
  [
    'a member that is deleted',
    [deleted('google_access_context_manager_service_perimeter_resource.A', { resource: 'projects/1' })],
    /^refuse A: a project leaves the perimeter/,
  ],
  [
    'an access level for more ranges',
    [updated(LEVEL, level('192.0.2.0/24'), level('192.0.2.0/24', '198.51.100.0/24'))],
    /^warn office: the conditions of the access level change/,
  ],
  // Networks.
  [
    'a new peering',
    [created(PEERING, { name: 'p', network: 'main', peer_network: 'projects/other/global/networks/x' })],
    /^warn p: the network is connected to x/,
  ],
  [
    'routes of a peering',
    [updated(PEERING, { name: 'p', peer_network: 'x' }, { export_custom_routes: true })],
    /^warn p: more routes are exchanged/,
  ],
  [
    'another order of policies',
    [updated('google_compute_network.A', { name: 'main' }, { network_firewall_policy_enforcement_order: 'BEFORE_CLASSIC_FIREWALL' })],
    /^warn main: .*in another order/,
  ],
  [
    'a VM instance that loses the tag of a denial',
    [updated(VM, { name: 'a', tags: ['cassandra'] }, { tags: [] }), kept(FIREWALL, deny())],
    /^refuse a: its tags change, so cql no longer denies/,
  ],
  [
    'a VM instance that gets the tag of an allowance',
    [updated(VM, { name: 'a', tags: [] }, { tags: ['cassandra'] }), kept(FIREWALL, firewall({}))],
    /^warn a: its tags change, so cql allows/,
  ],
  [
    'a database of Azure for the internet',
    [created('azurerm_mssql_firewall_rule.A', { start_ip_address: '0.0.0.0', end_ip_address: '255.255.255.255' })],
    /^refuse A allows ingress from the internet/,
  ],
  [
    'a policy rule with another priority',
    [updated(POLICY_RULE, policyRule(), policyRule({ priority: 50 }))],
    /^warn A is evaluated before other rules: its priority is 50/,
  ],
  [
    'a route to the internet',
    [created('google_compute_route.A', { name: 'out', dest_range: '0.0.0.0/0', next_hop_gateway: 'default-internet-gateway' })],
    /^warn out: the network gets a route/,
  ],
  [
    'a group without access levels',
    [deleted('google_access_context_manager_gcp_user_access_binding.A', { access_levels: ['a'] })],
    /^refuse A: a group is no longer bound/,
  ],
  [
    'egress to the internet',
    [
      updated(
        POLICY,
        policy({ policy_types: ['Egress'], egress: [] }),
        policy({ policy_types: ['Egress'], egress: [{ to: [{ ip_block: [{ cidr: '0.0.0.0/0' }] }] }] }),
      ),
    ],
    /^warn web: it opens more connections/,
  ],
];

const closed: [what: string, changes: HandMadeChange[]][] = [
  ['a narrower range', [updated(FIREWALL, firewall({ source_ranges: ['10.0.0.0/8'] }), firewall({}))]],
  ['ranges that are written in parts', [allow({ source_ranges: ['10.4.0.0/25', '10.4.0.128/25'] })]],
  [
    'ports that are written in parts',
    [
      updated(
        FIREWALL,
        firewall({ allow: [{ protocol: 'tcp', ports: ['1-3'] }] }),
        firewall({
          allow: [
            { protocol: '6', ports: ['1-2'] },
            { protocol: 'tcp', ports: ['3'] },
          ],
        }),
      ),
    ],
  ],
  ['fewer ports', [updated(FIREWALL, firewall({ allow: [{ protocol: 'all' }] }), firewall({}))]],
  ['a rule that is disabled', [allow({ disabled: true })]],
  ['a rule that is deleted', [deleted(FIREWALL, firewall({}))]],
  ['a new rule for a private range', [created(FIREWALL, firewall({ source_ranges: ['10.0.0.0/8'] }))]],
  [
    'a new rule with one source that is known after apply',
    [
      created(FIREWALL, firewall({ source_ranges: ['10.4.0.0/24', null] }), {
        change: { after_unknown: { source_ranges: [false, true] } },
      }),
    ],
  ],
  ['logs that are turned off', [updated(FIREWALL, firewall({ log_config: [{ metadata: 'INCLUDE_ALL_METADATA' }] }), { log_config: [] })]],
  ['a denial that is evaluated earlier', [updated(FIREWALL, deny(), { priority: 500 })]],
  ['a denial of more', [updated(FIREWALL, deny({ source_ranges: ['10.0.0.0/8'] }), { source_ranges: ['0.0.0.0/0'] })]],
  ['a denial that moves to another address', [deleted(FIREWALL, deny()), created('google_compute_firewall.B', deny({ name: 'deny' }))]],
  [
    'a denial of which another one is left',
    [deleted(FIREWALL, deny()), kept('google_compute_firewall.B', deny({ name: 'deny', target_tags: [] }))],
  ],
  ['a denial that goes with its network', [deleted(FIREWALL, deny()), deleted('google_compute_network.Main', { name: 'main' })]],
  ['a denial that is renamed', [replaced(FIREWALL, deny(), { name: 'other' })]],
  ['a rule of Azure for fewer', [updated(AZURE, azure({ source_address_prefix: '*' }), azure({}))]],
  ['more rules of Cloud Armor', [updated(ARMOR, armor(last), armor(blocks, last))]],
  ['rules of Cloud Armor in another order', [updated(ARMOR, armor(blocks, last), armor(last, blocks))]],
  ['a rule of Cloud Armor with another description', [updated(ARMOR, armor(blocks, last), armor({ ...blocks, description: 'x' }, last))]],
  ['a rule of Cloud Armor that comes earlier', [updated(ARMOR, armor({ ...blocks, priority: 50 }, last), armor(blocks, last))]],
  [
    'more blocked ranges',
    [updated(ARMOR, armor({ ...blocks, ...ranges('192.0.2.1/32') }, last), armor({ ...blocks, ...ranges('192.0.2.0/24') }, last))],
  ],
  [
    'fewer rules of a policy',
    [updated(POLICY, policy({ ingress: [from(app('a')), from(app('b'))] }), policy({ ingress: [from(app('a'))] }))],
  ],
  [
    'rules of a policy in another order',
    [updated(POLICY, policy({ ingress: [from(app('a')), from(app('b'))] }), policy({ ingress: [from(app('b')), from(app('a'))] }))],
  ],
  [
    'fewer ports of a policy',
    [updated(POLICY, policy({ ingress: [from(app('a'))] }), policy({ ingress: [from(app('a'), { ports: [{ port: '80' }] })] }))],
  ],
  ['more pods of a policy', [updated(POLICY, policy({ pod_selector: [{ match_labels: { app: 'web' } }] }), policy({}))]],
  [
    'a policy that limits egress too',
    [updated(POLICY, policy({}), policy({ policy_types: ['Ingress', 'Egress'], egress: [{ to: [app('a')] }] }))],
  ],
  ['a new policy', [created(POLICY, policy({ ingress: [from(app('a'))] }))]],
  ['a project that joins', [updated(PERIMETER, perimeter({}), perimeter({ resources: ['projects/1', 'projects/2'] }))]],
  ['a perimeter with another dry run', [updated(PERIMETER, perimeter({}), { spec: [{ resources: [] }] })]],
  [
    'a peering with other options',
    [updated(PEERING, { name: 'p', peer_network: 'x', export_custom_routes: true }, { export_custom_routes: false })],
  ],
  ['a VM instance with other tags', [updated(VM, { name: 'a', tags: ['a'] }, { tags: ['b'] }), kept(FIREWALL, firewall({}))]],
  [
    'a database of Azure for one address',
    [created('azurerm_mssql_firewall_rule.A', { start_ip_address: '192.0.2.1', end_ip_address: '192.0.2.1' })],
  ],
];

const said = (changes: readonly HandMadeChange[]) =>
  findVerdicts('firewall-opened', changes).map(({ severity, reason }) => `${severity} ${reason}`);

test.each(opening)('reports %s', (_what, changes, expected) => {
  expect(said(changes)).toEqual([expect.stringMatching(expected)]);
});

test.each(closed)('accepts %s', (_what, changes) => {
  expect(said(changes)).toEqual([]);
});

test('a range more is reported without the configuration, from which reachability is computed', () => {
  const changes = [allow({ source_ranges: ['10.4.0.0/16'] })];
  expect(said(changes)).toEqual([expect.stringMatching(/^warn/)]);
  expect(findVerdicts('firewall-opened', changes, { synthesized: {} })).toEqual([]);
  expect(findVerdicts('firewall-opened', [allow({ source_ranges: ['10.0.0.0/8'] })], { synthesized: {} })).toHaveLength(1);
});
