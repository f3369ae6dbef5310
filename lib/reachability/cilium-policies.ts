import { isBlock } from '../terraform/values';
import { AddressSet, type Location, parseLocation } from './addresses';
import { NOT_KNOWN_TO_BE_ENFORCED } from './admin-policies';
import { Allowance } from './allowance';
import type { StackContext } from './context';
import { LabelSelector, NAMESPACE_NAME_LABEL } from './labels';
import { type Manifest, readManifests } from './manifests';
import type { Direction, NetworkPolicy, PolicyPeer, PolicyPort, PolicyRule } from './network-policy';
import { createSelectorPeer, testCopies } from './network-policy-reader';
import { PortSet } from './port-set';
import type { References } from './references';
import { NotSimple, readIfSimple, readItems, readObject, readPort, readSelector, readText } from './simple-manifest';

const KINDS = ['cilium.io/v2 CiliumNetworkPolicy', 'cilium.io/v2 CiliumClusterwideNetworkPolicy'];

/** Order of rules that deny: before those of an AdminNetworkPolicy. */
const FIRST = -1;

/** Label of Cilium with the namespace of a pod. */
const NAMESPACE = 'io.kubernetes.pod.namespace';
const NAMESPACE_LABEL = 'io.cilium.k8s.namespace.labels.';

/**
 * Reads policies of Cilium in manifests. Dataplane V2 enforces those of the cluster where they are enabled; other policies make the answers
 * unknown that they would change.
 *
 * A policy with rules that allow and deny is two policies: those that deny decide before all that allow.
 *
 * @see https://docs.cilium.io/en/stable/security/policy/language/
 * @see https://cloud.google.com/kubernetes-engine/docs/how-to/configure-cilium-network-policy
 */
export function readCiliumPolicies({
  document,
  references,
  clusters,
}: Pick<StackContext, 'document' | 'references' | 'clusters'>): NetworkPolicy[] {
  return readManifests(document, references).flatMap((manifest) => {
    if (!KINDS.includes(manifest.kind)) return [];
    const cluster = clusters.of(manifest.resource);
    const isClusterwide = manifest.kind === KINDS[1];
    const isEnforced = isClusterwide && cluster.dataPlane.enforcesClusterwide === 'yes';
    const applies = isEnforced
      ? testCopies(manifest.resource, references)
      : { applies: 'unknown' as const, undetermined: NOT_KNOWN_TO_BE_ENFORCED };
    return (
      readIfSimple(() => parsePolicies(manifest, isClusterwide, references))?.map((policy) => ({ ...policy, cluster, ...applies })) ?? []
    );
  });
}

function parsePolicies(
  { resource, body }: Manifest,
  isClusterwide: boolean,
  references: References,
): Omit<NetworkPolicy, 'cluster' | 'applies'>[] {
  if ('specs' in body) throw new NotSimple();
  const spec = readObject(body.spec, 'endpointSelector', 'ingress', 'egress', 'ingressDeny', 'egressDeny', 'description', 'labels');
  if (!isBlock(spec.endpointSelector)) throw new NotSimple();
  const namespace = isClusterwide ? '' : references.readNamespace(body);
  const subject = parseSelector(spec.endpointSelector, isClusterwide, references);
  if (!isClusterwide && subject.namespaces) throw new NotSimple();
  const rules = (direction: Direction, action: 'allow' | 'deny') =>
    readItems(spec[action === 'deny' ? `${direction}Deny` : direction])?.map((rule) =>
      parseRule(rule, direction, action, { isClusterwide, namespace, references }),
    ) ?? [];
  const common = {
    name: references.textAt(body, 'metadata', 'name'),
    address: resource.address,
    namespace,
    namespaces: subject.namespaces,
    pods: subject.pods,
  };
  const [ingress, egress] = [rules('ingress', 'allow'), rules('egress', 'allow')];
  const denied = { ingress: rules('ingress', 'deny'), egress: rules('egress', 'deny') };
  const restricts = {
    ingress: ingress.length + denied.ingress.length > 0 ? ('yes' as const) : ('no' as const),
    egress: egress.length + denied.egress.length > 0 ? ('yes' as const) : ('no' as const),
  };
  return [
    { ...common, tier: 'admin', priority: FIRST, ...denied, restricts },
    {
      ...common,
      tier: 'namespace',
      priority: 0,
      ingress: restricts.ingress === 'yes' ? ingress : undefined,
      egress: restricts.egress === 'yes' ? egress : undefined,
      restricts,
    },
  ];
}

interface Scope {
  readonly isClusterwide: boolean;
  readonly namespace: string;
  readonly references: References;
}

function parseRule(value: unknown, direction: Direction, action: 'allow' | 'deny', scope: Scope): PolicyRule {
  const side = direction === 'ingress' ? 'from' : 'to';
  const names = [`${side}Endpoints`, `${side}CIDR`, `${side}CIDRSet`, `${side}Entities`];
  const rule = readObject(value, ...names, 'toPorts');
  const given = names.filter((name) => rule[name] !== undefined);
  if (given.length > 1) throw new NotSimple();
  const [endpoints, ranges, sets, entities] = names.map((name) => readItems(rule[name]));
  const ports = readItems(rule.toPorts)?.flatMap(parsePorts);
  return {
    action,
    peers:
      endpoints?.flatMap((selector) => parseEndpoints(selector, scope)) ??
      (ranges && [createRanges(ranges.map((range) => parseRange({ cidr: range })))]) ??
      (sets && [createRanges(sets.map(parseRange))]) ??
      (entities ? parseEntities(entities) : ports === undefined ? [] : undefined),
    ports: ports ?? [{ allowance: Allowance.everything }],
  };
}

function parseEndpoints(value: unknown, { isClusterwide, namespace, references }: Scope): PolicyPeer[] {
  const { namespaces, pods } = parseSelector(value, isClusterwide, references);
  const peer = createSelectorPeer(namespaces, pods, namespace);
  // An empty selector of the cluster may match more than pods.
  return isClusterwide && pods.selectsAll && namespaces?.selectsAll ? [peer, createUndetermined('endpoints')] : [peer];
}

/** All endpoints, or entities that are not evaluated. */
function parseEntities(entities: readonly unknown[]): readonly PolicyPeer[] | undefined {
  const names = entities.map(readText);
  return names.includes('all') ? undefined : names.map((name) => createUndetermined(`the entity ${name}`));
}

function createUndetermined(what: string): PolicyPeer {
  return { undetermined: `${what} may match it`, texts: [what], cacheKey: `undetermined ${what}` };
}

function parseRange(value: unknown): Location {
  const { cidr, except } = readObject(value, 'cidr', 'except');
  const text = readText(cidr);
  const exceptions = (readItems(except) ?? []).map(readText);
  const [range, ...others] = [text, ...exceptions].map((part) => parseLocation(part));
  if ([range!, ...others].some(({ reference }) => reference !== undefined)) throw new NotSimple();
  return {
    addresses: range!.addresses.minus(AddressSet.union(others.map(({ addresses }) => addresses))),
    text: exceptions.length > 0 ? `${text} except ${exceptions.join(', ')}` : text,
  };
}

function createRanges(ranges: readonly Location[]): PolicyPeer {
  const texts = ranges.map(({ text }) => text);
  return { ranges, texts, cacheKey: texts.join(', ') };
}

function parsePorts(value: unknown): PolicyPort[] {
  const { ports } = readObject(value, 'ports');
  const entries = readItems(ports);
  if (!entries || entries.length === 0) throw new NotSimple();
  return entries.flatMap((entry) => {
    const { port, endPort, protocol = 'ANY' } = readObject(entry, 'port', 'endPort', 'protocol');
    const name = readText(protocol).toUpperCase();
    const protocols = name === 'ANY' ? (['tcp', 'udp', 'sctp'] as const) : [PortSet.protocol(name)];
    return protocols.map((each): PolicyPort => {
      if (each === undefined) throw new NotSimple();
      if (typeof port === 'string' && !/^\d+$/.test(port)) {
        return { allowance: new Allowance(PortSet.none, PortSet.of(each)), named: port };
      }
      const first = readPort(port);
      const last = endPort === undefined || endPort === 0 ? first : readPort(endPort);
      return { allowance: Allowance.of(first === 0 ? PortSet.of(each) : PortSet.of(each, [first, last])) };
    });
  });
}

/** Selector of pods and their namespaces. Without labels of namespaces it is for the policy's own one, or for all of the cluster. */
function parseSelector(
  value: unknown,
  isClusterwide: boolean,
  references: References,
): { readonly namespaces?: LabelSelector; readonly pods: LabelSelector } {
  const { match_labels: labels, match_expressions: expressions } = readSelector(value) as unknown as {
    readonly match_labels: Readonly<Record<string, string>>;
    readonly match_expressions: readonly { readonly key: string }[];
  };
  const keyed = [...Object.entries(labels).map(([key, text]) => ({ key, operator: 'In', values: [text] })), ...expressions].map(
    (requirement) => ({ requirement, ...parseKey(requirement.key) }),
  );
  const select = (of: 'pod' | 'namespace') =>
    LabelSelector.parse(
      { match_expressions: keyed.filter(({ label }) => label === of).map(({ requirement, key }) => ({ ...requirement, key })) },
      references,
    );
  const hasNamespaces = isClusterwide || keyed.some(({ label }) => label === 'namespace');
  return { namespaces: hasNamespaces ? select('namespace') : undefined, pods: select('pod') };
}

function parseKey(written: string): { readonly label: 'pod' | 'namespace'; readonly key: string } {
  const key = written.replace(/^(k8s|any):/, '');
  if (key === NAMESPACE) return { label: 'namespace', key: NAMESPACE_NAME_LABEL };
  if (key.startsWith(NAMESPACE_LABEL)) return { label: 'namespace', key: key.slice(NAMESPACE_LABEL.length) };
  if (key.includes(':') || /^io\.(cilium|kubernetes)\b/.test(key)) throw new NotSimple();
  return { label: 'pod', key };
}
