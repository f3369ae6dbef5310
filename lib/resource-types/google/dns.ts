import { known, textsAt } from '../../terraform/values';
import type { Deletion } from '../deletion';
import type { ResourceType } from '../resource-type';

export const dns: readonly ResourceType[] = [
  {
    names: ['google_dns_managed_zone'],
    what: 'a DNS zone',
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
    running: { none: 'its records are resources of their own' },
    backup: { none: 'it is no copy of data' },
    exposes: { none: 'it names addresses, which other resources expose' },
    uniqueName: { path: ['name'], within: ['project'] },
    use: { none: 'nothing keeps it from being deleted but its records' },
    pods: { none: 'it creates no pods' },
    price: { unpriced: 'a price for each zone and query', isLarge: false },
    secrets: { none: 'no argument is a secret' },
    rulesFor: { none: 'it decides about no traffic' },
  },
  {
    names: ['google_dns_record_set'],
    what: 'DNS records',
    deletion: decideRecords,
    protections: { none: 'no argument protects it' },
    running: [{ path: ['rrdatas'], safe: { all: true }, stops: 'it no longer resolves to' }],
    backup: { none: 'it is no copy of data' },
    exposes: { none: 'it names addresses, which other resources expose' },
    uniqueName: { none: 'name and type identify it, and the provider updates records that exist' },
    use: { none: 'nothing refers to it' },
    pods: { none: 'it creates no pods' },
    price: { unpriced: 'a price for each query', isLarge: false },
    secrets: { none: 'no argument is a secret' },
    rulesFor: { none: 'it decides about no traffic' },
  },
  {
    names: ['google_dns_policy', 'google_dns_response_policy', 'google_dns_response_policy_rule'],
    what: 'a DNS policy',
    deletion: {
      kind: 'service',
      impact: 'the resolution of names that it changes',
      recovery: 'the configuration, from Terraform',
      severity: 'warn',
    },
    price: { free: 'configuration has no price' },
  },
];

/** Records of clients outside: resolvers keep the absence of a name, also after the records are back. */
function decideRecords(before: unknown): Deletion {
  const isInternal = (data: string): boolean => PRIVATE_ADDRESS.test(data) || INTERNAL_NAME.test(data);
  const answers = known(textsAt(before, 'rrdatas'));
  return {
    kind: 'service',
    impact: 'the name: clients do not find the address',
    recovery: 'the records, from Terraform; resolvers keep the old answer, or its absence, for a while',
    severity: answers.length > 0 && !answers.every(isInternal) ? 'refuse' : 'warn',
  };
}

const PRIVATE_ADDRESS =
  /^(10\.|127\.|169\.254\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.|100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.|f[cd][\da-f]{2}:|fe80:)/i;
const INTERNAL_NAME = /\.(internal|local|localdomain|lan|corp|home|cluster\.local)\.?$/i;
