export type { RuleExemption } from '../core/rule-exemption';
export { type Waiver, waive } from '../core/waiver';
export { requirePlannableAtOnce } from './plannable-at-once';
export {
  findProtectedAddresses,
  type ProtectedAddressesProps,
  type ProtectionExemption,
  protectedAddressesOf,
  type Release,
  requireProtectedAddresses,
} from './protected-addresses';
export { requirePolicy } from './require-policy';
