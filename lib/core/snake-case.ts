/** Converts a name to the case of Terraform: `pod_template` of `podTemplate`, `cluster_ip` of `clusterIP`. */
export function toSnakeCase(name: string): string {
  return name.replace(/([a-z0-9])([A-Z]+)/g, '$1_$2').toLowerCase();
}
