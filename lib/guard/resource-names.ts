import { known, listAt, textAt } from '../terraform/values';
import { nameBefore, readManifest } from './manifest';
import type { SubjectChange } from './typed-change';

/** Lists the names that texts use for a resource, the longest first. Public members are no names: they are the problem. */
export function listNames(change: SubjectChange): readonly string[] {
  const { address, name, index, type, before, after } = change;
  const names = [
    address,
    name,
    index === undefined ? undefined : String(index),
    nameBefore(change),
    readManifest(type, after)?.name ?? nameBefore({ type, before: after }),
    ...[before, after].flatMap((value) => [
      known(textAt(value, 'member')),
      known(textAt(value, 'metadata', 'name')),
      ...listAt(value, 'subject').map((subject) => known(textAt(subject, 'name'))),
    ]),
  ];
  return [...new Set(names)]
    .filter((each) => each !== undefined)
    .filter((each) => each.length > 1 && !PUBLIC.has(each))
    .sort((a, b) => b.length - a.length || (a < b ? -1 : 1));
}

const PUBLIC: ReadonlySet<string> = new Set([
  'allUsers',
  'allAuthenticatedUsers',
  'system:anonymous',
  'system:unauthenticated',
  'system:authenticated',
]);
