import { known, textAt, valueAt } from '../../terraform/values';
import { argumentsThatStop } from '../instance-stop';
import type { Rule } from '../rule';
import type { Finding } from '../verdict';
import { listed } from '../words';

/** Compute Engine changes the machine type of a stopped machine only, and the provider stops none unasked. */
export const stopNotAllowed: Rule = {
  id: 'stop-not-allowed',
  title: 'The apply will fail half-way: a machine has to be stopped for a change, and may not be',
  check: (subject) =>
    subject.ofType('google_compute_instance').flatMap((change): Finding[] => {
      const stopping = argumentsThatStop(change);
      const isStopped =
        known(textAt(change.before, 'current_status')) === 'TERMINATED' || known(textAt(change.after, 'desired_status')) === 'TERMINATED';
      if (stopping.length === 0 || isStopped || valueAt(change.after, 'allow_stopping_for_update') === true) return [];
      return [
        {
          severity: 'refuse',
          address: change.address,
          action: change.action,
          reason: `${listed(stopping)} can change only while the machine is stopped, and allow_stopping_for_update does not allow that`,
          impact: '',
          recovery: '',
          remediation: 'allow stopping for this machine alone, apply, and go on with the next one when it is up again',
        },
      ];
    }),
};
