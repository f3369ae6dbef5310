import type { Resource, TerraformDocument } from '../terraform/document';
import { type Block, blockAt, blocks, known } from '../terraform/values';
import type { PolicyProblem } from './rule';

/** Kinds of Kubernetes resources that make pods, with where the pod is in them. */
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

/** The pod that a resource makes. */
export function podOf({ type, values }: Resource): Block | undefined {
  const kind = type.replace(/^kubernetes_|_v1$/g, '').replace('daemonset', 'daemon_set');
  const path = POD_PATHS[kind];
  return path && known(blockAt(values, ...path));
}

/** Whether it goes on for ever: pods of jobs end. */
export function isService({ type }: Resource): boolean {
  return !/_(cron_)?job(_v1)?$/.test(type);
}

/** A check that looks at the pod of every resource that makes some. */
export function forEachPod(look: (pod: Block, resource: Resource) => readonly string[]): (document: TerraformDocument) => PolicyProblem[] {
  return (document) =>
    document.ofType(...POD_TYPES).flatMap((resource) => {
      const pod = podOf(resource);
      return pod ? look(pod, resource).map((problem) => ({ address: resource.address, problem })) : [];
    });
}

/** A check that looks at every container, those that only begin a pod too. */
export function forEachContainer(
  look: (container: Block, context: { readonly pod: Block; readonly resource: Resource; readonly isInit: boolean }) => readonly string[],
): (document: TerraformDocument) => PolicyProblem[] {
  return forEachPod((pod, resource) =>
    (['container', 'init_container'] as const).flatMap((kind) =>
      blocks(pod, kind).flatMap((container) =>
        look(container, { pod, resource, isInit: kind === 'init_container' }).map(
          (problem) => `container ${JSON.stringify(container.name)}: ${problem}`,
        ),
      ),
    ),
  );
}
