import { known, textAt } from '../../terraform/values';
import { nameBefore } from '../manifest';
import type { Rule } from '../rule';
import { mayShareScope } from '../scope';
import { describeDestruction, isDestroyed, type Subject } from '../subject';
import type { SubjectChange } from '../typed-change';
import { joinNames } from '../words';

/** Deletions of namespaces. Kubernetes deletes every object in them. */
export const namespaceDestroyed: Rule = {
  id: 'namespace-destroyed',
  severities: ['refuse'],
  title: 'A namespace is deleted or replaced, with everything in it',
  why: 'Kubernetes deletes every object in it, including those that Terraform does not manage',
  remediation: 'scale down the workloads and keep the namespace; if it has to be deleted, back it up first and acknowledge it',
  check: (subject) =>
    subject.resources
      .filter((change) => isDestroyed(change) && /^kubernetes_namespace(_v1)?$/.test(change.type))
      .map((change) => {
        const name = nameBefore(change) ?? change.name;
        const contents = contentsOf(subject, change, name);
        const volumes = contents.filter((each) => /persistent_volume_claim|stateful_set/.test(each.type));
        return {
          severity: 'refuse',
          address: change.address,
          action: change.action,
          reason: `namespace ${name} ${describeDestruction(change)}`,
          impact:
            `everything in it, including what Terraform does not manage` +
            (contents.length > 0
              ? `; managed by Terraform: ${joinNames(contents.map(inWords), 12)}`
              : '; Terraform manages nothing in it') +
            (volumes.length > 0 ? '; its volumes are deleted with their claims' : ''),
          recovery: 'what Terraform and charts create again, without data; data only from a backup of the namespace with volume data',
        };
      }),
};

/** Resources in a namespace of that name before the plan is applied. */
function contentsOf(subject: Subject, namespace: SubjectChange, name: string): SubjectChange[] {
  return subject.resources
    .filter(
      ({ before, type, objectBefore }) =>
        (type.startsWith('kubernetes_') && known(textAt(before, 'metadata', 'namespace')) === name) ||
        (type === 'helm_release' && known(textAt(before, 'namespace')) === name) ||
        objectBefore?.namespace === name,
    )
    .filter((change) => change.address !== namespace.address && mayShareScope(subject.plan, namespace, change));
}

function inWords(change: SubjectChange): string {
  const { type, name, objectBefore: object } = change;
  if (object) return `${object.kind} ${object.name ?? name}`;
  const kind = type
    .replace(/^(kubernetes|helm)_/, '')
    .replace(/_v\d+((alpha|beta)\d+)?$/, '')
    .replaceAll('_', ' ');
  return `${kind} ${nameBefore(change) ?? name}`;
}
