import { holdsUnknown, type ResourceChange } from '../../terraform/plan';
import { known, listAt, textAt, textsAt, valueAt } from '../../terraform/values';
import type { Subject } from '../subject';
import { joinNames } from '../words';
import { refuse, type Widening, warn } from './widening';

const ROLE_TYPE = /^kubernetes_(cluster_)?role(_v1)?$/;
const BINDING_TYPE = /^kubernetes_(cluster_)?role_binding(_v1)?$/;

/** Access in a cluster that a change of its roles and bindings gives. */
export function findRbacWidenings(subject: Subject, change: ResourceChange): readonly Widening[] {
  if (BINDING_TYPE.test(change.type)) return findBindingWidenings(subject, change);
  return ROLE_TYPE.test(change.type) ? findRoleWidenings(change) : [];
}

function findRoleWidenings({ type, before, after, afterUnknown }: ResourceChange): readonly Widening[] {
  const isForCluster = type.startsWith('kubernetes_cluster_role');
  const had = findAbilities(before);
  const added = findAbilities(after).filter(
    (ability) => !had.includes(ability) && !had.includes('do everything') && (isForCluster || !COMMON_IN_NAMESPACES.has(ability)),
  );
  const name = known(textAt(after, 'metadata', 'name')) ?? 'the role';
  const words = (abilities: readonly Ability[]): string => `${name} can ${joinNames(abilities)}`;
  const selectors = (state: unknown): string => JSON.stringify(valueAt(state, 'aggregation_rule') ?? []);
  const isAggregated = listAt(after, 'aggregation_rule').length > 0 && selectors(before) !== selectors(after);
  return [
    ...(added.length === 0 ? [] : [isForCluster && added.some(isStrong) ? refuse(words(added)) : warn(words(added))]),
    ...(isAggregated ? [warn(`${name} gets the rules of all roles with the labels of its aggregation rule`)] : []),
    ...(holdsUnknown(valueAt(afterUnknown, 'rule')) ? [warn(`the rules of ${name} are known after apply`)] : []),
  ];
}

/** Things that a role permits and that lead to more, the largest first. */
const ABILITIES = [
  'do everything',
  'give itself more (escalate, bind)',
  'act as others (impersonate)',
  'create tokens of service accounts',
  'call the kubelets of nodes',
  'approve certificates',
  'change roles and their bindings',
  'change admission webhooks',
  'read secrets',
  'run commands in pods',
  'run pods with any service account',
] as const;
type Ability = (typeof ABILITIES)[number];

const STRONG_ABILITIES: ReadonlySet<Ability> = new Set<Ability>(ABILITIES.slice(0, 3));

function isStrong(ability: Ability): boolean {
  return STRONG_ABILITIES.has(ability);
}

/** Abilities that roles for deployments to one namespace have. */
const COMMON_IN_NAMESPACES: ReadonlySet<Ability> = new Set<Ability>(['read secrets', 'run pods with any service account']);

const WRITE = ['create', 'update', 'patch'];

/** Abilities with the API group, resources and verbs, one of which gives it. */
const NEEDS: readonly (readonly [Ability, group: string, resources: readonly string[], verbs: readonly string[]])[] = [
  ['give itself more (escalate, bind)', 'rbac.authorization.k8s.io', ['clusterroles', 'roles'], ['escalate', 'bind']],
  ['act as others (impersonate)', '', ['users', 'groups', 'serviceaccounts'], ['impersonate']],
  ['create tokens of service accounts', '', ['serviceaccounts/token'], ['create']],
  ['call the kubelets of nodes', '', ['nodes/proxy'], ['get', 'create']],
  ['approve certificates', 'certificates.k8s.io', ['certificatesigningrequests/approval', 'signers'], ['update', 'patch', 'approve']],
  ['change roles and their bindings', 'rbac.authorization.k8s.io', ['clusterroles', 'clusterrolebindings', 'roles', 'rolebindings'], WRITE],
  [
    'change admission webhooks',
    'admissionregistration.k8s.io',
    ['mutatingwebhookconfigurations', 'validatingwebhookconfigurations'],
    [...WRITE, 'delete'],
  ],
  ['read secrets', '', ['secrets'], ['get', 'list', 'watch']],
  ['run pods with any service account', '', ['pods', 'replicationcontrollers'], WRITE],
  ['run pods with any service account', 'apps', ['deployments', 'statefulsets', 'daemonsets', 'replicasets'], WRITE],
  ['run pods with any service account', 'batch', ['jobs', 'cronjobs'], WRITE],
  ['run commands in pods', '', ['pods/exec', 'pods/attach', 'pods/ephemeralcontainers'], ['create', 'get', 'update', 'patch']],
];

function findAbilities(state: unknown): readonly Ability[] {
  const rules = listAt(state, 'rule').map((rule) => ({
    groups: known(textsAt(rule, 'api_groups')),
    resources: known(textsAt(rule, 'resources')),
    verbs: known(textsAt(rule, 'verbs')),
    isLimited: listAt(rule, 'resource_names').length > 0,
  }));
  const found = new Set<Ability>();
  for (const { groups, resources, verbs, isLimited } of rules) {
    if (isLimited) continue;
    if ([groups, resources, verbs].every((names) => names.includes('*'))) found.add('do everything');
    for (const [ability, group, needed, allowed] of NEEDS) {
      if (includesAny(groups, [group]) && needed.some((name) => includesResource(resources, name)) && includesAny(verbs, allowed)) {
        found.add(ability);
      }
    }
  }
  if (found.has('do everything')) return ['do everything'];
  return ABILITIES.filter((ability) => found.has(ability));
}

function includesAny(names: readonly string[], wanted: readonly string[]): boolean {
  return names.includes('*') || wanted.some((name) => names.includes(name));
}

/** Resources are named, or with `*` all of them, or one subresource of all of them. */
function includesResource(names: readonly string[], wanted: string): boolean {
  const [, part] = wanted.split('/');
  return includesAny(names, [wanted]) || (part !== undefined && names.includes(`*/${part}`));
}

/** Groups that include callers outside of the organization, or all service accounts. */
const WIDE_GROUPS = new Set([
  'system:anonymous',
  'system:unauthenticated',
  'system:authenticated',
  'system:serviceaccounts',
  'system:masters',
]);

function findBindingWidenings(subject: Subject, change: ResourceChange): readonly Widening[] {
  const { before, after, afterUnknown, type } = change;
  const role = known(textAt(after, 'role_ref', 'name'));
  const sameRole = known(textAt(before, 'role_ref', 'name')) === role;
  const had = new Set(sameRole ? listAt(before, 'subject').map(formatSubject) : []);
  const names = listAt(after, 'subject').flatMap((member) =>
    had.has(formatSubject(member)) ? [] : (known(textAt(member, 'name')) ?? 'an unknown subject'),
  );
  if (names.length === 0) return holdsUnknown(valueAt(afterUnknown, 'subject')) ? [warn('the subjects are known after apply')] : [];
  if (role === undefined) return [warn(`${joinNames(names)} gets an unknown role`)];
  const isForCluster = type.startsWith('kubernetes_cluster_');
  const power = findRolePower(subject, role, known(textAt(after, 'role_ref', 'kind')), isForCluster);
  return names.flatMap((name) => {
    const words = `${name} gets ${role} in the cluster`;
    if (WIDE_GROUPS.has(name) || power === 'all') return [refuse(words)];
    return power === 'much' ? [warn(`${name} gets ${role} in all namespaces`)] : [];
  });
}

/** Formats a subject as a key. */
function formatSubject(subject: unknown): string {
  return JSON.stringify(['kind', 'name', 'namespace', 'api_group'].map((name) => known(textAt(subject, name)) ?? ''));
}

function findRolePower(subject: Subject, role: string, kind: string | undefined, isForCluster: boolean): 'all' | 'much' | 'little' {
  if (role === 'cluster-admin') return 'all';
  if (!isForCluster) return 'little';
  if (role === 'admin' || role === 'edit') return 'much';
  if (kind === 'Role' || role === 'view' || role.startsWith('system:')) return 'little';
  const found = subject
    .ofKubernetes('cluster_role')
    .find((change) => known(textAt(change.after ?? change.before, 'metadata', 'name')) === role);
  if (!found) return 'much';
  const abilities = findAbilities(found.after ?? found.before);
  return abilities.includes('do everything') ? 'all' : abilities.length > 0 ? 'much' : 'little';
}
