import type { CloudResource } from '../cloud-resource';
import type { TypeDescription } from '../type-description';

/**
 * `https://<cluster>/namespaces/billing/deployments/api`; without a namespace, `https://<cluster>/namespaces/billing`.
 *
 * The cluster is part of it: two clusters may hold the same names.
 */
export function kubernetesIdentity(plural: string, scope: 'namespaced' | 'cluster' = 'namespaced'): (resource: CloudResource) => string {
  return (resource) => {
    const host = resource.provider.host ?? 'https://localhost';
    const name = resource.text('metadata.name');
    const place = scope === 'namespaced' ? `namespaces/${resource.text('metadata.namespace') || 'default'}/` : '';
    return `${host}/${place}${plural}/${name}`;
  };
}

/** The `id` the provider gives: `billing/api`, or the name alone. */
export function kubernetesId(resource: CloudResource): string {
  const name = resource.text('metadata.name');
  const namespace = resource.text('metadata.namespace');
  return namespace ? `${namespace}/${name}` : name;
}

const namespace: TypeDescription = {
  type: 'kubernetes_namespace_v1',
  label: 'namespace',
  identity: kubernetesIdentity('namespaces', 'cluster'),
  id: kubernetesId,
  fillsIn: ['metadata.name'],
  replaces: ['metadata.{generate_name,name}'],
  defaults: { wait_for_default_service_account: false },
  effects: {
    // What is in a namespace goes with it.
    delete: [({ resource, cloud }) => cloud.removeBelow(`${resource.identity}/`)],
  },
};

export const kubernetes: readonly TypeDescription[] = [namespace];
