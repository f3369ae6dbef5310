export { requirePlannableAtOnce } from './plannable-at-once';
export { type ProtectedAddressesProps, protectedAddressesOf, type Release, requireProtectedAddresses } from './protected-addresses';
