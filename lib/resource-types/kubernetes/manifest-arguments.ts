/** Arguments with a manifest, by the types that apply one: an object, or a text of YAML or JSON. */
const ARGUMENTS: Readonly<Record<string, readonly string[]>> = {
  kubernetes_manifest: ['manifest', 'object'],
  kubectl_manifest: ['yaml_body', 'yaml_body_parsed'],
  k8s_manifest: ['content'],
  kustomization_resource: ['manifest'],
};

/** Names of the arguments of a type that applies manifests; undefined for other types. */
export function findManifestArguments(type: string): readonly string[] | undefined {
  return Object.hasOwn(ARGUMENTS, type) ? ARGUMENTS[type] : undefined;
}
