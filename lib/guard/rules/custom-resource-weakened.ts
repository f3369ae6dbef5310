import { findManifestArguments } from '../../resource-types';
import { isBlock, known, listAt, textAt, valueAt } from '../../terraform/values';
import { findDataArguments, isNamedAsData } from '../data-arguments';
import { findDeletion } from '../destruction';
import type { ManifestObject } from '../manifest';
import type { Rule } from '../rule';
import { stays } from '../subject';
import type { SubjectChange } from '../typed-change';
import type { Finding } from '../verdict';
import { joinNames, toWords } from '../words';

/** Updates of custom resources and their definitions after which data or copies of it are deleted earlier. */
export const customResourceWeakened: Rule = {
  id: 'custom-resource-weakened',
  severities: ['refuse'],
  title: 'An update of a custom resource gives up data, its backups or a version of its definition',
  why: 'an operator deletes volumes, backups and messages by the fields of its custom resources, and Terraform shows an update of text',
  remediation: 'restore the field, or acknowledge it with the reason why the data is not needed',
  check: ({ resources }) =>
    resources
      .filter((change) => change.objectBefore !== undefined && change.action !== 'no-op' && stays(change))
      .flatMap((change): Finding[] => {
        const weaker = findWeaker(change, change.objectBefore!);
        if (weaker.length === 0) return [];
        const { kind, name } = change.objectBefore!;
        return [
          {
            severity: 'refuse',
            address: change.address,
            action: change.action,
            reason: `${kind} ${name ?? change.name}: ${weaker.join('; ')}`,
            impact: 'the data or the copies that its operator deletes by these fields',
            recovery: 'none, except copies elsewhere',
          },
        ];
      }),
};

function findWeaker(change: SubjectChange, { kind, body }: ManifestObject): string[] {
  if (kind === 'CustomResourceDefinition') return findLostVersions(body, change.objectAfter?.body);
  const [argument] = findManifestArguments(change.type) ?? [];
  // Kinds of Kubernetes itself have the protections of their typed resource.
  if (argument === undefined) return [];
  if (valueAt(change.afterUnknown, argument) === true) {
    return holdsData(change) ? ['its fields are known only after apply, and it holds data'] : [];
  }
  return change.objectAfter === undefined ? [] : compare(body, change.objectAfter.body, valueAt(change.afterUnknown, argument), '');
}

function holdsData(change: SubjectChange): boolean {
  const deletion = findDeletion(change);
  if (deletion !== undefined) return deletion.kind === 'data';
  const { kind, body } = change.objectBefore!;
  return findDataArguments(body).length > 0 || isNamedAsData(`_${toWords(kind)}`);
}

/** Versions that a definition no longer has: objects of them cannot be read. */
function findLostVersions(before: unknown, after: unknown): string[] {
  const [was, is] = [before, after].map((body) =>
    listAt(valueAt(body, 'spec'), 'versions').flatMap((version) => known(textAt(version, 'name')) ?? []),
  );
  const lost = was!.filter((name) => !is!.includes(name));
  return is!.length === 0 || lost.length === 0 ? [] : [`it no longer has ${lost.length === 1 ? 'version' : 'versions'} ${joinNames(lost)}`];
}

/** Fields at any depth that protect data. Labels, annotations and other maps of users are not fields. */
function compare(before: unknown, after: unknown, unknown: unknown, path: string): string[] {
  if (Array.isArray(before)) {
    const items = listAt(after);
    return before.flatMap((item, index) => {
      const name = valueAt(item, 'name');
      const other = name === undefined ? items[index] : items.find((each) => valueAt(each, 'name') === name);
      return other === undefined ? [] : compare(item, other, listAt(unknown)[index], path);
    });
  }
  if (!isBlock(before)) return [];
  return Object.entries({ ...(isBlock(after) ? after : {}), ...before }).flatMap(([name]): string[] => {
    if (name === 'labels' || name === 'annotations') return [];
    const [was, is] = [before[name], isBlock(after) ? after[name] : undefined];
    const place = path === '' ? name : `${path}.${name}`;
    const shape = valueAt(unknown, name);
    const weaker = compareField(name, was, is, shape === true);
    return weaker === undefined ? compare(was, is, shape, place) : [`${place} ${weaker}`];
  });
}

function compareField(name: string, was: unknown, is: unknown, isUnknown: boolean): string | undefined {
  if (/(deletion|delete|reclaim)_?policy$/i.test(name)) {
    if (isUnknown) return 'is known only after apply';
    return was !== is && /delete/i.test(String(is)) ? `becomes ${String(is)}` : undefined;
  }
  if (/^delete(Claim|Pvc|PVC|DataOnDelete|Volumes?)$/.test(name)) {
    return was !== true && (is === true || isUnknown) ? 'is turned on: its volumes are deleted with it' : undefined;
  }
  if (name === 'type' && /persistent/i.test(String(was))) return /ephemeral|empty/i.test(String(is)) ? `becomes ${String(is)}` : undefined;
  if (/^backups?$|^backupSchedule|^medusa$|^scheduledBackups?$/i.test(name) && isSet(was) && !isSet(is))
    return isUnknown ? 'is known only after apply' : 'is removed';
  if (/retention/i.test(name) && !isBlock(was)) {
    const [old, value] = [toAmount(was), toAmount(is)];
    if (old === undefined) return undefined;
    if (value === undefined) return isUnknown ? 'is known only after apply' : undefined;
    return value < old ? `becomes ${String(is)} instead of ${String(was)}` : undefined;
  }
  return undefined;
}

function isSet(value: unknown): boolean {
  return value !== undefined && value !== null && !(isBlock(value) && Object.keys(value).length === 0);
}

const UNITS: Readonly<Record<string, number>> = { ms: 0.001, s: 1, m: 60, h: 3600, d: 86400, w: 604800, M: 2592000, y: 31536000 };

/** Amount of a number or a duration, such as `30d`. Without a limit, as `-1` is, it is the largest. */
function toAmount(value: unknown): number | undefined {
  const [, number, unit = ''] = /^(-?\d+(?:\.\d+)?)(ms|s|m|h|d|w|M|y)?$/.exec(String(value ?? '')) ?? [];
  if (number === undefined) return undefined;
  return Number(number) < 0 ? Number.POSITIVE_INFINITY : Number(number) * (UNITS[unit] ?? 1);
}
