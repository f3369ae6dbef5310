import { type Resource, TerraformDocument } from '../terraform/document';
import { isKnown } from '../terraform/references';
import { isBlock, Undetermined } from '../terraform/values';
import { hasCopies } from './copies';
import { toTypedResource } from './manifests';
import { References } from './references';

/**
 * Document as the readers of its resources see it: without resources that have no copy, with typed resources in place of manifests, and with
 * annotations that are not known where another resource changes them.
 */
export function prepareDocument(read: TerraformDocument): TerraformDocument {
  const references = new References(read);
  const resources = read.resources
    .filter((resource) => hasCopies(resource, references) !== 'no')
    .map((resource) => toTypedResource(resource, read, references));
  const patches = resources.filter(({ type }) => type === 'kubernetes_annotations');
  return new TerraformDocument(
    patches.length === 0 ? resources : resources.map((resource) => applyAnnotations(resource, patches, references)),
    read.providers,
    read.locals,
    read.stackName,
    read.unreadModules,
  );
}

/** Kinds whose annotations decide about load balancers. */
const KINDS: Readonly<Record<string, string>> = {
  kubernetes_service: 'Service',
  kubernetes_service_v1: 'Service',
  kubernetes_ingress: 'Ingress',
  kubernetes_ingress_v1: 'Ingress',
};

function applyAnnotations(resource: Resource, patches: readonly Resource[], references: References): Resource {
  const kind = KINDS[resource.type];
  const patch =
    kind && patches.find(({ values }) => mayBe(references.textAt(values, 'kind'), kind) && isSameObject(values, resource, references));
  if (!patch) return resource;
  const metadata = [resource.values.metadata].flat()[0];
  const annotations = new Undetermined(`annotations of ${patch.address}`);
  const { type, name, address, body, metadata: notes } = resource;
  return {
    type,
    name,
    address,
    body,
    metadata: notes,
    values: { ...resource.values, metadata: { ...(isBlock(metadata) ? metadata : {}), annotations } },
  };
}

function isSameObject(patch: unknown, { values }: Resource, references: References): boolean {
  return (
    mayBe(references.textAt(patch, 'metadata', 'name'), references.textAt(values, 'metadata', 'name')) &&
    mayBe(references.textAt(patch, 'metadata', 'namespace') || 'default', references.readNamespace(values))
  );
}

function mayBe(one: string, other: string): boolean {
  return one === other || !isKnown(one) || !isKnown(other);
}
