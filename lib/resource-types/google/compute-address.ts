import type { ResourceType } from '../resource-type';

export const computeAddress: readonly ResourceType[] = [
  {
    names: ['google_compute_address', 'google_compute_global_address'],
    what: 'a reserved address',
    deletion: {
      kind: 'data',
      impact: 'the address: another customer may get it, while peers, DNS records and allow lists still refer to it',
      recovery: 'not guaranteed: an external address cannot be requested again, an internal one can while it is free',
      source: 'https://cloud.google.com/compute/docs/ip-addresses/reserve-static-external-ip-address',
    },
    protections: { none: 'no argument protects it' },
    running: { none: 'it does not run' },
    backup: { none: 'it is no copy of data' },
    exposes: { none: 'a reserved address is reported by the guard rule itself; what uses it exposes' },
    uniqueName: { path: ['name'], within: ['project', 'region'] },
    use: { whileUsed: 'held' },
    pods: { none: 'it creates no pods' },
    price: { meter: 'address' },
    secrets: { none: 'no argument is a secret' },
    rulesFor: { none: 'what uses it decides about the traffic' },
  },
  {
    names: ['google_compute_public_advertised_prefix', 'google_compute_public_delegated_prefix'],
    what: 'a range of own addresses',
    deletion: {
      kind: 'data',
      impact: 'the addresses in the range, and every connection to them',
      recovery: 'the range, after it is validated again',
      source: 'https://cloud.google.com/vpc/docs/bring-your-own-ip',
    },
    price: { free: 'configuration has no price' },
  },
];
