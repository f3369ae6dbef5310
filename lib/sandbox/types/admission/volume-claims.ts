import { Quantity } from '../../quantity';
import type { Field } from './field';
import { oneOf } from './plugin-checks';
import { subdomain } from './syntax';

export const ACCESS_MODES = oneOf('ReadWriteOnce', 'ReadOnlyMany', 'ReadWriteMany', 'ReadWriteOncePod');

export function checkClaim(object: Field): void {
  checkClaimSpec(object.get('spec'));
}

export function checkClaimSpec(spec: Field): void {
  const modes = spec.get('accessModes');
  if (!Array.isArray(modes.value) || modes.value.length === 0) modes.required('at least 1 access mode is required');
  const size = spec.entries('resources.requests').find(([name]) => name === 'storage')?.[1];
  const amount = size && Quantity.parse(size.text);
  if (size === undefined) spec.get('resources[storage]').required();
  else if (amount && !amount.exceeds(Quantity.zero))
    size.at(spec.get('resources[storage]').path).as(String(amount)).invalid('must be greater than zero');
  spec.get('storageClassName').check(subdomain);
}
