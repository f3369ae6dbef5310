import fc from 'fast-check';
import { Reachability } from '../../lib/reachability';
import { document, machine, namespaces, pods, reachability, ref, rule, tcp } from './hand-made';
import {
  type FirewallRule,
  leavesByNat,
  type Nat,
  type Policy,
  type PolicyRule,
  podsConnect,
  type Selector,
  type Vm,
  vmsConnect,
  type World,
} from './second-evaluator';

type Part = Parameters<typeof reachability>[number];

const PORTS = [80, 8080, 9042];
const NAMES = ['a', 'b', 'c'];
const DATA_PLANES = [
  [{ datapath_provider: 'ADVANCED_DATAPATH' }, true],
  [{ network_policy: { enabled: true } }, true],
  [{ enable_autopilot: true }, true],
  [{ datapath_provider: 'LEGACY_DATAPATH' }, false],
  [{}, false],
] as const;

const labels = fc.dictionary(fc.constantFrom('app', 'tier'), fc.constantFrom('x', 'y'), { maxKeys: 2, noNullPrototype: true });
const selector = fc.record({
  labels: fc.oneof({ weight: 3, arbitrary: fc.constant({}) }, { weight: 2, arbitrary: labels }),
  expressions: fc.array(
    fc.record({
      key: fc.constantFrom('app', 'tier', 'kubernetes.io/metadata.name'),
      operator: fc.constantFrom('In' as const, 'NotIn' as const, 'Exists' as const, 'DoesNotExist' as const),
      values: fc.uniqueArray(fc.constantFrom('x', 'y', 'a', 'b'), { minLength: 1, maxLength: 2 }),
    }),
    { maxLength: 1 },
  ),
});
// Kubernetes adds the label of the name to namespaces only.
const podSelector = selector.map((some) => ({
  ...some,
  expressions: some.expressions.filter(({ key }) => key !== 'kubernetes.io/metadata.name'),
}));
const policyRule: fc.Arbitrary<PolicyRule> = fc.record(
  {
    peers: fc.array(
      fc
        .record({ namespaces: fc.option(selector, { nil: undefined }), pods: fc.option(podSelector, { nil: undefined }) })
        .filter(({ namespaces: where, pods: which }) => where !== undefined || which !== undefined),
      { minLength: 1, maxLength: 2 },
    ),
    ports: fc.array(fc.oneof(fc.constantFrom(...PORTS), fc.constant('main'), fc.constant([8000, 9999] as const)), {
      minLength: 1,
      maxLength: 2,
    }),
  },
  { requiredKeys: [] },
);
const policies = fc.array(
  fc
    .record({
      namespace: fc.constantFrom(...NAMES),
      pods: podSelector,
      ingress: fc.option(fc.array(policyRule, { maxLength: 2 }), { nil: undefined }),
      egress: fc.option(fc.array(policyRule, { maxLength: 2 }), { nil: undefined }),
      isManifest: fc.boolean(),
    })
    .filter(({ ingress, egress }) => ingress !== undefined || egress !== undefined),
  { maxLength: 6 },
);
const world = fc.record({
  labels: fc.tuple(labels, labels, labels),
  pods: fc.array(fc.record({ namespace: fc.constantFrom(...NAMES), labels, port: fc.constantFrom(...PORTS) }), {
    minLength: 2,
    maxLength: 4,
  }),
  policies,
  dataPlane: fc.constantFrom(...DATA_PLANES),
});

const toSelector = ({ labels: matchLabels, expressions }: Selector) => ({ matchLabels, matchExpressions: expressions });

/** Spec of a NetworkPolicy, as in a manifest. */
function toSpec({ pods: selected, ingress, egress }: Policy): object {
  const rules = (side: 'from' | 'to', some: readonly PolicyRule[] | undefined) =>
    some?.map(({ peers, ports }) => ({
      [side]: peers?.map((peer) => ({
        namespaceSelector: peer.namespaces && toSelector(peer.namespaces),
        podSelector: peer.pods && toSelector(peer.pods),
      })),
      ports: ports?.map((port) => (Array.isArray(port) ? { port: port[0], endPort: port[1] } : { port })),
    }));
  return {
    podSelector: toSelector(selected),
    policyTypes: [...(ingress ? ['Ingress'] : []), ...(egress ? ['Egress'] : [])],
    ingress: rules('from', ingress),
    egress: rules('to', egress),
  };
}

/** The same spec with the names of Terraform. */
function toTerraform(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(toTerraform);
  if (typeof value === 'number') return String(value);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [
      key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
      key === 'matchLabels' ? member : toTerraform(member),
    ]),
  );
}

/** Removes undefined members, as JSON does. */
const asJson = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

test('pods reach each other exactly where the second evaluator allows it', () => {
  fc.assert(
    fc.property(world, (drawn) => {
      const model: World = {
        namespaces: Object.fromEntries(NAMES.map((name, index) => [name, drawn.labels[index]!])),
        pods: drawn.pods.map((pod, index) => ({ ...pod, name: `pod${index}`, ports: { main: pod.port } })),
        policies: drawn.policies.map((some, index) => ({ ...some, name: `policy${index}` })),
        enforced: drawn.dataPlane[1],
      };
      const typed: Record<string, Record<string, unknown>> = {};
      const manifests: Record<string, Record<string, unknown>> = {};
      for (const [index, one] of model.policies.entries()) {
        const metadata = { name: one.name, namespace: one.namespace };
        if (drawn.policies[index]!.isManifest) {
          manifests[one.name] = { manifest: { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata, spec: toSpec(one) } };
        } else {
          typed[one.name] = { metadata, spec: toTerraform(toSpec(one)) };
        }
      }
      const cluster = { name: 'c', network: 'net', subnetwork: 'nodes', ip_allocation_policy: { cluster_secondary_range_name: 'pods' } };
      const json = document(
        namespaces(model.namespaces as Record<string, Record<string, string>>),
        ...model.pods.map(({ name, namespace, labels: own, ports }) => pods(name, { namespace, labels: own, ports })),
        { kubernetes_network_policy_v1: typed, kubernetes_manifest: manifests },
        { google_container_cluster: { c: { ...cluster, ...drawn.dataPlane[0] } } },
      );
      const reach = Reachability.read(asJson(json));
      for (const client of model.pods) {
        for (const server of model.pods) {
          for (const port of PORTS) {
            const expected = podsConnect(model, client, server, port) ? 'yes' : 'no';
            const pair = [`${client.namespace}/${client.name}`, `${server.namespace}/${server.name}`] as const;
            expect([...pair, port, reach.ask(...pair, tcp(port))]).toEqual([...pair, port, expected]);
          }
        }
      }
    }),
    { numRuns: 60 },
  );
});

const tag = fc.constantFrom('t', 'u');
const firewallRule: fc.Arbitrary<FirewallRule> = fc
  .record({
    action: fc.constantFrom('allow' as const, 'deny' as const),
    direction: fc.constantFrom('INGRESS' as const, 'EGRESS' as const),
    priority: fc.constantFrom(100, 500, 1000),
    ports: fc.option(fc.constantFrom([80, 80] as const, [8000, 9999] as const), { nil: undefined }),
    range: fc.option(fc.constantFrom([0, 7] as const, [4, 5] as const, [0, 255] as const), { nil: undefined }),
    sourceTag: fc.option(tag, { nil: undefined }),
    targetTag: fc.option(tag, { nil: undefined }),
  })
  .map((some) => (some.direction === 'EGRESS' ? { ...some, sourceTag: undefined } : some));
const CIDR = new Map([
  [7, '10.10.16.0/29'],
  [5, '10.10.16.4/31'],
  [255, '10.10.16.0/24'],
]);

test('VMs reach each other exactly where the second evaluator allows it', () => {
  const tags = fc.uniqueArray(tag, { maxLength: 2 });
  fc.assert(
    fc.property(fc.array(firewallRule, { maxLength: 6 }), fc.tuple(tags, tags, tags), (rules, tagged) => {
      const vms: Vm[] = tagged.map((own, index) => ({ name: `vm${index}`, address: [3, 5, 9][index]!, tags: own, external: false }));
      const reach = reachability(
        ...vms.map(({ name, address, tags: own }) =>
          machine(name, { address: `10.10.16.${address}`, tags: [...own], account: `${name}@p` }),
        ),
        ...rules.map(({ action, direction, priority, ports, range, sourceTag, targetTag }, index) =>
          rule(`rule${index}`, {
            direction,
            priority,
            [action]: [{ protocol: 'tcp', ports: ports && [ports.join('-')] }],
            [direction === 'INGRESS' ? 'source_ranges' : 'destination_ranges']: range && [CIDR.get(range[1])],
            source_tags: sourceTag && [sourceTag],
            target_tags: targetTag && [targetTag],
          }),
        ),
      );
      for (const client of vms) {
        for (const server of vms) {
          for (const port of client === server ? [] : PORTS) {
            const expected = vmsConnect(rules, client, server, port) ? 'yes' : 'no';
            expect([client.name, server.name, port, reach.ask(client.name, server.name, tcp(port))]).toEqual([
              client.name,
              server.name,
              port,
              expected,
            ]);
          }
        }
      }
    }),
    { numRuns: 60 },
  );
});

test('a VM leaves by Cloud NAT exactly where the second evaluator allows it', () => {
  const nat: fc.Arbitrary<Nat> = fc.record({
    network: fc.constantFrom('net' as const, 'other' as const),
    region: fc.constantFrom('r', 's'),
    subnets: fc.option(fc.uniqueArray(fc.constantFrom('data', 'nodes'), { minLength: 1 }), { nil: undefined }),
    ranges: fc.constantFrom('ALL_IP_RANGES' as const, 'PRIMARY_IP_RANGE' as const, 'LIST_OF_SECONDARY_IP_RANGES' as const),
  });
  fc.assert(
    fc.property(fc.array(nat, { maxLength: 3 }), (nats) => {
      const part: Part = {
        google_compute_network: { other: { name: 'other', project: 'p' } },
        google_compute_router: {},
        google_compute_router_nat: {},
      };
      // Replaces the gateway of the base.
      part.google_compute_router_nat!.nat = { type: 'PRIVATE' };
      for (const [index, { network, region, subnets, ranges }] of nats.entries()) {
        part.google_compute_router![`r${index}`] = { name: `r${index}`, region, network: ref(`google_compute_network.${network}.id`) };
        part.google_compute_router_nat![`n${index}`] = {
          router: ref(`google_compute_router.r${index}.name`),
          region,
          source_subnetwork_ip_ranges_to_nat: subnets ? 'LIST_OF_SUBNETWORKS' : 'ALL_SUBNETWORKS_ALL_IP_RANGES',
          subnetwork: subnets?.map((name) => ({ name: ref(`google_compute_subnetwork.${name}.id`), source_ip_ranges_to_nat: [ranges] })),
        };
      }
      expect(reachability(machine('vm'), part).ask('vm', 'internet', tcp(443))).toBe(leavesByNat(nats, 'data') ? 'yes' : 'no');
    }),
    { numRuns: 100 },
  );
});
