import type { Resource } from '../terraform/document';
import { isKnown } from '../terraform/references';
import { type Block, blocksAt, isBlock, isUndetermined, known, type Undetermined, valueAt } from '../terraform/values';
import { all } from './answer';
import { findLoadBalancerSettings } from './charts';
import type { StackContext } from './context';
import { hasCopies } from './copies';
import type { Backend, Endpoint } from './endpoint';
import { formatReason, LabelSelector, readTextMap } from './labels';
import { PortSet } from './port-set';
import type { References } from './references';
import { isPortKnown } from './workloads';

export function listServices(context: StackContext): Resource[] {
  return context.document.ofType('kubernetes_service_v1', 'kubernetes_service');
}

/** True for a service that may select pods; a service without a selector may lead to any pods of its namespace. */
export function maySelect(context: StackContext, service: Resource, { pods }: Endpoint): boolean {
  const { references } = context;
  const namespace = references.readNamespace(service.values);
  if (!pods || pods.cluster.key !== context.clusters.of(service).key || pods.namespace.name !== namespace) return false;
  return LabelSelector.ofLabels(valueAt(service.values, 'spec', 'selector'), references).matches(pods.labels) !== 'no';
}

export function findBackends(
  context: StackContext,
  from: Resource,
  namespace: string,
  name: string,
  port: string,
  frontPorts: PortSet,
  workloads: readonly Endpoint[],
): Target {
  const { references } = context;
  const cluster = context.clusters.of(from).key;
  const service = listServices(context).find(
    (candidate) =>
      context.clusters.of(candidate).key === cluster &&
      references.textAt(candidate.values, 'metadata', 'name') === name &&
      references.readNamespace(candidate.values) === namespace,
  );
  const unknown = (why: string): Target => {
    const reason = `sends requests to the service ${namespace}/${name}, ${why}`;
    const note = `${from.address} ${reason}`;
    if (!context.notes.includes(note)) context.notes.push(note);
    return { backends: [], unknown: reason };
  };
  if (!service) return unknown('which is not in this stack');
  const selectorLabels = valueAt(service.values, 'spec', 'selector') ?? {};
  if (!isBlock(selectorLabels)) return unknown('whose selector is not known before the apply');
  if (Object.keys(selectorLabels).length === 0) {
    return unknown('which has no selector: its endpoints are managed separately and not evaluated');
  }
  const selector = LabelSelector.ofLabels(selectorLabels, references);
  const ports = blocksAt(service.values, 'spec', 'port');
  const entry = known(ports).find(
    (candidate) => references.textAt(candidate, 'port') === port || references.textAt(candidate, 'name') === port,
  );
  const areKnown = isKnown(port) && ports.every((candidate) => isPortKnown(context, candidate, 'name', 'port'));
  if (!entry && !areKnown) return unknown('at a port that is not known before the apply');
  const target = references.text(valueAt(entry, 'target_port') ?? valueAt(entry, 'port'));
  const protocol = PortSet.protocol(references.text(valueAt(entry, 'protocol') ?? 'TCP')) ?? 'tcp';
  const cloudArmor = readCloudArmor(context, service, namespace, entry);
  const backends = workloads.flatMap((endpoint): Backend[] => {
    if (!endpoint.pods || endpoint.pods.cluster.key !== cluster || endpoint.pods.namespace.name !== namespace) return [];
    const answer = all([selector.matches(endpoint.pods.labels), hasCopies(service, references), hasCopies(from, references)]);
    if (answer === 'no') return [];
    if (/^\d+$/.test(target)) return [{ pods: endpoint, ports: PortSet.of(protocol, [+target, +target]), answer, frontPorts, cloudArmor }];
    // A named port takes its number from the container, which is not known for every chart.
    if (target !== '' && (!endpoint.pods.ports || !isKnown(target))) {
      return [{ pods: endpoint, ports: PortSet.of(protocol), answer: 'unknown', frontPorts, cloudArmor }];
    }
    const named = endpoint.pods.ports?.get(target);
    return named ? [{ pods: endpoint, ports: named, answer: named.isSingle ? answer : 'unknown', frontPorts, cloudArmor }] : [];
  });
  return { backends };
}

/** Cloud Armor policy of a service port, from its BackendConfig. */
function readCloudArmor(context: StackContext, service: Resource, namespace: string, entry: Block | undefined): Backend['cloudArmor'] {
  const { references } = context;
  const read = valueAt(service.values, 'metadata', 'annotations');
  if (isUndetermined(read)) {
    return {
      answer: 'unknown',
      reason: `a Cloud Armor policy may deny requests: ${formatReason(service.address, ['metadata', 'annotations'], read)}`,
    };
  }
  const annotations = readTextMap(read, references);
  const text = annotations.get('cloud.google.com/backend-config') ?? annotations.get('beta.cloud.google.com/backend-config');
  if (text === undefined) return { answer: 'yes', reason: 'no Cloud Armor policy filters the requests' };
  const names = parseAnnotation(text);
  const ofPorts = isBlock(names) && isBlock(names.ports) ? names.ports : {};
  const name = references.text(
    ofPorts[references.textAt(entry, 'name')] ?? ofPorts[references.textAt(entry, 'port')] ?? (isBlock(names) ? names.default : undefined),
  );
  const settings = name === '' ? undefined : findLoadBalancerSettings(context, service, namespace, name);
  if (!settings) {
    return {
      answer: 'unknown',
      reason: `a Cloud Armor policy may deny requests: BackendConfig ${name || text} is not in this stack`,
    };
  }
  if (settings.securityPolicy === undefined) return { answer: 'yes', reason: 'no Cloud Armor policy filters the requests' };
  return {
    answer: 'unknown',
    reason: `Cloud Armor policy ${settings.securityPolicy} decides which requests pass: its rules are not evaluated`,
  };
}

/** Backends of a service, or the reason why they are not known. */
export interface Target {
  readonly backends: readonly Backend[];
  readonly unknown?: string;
}

/** Merges the backends of several services. */
export function mergeTargets(balancer: string, targets: readonly Target[]): Required<Pick<Endpoint, 'backends' | 'unknownBackends'>> {
  const reasons = targets.flatMap(({ unknown }) => (unknown === undefined ? [] : [`${balancer} ${unknown}`]));
  return { backends: targets.flatMap(({ backends }) => backends), unknownBackends: [...new Set(reasons)] };
}

/** Port of a service of type LoadBalancer; all ports when it is not known. */
export function readServicePort(port: Block | Undetermined, references: References): PortSet {
  const number = references.numberAt(port, 'port');
  if (typeof number !== 'number') return PortSet.all;
  return PortSet.of(PortSet.protocol(references.text(valueAt(port, 'protocol') ?? 'TCP')) ?? 'tcp', [number, number]);
}

/** Parses the JSON of an annotation; undefined for any other text. */
function parseAnnotation(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
