import { known, textAt, valueAt } from '../../terraform/values';
import { listStoppingChanges } from '../instance-stop';
import type { Rule } from '../rule';
import type { Finding } from '../verdict';
import { joinNames } from '../words';

/** Changes that need a stopped VM instance, where the provider may not stop it. */
export const stopNotAllowed: Rule = {
  id: 'stop-not-allowed',
  severities: ['refuse'],
  title: 'The apply would fail: a VM instance has to be stopped for a change, which is not allowed',
  why: 'Compute Engine changes a machine type only while the instance is stopped, and the provider stops it only with allow_stopping_for_update',
  remediation: 'allow stopping for this instance alone, apply, and continue with the next one when it is up again',
  check: (subject) =>
    subject.ofType('google_compute_instance').flatMap((change): Finding[] => {
      const stopping = listStoppingChanges(change);
      const isStopped =
        known(textAt(change.before, 'current_status')) === 'TERMINATED' || known(textAt(change.after, 'desired_status')) === 'TERMINATED';
      if (stopping.length === 0 || isStopped || valueAt(change.after, 'allow_stopping_for_update') === true) return [];
      return [
        {
          severity: 'refuse',
          address: change.address,
          action: change.action,
          reason: `${joinNames(stopping)} can change only while the VM instance is stopped, and allow_stopping_for_update is not set`,
        },
      ];
    }),
};
