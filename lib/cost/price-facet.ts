import { findKind, findResourceType, isStateOnly, type Price } from '../resource-types';
import type { Resource } from '../terraform/document';
import { isBlock, known, textAt } from '../terraform/values';
import { parseDocuments } from '../terraform/yaml';
import { lookUp } from './prices';

/** Finds the source of the cost of a resource; undefined when it is not known. */
export function findPrice(resource: Resource): Price | undefined {
  const { type } = resource;
  // Most prices do not need the values, which are evaluated on their first use.
  const manifest = lookUp(MANIFESTS, type)?.(resource.values);
  const { price } = (manifest === undefined ? findResourceType(type) : findManifestKind(manifest)) ?? {};
  if (price !== undefined) return typeof price === 'function' ? price(manifest ?? resource.values) : price;
  return isStateOnly(type) ? { free: 'it exists in the state alone' } : undefined;
}

/** Kubernetes objects that resources apply as manifests, by type. */
const MANIFESTS: Readonly<Record<string, (values: Resource['values']) => unknown>> = {
  kubernetes_manifest: ({ manifest }) => manifest,
  kubectl_manifest: ({ yaml_body: text }) => (typeof text === 'string' ? parseDocuments(text)[0] : undefined),
};

function findManifestKind(manifest: unknown): ReturnType<typeof findKind> {
  const [apiVersion, kind] = ['apiVersion', 'kind'].map((name) => (isBlock(manifest) ? known(textAt(manifest, name)) : undefined));
  return apiVersion === undefined || kind === undefined ? undefined : findKind(apiVersion, kind);
}
