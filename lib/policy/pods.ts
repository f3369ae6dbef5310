import { findPodTemplate, findResourceType, readFacet, typesWith } from '../resource-types';
import type { Resource, TerraformDocument } from '../terraform/document';
import { type Block, blockAt, blocks, known } from '../terraform/values';
import type { PolicyProblem } from './rule';

export const POD_TYPES = typesWith('pods');

/** Reads the pod specification of a resource. */
function readPod({ type, values }: Resource): Block | undefined {
  const template = findPodTemplate(type);
  return template && known(blockAt(values, ...template, 'spec'));
}

/** Tests that its pods run continuously, unlike those of jobs. */
export function isService({ type }: Resource): boolean {
  return readFacet(findResourceType(type), 'pods')?.run === 'service';
}

/** Creates a check of the pod of every resource that has one. */
export function forEachPod(check: (pod: Block, resource: Resource) => readonly string[]): (document: TerraformDocument) => PolicyProblem[] {
  return (document) =>
    document.ofType(...POD_TYPES).flatMap((resource) => {
      const pod = readPod(resource);
      return pod ? check(pod, resource).map((problem) => ({ address: resource.address, problem })) : [];
    });
}

/** Creates a check of every container, init containers included. */
export function forEachContainer(
  check: (container: Block, context: { readonly pod: Block; readonly resource: Resource; readonly isInit: boolean }) => readonly string[],
): (document: TerraformDocument) => PolicyProblem[] {
  return forEachPod((pod, resource) =>
    (['container', 'init_container'] as const).flatMap((kind) =>
      blocks(pod, kind).flatMap((container) =>
        check(container, { pod, resource, isInit: kind === 'init_container' }).map(
          (problem) => `container ${JSON.stringify(container.name)}: ${problem}`,
        ),
      ),
    ),
  );
}
