import type { Resource, TerraformDocument } from '../terraform/document';
import { isKnown } from '../terraform/references';
import { type Block, isBlock, isUndetermined, valueAt } from '../terraform/values';
import type { References } from './references';

/** Manifest of one Kubernetes resource: its kind, and its values with the names of Terraform's typed resources. */
export interface Manifest {
  readonly resource: Resource;
  readonly apiVersion: string;
  readonly kind: string;
  readonly values: Block;
}

/** Maps whose keys are names of users. */
const MAPS = new Set(['labels', 'annotations', 'matchLabels', 'selector', 'nodeSelector']);

/** Blocks that Terraform names in the singular. */
const SINGULAR: Readonly<Record<string, string>> = { containers: 'container', initContainers: 'init_container' };

/** Manifests of a stack with a known kind. YAML text is not parsed. */
export function listManifests(document: TerraformDocument, references: References): Manifest[] {
  return document.ofType('kubernetes_manifest').flatMap((resource): Manifest[] => {
    const manifest = valueAt(resource.values, 'manifest');
    const [apiVersion, kind] = [references.textAt(manifest, 'apiVersion'), references.textAt(manifest, 'kind')];
    return isBlock(manifest) && kind !== '' && isKnown(`${apiVersion}${kind}`)
      ? [{ resource, apiVersion, kind, values: toTerraformNames(manifest) as Block }]
      : [];
  });
}

/** Resource whose values are those of its manifest. */
export function asTyped({ resource, values }: Manifest): Resource {
  const { type, name, address, body, metadata } = resource;
  return { type, name, address, body, metadata, values };
}

function toTerraformNames(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(toTerraformNames);
  if (isUndetermined(value) || !isBlock(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [
      name === 'ports' && isContainer(value) ? 'port' : (SINGULAR[name] ?? toSnakeCase(name)),
      MAPS.has(name) ? member : toTerraformNames(member),
    ]),
  );
}

function isContainer(value: Block): boolean {
  return 'image' in value;
}

function toSnakeCase(name: string): string {
  return name.replace(/([a-z0-9])([A-Z]+)/g, '$1_$2').toLowerCase();
}
