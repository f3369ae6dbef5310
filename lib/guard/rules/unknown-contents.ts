import { findDataArguments, isNamedAsData } from '../data-arguments';
import { findDeletion, findTypeBefore } from '../destruction';
import { Neighbours } from '../neighbours';
import type { Rule } from '../rule';
import { describeDestruction, isDestroyed, type Subject } from '../subject';
import type { SubjectChange } from '../typed-change';
import type { Finding } from '../verdict';
import { joinNames, toWords } from '../words';

/** Deletions of resources of unknown types. They may hold data. */
export const unknownContents: Rule = {
  id: 'unknown-contents',
  severities: ['refuse', 'warn'],
  title: 'A resource of an unknown type is deleted or replaced',
  why: 'what goes with it is not known here: it is refused when its arguments, its type or a resource that it belongs to show data, and reported otherwise',
  remediation: 'check whether it holds data, and copy what is needed before it is deleted',
  check: (subject) => {
    const unknown = subject.resources.filter((change) => isDestroyed(change) && findTypeBefore(change) === undefined);
    if (unknown.length === 0) return [];
    const neighbours = findNeighbours(subject);
    return unknown.map((change): Finding => {
      const data = describeData(change, neighbours);
      const beginning = `what goes with ${describeType(change)} is not known here`;
      return {
        severity: data === undefined ? 'warn' : 'refuse',
        address: change.address,
        action: change.action,
        reason: `${beginning}${data === undefined ? '' : `, and ${data}`}; it ${describeDestruction(change)}`,
        impact: data === undefined ? 'its data, if it holds any' : 'its data',
        recovery: 'unknown',
      };
    });
  },
};

function describeType({ type, objectBefore: object }: SubjectChange): string {
  const name = object === undefined ? type : `${type} of kind ${object.kind}`;
  return `${/^[aeiou]/.test(name) ? 'an' : 'a'} ${name}`;
}

/** Resources that hold data by their arguments. Known types without data are none, whatever their arguments. */
function findNeighbours(subject: Subject): Neighbours {
  const candidates = subject.resources.filter((change) => {
    const deletion = findDeletion(change);
    return (deletion === undefined || deletion.kind === 'data') && findDataArguments(change.before).length > 0;
  });
  return new Neighbours(subject, candidates);
}

/** Clause for the data of a resource; undefined when nothing shows any. */
function describeData(change: SubjectChange, neighbours: Neighbours): string | undefined {
  const own = DESCRIBES_OTHERS.test(change.type) ? [] : findDataArguments(change.objectBefore?.body ?? change.before);
  if (own.length > 0) return `it has ${own.length === 1 ? 'an argument' : 'arguments'} of resources with data: ${joinNames(own)}`;
  const { type, objectBefore: object } = change;
  if (object === undefined ? isNamedAsData(type) : isNamedAsData(`_${toWords(object.kind)}`)) {
    return `its ${object === undefined ? 'type' : 'kind'} is named as one with data`;
  }
  const [neighbour] = neighbours.of(change);
  if (neighbour === undefined) return undefined;
  return `it belongs to ${neighbour.address}, which has arguments of resources with data: ${joinNames(findDataArguments(neighbour.before))}`;
}

/** Types whose arguments describe resources that are created from them: sizes of their disks are none of the type itself. */
const DESCRIBES_OTHERS = /_(template|launch_configuration|task_definition|profile)$/;
