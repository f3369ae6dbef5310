import type { ResourceType } from '../resource-type';

export const dialogflow: readonly ResourceType[] = [
  {
    names: ['google_dialogflow_agent', 'google_dialogflow_cx_agent'],
    what: 'an agent',
    deletion: {
      kind: 'data',
      impact: 'all of its intents, flows and versions',
      recovery: 'an export of the agent',
      source: 'https://registry.terraform.io/providers/hashicorp/google/6.50.0/docs/resources/dialogflow_agent',
    },
    price: { unpriced: 'a price for each session', isLarge: false },
  },
  {
    names: [],
    family: /^google_dialogflow_(?!agent$|cx_agent$)(?!.*_iam_(member|binding|policy)$)/,
    what: 'a part of an agent',
    deletion: {
      kind: 'service',
      impact: 'conversations that need it',
      recovery: 'the configuration, from Terraform',
      severity: 'warn',
    },
    protections: { none: 'a guard rule compares roles, members and conditions' },
    running: { none: 'it does not run' },
    pods: { none: 'it creates no pods' },
    price: { free: 'configuration has no price' },
    secrets: { none: 'no argument is a secret' },
    rulesFor: { none: 'it decides about no traffic' },
  },
];
