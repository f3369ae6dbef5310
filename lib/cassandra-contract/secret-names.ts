/** Secret with the certificates of the ring's certificate authority. */
export function authoritySecret(ringName: string): string {
  return `${ringName}-ca`;
}

/** Secret with the private key of that authority. No node reads it. */
export function authorityKeySecret(ringName: string): string {
  return `${ringName}-ca-key`;
}

/** Secret with the password of the ring's superuser. */
export function superuserSecret(ringName: string): string {
  return `${ringName}-superuser`;
}

/** Secret with a node's private key, its certificate and the authority's. */
export function nodeSecret(machineName: string): string {
  return `${machineName}-tls`;
}
