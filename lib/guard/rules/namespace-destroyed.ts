import type { ResourceChange } from '../../terraform/plan';
import { known, textAt } from '../../terraform/values';
import { manifestObject, nameBefore, typeBefore } from '../manifest';
import type { Rule } from '../rule';
import { destruction, isDestroyed, type Subject } from '../subject';
import { listed } from '../words';

/** A namespace takes everything in it along, whoever made it. */
export const namespaceDestroyed: Rule = {
  id: 'namespace-destroyed',
  title: 'A namespace is deleted or replaced, and everything in it with it',
  check: (subject) =>
    subject.resources
      .filter((change) => isDestroyed(change) && /^kubernetes_namespace(_v1)?$/.test(typeBefore(change)))
      .map((change) => {
        const name = nameBefore(change) ?? change.name;
        const contents = contentsOf(subject, change, name);
        const volumes = contents.filter((each) => /persistent_volume_claim|stateful_set/.test(typeBefore(each)));
        return {
          severity: 'refuse',
          address: change.address,
          action: change.action,
          reason: `namespace ${name} ${destruction(change)}`,
          impact:
            `everything in it, also what Terraform does not know` +
            (contents.length > 0 ? `; of what it knows: ${listed(contents.map(inWords), 12)}` : '; Terraform knows of nothing in it') +
            (volumes.length > 0 ? '; its volumes go with their claims' : ''),
          recovery: 'what Terraform and charts make again, empty; data only from a backup of the namespace that includes volume data',
          remediation: 'switch off what runs in it and keep the namespace; if it must go, back it up first and acknowledge it',
        };
      }),
};

/** What is in a namespace of that name now, in the same cluster as far as the configuration tells. */
function contentsOf(subject: Subject, namespace: ResourceChange, name: string): ResourceChange[] {
  return subject.resources
    .filter(
      ({ before, type }) =>
        (type.startsWith('kubernetes_') && known(textAt(before, 'metadata', 'namespace')) === name) ||
        (type === 'helm_release' && known(textAt(before, 'namespace')) === name) ||
        manifestObject(type, before)?.namespace === name,
    )
    .filter(({ address }) => address !== namespace.address);
}

function inWords(change: ResourceChange): string {
  const { type, before, name } = change;
  const object = manifestObject(type, before);
  if (object) return `${object.kind} ${object.name ?? name}`;
  const kind = type
    .replace(/^(kubernetes|helm)_/, '')
    .replace(/_v\d+((alpha|beta)\d+)?$/, '')
    .replaceAll('_', ' ');
  return `${kind} ${nameBefore(change) ?? name}`;
}
