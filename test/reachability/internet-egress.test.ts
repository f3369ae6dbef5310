import { machine, namespaces, pods, reachability, ref, rule, tcp } from './hand-made';

type Part = Parameters<typeof reachability>[number];

/** Ways from a network to external addresses: https://cloud.google.com/nat/docs/overview and https://cloud.google.com/vpc/docs/routes. */
const vm = machine('vm', { tags: ['vm'] });
const nat = (body: object): Part => ({
  google_compute_router_nat: {
    nat: { router: 'router', region: 'r', source_subnetwork_ip_ranges_to_nat: 'ALL_SUBNETWORKS_ALL_IP_RANGES', ...body },
  },
});
const network = (body: object): Part => ({ google_compute_network: { net: { name: 'net', project: 'p', ...body } } });
const route = (body: object): Part => ({
  google_compute_route: { route: { name: 'route', network: ref('google_compute_network.net.id'), dest_range: '0.0.0.0/0', ...body } },
});
const explained = (...parts: Part[]) => {
  const { answer, steps } = reachability(vm, ...parts).explain('vm', 'internet', tcp(443));
  return [answer, steps.at(-1)!.text];
};
const leaves = (...parts: Part[]) => explained(...parts)[0];

describe('a Cloud NAT', () => {
  const other: Part = {
    google_compute_network: { other: { name: 'other', project: 'p' } },
    google_compute_router: { other: { name: 'other', region: 'r', network: ref('google_compute_network.other.id') } },
  };

  test('translates subnets of the network and the region of its router', () => {
    expect(leaves()).toBe('yes');
    expect(leaves(other, nat({ router: ref('google_compute_router.other.name') }))).toBe('no');
    const elsewhere: Part = {
      google_compute_router: { router: { name: 'router', project: 'p', region: 'far', network: ref('google_compute_network.net.id') } },
    };
    expect(leaves(elsewhere, nat({ region: 'far' }))).toBe('no');
  });

  test('may be of another network when its router is not in the stack', () => {
    expect(explained(nat({ router: 'elsewhere' }))).toEqual([
      'unknown',
      'it is not known whether a Cloud NAT translates its subnet (google_compute_router_nat.nat)',
    ]);
  });

  test.each([
    [{ type: 'PRIVATE' }, 'no'],
    [{ type: ref('var.x') }, 'unknown'],
    [{ endpoint_types: ['ENDPOINT_TYPE_SWG'] }, 'no'],
    [{ endpoint_types: ['ENDPOINT_TYPE_SWG', 'ENDPOINT_TYPE_VM'] }, 'yes'],
    [{ source_subnetwork_ip_ranges_to_nat: 'ALL_SUBNETWORKS_ALL_PRIMARY_IP_RANGES' }, 'yes'],
    [{ region: ref('var.x') }, 'unknown'],
  ])('of %j leads VMs to the internet: %s', (body, expected) => {
    expect(leaves(nat(body))).toBe(expected);
  });

  test.each([
    [['PRIMARY_IP_RANGE'], 'yes'],
    [['LIST_OF_SECONDARY_IP_RANGES'], 'no'],
    [[ref('var.x')], 'unknown'],
  ])('for the ranges %j of a subnet leads VMs to the internet: %s', (ranges, expected) => {
    const subnetwork = [{ name: 'data', source_ip_ranges_to_nat: ranges }];
    expect(leaves(nat({ source_subnetwork_ip_ranges_to_nat: 'LIST_OF_SUBNETWORKS', subnetwork }))).toBe(expected);
  });
});

describe('a network without default routes', () => {
  const deleted = network({ delete_default_routes_on_create: true });

  test('does not lead to the internet', () => {
    expect(explained(deleted)).toEqual(['no', 'its network has no route to the internet: default routes are deleted']);
    expect(leaves(network({ delete_default_routes_on_create: ref('var.x') }))).toBe('unknown');
  });

  test('has the routes of the stack', () => {
    const gateway = 'default-internet-gateway';
    expect(leaves(deleted, route({ next_hop_gateway: gateway }))).toBe('yes');
    expect(leaves(deleted, route({ next_hop_gateway: gateway, tags: ['vm'] }))).toBe('yes');
    expect(leaves(deleted, route({ next_hop_gateway: gateway, tags: ['other'] }))).toBe('no');
    expect(leaves(deleted, route({ next_hop_gateway: gateway, dest_range: '199.36.153.8/30' }))).toBe('no');
    const reach = reachability(vm, deleted, route({ next_hop_gateway: gateway, dest_range: '199.36.153.8/30' }));
    expect(reach.ask('vm', 'Google APIs', tcp(443))).toBe('yes');
    expect(reachability(vm, deleted).ask('vm', 'Google APIs', tcp(443))).toBe('unknown');
  });

  test('may have no route for answers to the internet', () => {
    const open = rule('open', { allow: [{ protocol: 'tcp' }], source_ranges: ['0.0.0.0/0'] });
    const asked = (...parts: Part[]) => reachability(machine('vm', { external: true }), open, ...parts).ask('internet', 'vm', tcp(22));
    expect([asked(), asked(deleted)]).toEqual(['yes', 'unknown']);
  });

  test('may lead to the internet over a VPN', () => {
    expect(explained(deleted, { google_compute_vpn_tunnel: { t: {} } })).toEqual([
      'unknown',
      'google_compute_vpn_tunnel.t may lead to the internet: it is not evaluated',
    ]);
  });
});

describe('a route to another next hop than the internet gateway', () => {
  const diverts = 'google_compute_route.route may send the traffic elsewhere: its next hop is not evaluated';
  const noNat = nat({ type: 'PRIVATE' });

  test.each([{ next_hop_ilb: '10.10.16.9' }, { next_hop_instance: 'proxy' }, { next_hop_ip: '10.10.16.9', tags: ['vm'] }])(
    'may lead VMs to the internet, or keep them from it: %j',
    (body) => {
      expect(explained(route(body))).toEqual(['unknown', diverts]);
      expect(explained(noNat, route(body))).toEqual(['unknown', diverts]);
    },
  );

  test('does not matter to other VMs, networks and destinations', () => {
    const hop = { next_hop_ilb: '10.10.16.9' };
    expect(leaves(route({ ...hop, tags: ['other'] }))).toBe('yes');
    expect(leaves(route({ ...hop, network: 'another' }))).toBe('yes');
    expect(leaves(route({ ...hop, dest_range: '10.99.0.0/16' }))).toBe('yes');
  });

  test('may be a policy-based route', () => {
    expect(leaves({ google_network_connectivity_policy_based_route: { r: { network: ref('google_compute_network.net.id') } } })).toBe(
      'unknown',
    );
  });
});

test('a proxy may lead VMs to the internet', () => {
  const proxy = { google_network_services_gateway: { g: { network: ref('google_compute_network.net.id') } } };
  expect(leaves(nat({ type: 'PRIVATE' }))).toBe('no');
  expect(leaves(nat({ type: 'PRIVATE' }), proxy)).toBe('unknown');
});

test('pods leave by the Cloud NAT of the subnet of their nodes', () => {
  const web = [namespaces({ web: {} }), pods('web')];
  const subnetwork = [{ name: 'nodes', source_ip_ranges_to_nat: ['PRIMARY_IP_RANGE'] }];
  const onlyNodes = nat({ source_subnetwork_ip_ranges_to_nat: 'LIST_OF_SUBNETWORKS', subnetwork });
  expect(reachability(...web, onlyNodes).ask('web', 'internet', tcp(443))).toBe('yes');
});
