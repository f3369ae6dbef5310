import { Reachability } from '../../lib/reachability';
import { document, machine, namespaces, pods, policy, ref, rule } from './hand-made';

type Container = Record<string, unknown>;

const named = (namespace: string, app?: string) => ({
  namespace_selector: { match_labels: { 'kubernetes.io/metadata.name': namespace } },
  ...(app === undefined ? {} : { pod_selector: { match_labels: { app } } }),
});

/** Stack with rules of every kind: isolated namespaces, VMs with a firewall, a load balancer, an ingress and a NAT. */
function world(): { readonly resource: Record<string, Record<string, Container>> } {
  const service = (name: string, spec: object) => ({
    kubernetes_service_v1: {
      [name]: {
        metadata: { name, namespace: 'web' },
        spec: { selector: { app: 'web' }, port: [{ port: 80, target_port: 'http' }], ...spec },
      },
    },
  });
  return document(
    namespaces({ web: { team: 'red' }, db: {} }),
    pods('web', { ports: { http: 8080 } }),
    pods('db', { ports: { cql: 9042 }, hostNetwork: false }),
    policy('db', 'in', {
      policy_types: ['Ingress'],
      ingress: [{ from: [named('web', 'web')], ports: [{ port: 'cql', protocol: 'TCP' }] }],
    }),
    policy('web', 'out', {
      policy_types: ['Egress'],
      egress: [{ to: [named('db'), { ip_block: { cidr: '10.10.16.0/24', except: ['10.10.16.9/32'] } }] }],
    }),
    policy('web', 'in', {
      pod_selector: { match_labels: { app: 'web' } },
      ingress: [{ from: [{ ip_block: { cidr: '130.211.0.0/22' } }, { ip_block: { cidr: '35.191.0.0/16' } }], ports: [{ port: '8080' }] }],
    }),
    machine('vm', { tags: ['vm'], account: 'vm@p.iam.gserviceaccount.com', external: true }),
    machine('client', { address: '10.10.16.6', tags: ['client'] }),
    rule('admit', { allow: [{ protocol: 'tcp', ports: ['22'] }], source_ranges: ['0.0.0.0/0'], target_tags: ['vm'], priority: 900 }),
    rule('deny', { deny: [{ protocol: 'tcp' }], source_tags: ['client'], priority: 800 }),
    rule('leave', { deny: [{ protocol: 'udp' }], direction: 'EGRESS', destination_ranges: ['0.0.0.0/0'] }),
    service('public', { type: 'LoadBalancer', load_balancer_source_ranges: ['8.8.8.0/24'] }),
    service('web', {}),
    service('node-port', { type: 'NodePort', port: [{ port: 80, target_port: '8080', node_port: 30080 }] }),
    {
      google_compute_route: {
        route: { network: ref('google_compute_network.net.id'), dest_range: '0.0.0.0/0', next_hop_gateway: 'default-internet-gateway' },
      },
      google_compute_instance_template: {
        workers: { name: 'workers', tags: ['vm'], network_interface: [{ subnetwork: ref('google_compute_subnetwork.data.id') }] },
      },
      google_compute_instance_group_manager: {
        workers: { name: 'workers', version: [{ instance_template: ref('google_compute_instance_template.workers.id') }] },
      },
      kubernetes_labels: { labels: { kind: 'Namespace', metadata: { name: 'web' }, labels: { colour: 'red' } } },
    },
    {
      kubernetes_ingress_v1: {
        web: {
          metadata: { name: 'web', namespace: 'web', annotations: { 'kubernetes.io/ingress.class': 'gce' } },
          spec: { rule: [{ host: 'api.example.com', http: { path: [{ backend: { service: { name: 'web', port: { number: 80 } } } }] } }] },
        },
      },
    },
  ) as never;
}

/** Each value of a stack, with the object or list that holds it. */
function* values(container: Container, path: readonly string[] = []): Iterable<readonly [Container, string, string]> {
  for (const [name, value] of Object.entries(container)) {
    const here = [...path, name];
    // Below the type and the name of a resource.
    if (here.length > 2) yield [container, name, here.join('.')];
    if (typeof value === 'object' && value !== null) yield* values(value as Container, here);
  }
}

const byPair = (reachability: Reachability) =>
  new Map(reachability.cells.map(({ from, to, allowance }) => [`${from.id} -> ${to.id}`, allowance]));

test('a value from an expression turns no certain answer into its opposite', () => {
  const certain = Reachability.read(world());
  const before = byPair(certain);
  const endpoints = new Set(certain.endpoints.map(({ id }) => id));
  const stack = world();
  let count = 0;
  const wrong: string[] = [];
  for (const [container, name, path] of [...values(stack.resource)]) {
    const value = container[name];
    // A list of blocks takes no expression in place of one of them.
    if (Array.isArray(container) && typeof value === 'object') continue;
    container[name] = ref('var.x');
    const changed = Reachability.read(stack);
    container[name] = value;
    count++;
    const after = byPair(changed);
    const known = new Set(changed.endpoints.map(({ id }) => id).filter((id) => endpoints.has(id)));
    for (const pair of new Set([...before.keys(), ...after.keys()])) {
      if (!pair.split(' -> ').every((id) => known.has(id))) continue;
      const [was, is] = [before.get(pair), after.get(pair)];
      const lost = was && (is ? was.certain.minus(is.possible) : was.certain);
      const gained = is && (was ? is.certain.minus(was.possible) : is.certain);
      if ((lost && !lost.isEmpty) || (gained && !gained.isEmpty))
        wrong.push(`${path}: ${pair} ${was ?? 'nothing'} becomes ${is ?? 'nothing'}`);
    }
  }
  expect(count).toBeGreaterThan(150);
  expect(wrong).toEqual([]);
});
