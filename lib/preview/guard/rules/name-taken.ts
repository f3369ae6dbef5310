import type { ResourceChange } from '../../plan';
import type { Rule } from '../rule';
import { isDestroyed, stays } from '../subject';
import { lastSegment, textAt } from '../values';
import type { Finding } from '../verdict';

/** Types whose `name` is not what they are known by, or is not theirs. */
const NAMED_OTHERWISE =
  /(_iam_(member|binding|policy|audit_config)|_attachment|_peering|_association)$|^google_(dns_record_set|project_service|compute_router_nat|sql_user)/;

/** Two things of one kind cannot have one name at the same place, not even for a moment. */
export const nameTaken: Rule = {
  id: 'name-taken',
  title: 'The apply will fail half-way: a name is taken already',
  check: ({ resources }) => {
    const owners = new Map<string, ResourceChange[]>();
    const creations = new Map<string, ResourceChange[]>();
    for (const change of resources) {
      const was = change.before === null ? undefined : identityOf(change, change.before);
      if (was !== undefined) owners.set(was, [...(owners.get(was) ?? []), change]);
      const will = change.actions.includes('create') ? identityOf(change, change.after) : undefined;
      if (will !== undefined) creations.set(will, [...(creations.get(will) ?? []), change]);
    }
    return [...creations].flatMap(([identity, changes]) =>
      changes.flatMap((change): Finding[] => {
        const name = textAt(change.after, 'name') ?? textAt(change.after, 'metadata', 'name') ?? textAt(change.after, 'account_id');
        const finding = (reason: string, fix: string): Finding[] => [
          { severity: 'refuse', address: change.address, action: change.action, reason, lost: '', comesBack: '', fix },
        ];
        const owner = owners.get(identity)?.find((candidate) => candidate !== change);
        if (owner && stays(owner)) {
          return finding(`the name ${name} is taken by ${owner.address}, which stays`, 'give it another name');
        }
        if (owner?.actions.includes('forget')) {
          return finding(
            `the name ${name} is taken by ${owner.address}, which Terraform only forgets`,
            'import it instead, or give it another name',
          );
        }
        if (owner && isDestroyed(owner) && owner.action === 'delete') {
          return finding(
            `the name ${name} is still that of ${owner.address}, which is deleted in the same apply, in no certain order`,
            'if it is the same thing under a new address, say so with moveTo or a moved block; otherwise delete first and create in a second apply',
          );
        }
        if (change.action === 'replace' && (change.createsFirst || change.forgetsOld) && owners.get(identity)?.includes(change)) {
          return finding(
            `it is created before the old one goes, and both have the name ${name}`,
            'give the new one another name, or let the old one go first (no create_before_destroy)',
          );
        }
        const twin = changes[0] === change ? undefined : changes[0];
        return twin ? finding(`${twin.address} is created with the same name, ${name}`, 'give one of them another name') : [];
      }),
    );
  },
};

/** What a thing is known by to its cloud; nothing when it cannot be told. */
function identityOf({ type, provider, module }: ResourceChange, value: unknown): string | undefined {
  if (NAMED_OTHERWISE.test(type)) return undefined;
  if (type.startsWith('kubernetes_')) {
    const name = textAt(value, 'metadata', 'name');
    // Which cluster it is in is not in the plan: one provider of one module is one cluster, mostly.
    return name && [provider, module, type.replace(/_v\d+((alpha|beta)\d+)?$/, ''), textAt(value, 'metadata', 'namespace'), name].join(' ');
  }
  if (type === 'helm_release') {
    const name = textAt(value, 'name');
    return name && [provider, module, type, textAt(value, 'namespace') ?? 'default', name].join(' ');
  }
  if (!/^google_(compute|container|gke_backup|storage_bucket$|service_account$|dns_managed_zone$|pubsub|sql_database)/.test(type))
    return undefined;
  const name = textAt(value, 'name') ?? (type === 'google_service_account' ? textAt(value, 'account_id') : undefined);
  if (name === undefined) return undefined;
  const id = type === 'google_service_account' ? textAt(value, 'account_id') : name;
  const places = ['project', 'region', 'zone', 'location', 'cluster', 'instance'].map((place) => lastSegment(textAt(value, place)) ?? '');
  return [type, ...places, id].join(' ');
}
