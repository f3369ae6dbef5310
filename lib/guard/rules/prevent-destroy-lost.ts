import { type Resource, TerraformDocument } from '../../terraform/document';
import { booleanAt, known } from '../../terraform/values';
import type { Rule } from '../rule';
import { isDestroyed } from '../subject';
import type { Finding } from '../verdict';

/** `prevent_destroy` goes with the block that carries it, and Terraform then says nothing. Needs what was deployed before. */
export const preventDestroyLost: Rule = {
  id: 'prevent-destroy-lost',
  title: 'A resource that prevent_destroy protected is no longer protected',
  check: (subject) => {
    if (subject.base === undefined || subject.synthesized === undefined) return [];
    const now = protectedAddresses(subject.synthesized);
    return [...protectedAddresses(subject.base)].flatMap((address): Finding[] => {
      const change = subject.wasAt(address);
      if (now.has(change?.address ?? address)) return [];
      // A schedule that is replaced by another one first: its own swap, which synth lets through with a release only.
      const isSwap = change?.type === 'google_compute_resource_policy' && change.action === 'replace' && change.createsFirst;
      const goes = change !== undefined && isDestroyed(change);
      return [
        {
          severity: isSwap ? 'warn' : 'refuse',
          address,
          action: change?.action ?? 'no-op',
          reason: goes
            ? 'was protected by prevent_destroy, and goes now that its block says so no more'
            : 'was protected by prevent_destroy, and its block says so no more: the next plan may destroy it',
          impact: goes ? 'the resource, and all it holds' : '',
          recovery: goes ? 'see the verdict on its deletion' : '',
          remediation: 'bring prevent_destroy back; when a construct was renamed, moveTo takes the protection along',
        },
      ];
    });
  },
};

/** Addresses that a `cdk.tf.json` protects. */
function protectedAddresses(synthesized: unknown): ReadonlySet<string> {
  return new Set(
    TerraformDocument.read(synthesized)
      .resources.filter(isProtected)
      .map(({ address }) => address),
  );
}

/** Whether the lifecycle of a resource prevents its destruction. */
export function isProtected({ values }: Resource): boolean {
  return known(booleanAt(values, 'lifecycle', 'prevent_destroy')) === true;
}
