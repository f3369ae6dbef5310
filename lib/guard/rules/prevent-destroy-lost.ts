import { type Resource, TerraformDocument } from '../../terraform/document';
import { booleanAt, known } from '../../terraform/values';
import type { Rule } from '../rule';
import { isDestroyed } from '../subject';
import type { Finding } from '../verdict';

/** Resources that are no longer protected by `prevent_destroy`. Needs the configuration that is deployed. */
export const preventDestroyLost: Rule = {
  id: 'prevent-destroy-lost',
  severities: ['refuse', 'warn'],
  title: 'prevent_destroy is removed from a resource',
  why: 'prevent_destroy is removed together with its block, and Terraform does not report it',
  remediation: 'restore prevent_destroy; when a construct was renamed, moveTo keeps the protection',
  notLookedAt: ({ base, synthesized, plan }) => {
    if (!plan.changes.some(({ mode, before }) => mode === 'managed' && before !== null)) return undefined;
    if (base !== undefined && synthesized !== undefined) return undefined;
    const missing = [...(synthesized === undefined ? ['--config'] : []), ...(base === undefined ? ['--base'] : [])];
    return `prevent_destroy that was removed: the configurations before and after were not given (${missing.join(', ')})`;
  },
  check: (subject) => {
    if (subject.base === undefined || subject.synthesized === undefined) return [];
    const now = protectedAddresses(subject.synthesized);
    return [...protectedAddresses(subject.base)].flatMap((address): Finding[] => {
      const change = subject.wasAt(address);
      if (now.has(change?.address ?? address)) return [];
      // A schedule whose replacement is created first. Synth requires an exemption for it.
      const isSwap = change?.type === 'google_compute_resource_policy' && change.action === 'replace' && change.createsFirst;
      const goes = change !== undefined && isDestroyed(change);
      return [
        {
          severity: isSwap ? 'warn' : 'refuse',
          address,
          action: change?.action ?? 'no-op',
          reason: goes
            ? 'was protected by prevent_destroy, which was removed, and is now deleted'
            : 'was protected by prevent_destroy, which was removed: the next plan may destroy it',
          impact: goes ? 'the resource and its data' : '',
          recovery: goes ? 'see the finding on its deletion' : '',
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

/** Tests that the lifecycle of a resource has `prevent_destroy`. */
export function isProtected({ values }: Resource): boolean {
  return known(booleanAt(values, 'lifecycle', 'prevent_destroy')) === true;
}
