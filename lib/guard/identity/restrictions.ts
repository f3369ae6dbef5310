import type { ResourceChange } from '../../terraform/plan';
import { isSameValue, known, listAt, textAt, textsAt, valueAt } from '../../terraform/values';
import { refuse, type Widening, warn } from './widening';

/** Restrictions of access that a change lifts: deny policies, and logs of who has access. */
export function findLiftedRestrictions(change: ResourceChange): readonly Widening[] {
  if (change.type === 'google_iam_deny_policy') return findLiftedDenials(change);
  return AUDIT_TYPE.test(change.type) ? findUnloggedAccess(change) : [];
}

const AUDIT_TYPE = /^google_.+_iam_audit_config$/;

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
