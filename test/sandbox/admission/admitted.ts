import type { Values } from '../../../lib/sandbox/values';
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
  type Resource,
  SERVICE,
  STATEFUL_SET,
  service,
  statefulSet,
} from './refusal';

/** Valid configuration at a limit, or one that resembles an invalid one. */
export interface Admitted {
  readonly name: string;

  /** In the order in which they are created. */
  readonly resources: readonly Resource[];
}

const quota = (hard: Values, more: Values = {}): Resource => [
  'kubernetes_resource_quota_v1',
  { metadata: named('quota'), spec: { hard, ...more } },
];
const limits = (limit: Values): Resource => [
  'kubernetes_limit_range_v1',
  { metadata: named('limits'), spec: { limit: [{ type: 'Container', ...limit }] } },
];
const resources = (requests: Values, limits: Values = {}): Values => ({ resources: { requests, limits } });
const replicas = (replicas: string, each: Values = {}): Resource => [DEPLOYMENT, deployment(each, {}, { replicas })];
const policy = (spec: Values): Resource => [
  'kubernetes_network_policy_v1',
  { metadata: named(), spec: { pod_selector: {}, policy_types: ['Ingress'], ...spec } },
];
const autoscaler = (spec: Values): Resource => [
  'kubernetes_horizontal_pod_autoscaler_v2',
  {
    metadata: named(),
    spec: { max_replicas: 3, scale_target_ref: { api_version: 'apps/v1', kind: 'Deployment', name: 'billing' }, ...spec },
  },
];

export const ADMITTED: readonly Admitted[] = [
  { name: 'a dot in the name of a daemon set', resources: [[DAEMON_SET, { ...daemonSet(), metadata: named('billing.api') }]] },
  { name: 'a name of a deployment of 64 characters', resources: [[DEPLOYMENT, { ...deployment(), metadata: named('a'.repeat(64)) }]] },
  { name: 'a name of a cron job of 52 characters', resources: [[CRON_JOB, { ...cronJob(), metadata: named('a'.repeat(52)) }]] },
  {
    name: 'a dot in the name of a config map',
    resources: [[CONFIG_MAP, { metadata: named('billing.api'), data: { 'log.level': 'info', A_B: '' } }]],
  },
  {
    name: 'an upper-case key of a label, and an empty value',
    resources: [[CONFIG_MAP, { metadata: named('billing', { labels: { 'example.com/Team_A.b': '' } }) }]],
  },
  {
    name: 'an upper-case prefix of an annotation',
    resources: [[CONFIG_MAP, { metadata: named('billing', { annotations: { 'Example.com/team': 'a b' } }) }]],
  },
  {
    name: 'a colon in the name of a role',
    resources: [
      ['kubernetes_role_v1', { metadata: named('Billing:read'), rule: [{ api_groups: [''], resources: ['pods'], verbs: ['get'] }] }],
    ],
  },
  {
    name: 'a selector by an expression',
    resources: [
      [
        DEPLOYMENT,
        deployment({}, {}, { selector: { match_expressions: [{ key: 'app', operator: 'In', values: ['ledger', 'billing'] }] } }),
      ],
    ],
  },
  {
    name: 'a privileged container where no level is enforced',
    resources: [[DEPLOYMENT, deployment({ security_context: { privileged: true } })]],
  },
  { name: 'a half byte', resources: [replicas('1', resources({ memory: '100m' }))] },
  {
    name: 'a request of its limit, written in another way',
    resources: [replicas('1', resources({ memory: '1024Mi', cpu: '1000m' }, { memory: '1Gi', cpu: '1' }))],
  },
  { name: 'two ports of one number', resources: [[DEPLOYMENT, deployment({ port: [{ container_port: 80 }, { container_port: 80 }] })]] },
  {
    name: 'two successes of a readiness probe',
    resources: [[DEPLOYMENT, deployment({ readiness_probe: { http_get: { path: '/', port: 'http' }, success_threshold: 2 } })]],
  },
  {
    name: 'a mount of a claim template',
    resources: [
      [
        STATEFUL_SET,
        statefulSet(
          { volume_mount: [{ name: 'data', mount_path: '/data' }] },
          {},
          {
            volume_claim_template: [
              { metadata: { name: 'data' }, spec: { access_modes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } } },
            ],
          },
        ),
      ],
    ],
  },
  {
    name: 'a schedule with names, steps and lists',
    resources: [[CRON_JOB, cronJob({}, {}, { schedule: '*/15 0-6,20 ? JAN-MAR mon,fri', timezone: 'Europe/Rome' })]],
  },
  { name: 'a schedule by its name', resources: [[CRON_JOB, cronJob({}, {}, { schedule: '@daily' })]] },
  { name: 'a job that restarts after a failure', resources: [[JOB, job({}, { restart_policy: 'OnFailure' })]] },
  {
    name: 'a service of two protocols at one port',
    resources: [
      [
        SERVICE,
        service({
          port: [
            { name: 'a', port: 53, protocol: 'TCP' },
            { name: 'b', port: 53, protocol: 'UDP' },
          ],
        }),
      ],
    ],
  },
  { name: 'a headless service', resources: [[SERVICE, service({ cluster_ip: 'None' })]] },
  { name: 'an external name', resources: [[SERVICE, service({ type: 'ExternalName', external_name: 'billing.example', port: [] })]] },
  {
    name: 'a range with bits of a host',
    resources: [policy({ ingress: [{ from: [{ ip_block: { cidr: '10.0.0.1/8', except: ['10.1.0.0/16'] } }] }] })],
  },
  {
    name: 'a range of IPv6',
    resources: [policy({ ingress: [{ from: [{ ip_block: { cidr: '2001:db8::/64', except: ['2001:db8::1:0/112'] } }] }] })],
  },
  {
    name: 'all pods of all namespaces',
    resources: [
      policy({
        ingress: [{ from: [{ namespace_selector: {}, pod_selector: {} }], ports: [{ port: '8080', end_port: 8090 }, { port: 'http' }] }],
      }),
    ],
  },
  {
    name: 'an ingress of a wildcard',
    resources: [
      [
        'kubernetes_ingress_v1',
        {
          metadata: named(),
          spec: {
            rule: [
              {
                host: '*.parking.example',
                http: { path: [{ path: '/*', backend: { service: { name: 'billing', port: { name: 'http' } } } }] },
              },
            ],
          },
        },
      ],
    ],
  },
  { name: 'an autoscaler of a part of the defaults', resources: [autoscaler({ min_replicas: 0 })] },
  {
    name: 'a utilization and a value that is not sent',
    resources: [
      autoscaler({
        metric: [
          { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', average_utilization: 80, average_value: '1' } } },
        ],
      }),
    ],
  },
  {
    name: 'a full quota',
    resources: [
      quota({ pods: '3', 'requests.cpu': '1200m', 'limits.memory': '1200Mi' }),
      replicas('3', resources({ cpu: '0.4' }, { memory: '400Mi' })),
    ],
  },
  {
    name: 'defaults where the quota has limits',
    resources: [
      limits({ default: { memory: '256Mi' }, default_request: { cpu: '100m' } }),
      quota({ 'limits.memory': '1Gi', 'requests.cpu': '1' }),
      replicas('3'),
    ],
  },
  {
    name: 'a maximum that is the default',
    resources: [limits({ max: { memory: '256Mi' } }), quota({ 'limits.memory': '1Gi' }), replicas('3')],
  },
  {
    name: 'a quota of pods without requests',
    resources: [quota({ pods: '0' }, { scopes: ['BestEffort'] }), replicas('1', resources({ cpu: '100m' }))],
  },
  {
    name: 'a deployment at its number of deployments',
    resources: [quota({ 'count/deployments.apps': '1', 'count/configmaps': '2' }), replicas('1'), [CONFIG_MAP, { metadata: named() }]],
  },
  {
    name: 'a service at the number of services',
    resources: [quota({ services: '1', 'services.loadbalancers': '0' }), [SERVICE, service()]],
  },
];
