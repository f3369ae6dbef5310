import type { ResourceType } from '../resource-type';

export const serviceAccount: readonly ResourceType[] = [
  {
    names: ['google_service_account'],
    what: 'a service account',
    deletion: {
      kind: 'service',
      impact: 'the identity of everything that runs as it: a new account with the same name has none of its grants',
      recovery: 'the account, within 30 days, by undeleting it by its number',
      severity: 'warn',
    },
    protections: { none: 'no argument protects it' },
    running: [
      { path: ['disabled'], safe: { oneOf: [undefined, false] }, stops: 'everything that runs as it loses its access', severity: 'refuse' },
    ],
    backup: { none: 'it is no copy of data' },
    exposes: { none: 'grants and keys are resources of their own' },
    uniqueName: { path: ['account_id'], within: ['project'] },
    use: { none: 'what runs as it loses its access' },
    pods: { none: 'it creates no pods' },
    price: { free: 'service accounts have no price' },
    secrets: { none: 'no argument is a secret' },
    rulesFor: { none: 'it decides about no traffic' },
  },
  {
    names: ['google_service_account_key'],
    what: 'a key of a service account',
    deletion: {
      kind: 'service',
      impact: 'the access of everyone who uses the key',
      recovery: 'a new key',
      severity: 'warn',
    },
    price: { free: 'service accounts have no price' },
  },
];
