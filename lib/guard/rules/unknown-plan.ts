import type { Plan, ResourceChange } from '../../terraform/plan';
import type { ModuleValuesJson } from '../../terraform/plan-json';
import { isBlock, isSameValue, known, textAt, toList } from '../../terraform/values';
import type { Rule } from '../rule';
import type { Finding } from '../verdict';
import { joinNames } from '../words';

/** Plans whose effect is unknown. They cannot be acknowledged. */
export const unknownPlan: Rule = {
  id: 'unknown-plan',
  severities: ['refuse', 'warn'],
  title: 'The plan failed, is incomplete, or contains a change that the guard does not support',
  why: 'the effect of such a plan is unknown',
  remediation: 'fix the error and plan again without -target; for an unknown change, use a newer release of this tool',
  canBeAcknowledged: false,
  check: ({ plan }) => {
    const finding = (address: string, reason: string, remediation: string, action: Finding['action'] = 'unknown'): Finding => ({
      severity: 'refuse',
      address,
      action,
      reason,
      impact: 'unknown',
      recovery: 'unknown',
      remediation,
    });
    const warning = (address: string, reason: string, remediation: string, action: Finding['action'] = 'no-op'): Finding => ({
      severity: 'warn',
      address,
      action,
      reason,
      remediation,
    });
    const unknown = [...plan.resources, ...plan.drift].filter(({ action }) => action === 'unknown');
    return [
      ...(plan.isErrored
        ? [finding('plan', 'planning failed: it shows only the changes up to the error', 'fix the error and plan again')]
        : []),
      ...plan.deferred.map(({ reason, change }) =>
        finding(
          change?.address ?? 'plan',
          `Terraform deferred this change to a later plan (${plain(reason)})`,
          'apply what it depends on first, or plan without -allow-deferral',
          change?.action ?? 'unknown',
        ),
      ),
      ...plan.actions.map(({ address, trigger, deferredFor }): Finding => {
        const when = trigger === undefined ? '' : `, triggered by ${plain(trigger.event)} of ${trigger.address}`;
        return deferredFor === undefined
          ? {
              ...warning(
                address,
                `the apply invokes this action${when}, and the plan does not show its effect`,
                'check what the action does',
              ),
              impact: 'unknown',
              recovery: 'unknown',
            }
          : finding(address, `Terraform deferred this action to a later plan (${plain(deferredFor)})`, 'apply what it depends on first');
      }),
      ...plan.unknownParts.map(({ address, name }) =>
        warning(
          address,
          `this part of the plan is not understood: ${plain(name)}`,
          'use a newer release of this tool, or read that part of the plan',
        ),
      ),
      ...plan.resources
        .filter(({ changesIdentity, action }) => changesIdentity && action !== 'replace')
        .map(({ address, action }) =>
          warning(
            address,
            'it becomes another object: its identity changes without a replacement',
            'check both identities in the plan',
            action,
          ),
        ),
      ...plan.resources.flatMap((change) =>
        listRewrittenSecrets(change).map((name) =>
          warning(
            change.address,
            `${plain(name)} is written again, and the plan does not show its value`,
            'check that those who use the value get the new one',
            change.action,
          ),
        ),
      ),
      ...plan.changes.flatMap((change): Finding[] => {
        const provisioners = listProvisioners(plan, change);
        if (provisioners.length === 0) return [];
        const runs = change.actions.includes('create') ? 'runs' : 'may run';
        return [
          {
            ...warning(
              change.address,
              `the apply ${runs} commands of provisioners (${provisioners.join(', ')}), and the plan does not show their effect`,
              'check what the commands do',
              change.action,
            ),
            impact: 'unknown',
            recovery: 'unknown',
          },
        ];
      }),
      ...describeLeftOut(plan).map((reason) => warning('plan', reason, 'plan without -target and -refresh-only')),
      ...(!plan.isComplete &&
      !plan.isErrored &&
      plan.deferred.length === 0 &&
      plan.actions.every(({ deferredFor }) => deferredFor === undefined)
        ? [finding('plan', 'it does not cover all resources, as with -target', 'plan without -target and -exclude')]
        : []),
      ...plan.resources
        .filter(({ actions, before, after }) => actions.includes('update') && (before === null || after === null))
        .map(({ address }) => finding(address, 'it is updated, and the plan lacks its values before or after', 'plan again', 'update')),
      ...unknown.map(({ address, actions }) =>
        finding(address, `its actions are not supported: ${plain(actions.join(', ')) || 'none'}`, 'use a newer release of this tool'),
      ),
      ...plan.outputs
        .filter(({ action }) => action === 'unknown')
        .map(({ name }) => finding(`output.${name}`, 'the action on this output is not supported', 'use a newer release of this tool')),
      ...plan.checks
        .filter(({ status }) => status !== 'unknown')
        .map(
          ({ address, status }): Finding => ({
            severity: 'warn',
            address,
            action: 'no-op',
            reason: status === 'fail' ? 'this check failed' : 'this check could not be evaluated',
            remediation: 'read its error message: Terraform applies the plan regardless',
          }),
        ),
    ];
  },
};

/** Types of the provisioners of a resource that is created or deleted. */
function listProvisioners(plan: Plan, change: ResourceChange): readonly string[] {
  if (!change.actions.some((action) => action === 'create' || action === 'delete')) return [];
  const types = toList(plan.configured(change)?.provisioners).map((provisioner) => known(textAt(provisioner, 'type')) ?? 'unknown');
  return [...new Set(types.map(plain))];
}

/** Describes the resources of the state that the plan does not list. Only Terraform 1.8 and later report that a plan is incomplete. */
function describeLeftOut({ json, resources, isErrored }: Plan): readonly string[] {
  if (json.complete !== undefined || isErrored) return [];
  const planned = new Set(resources.flatMap(({ address, previousAddress }) => [address, previousAddress]));
  const missing = listManaged(json.prior_state?.values?.root_module).filter((address) => !planned.has(address));
  if (missing.length === 0) return [];
  const what = missing.length === 1 ? '1 resource of the state is' : `${missing.length} resources of the state are`;
  return [`${what} not in the plan, as with -target: ${joinNames(missing)}`];
}

function listManaged(module: ModuleValuesJson | undefined): readonly string[] {
  const own = (module?.resources ?? []).filter(({ mode }) => mode === 'managed').map(({ address }) => address);
  return [...own, ...(module?.child_modules ?? []).flatMap(listManaged)];
}

/** Lists the write-only arguments whose version changes. */
function listRewrittenSecrets({ before, after }: ResourceChange): readonly string[] {
  if (!isBlock(before) || !isBlock(after)) return [];
  return Object.keys(after)
    .filter((name) => name.endsWith('_wo_version') && !isSameValue(before[name], after[name]))
    .map((name) => name.slice(0, -'_version'.length));
}

/** Sanitizes text from an untrusted plan: other characters become `?`, and it is shortened to 80 characters. */
function plain(text: string): string {
  return text.replace(/[^\w ,.-]/g, '?').slice(0, 80);
}
