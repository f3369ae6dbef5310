import { parseLocation } from './addresses';
import { Allowance } from './allowance';
import type { StackContext } from './context';
import { LabelSelector } from './labels';
import { type Manifest, readManifests } from './manifests';
import type { Direction, NetworkPolicy, PolicyPeer, PolicyPort, PolicyRule } from './network-policy';
import { createSelectorPeer } from './network-policy-reader';
import { PortSet } from './port-set';
import type { References } from './references';
import { NotSimple, readIfSimple, readItems, readObject, readPort, readSelector, readText } from './simple-manifest';

const TIERS: Readonly<Record<string, 'admin' | 'baseline'>> = {
  'policy.networking.k8s.io/v1alpha1 AdminNetworkPolicy': 'admin',
  'policy.networking.k8s.io/v1alpha1 BaselineAdminNetworkPolicy': 'baseline',
};

/**
 * Reads AdminNetworkPolicies and BaselineAdminNetworkPolicies of manifests. GKE does not document that it enforces them, so they make the
 * answers unknown that they would change.
 *
 * @see https://network-policy-api.sigs.k8s.io/api-overview/
 */
export function readAdminPolicies({
  document,
  references,
  clusters,
}: Pick<StackContext, 'document' | 'references' | 'clusters'>): NetworkPolicy[] {
  return readManifests(document, references).flatMap((manifest) => {
    const tier = TIERS[manifest.kind];
    const policy = tier && readIfSimple(() => parsePolicy(manifest, tier, references));
    return policy ? [{ ...policy, cluster: clusters.of(manifest.resource) }] : [];
  });
}

/** Reason for a policy that no data plane of GKE is known to enforce. */
export const NOT_KNOWN_TO_BE_ENFORCED = 'it is not known whether the cluster enforces it';

function parsePolicy({ resource, body }: Manifest, tier: 'admin' | 'baseline', references: References): Omit<NetworkPolicy, 'cluster'> {
  const spec = readObject(body.spec, 'priority', 'subject', 'ingress', 'egress');
  const subject = parseSelectors(spec.subject, references);
  const rules = (direction: Direction, side: 'from' | 'to') =>
    readItems(spec[direction])?.map((rule) => parseRule(rule, side, references)) ?? [];
  const [ingress, egress] = [rules('ingress', 'from'), rules('egress', 'to')];
  return {
    name: references.textAt(body, 'metadata', 'name'),
    address: resource.address,
    namespace: '',
    tier,
    applies: 'unknown',
    undetermined: NOT_KNOWN_TO_BE_ENFORCED,
    priority: tier === 'admin' ? readPort(spec.priority) : 0,
    namespaces: subject.namespaces,
    pods: subject.pods,
    ingress,
    egress,
    restricts: { ingress: 'yes', egress: 'yes' },
  };
}

function parseRule(value: unknown, side: 'from' | 'to', references: References): PolicyRule {
  const rule = readObject(value, 'name', 'action', side, 'ports');
  const action = ACTIONS[readText(rule.action)];
  const peers = readItems(rule[side]);
  if (!action || !peers) throw new NotSimple();
  return {
    action,
    peers: peers.map((peer) => parsePeer(peer, side, references)),
    ports: readItems(rule.ports)?.map(parsePort) ?? [{ allowance: Allowance.everything }],
  };
}

const ACTIONS: Readonly<Record<string, PolicyRule['action']>> = { Allow: 'allow', Deny: 'deny', Pass: 'pass' };

function parsePeer(value: unknown, side: 'from' | 'to', references: References): PolicyPeer {
  const { networks } = readObject(value, 'namespaces', 'pods', ...(side === 'to' ? ['networks'] : []));
  if (networks === undefined) {
    const { namespaces, pods } = parseSelectors(value, references);
    return createSelectorPeer(namespaces, pods, '');
  }
  const texts = (readItems(networks) ?? []).map(readText);
  const ranges = texts.map((text) => parseLocation(text));
  if (ranges.some(({ reference }) => reference !== undefined)) throw new NotSimple();
  return { ranges, texts, cacheKey: `of ${texts.join(', ')}` };
}

/** Namespaces, or pods by selectors of both. */
function parseSelectors(value: unknown, references: References): { readonly namespaces: LabelSelector; readonly pods: LabelSelector } {
  const members = readObject(value, 'namespaces', 'pods');
  const parse = (selector: unknown) => LabelSelector.parse(readSelector(selector), references);
  if ('namespaces' in members === 'pods' in members) throw new NotSimple();
  if ('namespaces' in members) return { namespaces: parse(members.namespaces), pods: parse({}) };
  const { namespaceSelector, podSelector } = readObject(members.pods, 'namespaceSelector', 'podSelector');
  return { namespaces: parse(namespaceSelector), pods: parse(podSelector) };
}

function parsePort(value: unknown): PolicyPort {
  const { portNumber, portRange, namedPort } = readObject(value, 'portNumber', 'portRange', 'namedPort');
  const parseProtocol = (text: unknown) => {
    const protocol = PortSet.protocol(text === undefined ? 'TCP' : readText(text));
    if (!protocol) throw new NotSimple();
    return protocol;
  };
  if (typeof namedPort === 'string') return { allowance: Allowance.undetermined, named: namedPort };
  if (portRange !== undefined) {
    const { protocol, start, end } = readObject(portRange, 'protocol', 'start', 'end');
    return { allowance: Allowance.of(PortSet.of(parseProtocol(protocol), [readPort(start), readPort(end)])) };
  }
  const { protocol, port } = readObject(portNumber, 'protocol', 'port');
  const number = readPort(port);
  return { allowance: Allowance.of(PortSet.of(parseProtocol(protocol), [number, number])) };
}
