import type { Rule } from '../rule';
import type { Finding } from '../verdict';

/** What is not understood is not safe, and nobody can take responsibility for it. */
export const unknownPlan: Rule = {
  id: 'unknown-plan',
  title: 'The plan failed, is not complete, or does something that is not understood',
  canBeAcknowledged: false,
  check: ({ plan }) => {
    const finding = (address: string, reason: string, remediation: string, action: Finding['action'] = 'unknown'): Finding => ({
      severity: 'refuse',
      address,
      action,
      reason,
      impact: 'nobody knows',
      recovery: 'nobody knows',
      remediation,
    });
    const unknown = [...plan.resources, ...plan.drift].filter(({ action }) => action === 'unknown');
    return [
      ...(plan.isErrored
        ? [finding('plan', 'planning failed: this is only what it wanted until then', 'put the error right and plan again')]
        : []),
      ...plan.deferred.map(({ reason, change }) =>
        finding(
          change?.address ?? 'plan',
          `Terraform put this off to a later plan (${plain(reason)})`,
          'apply what it waits for first, or plan without -allow-deferral',
          change?.action ?? 'unknown',
        ),
      ),
      ...(!plan.isComplete && !plan.isErrored && plan.deferred.length === 0
        ? [finding('plan', 'it does not plan everything there is, as with -target', 'plan without -target and -exclude')]
        : []),
      ...unknown.map(({ address, actions }) =>
        finding(
          address,
          `it does something that is not understood: ${plain(actions.join(', ')) || 'nothing at all'}`,
          'use a newer release of this tool',
        ),
      ),
      ...plan.outputs
        .filter(({ action }) => action === 'unknown')
        .map(({ name }) =>
          finding(`output.${name}`, 'something that is not understood happens to this output', 'use a newer release of this tool'),
        ),
      ...plan.checks
        .filter(({ status }) => status !== 'unknown')
        .map(
          ({ address, status }): Finding => ({
            severity: 'warn',
            address,
            action: 'no-op',
            reason: status === 'fail' ? 'this check does not hold' : 'this check could not be made',
            impact: '',
            recovery: '',
            remediation: 'read what it says: Terraform applies the plan all the same',
          }),
        ),
    ];
  },
};

/** Words of a file that somebody else wrote. */
function plain(text: string): string {
  return text.replace(/[^\w ,.-]/g, '?').slice(0, 80);
}
