import type { ResourceChange } from '../../terraform/plan';
import { isBlock, isSameValue } from '../../terraform/values';
import type { Rule } from '../rule';
import type { Finding } from '../verdict';

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
      ...(!plan.isComplete &&
      !plan.isErrored &&
      plan.deferred.length === 0 &&
      plan.actions.every(({ deferredFor }) => deferredFor === undefined)
        ? [finding('plan', 'it does not cover all resources, as with -target', 'plan without -target and -exclude')]
        : []),
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
