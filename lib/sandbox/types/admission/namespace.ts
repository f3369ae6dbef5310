import type { CloudResource } from '../../cloud-resource';
import type { Cloud } from '../../type-description';

/** Reads the host of the cluster's API, which identifies the cluster. */
export function readHost(resource: CloudResource): string {
  return resource.provider.host ?? 'https://localhost';
}

/** Builds the identity of a resource's namespace. */
export function namespaceIdentity(resource: CloudResource, at = 'metadata.namespace'): string {
  return `${readHost(resource)}/namespaces/${resource.text(at) || 'default'}`;
}

/** Lists the resources of a type in the namespace of another resource. */
export function listInNamespace(resource: CloudResource, type: string, cloud: Cloud): CloudResource[] {
  return cloud.list(type, `${namespaceIdentity(resource)}/`);
}
