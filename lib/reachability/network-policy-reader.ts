import type { Resource, TerraformDocument } from '../terraform/document';
import { isKnown } from '../terraform/references';
import {
  type Block,
  blockAt,
  blocksAt,
  hasBlock,
  isUndetermined,
  known,
  listAt,
  textAt,
  textsAt,
  type Undetermined,
  valueAt,
  written,
} from '../terraform/values';
import { AddressSet, type Location } from './addresses';
import { Allowance } from './allowance';
import { type Answer, any } from './answer';
import type { Clusters } from './cluster';
import { explainCopies } from './copies';
import { formatReason, LabelSelector, NAMESPACE_NAME_LABEL } from './labels';
import type { Direction, NetworkPolicy, PolicyPeer, PolicyPort, PolicyRule } from './network-policy';
import { PortSet } from './port-set';
import type { References } from './references';

/** Policies with a port range, of which Cilium before 1.16 allows only the first port. */
export function findPortRangePolicies(document: TerraformDocument): Resource[] {
  return document.ofType('kubernetes_network_policy_v1', 'kubernetes_network_policy').filter(({ values }) => {
    const rules = known([...blocksAt(values, 'spec', 'ingress'), ...blocksAt(values, 'spec', 'egress')]);
    return rules.some((rule) => known(blocksAt(rule, 'ports')).some(isRange));
  });
}

function isRange(port: Block): boolean {
  const [first, last] = [written(textAt(port, 'port')), written(textAt(port, 'end_port'))];
  return last !== '' && last !== '0' && last !== first;
}

/** Reads the policies of a stack, sorted by address. */
export function readNetworkPolicies(document: TerraformDocument, references: References, clusters: Clusters): NetworkPolicy[] {
  return document
    .ofType('kubernetes_network_policy_v1', 'kubernetes_network_policy')
    .map((resource) => parsePolicy(resource, references, clusters));
}

/** Tests that a policy exists. */
export function testCopies(resource: Resource, references: References): Pick<NetworkPolicy, 'applies' | 'undetermined'> {
  const undetermined = explainCopies(resource, references);
  return { applies: undetermined === undefined ? 'yes' : 'unknown', undetermined };
}

function parsePolicy(resource: Resource, references: References, clusters: Clusters): NetworkPolicy {
  const { address, values } = resource;
  const namespace = references.readNamespace(values);
  const restricts = { ingress: isRestricted(values, 'ingress'), egress: isRestricted(values, 'egress') };
  const rules = (direction: Direction, side: 'from' | 'to'): readonly PolicyRule[] | undefined => {
    if (restricts[direction] === 'no') return undefined;
    return blocksAt(values, 'spec', direction).map((rule): PolicyRule => {
      if (isUndetermined(rule)) {
        return {
          action: 'allow',
          ports: [{ allowance: Allowance.undetermined }],
          undetermined: formatReason(address, ['spec', direction], rule),
        };
      }
      const peers = blocksAt(rule, side);
      const ports = blocksAt(rule, 'ports');
      return {
        action: 'allow',
        peers: peers.length > 0 ? parsePeers(peers, namespace, references, address) : undefined,
        ports: ports.length > 0 ? ports.map((port) => parsePort(port, references)) : [{ allowance: Allowance.everything }],
      };
    });
  };
  return {
    name: references.text(valueAt(values, 'metadata', 'name') ?? resource.name),
    address,
    namespace,
    cluster: clusters.of(resource),
    tier: 'namespace',
    ...testCopies(resource, references),
    priority: 0,
    pods: LabelSelector.parse(blockAt(values, 'spec', 'pod_selector'), references),
    ingress: rules('ingress', 'from'),
    egress: rules('egress', 'to'),
    restricts,
  };
}

/** Without `policy_types` a policy restricts ingress, and egress when it has rules for it. */
function isRestricted(values: Block, direction: Direction): Answer {
  const types = textsAt(values, 'spec', 'policy_types');
  const wanted = { ingress: 'Ingress', egress: 'Egress' }[direction];
  if (types.length > 0) return any(types.map((type) => (isUndetermined(type) ? 'unknown' : type === wanted ? 'yes' : 'no')));
  if (direction === 'ingress') return 'yes';
  return any(blocksAt(values, 'spec', 'egress').map((rule) => (isUndetermined(rule) ? 'unknown' : 'yes')));
}

function parsePeers(entries: readonly (Block | Undetermined)[], namespace: string, references: References, address: string): PolicyPeer[] {
  const read = known(entries);
  const ranges = read.flatMap((entry) => blocksAt(entry, 'ip_block'));
  const literal = known(ranges).map((range) => parseRange(range, references));
  const texts = literal.map(({ text }) => text);
  const unknown = [...entries, ...ranges].filter(isUndetermined);
  return [
    ...(literal.length > 0 ? [{ ranges: literal, texts, cacheKey: texts.join(', ') }] : []),
    ...read.filter((entry) => !hasBlock(entry, 'ip_block')).map((entry) => parseSelectors(entry, namespace, references)),
    ...unknown.map((entry): PolicyPeer => {
      const reason = formatReason(address, ['spec'], entry);
      return { undetermined: reason, texts: [entry.expression], cacheKey: `undetermined ${entry.expression}` };
    }),
  ];
}

function parseRange(block: Block, references: References): Location {
  const range = references.location(valueAt(block, 'cidr'));
  const exceptions = listAt(block, 'except').map((part) => references.location(part));
  if (exceptions.length === 0) return range;
  const text = `${range.text} except ${exceptions.map((part) => part.text).join(', ')}`;
  const addresses = range.addresses.minus(AddressSet.union(exceptions.map((part) => part.addresses)));
  // Without a known exception, the rest is an unknown range of its own.
  const unknown = exceptions.some((part) => part.reference !== undefined);
  return unknown ? { addresses: range.addresses, reference: text, text } : { ...range, addresses, text };
}

function parseSelectors(entry: Block, namespace: string, references: References): PolicyPeer {
  const [namespaces, pods] = [blockAt(entry, 'namespace_selector'), blockAt(entry, 'pod_selector')];
  return createSelectorPeer(
    namespaces && LabelSelector.parse(namespaces, references),
    pods && LabelSelector.parse(pods, references),
    namespace,
  );
}

/** @param namespace namespace of the policy, whose pods are meant without a selector of namespaces */
export function createSelectorPeer(namespaces: LabelSelector | undefined, pods: LabelSelector | undefined, namespace: string): PolicyPeer {
  const named = namespaces?.findAllowedValues(NAMESPACE_NAME_LABEL);
  const where = named
    ? `namespace ${named.join(' or ')}`
    : namespaces
      ? describeSelector('namespaces', namespaces)
      : `namespace ${namespace}`;
  return {
    namespaces,
    pods,
    texts: [pods && !pods.selectsAll ? `pods with ${pods} of ${where}` : `pods of ${where}`],
    cacheKey: `${namespaces?.cacheKey ?? `in ${namespace}`} ${pods?.cacheKey ?? '[]'}`,
  };
}

function describeSelector(what: string, selector: LabelSelector): string {
  return selector.selectsAll ? `all ${what}` : `${what} with ${selector}`;
}

function parsePort(port: Block | Undetermined, references: References): PolicyPort {
  const protocol = PortSet.protocol(references.text(valueAt(port, 'protocol') ?? 'TCP'));
  if (protocol === undefined) return { allowance: Allowance.undetermined };
  const text = references.textAt(port, 'port');
  if (text === '') return { allowance: Allowance.of(PortSet.of(protocol)) };
  if (/^\d+$/.test(text)) {
    const end = references.textAt(port, 'end_port');
    if (end !== '' && !/^\d+$/.test(end)) return { allowance: new Allowance(PortSet.of(protocol, [+text, +text]), PortSet.of(protocol)) };
    return { allowance: Allowance.of(PortSet.of(protocol, [+text, end === '' || end === '0' ? +text : +end])) };
  }
  const undetermined = new Allowance(PortSet.none, PortSet.of(protocol));
  return isKnown(text) ? { allowance: undetermined, named: text } : { allowance: undetermined };
}
