/**
 * Second evaluator of NetworkPolicies, VPC firewall rules and Cloud NAT, for differential tests. It takes every rule literally,
 * one packet at a time, and shares no code with the analysis.
 */

export type Labels = Readonly<Record<string, string>>;

export interface Pod {
  readonly name: string;
  readonly namespace: string;
  readonly labels: Labels;
  readonly ports: Readonly<Record<string, number>>;
}

export interface Selector {
  readonly labels: Labels;
  readonly expressions: readonly {
    readonly key: string;
    readonly operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist';
    readonly values: readonly string[];
  }[];
}

export interface PolicyRule {
  /** Undefined for any endpoint. */
  readonly peers?: readonly { readonly namespaces?: Selector; readonly pods?: Selector }[];

  /** Undefined for any port. A text is the name of a container port. */
  readonly ports?: readonly (number | string | readonly [number, number])[];
}

export interface Policy {
  readonly name: string;
  readonly namespace: string;
  readonly pods: Selector;
  readonly ingress?: readonly PolicyRule[];
  readonly egress?: readonly PolicyRule[];
}

export interface World {
  readonly namespaces: Readonly<Record<string, Labels>>;
  readonly pods: readonly Pod[];
  readonly policies: readonly Policy[];

  /** A network plugin enforces the policies. */
  readonly enforced: boolean;
}

export function podsConnect(world: World, client: Pod, server: Pod, port: number): boolean {
  if (!world.enforced) return true;
  return passes(world, client, 'egress', server, server, port) && passes(world, server, 'ingress', client, server, port);
}

function passes(world: World, pod: Pod, direction: 'ingress' | 'egress', other: Pod, server: Pod, port: number): boolean {
  const isolating = world.policies.filter(
    (policy) => policy.namespace === pod.namespace && selects(policy.pods, pod.labels) && policy[direction] !== undefined,
  );
  if (isolating.length === 0) return true;
  return isolating.some((policy) =>
    policy[direction]!.some(
      ({ peers, ports }) =>
        (peers === undefined ||
          peers.some(
            (peer) =>
              (peer.namespaces === undefined
                ? other.namespace === policy.namespace
                : selects(peer.namespaces, { ...world.namespaces[other.namespace], 'kubernetes.io/metadata.name': other.namespace })) &&
              (peer.pods === undefined || selects(peer.pods, other.labels)),
          )) &&
        (ports === undefined ||
          ports.some((open) => {
            if (typeof open === 'number') return open === port;
            if (typeof open === 'string') return server.ports[open] === port;
            return open[0] <= port && port <= open[1];
          })),
    ),
  );
}

function selects({ labels, expressions }: Selector, of: Labels): boolean {
  if (Object.entries(labels).some(([key, value]) => of[key] !== value)) return false;
  return expressions.every(({ key, operator, values }) => {
    if (operator === 'Exists') return key in of;
    if (operator === 'DoesNotExist') return !(key in of);
    const isIn = key in of && values.includes(of[key]!);
    return operator === 'In' ? isIn : !isIn;
  });
}

export interface Vm {
  readonly name: string;
  readonly address: number;
  readonly tags: readonly string[];
  readonly external: boolean;
}

export interface FirewallRule {
  readonly action: 'allow' | 'deny';
  readonly direction: 'INGRESS' | 'EGRESS';
  readonly priority: number;
  readonly ports?: readonly [number, number];

  /** Last byte of the first and the last address of a range of the other end. */
  readonly range?: readonly [number, number];
  readonly sourceTag?: string;
  readonly targetTag?: string;
}

export function vmsConnect(rules: readonly FirewallRule[], client: Vm, server: Vm, port: number): boolean {
  return admits(rules, 'EGRESS', client, server, port) && admits(rules, 'INGRESS', server, client, port);
}

function admits(rules: readonly FirewallRule[], direction: FirewallRule['direction'], near: Vm, far: Vm, port: number): boolean {
  for (let priority = 0; priority <= 65535; priority += 100) {
    const matching = rules.filter(
      (rule) =>
        rule.direction === direction &&
        rule.priority === priority &&
        (rule.targetTag === undefined || near.tags.includes(rule.targetTag)) &&
        (rule.ports === undefined || (rule.ports[0] <= port && port <= rule.ports[1])) &&
        ((rule.range === undefined && rule.sourceTag === undefined) ||
          (rule.range !== undefined && rule.range[0] <= far.address && far.address <= rule.range[1]) ||
          (rule.sourceTag !== undefined && far.tags.includes(rule.sourceTag))),
    );
    if (matching.some(({ action }) => action === 'deny')) return false;
    if (matching.length > 0) return true;
  }
  return direction === 'EGRESS';
}

export interface Nat {
  readonly network: 'net' | 'other';
  readonly region: string;

  /** Names of subnets; undefined for all. */
  readonly subnets?: readonly string[];
  readonly ranges: 'ALL_IP_RANGES' | 'PRIMARY_IP_RANGE' | 'LIST_OF_SECONDARY_IP_RANGES';
}

export function leavesByNat(nats: readonly Nat[], subnet: string): boolean {
  return nats.some(
    ({ network, region, subnets, ranges }) =>
      network === 'net' &&
      region === 'r' &&
      (subnets === undefined || (subnets.includes(subnet) && ranges !== 'LIST_OF_SECONDARY_IP_RANGES')),
  );
}
