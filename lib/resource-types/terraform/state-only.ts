/** Providers whose resources exist in the state, or on the machine that runs Terraform. */
const PROVIDERS = /^(?:random|null|time|local|tls|terraform)_/;

/** Tests for types of providers that create nothing elsewhere. */
export function isStateOnly(type: string): boolean {
  return PROVIDERS.test(type);
}
