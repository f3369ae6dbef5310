import type { CloudResource } from '../../cloud-resource';
import type { Cloud } from '../../type-description';

/** Resources of a type in the namespace of another one. */
export function inNamespaceOf(resource: CloudResource, type: string, cloud: Cloud): CloudResource[] {
  const host = resource.provider.host;
  const namespace = namespaceOf(resource);
  return cloud.list(type).filter((other) => other.provider.host === host && namespaceOf(other) === namespace);
}

function namespaceOf(resource: CloudResource): string {
  return resource.text('metadata.namespace') || 'default';
}
