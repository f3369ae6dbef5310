import { findKind, findManifestArguments, findResourceType, isStateOnly, type Price } from '../resource-types';
import type { Resource } from '../terraform/document';
import { isBlock, known, textAt } from '../terraform/values';
import { parseDocuments } from '../terraform/yaml';

/** Finds the source of the cost of a resource; undefined when it is not known. */
export function findPrice(resource: Resource): Price | undefined {
  const { type } = resource;
  const manifest = readManifest(resource);
  const { price } = (manifest === undefined ? findResourceType(type) : findManifestKind(manifest)) ?? {};
  if (price !== undefined) return typeof price === 'function' ? price(manifest ?? resource.values) : price;
  return isStateOnly(type) ? { free: 'it exists in the state alone' } : undefined;
}

/** Kubernetes object that a resource applies as a manifest; undefined for other resources, and for text that is not read. */
function readManifest(resource: Resource): unknown {
  // Most prices do not need the values, which are evaluated on their first use.
  const [argument] = findManifestArguments(resource.type) ?? [];
  const value = argument === undefined ? undefined : resource.values[argument];
  return typeof value === 'string' ? parseDocuments(value)[0] : value;
}

function findManifestKind(manifest: unknown): ReturnType<typeof findKind> {
  const [apiVersion, kind] = ['apiVersion', 'kind'].map((name) => (isBlock(manifest) ? known(textAt(manifest, name)) : undefined));
  return apiVersion === undefined || kind === undefined ? undefined : findKind(apiVersion, kind);
}
