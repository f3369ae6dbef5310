import { isObject } from '../../plan';
import type { Rule } from '../rule';
import { isDestroyed, type Subject } from '../subject';
import { member } from '../values';

/** `prevent_destroy` goes with the block that carries it, and Terraform then says nothing. Needs what was deployed before. */
export const preventDestroyLost: Rule = {
  id: 'prevent-destroy-lost',
  title: 'A resource that prevent_destroy protected is no longer protected',
  check: (subject) => {
    const now = protectedAddresses(subject.synthesized);
    return protectedAddresses(subject.base).size === 0 || subject.synthesized === undefined
      ? []
      : [...protectedAddresses(subject.base)]
          .filter((address) => !now.has(currentAddress(subject, address)))
          .map((address) => {
            const change = subject.resources.find((resource) => resource.address === currentAddress(subject, address));
            const goes = change !== undefined && isDestroyed(change);
            return {
              severity: 'refuse' as const,
              address,
              action: change?.action ?? 'no-op',
              reason: goes
                ? 'was protected by prevent_destroy, and goes now that its block says so no more'
                : 'was protected by prevent_destroy, and its block says so no more: the next plan may destroy it',
              lost: goes ? 'the resource, and all it holds' : '',
              comesBack: goes ? 'see the verdict on its deletion' : '',
              fix: 'bring prevent_destroy back; when a construct was renamed, moveTo takes the protection along',
            };
          });
  },
};

function currentAddress(subject: Subject, address: string): string {
  return subject.resources.find(({ previousAddress }) => previousAddress === address)?.address ?? address;
}

/** Addresses that a `cdk.tf.json` protects. */
function protectedAddresses(synthesized: unknown): ReadonlySet<string> {
  const resources = member(synthesized, 'resource');
  return new Set(
    Object.entries(isObject(resources) ? resources : {})
      .flatMap(([type, named]) =>
        Object.entries(isObject(named) ? named : {}).flatMap(([name, body]) =>
          member(body, 'lifecycle', 'prevent_destroy') === true ? [`${type}.${name}`] : [],
        ),
      )
      .sort(),
  );
}
