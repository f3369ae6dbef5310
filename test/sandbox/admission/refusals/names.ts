import {
  CONFIG_MAP,
  CRON_JOB,
  cronJob,
  DEPLOYMENT,
  deployment,
  JOB,
  job,
  NAMESPACE,
  named,
  refusedByApi,
  refusedInPlan,
  SERVICE,
  STATEFUL_SET,
  service,
  statefulSet,
} from '../refusal';

const OF_253 = 'a'.repeat(254);
const OF_53 = 'a'.repeat(53);
const OF_64 = 'a'.repeat(64);

export const names = [
  ...refusedInPlan([
    [
      'an upper-case letter in a name',
      CONFIG_MAP,
      { metadata: named('Billing') },
      `metadata.0.name a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character`,
    ],
    [
      'an underscore in a name',
      DEPLOYMENT,
      { ...deployment(), metadata: named('billing_api') },
      `metadata.0.name a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character`,
    ],
    [
      'a name that ends in a dash',
      CONFIG_MAP,
      { metadata: named('billing-') },
      `metadata.0.name a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character`,
    ],
    [
      'two dots in a name',
      CONFIG_MAP,
      { metadata: named('billing..api') },
      `metadata.0.name a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character`,
    ],
    ['a name of 254 characters', CONFIG_MAP, { metadata: named(OF_253) }, 'metadata.0.name must be no more than 253 characters'],
    [
      'a dot in a generated name',
      CONFIG_MAP,
      { metadata: { generate_name: 'billing.' } },
      `metadata.0.generate_name a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character`,
    ],
    [
      'a colon in the name of a service account',
      'kubernetes_service_account_v1',
      { metadata: named('billing:api') },
      `metadata.0.name a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character`,
    ],
    [
      'a slash in the name of a role',
      'kubernetes_role_v1',
      { metadata: named('billing/read'), rule: [{ api_groups: [''], resources: ['pods'], verbs: ['get'] }] },
      `metadata.0.name may not contain '/'`,
    ],
    [
      'a percent sign in the name of a role binding',
      'kubernetes_role_binding_v1',
      {
        metadata: named('billing%'),
        role_ref: { kind: 'ClusterRole', name: 'view', api_group: 'rbac.authorization.k8s.io' },
        subject: [{ kind: 'Group', name: 'a', api_group: 'rbac.authorization.k8s.io' }],
      },
      `metadata.0.name may not contain '%'`,
    ],
  ]),
  ...refusedByApi([
    [
      'a dot in the name of a namespace',
      NAMESPACE,
      { metadata: named('billing.api') },
      'Namespace "billing.api" is invalid: metadata.name: Invalid value: "billing.api": must not contain dots',
    ],
    ['a name of a namespace of 64 characters', NAMESPACE, { metadata: named(OF_64) }, 'must be no more than 63 characters'],
    [
      'a name of a service that begins with a digit',
      SERVICE,
      { ...service(), metadata: named('1billing') },
      `Service "1billing" is invalid: metadata.name: Invalid value: "1billing": a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character`,
    ],
    [
      'a dot in the name of a service',
      SERVICE,
      { ...service(), metadata: named('billing.api') },
      `Service "billing.api" is invalid: metadata.name: Invalid value: "billing.api": a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character`,
    ],
    ['a name of a service of 64 characters', SERVICE, { ...service(), metadata: named(OF_64) }, 'must be no more than 63 characters'],
    ['a name of a cron job of 53 characters', CRON_JOB, { ...cronJob(), metadata: named(OF_53) }, 'must be no more than 52 characters'],
    ['a name of a job of 64 characters', JOB, { ...job(), metadata: named(OF_64) }, 'must be no more than 63 characters'],
    [
      'a name of a stateful set of 64 characters',
      STATEFUL_SET,
      { ...statefulSet(), metadata: named(OF_64) },
      'must be no more than 63 characters',
    ],
    [
      'a dot in the name of a stateful set',
      STATEFUL_SET,
      { ...statefulSet(), metadata: named('billing.api') },
      'StatefulSet.apps "billing.api" is invalid: metadata.name: Invalid value: "billing.api": must not contain dots',
    ],
    [
      'a name of a priority class of the system',
      'kubernetes_priority_class_v1',
      { metadata: named('system-billing'), value: 10 },
      `Failed to create priority class: PriorityClass.scheduling.k8s.io "system-billing" is invalid: metadata.name: Forbidden: priority class names with 'system-' prefix are reserved for system use only. error: system-billing is not a known system priority class`,
    ],
    [
      'a value of a priority class of the system',
      'kubernetes_priority_class_v1',
      { metadata: named('high'), value: 2000000000 },
      'Failed to create priority class: PriorityClass.scheduling.k8s.io "high" is invalid: value: Forbidden: maximum allowed value of a user defined priority is 1000000000',
    ],
    [
      'a space in the key of a config map',
      CONFIG_MAP,
      { metadata: named(), data: { 'log level': 'info' } },
      `ConfigMap "billing" is invalid: data[log level]: Invalid value: "log level": a valid config key must consist of alphanumeric characters, '-', '_' or '.'`,
    ],
    [
      'a slash in the key of a secret',
      'kubernetes_secret_v1',
      { metadata: named(), data: { 'a/b': 'info' } },
      `Secret "billing" is invalid: data[a/b]: Invalid value: "a/b": a valid config key must consist of alphanumeric characters, '-', '_' or '.'`,
    ],
    [
      'a key of a config map that is a path',
      CONFIG_MAP,
      { metadata: named(), data: { '..': 'info' } },
      `ConfigMap "billing" is invalid: data[..]: Invalid value: "..": must not be '..'`,
    ],
    [
      'a key of a config map of 254 characters',
      CONFIG_MAP,
      { metadata: named(), data: { [OF_253]: 'info' } },
      'must be no more than 253 characters',
    ],
    [
      'a config map of more than a megabyte',
      CONFIG_MAP,
      { metadata: named(), data: { a: 'x'.repeat(1048577) } },
      'ConfigMap "billing" is invalid: []: Too long: may not be more than 1048576 bytes',
    ],
  ]),
];
