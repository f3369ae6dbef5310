import type { ResourceChange } from '../../terraform/plan';
import { booleanAt, isSameValue, known, listAt, textAt, textsAt, valueAt } from '../../terraform/values';
import { refuse, type Widening, warn } from './widening';

/** Restrictions that a change lifts: deny policies, policies of the organization, levels of Pod Security, and logs of access. */
export function findLiftedRestrictions(change: ResourceChange): readonly Widening[] {
  const find = FINDERS.find(([types]) => types.test(change.type))?.[1];
  return find === undefined ? [] : find(change);
}

const FINDERS: readonly (readonly [types: RegExp, find: (change: ResourceChange) => readonly Widening[]])[] = [
  [/^google_iam_deny_policy$/, findLiftedDenials],
  [/^google_.+_iam_audit_config$/, findUnloggedAccess],
  [/^google_logging_.+_exclusion$/, findExcludedLogs],
  [/^google_(org_policy_policy|.+_organization_policy)$/, findLiftedConstraints],
  [/^google_project$/, findMove],
  [/^kubernetes_(namespace(_v1)?|labels)$/, findWeakerPodSecurity],
];

function findLiftedDenials({ before, after }: ResourceChange): readonly Widening[] {
  if (before === null) return [];
  if (after === null) return [refuse('the deny policy is deleted')];
  const [was, is] = [readDenials(before), readDenials(after)];
  const missing = ({ permission, principal }: Denial): boolean =>
    !is.some((other) => other.permission === permission && other.principal === principal);
  const exceptions = (state: unknown): readonly string[] =>
    listAt(state, 'rules').flatMap((rule) =>
      ['exception_principals', 'exception_permissions'].flatMap((name) => known(textsAt(rule, 'deny_rule', name))),
    );
  const conditions = (state: unknown): unknown[] =>
    listAt(state, 'rules').map((rule) => known(textAt(rule, 'deny_rule', 'denial_condition', 'expression')) ?? '');
  const excepted = exceptions(after).some((name) => !exceptions(before).includes(name));
  const conditioned = conditions(after).some((condition) => condition !== '' && !conditions(before).includes(condition));
  return [
    ...(was.some(missing) ? [refuse('permissions are no longer denied')] : []),
    ...(excepted ? [refuse('there are more exceptions from the denial')] : []),
    ...(conditioned ? [warn('the condition of the denial changes')] : []),
  ];
}

interface Denial {
  readonly permission: string;
  readonly principal: string;
}

function readDenials(state: unknown): readonly Denial[] {
  return listAt(state, 'rules').flatMap((rule) => {
    const principals = known(textsAt(rule, 'deny_rule', 'denied_principals'));
    return known(textsAt(rule, 'deny_rule', 'denied_permissions')).flatMap((permission) =>
      principals.map((principal) => ({ permission, principal })),
    );
  });
}

function findUnloggedAccess({ before, after }: ResourceChange): readonly Widening[] {
  if (before === null || after === null) return [];
  const logged = (state: unknown): readonly string[] =>
    listAt(state, 'audit_log_config').flatMap((config) => known(textAt(config, 'log_type')) ?? []);
  const exempted = (state: unknown): readonly string[] =>
    listAt(state, 'audit_log_config').flatMap((config) =>
      known(textsAt(config, 'exempted_members')).map((member) => `${known(textAt(config, 'log_type'))} ${member}`),
    );
  const removed = logged(before).filter((type) => !logged(after).includes(type));
  const isExempted = exempted(after).some((name) => !exempted(before).includes(name));
  return [
    ...(isSameValue(valueAt(before, 'service'), valueAt(after, 'service')) ? [] : [warn('access to another service is logged')]),
    ...(removed.length > 0 ? [warn(`access is no longer logged (${removed.join(', ')})`)] : []),
    ...(isExempted ? [warn('members are exempted from audit logs')] : []),
  ];
}

function findExcludedLogs({ before, after }: ResourceChange): readonly Widening[] {
  const hides = (state: unknown): boolean =>
    state !== null && known(booleanAt(state, 'disabled')) !== true && /cloudaudit|^$/.test(known(textAt(state, 'filter')) ?? '');
  return hides(after) && !hides(before) ? [warn('audit logs are no longer stored')] : [];
}

function findLiftedConstraints({ before, after }: ResourceChange): readonly Widening[] {
  if (before === null || after === null) return [];
  const [was, is] = [readConstraint(before), readConstraint(after)];
  return [
    ...(was.isEnforced && !is.isEnforced ? [refuse('the constraint is no longer enforced')] : []),
    ...(is.isForAll && !was.isForAll ? [refuse('all values are allowed')] : []),
    ...(was.deniesAll && !is.deniesAll && !is.isForAll ? [warn('some values are no longer denied')] : []),
    ...(was.denied.some((value) => !is.denied.includes(value)) ? [warn('some values are no longer denied')] : []),
    ...(was.allowed.length > 0 && is.allowed.some((value) => !was.allowed.includes(value)) ? [warn('more values are allowed')] : []),
    ...(is.conditions.some((condition) => !was.conditions.includes(condition)) ? [warn('the constraint is limited by a condition')] : []),
    ...(is.isReset && !was.isReset ? [warn('the constraint is reset to its default')] : []),
  ];
}

interface OrgConstraint {
  readonly isEnforced: boolean;
  readonly isForAll: boolean;
  readonly deniesAll: boolean;
  readonly denied: readonly string[];
  readonly allowed: readonly string[];
  readonly conditions: readonly string[];
  readonly isReset: boolean;
}

/** Constraint of a policy, in the form of both generations of types. */
function readConstraint(state: unknown): OrgConstraint {
  const rules = listAt(state, 'spec', 'rules');
  const isTrue = (...path: string[]): boolean =>
    rules.some((rule) => known(booleanAt(rule, ...path)) === true || /^true$/i.test(known(textAt(rule, ...path)) ?? ''));
  const values = (name: string): readonly string[] => rules.flatMap((rule) => known(textsAt(rule, 'values', name)));
  return {
    isEnforced: isTrue('enforce') || known(booleanAt(state, 'boolean_policy', 'enforced')) === true,
    isForAll: isTrue('allow_all') || known(booleanAt(state, 'list_policy', 'allow', 'all')) === true,
    deniesAll: isTrue('deny_all') || known(booleanAt(state, 'list_policy', 'deny', 'all')) === true,
    denied: [...values('denied_values'), ...known(textsAt(state, 'list_policy', 'deny', 'values'))],
    allowed: [...values('allowed_values'), ...known(textsAt(state, 'list_policy', 'allow', 'values'))],
    conditions: rules.flatMap((rule) => known(textAt(rule, 'condition', 'expression')) ?? []),
    isReset: known(booleanAt(state, 'spec', 'reset')) === true || known(booleanAt(state, 'restore_policy', 'default')) === true,
  };
}

function findMove({ before, after }: ResourceChange): readonly Widening[] {
  if (before === null || after === null) return [];
  const parent = (state: unknown): string => ['folder_id', 'org_id'].map((name) => known(textAt(state, name)) ?? '').join('/');
  return parent(before) === parent(after) ? [] : [warn('the project moves, so other grants and policies apply to it')];
}

/** Levels of Pod Security, the weakest first. A namespace without a level is privileged. */
const LEVELS: readonly string[] = ['privileged', 'baseline', 'restricted'];

function findWeakerPodSecurity({ type, before, after }: ResourceChange): readonly Widening[] {
  if (before === null || (after === null && type !== 'kubernetes_labels')) return [];
  const read = (state: unknown): string => {
    const labels = type === 'kubernetes_labels' ? valueAt(state, 'labels') : valueAt(state, 'metadata', 'labels');
    return known(textAt(labels, 'pod-security.kubernetes.io/enforce')) ?? 'privileged';
  };
  const [was, is] = [read(before), read(after)];
  return LEVELS.indexOf(is) < LEVELS.indexOf(was) ? [refuse(`Pod Security allows more: ${is} instead of ${was}`)] : [];
}
