import type { ResourceType } from '../resource-type';

export const securityCommandCenter: readonly ResourceType[] = [
  {
    names: [],
    family: /^google_scc_(?!.*_iam_(member|binding|policy)$)/,
    what: 'a part of Security Command Center',
    deletion: {
      kind: 'service',
      impact: 'findings, and their notifications and exports',
      recovery: 'the configuration, from Terraform',
      severity: 'warn',
    },
    protections: { none: 'a guard rule compares roles, members and conditions' },
    running: { none: 'it does not run' },
    pods: { none: 'it creates no pods' },
    price: { unpriced: 'the tier of the organization', isLarge: false },
    secrets: { none: 'no argument is a secret' },
    rulesFor: { none: 'it decides about no traffic' },
  },
  {
    names: [],
    family: /^google_chronicle_/,
    what: 'a part of Chronicle',
    deletion: {
      kind: 'service',
      impact: 'detections that need it',
      recovery: 'the configuration, from Terraform',
      severity: 'warn',
    },
    price: { unpriced: 'logs by their size', isLarge: false },
  },
  {
    names: [
      'google_securityposture_posture',
      'google_securityposture_posture_deployment',
      'google_model_armor_template',
      'google_model_armor_floorsetting',
      'google_recaptcha_enterprise_key',
    ],
    what: 'a protection',
    deletion: {
      kind: 'service',
      impact: 'the checks by it',
      recovery: 'the configuration, from Terraform',
      severity: 'warn',
    },
    price: { unpriced: 'a price for each request', isLarge: false },
  },
];
