import type { ResourceChange } from '../../terraform/plan';
import { known, textAt } from '../../terraform/values';
import type { Rule } from '../rule';
import { stays } from '../subject';
import type { Finding } from '../verdict';
import { lastSegment } from '../words';

/** Types whose `name` does not identify them, or names another resource. */
const NAMED_OTHERWISE =
  /(_iam_(member|binding|policy|audit_config)|_attachment|_peering|_association)$|^google_(dns_record_set|project_service|compute_router_nat|sql_user)/;

/** Creations under a name that another resource of the same kind has. */
export const nameTaken: Rule = {
  id: 'name-taken',
  severities: ['refuse', 'warn'],
  title: 'The apply would fail: a name is already taken',
  why: 'two resources of one kind cannot have the same name in one place, not even during a replacement',
  remediation: 'choose another name; for the same resource under a new address, use moveTo or a moved block',
  check: ({ resources }) => {
    const owners = new Map<string, Named[]>();
    const creations = new Map<string, Named[]>();
    for (const change of resources) {
      note(owners, change, change.before);
      if (change.actions.includes('create')) note(creations, change, change.after);
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

  /** Project first; undefined where it is unknown, or where the type has no such place. */
  readonly places: readonly (string | undefined)[];
}

function note(index: Map<string, Named[]>, change: ResourceChange, value: unknown): void {
  const found = value === null ? undefined : identityOf(change, value);
  if (!found) return;
  const [key, name, places] = found;
  const list = index.get(key);
  if (list) list.push({ change, name, places });
  else index.set(key, [{ change, name, places }]);
}

/** Tests that two resources may be in the same place. An unknown place matches every place. */
function isSamePlace(one: Named, other: Named): boolean {
  return one.places.every((place, index) => place === undefined || other.places[index] === undefined || place === other.places[index]);
}

/** Tests that the places match for certain. The project is assumed to be that of the provider. */
function isCertain(one: Named, other: Named): boolean {
  return one.places.every((place, index) => index === 0 || place === other.places[index]);
}

const PLACES = ['project', 'region', 'zone', 'location', 'cluster', 'instance'];

/** Identity of a resource to its API; undefined when it cannot be determined. */
function identityOf(
  { type, provider, module }: ResourceChange,
  value: unknown,
): [key: string, name: string, places: Named['places']] | undefined {
  if (NAMED_OTHERWISE.test(type)) return undefined;
  if (type.startsWith('kubernetes_')) {
    const name = known(textAt(value, 'metadata', 'name'));
    // The plan does not name the cluster: a provider of a module is assumed to be one cluster.
    const kind = type.replace(/_v\d+((alpha|beta)\d+)?$/, '');
    return name === undefined
      ? undefined
      : [[provider, module, kind, known(textAt(value, 'metadata', 'namespace')) ?? 'default', name].join(' '), name, []];
  }
  if (type === 'helm_release') {
    const name = known(textAt(value, 'name'));
    return name === undefined
      ? undefined
      : [[provider, module, type, known(textAt(value, 'namespace')) ?? 'default', name].join(' '), name, []];
  }
  if (!/^google_(compute|container|gke_backup|storage_bucket$|service_account$|dns_managed_zone$|pubsub|sql_database)/.test(type))
    return undefined;
  const name = known(textAt(value, type === 'google_service_account' ? 'account_id' : 'name'));
  return name === undefined ? undefined : [`${type} ${name}`, name, PLACES.map((place) => lastSegment(known(textAt(value, place))))];
}
