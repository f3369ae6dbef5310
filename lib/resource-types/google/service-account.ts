import type { ResourceType } from '../resource-type';

export const serviceAccount: readonly ResourceType[] = [
  {
    names: ['google_service_account'],
    what: 'a service account',
    price: { free: 'service accounts have no price' },
    deletion: {
      kind: 'service',
      impact: 'the identity of everything that runs as it: a new account with the same name has none of its grants',
      recovery: 'the account, within 30 days, by undeleting it by its number',
      severity: 'warn',
    },
    backup: { none: 'it is no copy of data' },
    exposes: { none: 'grants and keys are resources of their own' },
    uniqueName: { path: ['account_id'], within: ['project'] },
    use: { none: 'what runs as it loses its access' },
  },
  {
    names: ['google_service_account_key'],
    what: 'a key of a service account',
    price: { free: 'service accounts have no price' },
    deletion: {
      kind: 'service',
      impact: 'the access of everyone who uses the key',
      recovery: 'a new key',
      severity: 'warn',
    },
  },
];
