import type { Resource, TerraformDocument } from '../terraform/document';
import { type Block, blockAt, blocks, known } from '../terraform/values';
import type { PolicyProblem } from './rule';

/** Path to the pod specification in each Kubernetes resource that creates pods. */
const POD_PATHS: Readonly<Record<string, readonly string[]>> = {
  pod: ['spec'],
  deployment: ['spec', 'template', 'spec'],
  daemon_set: ['spec', 'template', 'spec'],
  stateful_set: ['spec', 'template', 'spec'],
  replication_controller: ['spec', 'template', 'spec'],
  job: ['spec', 'template', 'spec'],
  cron_job: ['spec', 'job_template', 'spec', 'template', 'spec'],
};

export const POD_TYPES = [
  ...Object.keys(POD_PATHS).flatMap((kind) => [`kubernetes_${kind}`, `kubernetes_${kind}_v1`]),
  'kubernetes_daemonset',
];

/** Reads the pod specification of a resource. */
function readPod({ type, values }: Resource): Block | undefined {
  const kind = type.replace(/^kubernetes_|_v1$/g, '').replace('daemonset', 'daemon_set');
  const path = POD_PATHS[kind];
  return path && known(blockAt(values, ...path));
}

/** Tests that its pods run continuously, unlike those of jobs. */
export function isService({ type }: Resource): boolean {
  return !/_(cron_)?job(_v1)?$/.test(type);
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
