import { readConstructPath } from '../terraform/notes';
import { blocksAt, isUndetermined, listAt, valueAt } from '../terraform/values';
import { AddressSet } from './addresses';
import type { StackContext } from './context';
import type { Endpoint } from './endpoint';
import { NOT_ON_THE_INTERNET } from './external-endpoints';
import { readTextMap } from './labels';
import { PortSet } from './port-set';
import { findBackends, listServices, mergeTargets, readServicePort } from './services';
import { readName } from './workloads';

/** Services of type LoadBalancer. Pods see the client's address, or that of a node. */
export function readLoadBalancerServices(context: StackContext, workloads: readonly Endpoint[]): Endpoint[] {
  const { references } = context;
  return listServices(context).flatMap((resource): Endpoint[] => {
    const { values } = resource;
    if (references.textAt(values, 'spec', 'type') !== 'LoadBalancer') return [];
    const annotations = valueAt(values, 'metadata', 'annotations');
    const isInternal = ['networking.gke.io/load-balancer-type', 'cloud.google.com/load-balancer-type'].some((key) =>
      /internal/i.test(readTextMap(annotations, references).get(key) ?? ''),
    );
    const namespace = references.readNamespace(values);
    const name = readName(context, resource);
    const ports = blocksAt(values, 'spec', 'port');
    const unknownPort = ports.find(isUndetermined);
    const sources = listAt(values, 'spec', 'load_balancer_source_ranges').map((range) => references.location(range));
    // It may be internal, or have other ports.
    const unsure = [annotations, unknownPort].filter(isUndetermined).map((value) => references.location(value));
    const answersOnly = unsure.length > 0 ? unsure : sources;
    return [
      {
        id: `${namespace}/${name} (service)`,
        label: `${name} (service)`,
        kind: 'load-balancer',
        platform: false,
        location: { addresses: AddressSet.all.minus(NOT_ON_THE_INTERNET), text: 'the internet', reference: undefined },
        cluster: context.clusters.of(resource),
        network: context.clusters.of(resource).network,
        isInternal,
        passesCallers: references.textAt(values, 'spec', 'external_traffic_policy') === 'Local' ? 'always' : 'perhaps',
        answersOnly: answersOnly.length > 0 ? answersOnly : undefined,
        ...mergeTargets(
          `${name} (service)`,
          ports.map((port) =>
            findBackends(context, resource, namespace, name, references.textAt(port, 'port'), readServicePort(port, references), workloads),
          ),
        ),
        serves: isInternal ? PortSet.none : PortSet.union(ports.map((port) => readServicePort(port, references))),
        address: resource.address,
        path: readConstructPath(resource.metadata),
      },
    ];
  });
}
