import {
  CONFIG_MAP,
  CRON_JOB,
  cronJob,
  DAEMON_SET,
  DEPLOYMENT,
  daemonSet,
  deployment,
  JOB,
  job,
  named,
  podTemplate,
  refusedByApi,
  refusedInPlan,
  SERVICE,
  STATEFUL_SET,
  service,
  statefulSet,
} from '../refusal';

const TOO_LONG = 'a'.repeat(64);
const labelled = (labels: Record<string, string>) => ({ metadata: named('billing', { labels }) });
const annotated = (annotations: Record<string, string>) => ({ metadata: named('billing', { annotations }) });

export const labels = [
  ...refusedInPlan([
    [
      'a space in the key of a label',
      CONFIG_MAP,
      labelled({ 'my team': 'a' }),
      `metadata.0.labels ("my team") name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character`,
    ],
    ['a key of a label of 64 characters', CONFIG_MAP, labelled({ [TOO_LONG]: 'a' }), 'name part must be no more than 63 characters'],
    [
      'an upper-case prefix of a label',
      CONFIG_MAP,
      labelled({ 'Example.com/team': 'a' }),
      `metadata.0.labels ("Example.com/team") prefix part a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character`,
    ],
    [
      'two slashes in the key of a label',
      CONFIG_MAP,
      labelled({ 'example.com/team/a': 'a' }),
      `metadata.0.labels ("example.com/team/a") a qualified name must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character`,
    ],
    ['an empty prefix of a label', CONFIG_MAP, labelled({ '/team': 'a' }), 'metadata.0.labels ("/team") prefix part must be non-empty'],
    [
      'a space in the value of a label',
      CONFIG_MAP,
      labelled({ team: 'a b' }),
      `metadata.0.labels ("a b") a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character`,
    ],
    ['a value of a label of 64 characters', CONFIG_MAP, labelled({ team: TOO_LONG }), 'must be no more than 63 characters'],
    [
      'a space in the key of an annotation',
      CONFIG_MAP,
      annotated({ 'my team': 'a' }),
      `metadata.0.annotations ("my team") name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character`,
    ],
    [
      'a wrong label in a pod template',
      DEPLOYMENT,
      deployment({}, {}, { template: podTemplate({}, {}, { app: 'billing', team: 'a b' }) }),
      `spec.0.template.0.metadata.0.labels ("a b") a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character`,
    ],
    [
      'a wrong label in a job template',
      CRON_JOB,
      cronJob({}, {}, { job_template: { metadata: { labels: { team: 'a b' } }, spec: { template: podTemplate() } } }),
      `spec.0.job_template.0.metadata.0.labels ("a b") a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character`,
    ],
  ]),
  ...refusedByApi([
    [
      'annotations of more than 256 KiB',
      CONFIG_MAP,
      annotated({ note: 'x'.repeat(262144) }),
      'ConfigMap "billing" is invalid: metadata.annotations: Too long: may not be more than 262144 bytes',
    ],
    [
      'a selector that does not match the template',
      DEPLOYMENT,
      deployment({}, {}, { selector: { match_labels: { app: 'ledger' } } }),
      'Failed to create deployment: Deployment.apps "billing" is invalid: spec.template.metadata.labels: Invalid value: {"app":"billing"}: `selector` does not match template `labels`',
    ],
    [
      'a selector of a stateful set that does not match',
      STATEFUL_SET,
      statefulSet({}, {}, { selector: { match_labels: { app: 'ledger' } } }),
      'StatefulSet.apps "billing" is invalid: spec.template.metadata.labels: Invalid value: {"app":"billing"}: `selector` does not match template `labels`',
    ],
    [
      'a selector of a daemon set that does not match',
      DAEMON_SET,
      daemonSet({}, {}, { selector: { match_labels: { app: 'ledger' } } }),
      'Failed to create daemonset: DaemonSet.apps "billing" is invalid: spec.template.metadata.labels: Invalid value: {"app":"billing"}: `selector` does not match template `labels`',
    ],
    [
      'an expression that does not match the template',
      DEPLOYMENT,
      deployment({}, {}, { selector: { match_expressions: [{ key: 'app', operator: 'NotIn', values: ['billing'] }] } }),
      'Failed to create deployment: Deployment.apps "billing" is invalid: spec.template.metadata.labels: Invalid value: {"app":"billing"}: `selector` does not match template `labels`',
    ],
    [
      'no selector',
      DEPLOYMENT,
      deployment({}, {}, { selector: {} }),
      'Failed to create deployment: Deployment.apps "billing" is invalid: spec.selector: Invalid value: {}: empty selector is invalid for deployment',
    ],
    [
      'a wrong value in a selector',
      DEPLOYMENT,
      deployment({}, {}, { selector: { match_labels: { app: 'a b' } } }),
      `Failed to create deployment: Deployment.apps "billing" is invalid: [spec.selector.matchLabels: Invalid value: "a b": a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character`,
    ],
    [
      'a wrong key in a selector',
      DEPLOYMENT,
      deployment({}, {}, { selector: { match_labels: { app: 'billing', 'my team': 'a' } } }),
      `Failed to create deployment: Deployment.apps "billing" is invalid: [spec.selector.matchLabels: Invalid value: "my team": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character`,
    ],
    [
      'an operator without values',
      DEPLOYMENT,
      deployment({}, {}, { selector: { match_expressions: [{ key: 'app', operator: 'In' }] } }),
      'Failed to create deployment: Deployment.apps "billing" is invalid: [spec.selector.matchExpressions[0].values: Required value: must be specified when `operator` is \'In\' or \'NotIn\', spec.selector: Invalid value: {"matchExpressions":[{"key":"app","operator":"In"}]}: invalid label selector]',
    ],
    [
      'an operator with values that takes none',
      DEPLOYMENT,
      deployment({}, {}, { selector: { match_expressions: [{ key: 'app', operator: 'Exists', values: ['a'] }] } }),
      'Failed to create deployment: Deployment.apps "billing" is invalid: [spec.selector.matchExpressions[0].values: Forbidden: may not be specified when `operator` is \'Exists\' or \'DoesNotExist\', spec.selector: Invalid value: {"matchExpressions":[{"key":"app","operator":"Exists","values":["a"]}]}: invalid label selector]',
    ],
    [
      'an unknown operator',
      DEPLOYMENT,
      deployment({}, {}, { selector: { match_expressions: [{ key: 'app', operator: 'Is', values: ['a'] }] } }),
      'Failed to create deployment: Deployment.apps "billing" is invalid: [spec.selector.matchExpressions[0].operator: Invalid value: "Is": not a valid selector operator, spec.selector: Invalid value: {"matchExpressions":[{"key":"app","operator":"Is","values":["a"]}]}: invalid label selector]',
    ],
    [
      'a wrong selector of a service',
      SERVICE,
      service({ selector: { app: 'a b' } }),
      `Service "billing" is invalid: spec.selector: Invalid value: "a b": a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character`,
    ],
    [
      'a wrong node selector',
      DEPLOYMENT,
      deployment({}, { node_selector: { pool: 'a b' } }),
      `Failed to create deployment: Deployment.apps "billing" is invalid: spec.template.spec.nodeSelector: Invalid value: "a b": a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character`,
    ],
    ['a selector of a job', JOB, job({}, {}, { selector: { match_labels: { app: 'ledger' } } }), '`selector` not auto-generated'],
    [
      'a wrong selector of a network policy',
      'kubernetes_network_policy_v1',
      { metadata: named(), spec: { pod_selector: { match_labels: { app: 'a b' } }, policy_types: ['Ingress'] } },
      `NetworkPolicy.networking.k8s.io "billing" is invalid: spec.podSelector.matchLabels: Invalid value: "a b": a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character`,
    ],
    [
      'a wrong selector of a disruption budget',
      'kubernetes_pod_disruption_budget_v1',
      { metadata: named(), spec: { max_unavailable: '1', selector: { match_labels: { app: 'a b' } } } },
      `PodDisruptionBudget.policy "billing" is invalid: spec.selector.matchLabels: Invalid value: "a b": a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character`,
    ],
  ]),
];
