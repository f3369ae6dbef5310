import { isKnown } from '../terraform/references';
import { blockAt, isUndetermined, valueAt } from '../terraform/values';
import type { StackContext } from './context';
import type { Endpoint } from './endpoint';
import { asTyped, listManifests, type Manifest } from './manifests';
import { createsNoPods } from './unevaluated';
import { createPods, readPods } from './workloads';

/** Path of the pod template, by kind. */
const POD_TEMPLATES: Readonly<Record<string, readonly string[]>> = {
  'apps/v1 Deployment': ['spec', 'template'],
  'apps/v1 StatefulSet': ['spec', 'template'],
  'apps/v1 DaemonSet': ['spec', 'template'],
  'apps/v1 ReplicaSet': ['spec', 'template'],
  'v1 ReplicationController': ['spec', 'template'],
  'batch/v1 Job': ['spec', 'template'],
  'batch/v1 CronJob': ['spec', 'job_template', 'spec', 'template'],
  'v1 Pod': [],
};

/** Pods of manifests: those of workloads of Kubernetes, and those that an operator may create for any other kind. */
export function readManifestWorkloads(context: StackContext): Endpoint[] {
  return listManifests(context.document, context.references).flatMap((manifest): Endpoint[] => {
    const { apiVersion, kind } = manifest;
    const path = POD_TEMPLATES[`${apiVersion} ${kind}`];
    const template = path && (path.length === 0 ? blockAt(manifest.values, 'spec') : blockAt(manifest.values, ...path, 'spec'));
    if (path && template !== undefined && !isUndetermined(template)) return [readPods(context, asTyped(manifest), path)];
    return path || !createsNoPods(`${apiVersion} ${kind}`) ? [createUnknownPods(context, manifest)] : [];
  });
}

function createUnknownPods(context: StackContext, { resource, values }: Manifest): Endpoint {
  const { references } = context;
  const name = references.text(valueAt(values, 'metadata', 'name') ?? resource.name);
  return createPods(context, resource, {
    namespace: references.readNamespace(values),
    name: isKnown(name) ? name : resource.name,
    labels: { known: new Map(), others: 'unknown' },
    onNodeNetwork: 'unknown',
    silent: `the pods of ${resource.address} are not known`,
  });
}
