import type { CloudResource } from '../../cloud-resource';
import type { Cloud } from '../../type-description';

/** Where a cluster's API is: two clusters may hold the same names. */
export function readHost(resource: CloudResource): string {
  return resource.provider.host ?? 'https://localhost';
}

/** Identity of the namespace that a resource is in. */
export function namespaceIdentity(resource: CloudResource, at = 'metadata.namespace'): string {
  return `${readHost(resource)}/namespaces/${resource.text(at) || 'default'}`;
}

/** Resources of a type in the namespace of another one. */
export function listInNamespace(resource: CloudResource, type: string, cloud: Cloud): CloudResource[] {
  return cloud.list(type, `${namespaceIdentity(resource)}/`);
}
