import type { Values } from '../../../../lib/sandbox/values';
import { type Mistake, named, refusedByApi, refusedInPlan } from '../refusal';

const TARGET = { api_version: 'apps/v1', kind: 'Deployment', name: 'billing' };
const inAutoscaler = (mistake: string, spec: Values, words: string): Mistake => [
  mistake,
  'kubernetes_horizontal_pod_autoscaler_v2',
  { metadata: named(), spec: { min_replicas: 1, max_replicas: 3, scale_target_ref: TARGET, ...spec } },
  words,
];
const metric = (target: Values, name = 'cpu'): Values => ({ metric: [{ type: 'Resource', resource: { name, target } }] });

const inBudget = (mistake: string, spec: Values, words: string): Mistake => [
  mistake,
  'kubernetes_pod_disruption_budget_v1',
  { metadata: named(), spec: { selector: { match_labels: { app: 'billing' } }, ...spec } },
  words,
];

const GROUP = 'rbac.authorization.k8s.io';
const ROLE = { kind: 'ClusterRole', name: 'view', api_group: GROUP };
const inBinding = (mistake: string, binding: Values, words: string): Mistake => [
  mistake,
  'kubernetes_role_binding_v1',
  { metadata: named(), role_ref: ROLE, subject: [{ kind: 'Group', name: 'team@parking.example', api_group: GROUP }], ...binding },
  words,
];
const inRole = (mistake: string, rule: Values, words: string): Mistake => [
  mistake,
  'kubernetes_role_v1',
  { metadata: named(), rule: [{ api_groups: [''], resources: ['pods'], verbs: ['get'], ...rule }] },
  words,
];
const claim = (mistake: string, spec: Values, words: string): Mistake => [
  mistake,
  'kubernetes_persistent_volume_claim_v1',
  {
    metadata: named(),
    spec: { access_modes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } }, ...spec },
    wait_until_bound: false,
  },
  words,
];

export const others = [
  ...refusedInPlan([
    inAutoscaler(
      'an unknown type of metric',
      {
        metric: [{ type: 'Memory', resource: { name: 'cpu', target: { type: 'Utilization', average_utilization: 80 } } }],
      },
      'expected spec.0.metric.0.type to be one of ["ContainerResource" "External" "Object" "Pods" "Resource"], got Memory',
    ),
    inBudget('an unavailability of 150%', { max_unavailable: '150%' }, `spec.0.max_unavailable: '150%' is not between 0% and 100%`),
    inBudget(
      'an unavailability that is no number',
      { max_unavailable: 'one' },
      `spec.0.max_unavailable: cannot parse 'one' as int or percent: strconv.ParseInt: parsing "one": invalid syntax`,
    ),
    inBinding(
      'an unknown kind of role',
      { role_ref: { ...ROLE, kind: 'Roles' } },
      'expected role_ref.0.kind to be one of ["Role" "ClusterRole"], got Roles',
    ),
    inBinding(
      'an unknown group of roles',
      { role_ref: { ...ROLE, api_group: 'rbac' } },
      'expected role_ref.0.api_group to be one of ["rbac.authorization.k8s.io"], got rbac',
    ),
    claim(
      'an unknown access mode of a claim',
      { access_modes: ['Once'] },
      'expected spec.0.access_modes.0 to be one of ["ReadWriteOnce" "ReadOnlyMany" "ReadWriteMany" "ReadWriteOncePod"], got Once',
    ),
  ]),
  ...refusedByApi([
    inBinding(
      'an unknown kind of subject',
      { subject: [{ kind: 'Team', name: 'a' }] },
      'RoleBinding.rbac.authorization.k8s.io "billing" is invalid: subjects[0].kind: Unsupported value: "Team": supported values: "ServiceAccount", "User", "Group"',
    ),
    inAutoscaler(
      'an unknown policy of scaling',
      {
        behavior: { scale_down: { select_policy: 'Most', policy: [{ type: 'Pods', value: 1, period_seconds: 60 }] } },
      },
      'HorizontalPodAutoscaler.autoscaling "billing" is invalid: spec.behavior.scaleDown.selectPolicy: Unsupported value: "Most": supported values: "Disabled", "Max", "Min"',
    ),
    inAutoscaler(
      'a rule of scaling without a policy to select, which the plugin sends as an empty text',
      { behavior: { scale_down: { policy: [{ type: 'Pods', value: 1, period_seconds: 60 }] } } },
      'HorizontalPodAutoscaler.autoscaling "billing" is invalid: spec.behavior.scaleDown.selectPolicy: Unsupported value: "": supported values: "Disabled", "Max", "Min"',
    ),
    inAutoscaler(
      'fewer replicas at most than at least',
      { min_replicas: 5 },
      'HorizontalPodAutoscaler.autoscaling "billing" is invalid: spec.maxReplicas: Invalid value: 3: must be greater than or equal to `minReplicas`',
    ),
    inAutoscaler(
      'no replicas at most',
      { max_replicas: 0 },
      'HorizontalPodAutoscaler.autoscaling "billing" is invalid: [spec.maxReplicas: Invalid value: 0: must be greater than 0, spec.maxReplicas: Invalid value: 0: must be greater than or equal to `minReplicas`]',
    ),
    inAutoscaler(
      'a target of no name',
      { scale_target_ref: { ...TARGET, name: '' } },
      'HorizontalPodAutoscaler.autoscaling "billing" is invalid: spec.scaleTargetRef.name: Required value',
    ),
    inAutoscaler(
      'a target of no kind',
      { scale_target_ref: { ...TARGET, kind: '' } },
      'HorizontalPodAutoscaler.autoscaling "billing" is invalid: spec.scaleTargetRef.kind: Required value',
    ),
    inAutoscaler(
      'a slash in the name of a target',
      { scale_target_ref: { ...TARGET, name: 'a/b' } },
      `HorizontalPodAutoscaler.autoscaling "billing" is invalid: spec.scaleTargetRef.name: Invalid value: "a/b": may not contain '/'`,
    ),
    inAutoscaler(
      'a slash in the kind of a target',
      { scale_target_ref: { ...TARGET, kind: 'a/b' } },
      `HorizontalPodAutoscaler.autoscaling "billing" is invalid: spec.scaleTargetRef.kind: Invalid value: "a/b": may not contain '/'`,
    ),
    inAutoscaler(
      'a utilization of 0',
      metric({ type: 'Utilization', average_utilization: 0 }),
      'HorizontalPodAutoscaler.autoscaling "billing" is invalid: spec.metrics[0].resource.target.averageUtilization: Required value: must set either a target raw value or a target utilization',
    ),
    inAutoscaler(
      'a target without a value',
      metric({ type: 'Utilization' }),
      'HorizontalPodAutoscaler.autoscaling "billing" is invalid: spec.metrics[0].resource.target.averageUtilization: Required value: must set either a target raw value or a target utilization',
    ),
    inAutoscaler(
      'an unknown type of target',
      metric({ type: 'Average', average_utilization: 80 }),
      'HorizontalPodAutoscaler.autoscaling "billing" is invalid: [spec.metrics[0].resource.target.type: Invalid value: "Average": must be either Utilization, Value, or AverageValue, spec.metrics[0].resource.target.averageUtilization: Required value: must set either a target raw value or a target utilization]',
    ),
    inAutoscaler(
      'a negative value',
      metric({ type: 'AverageValue', average_value: '-1' }),
      'HorizontalPodAutoscaler.autoscaling "billing" is invalid: spec.metrics[0].resource.target.averageValue: Invalid value: "-1": must be positive',
    ),
    inAutoscaler(
      'a metric of no resource',
      metric({ type: 'Utilization', average_utilization: 80 }, ''),
      'HorizontalPodAutoscaler.autoscaling "billing" is invalid: spec.metrics[0].resource.name: Required value: must specify a resource name',
    ),
    inAutoscaler(
      'a metric without its source',
      { metric: [{ type: 'Resource' }] },
      'HorizontalPodAutoscaler.autoscaling "billing" is invalid: spec.metrics[0].resource: Required value: must populate information for the given metric source',
    ),
    inAutoscaler(
      'a window of stabilization of two hours',
      {
        behavior: {
          scale_down: {
            stabilization_window_seconds: 7200,
            select_policy: 'Max',
            policy: [{ type: 'Pods', value: 1, period_seconds: 60 }],
          },
        },
      },
      'HorizontalPodAutoscaler.autoscaling "billing" is invalid: spec.behavior.scaleDown.stabilizationWindowSeconds: Invalid value: 7200: must be less than or equal to 3600',
    ),
    inAutoscaler(
      'a period of scaling of an hour',
      {
        behavior: { scale_down: { select_policy: 'Max', policy: [{ type: 'Pods', value: 1, period_seconds: 3600 }] } },
      },
      'HorizontalPodAutoscaler.autoscaling "billing" is invalid: spec.behavior.scaleDown.policies[0].periodSeconds: Invalid value: 3600: must be less than or equal to 1800',
    ),
    inAutoscaler(
      'an unknown type of policy of scaling',
      {
        behavior: { scale_down: { select_policy: 'Max', policy: [{ type: 'Nodes', value: 1, period_seconds: 60 }] } },
      },
      'HorizontalPodAutoscaler.autoscaling "billing" is invalid: spec.behavior.scaleDown.policies[0].type: Unsupported value: "Nodes": supported values: "Percent", "Pods"',
    ),
    inBudget(
      'availability and unavailability',
      { min_available: '1', max_unavailable: '1' },
      'PodDisruptionBudget.policy "billing" is invalid: spec: Invalid value: {"MinAvailable":1,"Selector":{"matchLabels":{"app":"billing"}},"MaxUnavailable":1,"UnhealthyPodEvictionPolicy":null}: minAvailable and maxUnavailable cannot be both set',
    ),
    inBudget(
      'a negative availability',
      { min_available: '-1' },
      'PodDisruptionBudget.policy "billing" is invalid: spec.minAvailable: Invalid value: -1: must be greater than or equal to 0',
    ),
    inBinding(
      'an upper-case name of a service account',
      { subject: [{ kind: 'ServiceAccount', name: 'Billing', namespace: 'default' }] },
      `RoleBinding.rbac.authorization.k8s.io "billing" is invalid: subjects[0].name: Invalid value: "Billing": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character`,
    ),
    inBinding(
      'a service account of another group',
      {
        subject: [{ kind: 'ServiceAccount', name: 'billing', namespace: 'default', api_group: GROUP }],
      },
      'RoleBinding.rbac.authorization.k8s.io "billing" is invalid: subjects[0].apiGroup: Unsupported value: "rbac.authorization.k8s.io": supported values: ""',
    ),
    inBinding(
      'no name of a subject',
      { subject: [{ kind: 'Group', name: '', api_group: GROUP }] },
      'RoleBinding.rbac.authorization.k8s.io "billing" is invalid: subjects[0].name: Required value',
    ),
    inBinding(
      'no name of a role',
      { role_ref: { ...ROLE, name: '' } },
      'RoleBinding.rbac.authorization.k8s.io "billing" is invalid: roleRef.name: Required value',
    ),
    inBinding(
      'a slash in the name of a role of a binding',
      { role_ref: { ...ROLE, name: 'a/b' } },
      `RoleBinding.rbac.authorization.k8s.io "billing" is invalid: roleRef.name: Invalid value: "a/b": may not contain '/'`,
    ),
    inRole(
      'no verbs',
      { verbs: [] },
      'Role.rbac.authorization.k8s.io "billing" is invalid: rules[0].verbs: Required value: verbs must contain at least one value',
    ),
    inRole(
      'no resources',
      { resources: [] },
      'Role.rbac.authorization.k8s.io "billing" is invalid: rules[0].resources: Required value: resource rules must supply at least one resource',
    ),
    inRole(
      'no groups',
      { api_groups: [] },
      'Role.rbac.authorization.k8s.io "billing" is invalid: rules[0].apiGroups: Required value: resource rules must supply at least one api group',
    ),
    claim(
      'a claim without access modes',
      { access_modes: [] },
      'PersistentVolumeClaim "billing" is invalid: spec.accessModes: Required value: at least 1 access mode is required',
    ),
    claim(
      'a claim of no size',
      { resources: { requests: { storage: '0' } } },
      'PersistentVolumeClaim "billing" is invalid: spec.resources[storage]: Invalid value: "0": must be greater than zero',
    ),
    claim(
      'a claim without a request',
      { resources: { requests: { memory: '1Gi' } } },
      'PersistentVolumeClaim "billing" is invalid: spec.resources[storage]: Required value',
    ),
    claim(
      'a wrong storage class',
      { storage_class_name: 'Fast' },
      `PersistentVolumeClaim "billing" is invalid: spec.storageClassName: Invalid value: "Fast": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character`,
    ),
  ]),
];
