import { isKnown } from '../terraform/references';
import { valueAt } from '../terraform/values';
import type { StackContext } from './context';
import type { Endpoint } from './endpoint';
import { hasPodTemplate, listManifests, type Manifest, readManifest } from './manifests';
import { createsNoPods } from './unevaluated';
import { createPods } from './workloads';

/** Pods of manifests that cannot be read as workloads, and those that an operator may create for any other kind. */
export function readManifestWorkloads(context: StackContext): Endpoint[] {
  return listManifests(context.document).flatMap((resource): Endpoint[] => {
    const manifest = readManifest(resource, context.references);
    if (!manifest || (createsNoPods(manifest.kind) && !hasPodTemplate(manifest.kind))) return [];
    return [createUnknownPods(context, manifest)];
  });
}

function createUnknownPods(context: StackContext, { resource, body }: Manifest): Endpoint {
  const { references } = context;
  const name = references.text(valueAt(body, 'metadata', 'name') ?? resource.name);
  return createPods(context, resource, {
    namespace: references.readNamespace(body),
    name: isKnown(name) ? name : resource.name,
    labels: { known: new Map(), others: 'unknown' },
    onNodeNetwork: 'unknown',
    silent: `the pods of ${resource.address} are not known`,
  });
}
