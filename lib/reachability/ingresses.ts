import type { Resource } from '../terraform/document';
import { readConstructPath } from '../terraform/notes';
import { blockAt, blocksAt, isUndetermined, known, valueAt } from '../terraform/values';
import { findLoadBalancerSettings } from './charts';
import type { StackContext } from './context';
import type { Endpoint } from './endpoint';
import { locateProxies } from './external-endpoints';
import { formatReason, readTextMap } from './labels';
import { PortSet } from './port-set';
import { findBackends, mergeTargets, type Target } from './services';
import { readName } from './workloads';

/**
 * Class of an ingress. GKE's controller serves the classes of its annotation, and ingresses without a class; it ignores
 * those with `ingress_class_name`.
 *
 * @see https://cloud.google.com/kubernetes-engine/docs/how-to/load-balance-ingress
 */
export function readIngressClass(context: StackContext, { values }: Resource): { readonly name: string; readonly ofGke: boolean } {
  const annotations = valueAt(values, 'metadata', 'annotations');
  if (isUndetermined(annotations)) return { name: annotations.expression, ofGke: false };
  const annotation = readTextMap(annotations, context.references).get('kubernetes.io/ingress.class') ?? '';
  const className = context.references.textAt(values, 'spec', 'ingress_class_name');
  if (annotation === '') return { name: className, ofGke: className === '' };
  return { name: annotation, ofGke: annotation === 'gce' || annotation === 'gce-internal' };
}

export function readIngress(context: StackContext, resource: Resource, workloads: readonly Endpoint[]): Endpoint[] {
  const { references } = context;
  const { values } = resource;
  const annotations = readTextMap(valueAt(values, 'metadata', 'annotations'), references);
  const { name: className, ofGke } = readIngressClass(context, resource);
  const isInternal = className === 'gce-internal';
  const namespace = references.readNamespace(values);
  const rules = blocksAt(values, 'spec', 'rule');
  const services = [
    blockAt(values, 'spec', 'default_backend', 'service') ?? blockAt(values, 'spec', 'backend', 'service'),
    ...rules.flatMap((rule) => blocksAt(rule, 'http', 'path').map((path) => blockAt(path, 'backend', 'service'))),
  ].filter((service) => service !== undefined);
  const http = annotations.get('kubernetes.io/ingress.allow-http') === 'false' ? [] : [80];
  const frontend = findLoadBalancerSettings(context, resource, namespace, annotations.get('networking.gke.io/v1beta1.FrontendConfig'));
  const frontPorts = PortSet.tcp(...(frontend?.redirectsToHttps ? [] : http), 443);
  const targets = services.map((service): Target => {
    if (isUndetermined(service))
      return { backends: [], unknown: `may send requests there: ${formatReason(resource.address, ['spec'], service)}` };
    const port = references.text(valueAt(service, 'port', 'number') ?? valueAt(service, 'port', 'name'));
    return findBackends(context, resource, namespace, references.textAt(service, 'name'), port, frontPorts, workloads);
  });
  const hostNames = new Set(
    known(rules)
      .map((rule) => references.textAt(rule, 'host'))
      .filter((host) => host !== ''),
  );
  const [name = readName(context, resource), ...otherHostNames] = hostNames;
  return [
    {
      id: name,
      label: name,
      kind: 'load-balancer',
      platform: false,
      location: locateProxies(),
      network: context.clusters.of(resource).network,
      cluster: context.clusters.of(resource),
      ...mergeTargets(name, targets),
      otherHostNames,
      isInternal,
      otherClass: ofGke ? undefined : className,
      serves: isInternal ? PortSet.none : PortSet.tcp(...http, 443),
      address: resource.address,
      path: readConstructPath(resource.metadata),
    },
  ];
}
