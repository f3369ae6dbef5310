import type { Resource, TerraformDocument } from '../terraform/document';
import { isKnown } from '../terraform/references';
import { isBlock, valueAt } from '../terraform/values';
import type { Labels } from './labels';
import type { References } from './references';

/** Resource types that change the labels of resources of Kubernetes that another resource creates. */
const PATCHES = ['kubernetes_labels'];

/** Labels with those that `kubernetes_labels` changes, which are not known. */
export function applyPatches(
  labels: Labels,
  name: string,
  namespace: string | undefined,
  document: TerraformDocument,
  references: References,
): Labels {
  const patch = document.ofType(...PATCHES).find((resource) => mayChange(resource, name, namespace, references));
  if (!patch) return labels;
  const changed = valueAt(patch.values, 'labels');
  const keys = new Set(Object.keys(isBlock(changed) ? changed : {}));
  return {
    ...labels,
    known: new Map(isBlock(changed) ? [...labels.known].filter(([key]) => !keys.has(key)) : []),
    others: 'unknown',
    undetermined: labels.undetermined ?? `${patch.address} changes the labels of ${name}`,
  };
}

/** @param namespace undefined for labels of the namespace itself */
function mayChange({ values }: Resource, name: string, namespace: string | undefined, references: References): boolean {
  const isSame = (written: string, own: string) => written === own || !isKnown(written) || !isKnown(own);
  const kind = references.textAt(values, 'kind');
  if (isKnown(kind) && (kind === 'Namespace') !== (namespace === undefined)) return false;
  if (!isSame(references.textAt(values, 'metadata', 'name'), name)) return kind === 'Pod' && isInNamespace(values, namespace, references);
  return namespace === undefined || isInNamespace(values, namespace, references);
}

/** Pods of a workload have names of their own. */
function isInNamespace(values: unknown, namespace: string | undefined, references: References): boolean {
  const own = references.textAt(values, 'metadata', 'namespace') || 'default';
  return own === namespace || !isKnown(own) || !isKnown(namespace ?? '');
}
