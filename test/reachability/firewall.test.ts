import { machine, namespaces, pods, policy, reachability, ref, rule, tcp, udp } from './hand-made';

/** Semantics of https://cloud.google.com/firewall/docs/firewalls, and of GKE's own rules: /kubernetes-engine/docs/concepts/firewall-rules. */
const a = machine('a', { address: '10.10.16.5', tags: ['a'], account: 'a@p.iam.gserviceaccount.com' });
const b = machine('b', { address: '10.10.16.6', tags: ['b'], account: 'b@p.iam.gserviceaccount.com' });
const allow = (...ports: string[]) => ({ allow: [{ protocol: 'tcp', ports }] });
const deny = (...ports: string[]) => ({ deny: [{ protocol: 'tcp', ports }] });
const ask = (...parts: Parameters<typeof reachability>) => reachability(a, b, ...parts).ask('a', 'b', tcp(9042));

test('ingress is denied and egress allowed by default', () => {
  expect(ask()).toBe('no');
  expect(reachability(a).ask('a', 'internet', tcp(443))).toBe('yes');
});

test('a rule matches by range, tag or service account; one of its sources is enough', () => {
  expect(ask(rule('r', { ...allow('9042'), source_ranges: ['10.10.16.0/24'] }))).toBe('yes');
  expect(ask(rule('r', { ...allow('9042'), source_ranges: ['10.10.99.0/24'] }))).toBe('no');
  expect(ask(rule('r', { ...allow('9042'), source_tags: ['a'] }))).toBe('yes');
  expect(ask(rule('r', { ...allow('9042'), source_service_accounts: ['a@p.iam.gserviceaccount.com'] }))).toBe('yes');
  expect(ask(rule('r', { ...allow('9042'), source_ranges: ['10.10.99.0/24'], source_tags: ['a'] }))).toBe('yes');
});

test('a rule without sources matches any client, without ports any port', () => {
  expect(ask(rule('r', allow()))).toBe('yes');
});

test('targets are the VMs with a tag or a service account; by default all', () => {
  expect(ask(rule('r', { ...allow('9042'), target_tags: ['b'] }))).toBe('yes');
  expect(ask(rule('r', { ...allow('9042'), target_tags: ['a'] }))).toBe('no');
  expect(ask(rule('r', { ...allow('9042'), target_service_accounts: ['b@p.iam.gserviceaccount.com'] }))).toBe('yes');
  expect(ask(rule('r', { ...allow('9042'), target_service_accounts: ['x@p.iam.gserviceaccount.com'] }))).toBe('no');
});

test('the lower priority number decides, and a deny at equal priorities', () => {
  const admit = rule('admit', { ...allow('9042'), priority: 1000 });
  expect(ask(admit, rule('stop', { ...deny('9042'), priority: 1001 }))).toBe('yes');
  expect(ask(admit, rule('stop', { ...deny('9042'), priority: 999 }))).toBe('no');
  expect(ask(admit, rule('stop', { ...deny('9042'), priority: 1000 }))).toBe('no');
  expect(ask(admit, rule('stop', { ...deny('9042') }))).toBe('no');
});

test('a deny of some ports leaves the other ports to the next rule', () => {
  const reach = reachability(a, b, rule('stop', { ...deny('7000-7199'), priority: 1 }), rule('admit', { ...allow(), priority: 2 }));
  expect([6999, 7000, 7199, 7200].map((port) => reach.ask('a', 'b', tcp(port)))).toEqual(['yes', 'no', 'no', 'yes']);
});

test('protocols match by name or number, or all of them', () => {
  const by = (protocol: string) => reachability(a, b, rule('r', { allow: [{ protocol }] }));
  expect(by('17').ask('a', 'b', udp(53))).toBe('yes');
  expect(by('17').ask('a', 'b', tcp(53))).toBe('no');
  expect(by('all').ask('a', 'b', udp(53))).toBe('yes');
});

test('a disabled rule, or one of another network, has no effect', () => {
  expect(ask(rule('r', { ...allow('9042'), disabled: true }))).toBe('no');
  expect(ask(rule('r', { ...allow('9042'), network: 'other' }))).toBe('no');
  expect(ask(rule('r', { ...allow('9042'), network: 'net' }))).toBe('yes');
});

test('egress rules apply at the client', () => {
  const admit = rule('admit', allow('9042'));
  const stop = (body: object) => rule('stop', { direction: 'EGRESS', ...deny('9042'), ...body });
  expect(ask(admit, stop({ target_tags: ['a'] }))).toBe('no');
  expect(ask(admit, stop({ target_tags: ['b'] }))).toBe('yes');
  expect(ask(admit, stop({ destination_ranges: ['10.10.16.6/32'] }))).toBe('no');
  expect(ask(admit, stop({ destination_ranges: ['10.10.17.0/24'] }))).toBe('yes');
});

test('a rule may restrict its own end too: destinations of ingress, sources of egress', () => {
  const into = (range: string) => rule('r', { ...allow('9042'), source_ranges: ['0.0.0.0/0'], destination_ranges: [range] });
  expect([ask(into('10.10.16.6/32')), ask(into('10.10.16.5/32'))]).toEqual(['yes', 'no']);

  const outOf = (range: string) => rule('stop', { direction: 'EGRESS', ...deny('9042'), source_ranges: [range] });
  const admit = rule('admit', allow('9042'));
  expect([ask(admit, outOf('10.10.16.5/32')), ask(admit, outOf('10.20.0.0/16'))]).toEqual(['no', 'yes']);
  const web = [namespaces({ web: {} }), pods('web')];
  expect(reachability(b, ...web, admit, outOf('10.20.0.0/16')).ask('web', 'b', tcp(9042))).toBe('no');
});

test('pods have their own address in private ranges: tags and service accounts of their nodes do not match', () => {
  const web = [namespaces({ web: {} }), pods('web')];
  const admits = (body: object) => reachability(b, ...web, rule('r', { ...allow('9042'), ...body })).ask('web', 'b', tcp(9042));
  expect(admits({ source_ranges: ['10.20.0.0/16'] })).toBe('yes');
  expect(admits({ source_ranges: ['10.10.0.0/20'] })).toBe('no');
  expect(admits({ source_tags: ['node'] })).toBe('no');
  expect(admits({ source_service_accounts: ['nodes@p.iam.gserviceaccount.com'] })).toBe('no');
  expect(admits({ source_ranges: ['10.20.0.0/17'] })).toBe('unknown');
});

test('VMs reach pods by a rule for the nodes and a policy for the pods', () => {
  const web = [namespaces({ web: {} }), pods('web')];
  const admit = rule('r', { ...allow('80'), source_ranges: ['10.10.16.5/32'], target_tags: ['node'] });
  const lets = (cidr: string) => policy('web', 'in', { policy_types: ['Ingress'], ingress: [{ from: [{ ip_block: { cidr } }] }] });
  expect(reachability(a, ...web).ask('a', 'web', tcp(80))).toBe('no');
  expect(reachability(a, ...web, admit).ask('a', 'web', tcp(80))).toBe('yes');
  expect(reachability(a, ...web, admit, lets('10.10.16.5/32')).ask('a', 'web', tcp(80))).toBe('yes');
  expect(reachability(a, ...web, admit, lets('10.10.16.6/32')).ask('a', 'web', tcp(80))).toBe('no');
});

test('the internet reaches a VM only at an external IP address', () => {
  const admit = rule('r', { ...allow('22'), source_ranges: ['0.0.0.0/0'] });
  expect(reachability(a, admit).ask('internet', 'a', tcp(22))).toBe('no');
  expect(reachability(machine('a', { external: true }), admit).ask('internet', 'a', tcp(22))).toBe('yes');
  expect(reachability(a, admit).ask('IAP', 'a', tcp(22))).toBe('yes');
});

test('VMs without external addresses reach the internet only by Cloud NAT', () => {
  const nat = (body: object) =>
    ({ google_compute_router_nat: { nat: { router: 'router', ...body } } }) as Parameters<typeof reachability>[0];
  const onlyNodes = nat({
    source_subnetwork_ip_ranges_to_nat: 'LIST_OF_SUBNETWORKS',
    subnetwork: [{ name: ref('google_compute_subnetwork.nodes.id') }],
  });
  expect(reachability(a, onlyNodes).ask('a', 'internet', tcp(443))).toBe('no');
  expect(reachability(namespaces({ web: {} }), pods('web'), onlyNodes).ask('web', 'internet', tcp(443))).toBe('yes');
});

test('firewall policies are not evaluated, and make answers unknown', () => {
  const reach = reachability(a, b, rule('r', allow('9042')), { google_compute_network_firewall_policy_rule: { x: {} } });
  expect(reach.ask('a', 'b', tcp(9042))).toBe('unknown');
  expect(reach.ask('a', 'b', tcp(1))).toBe('unknown');
  expect(reach.notes.join()).toContain('firewall policies are not evaluated');
});

test('a network of another stack has a note on rules that are not evaluated', () => {
  const away = { google_compute_instance: { away: { name: 'away', network_interface: [{ network: 'shared', network_ip: '10.9.0.5' }] } } };
  expect(reachability(a, b).notes).toEqual([]);
  expect(reachability(a, away).notes).toEqual([
    'the network shared is part of another stack: its other firewall rules, and hierarchical firewall policies, are not evaluated',
  ]);
});
