import { findResourceType, readFacet } from '../../resource-types';
import type { Plan, ResourceChange } from '../../terraform/plan';
import { known, textAt, valueAt } from '../../terraform/values';
import type { Rule } from '../rule';
import { stays } from '../subject';
import type { Finding } from '../verdict';
import { lastSegment } from '../words';

/** Creations under a name that another resource of the same kind has. */
export const nameTaken: Rule = {
  id: 'name-taken',
  severities: ['refuse', 'warn'],
  title: 'The apply would fail: a name is already taken',
  why: 'two resources of one kind cannot have the same name in one place, not even during a replacement',
  remediation: 'choose another name; for the same resource under a new address, use moveTo or a moved block',
  check: ({ resources, plan }) => {
    const owners = new Map<string, Named[]>();
    const creations = new Map<string, Named[]>();
    for (const change of resources) {
      note(owners, plan, change, change.before);
      // The provider makes a name of a prefix, which no other resource has.
      const isMadeUp = (known(textAt(change.after, 'name_prefix')) ?? '') !== '';
      if (change.actions.includes('create') && !isMadeUp) note(creations, plan, change, change.after);
    }
    return [...creations].flatMap(([key, created]) =>
      created.flatMap((named): Finding[] => {
        const { change, name } = named;
        const others = (owners.get(key) ?? []).filter((other) => other.change !== change && isSamePlace(named, other));
        const finding = (other: Named, reason: string, remediation: string): Finding[] => [
          {
            severity: isCertain(named, other) ? 'refuse' : 'warn',
            address: change.address,
            action: change.action,
            reason,
            remediation,
          },
        ];
        const staying = others.find((other) => stays(other.change));
        if (staying) {
          return finding(staying, `the name ${name} is taken by ${staying.change.address}, which stays`, 'give it another name');
        }
        const left = others.find((other) => other.change.actions.includes('forget'));
        if (left) {
          return finding(
            left,
            `the name ${name} is taken by ${left.change.address}, which is removed from the state and keeps existing`,
            'import it instead, or give it another name',
          );
        }
        const leaving = others.find((other) => other.change.action === 'delete' && other.change.deposed === undefined);
        if (leaving) {
          return finding(
            leaving,
            `the name ${name} is still that of ${leaving.change.address}, which is deleted in the same apply, in no defined order`,
            'for the same resource under a new address, use moveTo or a moved block; otherwise delete it first and create in a second apply',
          );
        }
        const old = owners.get(key)?.find((other) => other.change === change && isSamePlace(named, other));
        if (old && change.action === 'replace' && (change.createsFirst || change.forgetsOld)) {
          return finding(
            old,
            `it is created before the old one is deleted, and both have the name ${name}`,
            'give the new one another name, or delete the old one first (no create_before_destroy)',
          );
        }
        const twin = created.slice(0, created.indexOf(named)).find((other) => isSamePlace(named, other));
        return twin ? finding(twin, `${twin.change.address} is created with the same name, ${name}`, 'give one of them another name') : [];
      }),
    );
  },
};

/** Named resource, with the places that its name is unique in. */
interface Named {
  readonly change: ResourceChange;
  readonly name: string;

  /** Values of `within`; undefined where the provider decides, or the value is unknown. */
  readonly places: readonly (string | undefined)[];

  /** Key of the provider configuration; undefined when several are possible. */
  readonly providerKey: string | undefined;
}

function note(index: Map<string, Named[]>, plan: Plan, change: ResourceChange, value: unknown): void {
  const found = value === null ? undefined : identityOf(plan, change, value);
  if (!found) return;
  const [key, named] = found;
  const list = index.get(key);
  if (list) list.push(named);
  else index.set(key, [named]);
}

/** Tests that two resources may be in the same place. An unknown place matches every place. */
function isSamePlace(one: Named, other: Named): boolean {
  const isKnownToDiffer = (a: string | undefined, b: string | undefined): boolean => a !== undefined && b !== undefined && a !== b;
  if (one.places.some((place, index) => isKnownToDiffer(place, other.places[index]))) return false;
  // The arguments of Kubernetes resources do not name the cluster.
  return one.change.type.startsWith('google_') || !isKnownToDiffer(one.providerKey, other.providerKey);
}

/** Tests that the places match for certain. An unset project is that of the provider. */
function isCertain(one: Named, other: Named): boolean {
  const isSameProvider = one.providerKey !== undefined && one.providerKey === other.providerKey;
  const [project, ...rest] = one.places;
  const isNamed = project !== undefined && (rest.length === 0 || rest.some((place) => place !== undefined));
  return (
    (isSameProvider || (isNamed && one.change.type.startsWith('google_'))) &&
    one.places.every((place, index) => place === other.places[index] || (index === 0 && isSameProvider))
  );
}

/** Identity of a resource to its API; undefined when it cannot be determined. */
function identityOf(plan: Plan, change: ResourceChange, value: unknown): [key: string, named: Named] | undefined {
  const facet = readFacet(findResourceType(change.type), 'uniqueName');
  if (facet === undefined) return undefined;
  const name = known(textAt(value, ...facet.path));
  if (name === undefined) return undefined;
  const beside = valueAt(value, ...facet.path.slice(0, -1));
  const places = facet.within.map((argument) => lastSegment(known(textAt(beside, argument))) ?? DEFAULTS[argument]);
  // `kubernetes_service` and `kubernetes_service_v1` are the same kind.
  const kind = change.type.replace(/_v\d+((alpha|beta)\d+)?$/, '');
  return [`${kind} ${name}`, { change, name, places, providerKey: plan.providerKey(change) }];
}

const DEFAULTS: Readonly<Record<string, string>> = { namespace: 'default' };
