import type { ResourceType } from '../resource-type';

export const dns: readonly ResourceType[] = [
  {
    names: ['google_dns_managed_zone'],
    what: 'a DNS zone',
    price: { unpriced: 'a price for each zone and query', isLarge: false },
    deletion: {
      kind: 'data',
      impact: 'its records and its name servers: a new zone gets others, which have to be configured at the registrar',
      recovery: 'records that Terraform manages',
      source: 'https://cloud.google.com/dns/docs/zones',
    },
    protections: [
      {
        path: ['dnssec_config', 'state'],
        safe: { oneOf: ['on', 'transfer'] },
        against: 'attack',
        weaker: 'its answers are no longer signed',
      },
    ],
    backup: { none: 'it is no copy of data' },
    exposes: { none: 'it names addresses, which other resources expose' },
    uniqueName: { path: ['name'], within: ['project'] },
    use: { none: 'nothing keeps it from being deleted but its records' },
  },
  {
    names: ['google_dns_record_set'],
    what: 'DNS records',
    price: { unpriced: 'a price for each query', isLarge: false },
    deletion: {
      kind: 'service',
      impact: 'the name: clients do not find the address',
      recovery: 'the records, from Terraform; resolvers keep the old answer, or its absence, for a while',
      severity: 'warn',
    },
    exposes: { none: 'it names addresses, which other resources expose' },
    running: [{ path: ['rrdatas'], safe: { all: true }, stops: 'it no longer resolves to' }],
    backup: { none: 'it is no copy of data' },
    uniqueName: { none: 'name and type identify it, and the provider updates records that exist' },
    use: { none: 'nothing refers to it' },
  },
  {
    names: ['google_dns_policy', 'google_dns_response_policy', 'google_dns_response_policy_rule'],
    what: 'a DNS policy',
    price: { free: 'configuration has no price' },
    deletion: {
      kind: 'service',
      impact: 'the resolution of names that it changes',
      recovery: 'the configuration, from Terraform',
      severity: 'warn',
    },
  },
];
