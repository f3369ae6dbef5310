import { findPodTemplate, typesWith } from '../resource-types';
import type { Resource } from '../terraform/document';
import { readConstructPath } from '../terraform/notes';
import { isKnown } from '../terraform/references';
import { type Block, blockAt, blocksAt, hasBlock, isUndetermined, known, type Undetermined, valueAt } from '../terraform/values';
import { type Answer, toAnswer } from './answer';
import type { StackContext } from './context';
import type { Endpoint } from './endpoint';
import { applyPatches } from './label-patches';
import { type Labels, readLabels } from './labels';
import { PortSet } from './port-set';
import { mergeLocations } from './ranges';
import type { References } from './references';

export function readWorkloads(context: StackContext): Endpoint[] {
  const byType = typesWith('pods').map((type) =>
    context.document.ofType(type).map((resource) => readPods(context, resource, findPodTemplate(type)!)),
  );
  return byType.flat();
}

/** Reads the pods of a workload with the path of its pod template. */
function readPods(context: StackContext, resource: Resource, path: readonly string[]): Endpoint {
  const { references } = context;
  const { values } = resource;
  const template = blockAt(values, ...path) === undefined ? [] : path;
  const containers = blocksAt(values, ...template, 'spec', 'container');
  const ports = containers.flatMap((container) => (isUndetermined(container) ? [container] : blocksAt(container, 'port')));
  // Whether a policy resolves the name of a port of an init container depends on its network plugin.
  const hasInitPorts = blocksAt(values, ...template, 'spec', 'init_container').some(
    (container) => isUndetermined(container) || hasBlock(container, 'port'),
  );
  const named = known(ports).flatMap((port) => {
    const protocol = PortSet.protocol(references.text(valueAt(port, 'protocol') ?? 'TCP'));
    const number = references.numberAt(port, 'container_port');
    return protocol && typeof number === 'number'
      ? [[references.textAt(port, 'name'), PortSet.of(protocol, [number, number])] as const]
      : [];
  });
  return createPods(context, resource, {
    namespace: references.readNamespace(values),
    name: readName(context, resource),
    labels: readLabels(resource, references, ...template, 'metadata', 'labels'),
    ports:
      !hasInitPorts && ports.every((port) => isPortKnown(context, port, 'name', 'container_port', 'protocol'))
        ? mergeByName(named)
        : undefined,
    serves: PortSet.union(named.map(([, port]) => port)),
    hostPorts: PortSet.union(ports.map((port) => readHostPort(port, references))),
    onNodeNetwork: toAnswer(references.booleanAt(values, ...template, 'spec', 'host_network')),
  });
}

export function createPods(
  context: StackContext,
  resource: Resource,
  pods: {
    readonly namespace: string;
    readonly name: string;
    readonly labels: Labels;
    readonly ports?: ReadonlyMap<string, PortSet>;
    readonly serves?: PortSet;
    readonly hostPorts?: PortSet;
    readonly onNodeNetwork: Answer;
    readonly silent?: string;
  },
): Endpoint {
  const cluster = context.clusters.of(resource);
  const { ports, onNodeNetwork, silent } = pods;
  const labels = applyPatches(pods.labels, pods.name, pods.namespace, context.document, context.references);
  return {
    id: `${pods.namespace}/${pods.name}`,
    label: pods.name,
    kind: 'pods',
    platform: false,
    location: { yes: cluster.nodes, no: cluster.pods, unknown: mergeLocations([cluster.pods, cluster.nodes])! }[onNodeNetwork],
    otherAddresses: cluster.otherAddresses,
    network: cluster.network,
    vms: cluster.vms,
    cluster,
    pods: { cluster, namespace: context.namespaces.find(cluster, pods.namespace), labels, ports, onNodeNetwork, silent },
    serves: pods.serves,
    hostPorts: pods.hostPorts,
    address: resource.address,
    path: readConstructPath(resource.metadata),
  };
}

/** Name of a Kubernetes resource. */
export function readName(context: StackContext, { name, values }: Resource): string {
  return context.references.text(valueAt(values, 'metadata', 'name') ?? name);
}

/** True when the arguments of a port block are all known. */
export function isPortKnown(context: StackContext, port: Block | Undetermined, ...names: string[]): boolean {
  return names.every((name) => isKnown(context.references.textAt(port, name)));
}

/** Port of the node; all of them when it is not known. */
function readHostPort(port: Block | Undetermined, references: References): PortSet {
  const number = references.numberAt(port, 'host_port');
  if (number === undefined || number === 0) return PortSet.none;
  if (isUndetermined(number)) return PortSet.all;
  return PortSet.of(PortSet.protocol(references.text(valueAt(port, 'protocol') ?? 'TCP')) ?? 'tcp', [number, number]);
}

/** Merges ports by name: several containers of a pod may use one name for different ports. */
function mergeByName(named: readonly (readonly [string, PortSet])[]): ReadonlyMap<string, PortSet> {
  const ports = new Map<string, PortSet>();
  for (const [name, port] of named) if (name !== '') ports.set(name, ports.get(name)?.union(port) ?? port);
  return ports;
}

/** Labels workloads of equal names with their namespaces. */
export function disambiguateLabels(endpoints: readonly Endpoint[]): Endpoint[] {
  const counts = new Map<string, number>();
  for (const { label } of endpoints) counts.set(label, (counts.get(label) ?? 0) + 1);
  return endpoints.map((endpoint) => ((counts.get(endpoint.label) ?? 0) > 1 ? { ...endpoint, label: endpoint.id } : endpoint));
}
