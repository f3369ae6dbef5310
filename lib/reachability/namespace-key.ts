/** Key of a namespace of a cluster. */
export function formatNamespaceKey(cluster: string, namespace: string): string {
  return `${cluster}/${namespace}`;
}
