import type { Values } from '../../../../lib/sandbox/values';
import {
  CONFIG_MAP,
  CRON_JOB,
  cronJob,
  DEPLOYMENT,
  deployment,
  JOB,
  job,
  named,
  type Refusal,
  type Resource,
  refusedByApi,
  refusedInPlan,
  SERVICE,
  STATEFUL_SET,
  service,
  statefulSet,
} from '../refusal';

const QUOTA = 'kubernetes_resource_quota_v1';
const LIMIT_RANGE = 'kubernetes_limit_range_v1';
const quota = (hard: Values, more: Values = {}): Resource => [QUOTA, { metadata: named('quota'), spec: { hard, ...more } }];
const limits = (...limit: Values[]): Resource => [LIMIT_RANGE, { metadata: named('limits'), spec: { limit } }];
const container = (limit: Values): Values => ({ type: 'Container', ...limit });

const resources = (requests: Values, limits: Values = {}): Values => ({ resources: { requests, limits } });
const called = (name: string, [type, configuration]: Resource): Resource => [type, { ...configuration, metadata: named(name) }];
const replicas = (replicas: string, each: Values = {}): Resource => [DEPLOYMENT, deployment(each, {}, { replicas })];

const pods = (mistake: string, words: string, ...all: Resource[]): Refusal => ({ mistake, resources: all, words, by: 'pods' });
const api = (mistake: string, words: string, ...all: Resource[]): Refusal => ({ mistake, resources: all, words, by: 'apply' });

export const quotas: Refusal[] = [
  pods(
    'more pods than the quota has',
    'is forbidden: exceeded quota: quota, requested: pods=1, used: pods=2, limited: pods=2',
    quota({ pods: '2' }),
    replicas('3'),
  ),
  pods(
    'more pods of all workloads than the quota has',
    'is forbidden: exceeded quota: quota, requested: pods=1, used: pods=3, limited: pods=3',
    quota({ pods: '3' }),
    called('ledger', replicas('2')),
    replicas('2'),
  ),
  pods(
    'more requests than the quota has',
    'is forbidden: exceeded quota: quota, requested: requests.cpu=400m, used: requests.cpu=800m, limited: requests.cpu=1',
    quota({ 'requests.cpu': '1' }),
    replicas('3', resources({ cpu: '400m' })),
  ),
  pods(
    'more requests than a quota of cpu has',
    'is forbidden: exceeded quota: quota, requested: cpu=400m, used: cpu=800m, limited: cpu=1',
    quota({ cpu: '1' }),
    replicas('3', resources({ cpu: '400m' })),
  ),
  pods(
    'more limits than the quota has',
    'is forbidden: exceeded quota: quota, requested: limits.memory=400Mi, used: limits.memory=800Mi, limited: limits.memory=1Gi',
    quota({ 'limits.memory': '1Gi' }),
    replicas('3', resources({}, { memory: '400Mi' })),
  ),
  pods(
    'one pod of more than the quota has',
    'is forbidden: exceeded quota: quota, requested: requests.memory=2Gi, used: requests.memory=0, limited: requests.memory=1Gi',
    quota({ 'requests.memory': '1Gi' }),
    replicas('1', resources({ memory: '2Gi' })),
  ),
  pods(
    'two amounts above the quota',
    'is forbidden: exceeded quota: quota, requested: requests.cpu=2,requests.memory=2Gi, used: requests.cpu=0,requests.memory=0, limited: requests.cpu=1,requests.memory=1Gi',
    quota({ 'requests.memory': '1Gi', 'requests.cpu': '1', pods: '5' }),
    replicas('1', resources({ memory: '2Gi', cpu: '2' })),
  ),
  pods(
    'no limits where the quota has them',
    'is forbidden: failed quota: quota: must specify limits.memory for: billing',
    quota({ 'limits.memory': '1Gi' }),
    replicas('1'),
  ),
  pods(
    'no requests where the quota has them',
    'is forbidden: failed quota: quota: must specify requests.cpu for: billing; requests.memory for: billing',
    quota({ 'requests.cpu': '1', 'requests.memory': '1Gi' }),
    replicas('1'),
  ),
  pods(
    'no requests of one of two containers',
    'is forbidden: failed quota: quota: must specify requests.cpu for: proxy',
    quota({ 'requests.cpu': '1' }),
    [
      DEPLOYMENT,
      deployment(
        {},
        {
          container: [
            { name: 'billing', image: 'a', ...resources({ cpu: '100m' }) },
            { name: 'proxy', image: 'b' },
          ],
        },
      ),
    ],
  ),
  pods(
    'an init container above the quota',
    'is forbidden: exceeded quota: quota, requested: requests.cpu=2, used: requests.cpu=0, limited: requests.cpu=1',
    quota({ 'requests.cpu': '1' }),
    [DEPLOYMENT, deployment(resources({ cpu: '100m' }), { init_container: [{ name: 'init', image: 'a', ...resources({ cpu: '2' }) }] })],
  ),
  pods(
    'more pods of a stateful set than the quota has',
    'is forbidden: exceeded quota: quota, requested: pods=1, used: pods=2, limited: pods=2',
    quota({ pods: '2' }),
    [STATEFUL_SET, statefulSet({}, {}, { replicas: '3', pod_management_policy: 'Parallel' })],
  ),
  pods(
    'more pods of a job than the quota has',
    'is forbidden: exceeded quota: quota, requested: pods=1, used: pods=2, limited: pods=2',
    quota({ pods: '2' }),
    [JOB, job({}, {}, { parallelism: 3, completions: 3 })],
  ),
  pods(
    'more than the second of two quotas has',
    'is forbidden: exceeded quota: small, requested: pods=1, used: pods=1, limited: pods=1',
    quota({ pods: '5' }),
    called('small', quota({ pods: '1' })),
    replicas('2'),
  ),
  api(
    'one service more than the quota has',
    'services "billing" is forbidden: exceeded quota: quota, requested: services=1, used: services=1, limited: services=1',
    quota({ services: '1' }),
    called('ledger', [SERVICE, service()]),
    [SERVICE, service()],
  ),
  api(
    'a load balancer more than the quota has',
    'services "billing" is forbidden: exceeded quota: quota, requested: services.loadbalancers=1, used: services.loadbalancers=0, limited: services.loadbalancers=0',
    quota({ 'services.loadbalancers': '0' }),
    [SERVICE, service({ type: 'LoadBalancer' })],
  ),
  api(
    'a port of the nodes more than the quota has',
    'services "billing" is forbidden: exceeded quota: quota, requested: services.nodeports=1, used: services.nodeports=0, limited: services.nodeports=0',
    quota({ 'services.nodeports': '0' }),
    [SERVICE, service({ type: 'NodePort' })],
  ),
  api(
    'one config map more than the quota has',
    'configmaps "billing" is forbidden: exceeded quota: quota, requested: count/configmaps=1, used: count/configmaps=1, limited: count/configmaps=1',
    quota({ 'count/configmaps': '1' }),
    [CONFIG_MAP, { metadata: named() }],
  ),
  api(
    'one deployment more than the quota has',
    'Failed to create deployment: deployments.apps "billing" is forbidden: exceeded quota: quota, requested: count/deployments.apps=1, used: count/deployments.apps=1, limited: count/deployments.apps=1',
    quota({ 'count/deployments.apps': '1' }),
    called('ledger', replicas('1')),
    replicas('1'),
  ),
  api(
    'one cron job more than the quota has',
    'cronjobs.batch "billing" is forbidden: exceeded quota: quota, requested: count/cronjobs.batch=1, used: count/cronjobs.batch=0, limited: count/cronjobs.batch=0',
    quota({ 'count/cronjobs.batch': '0' }),
    [CRON_JOB, cronJob()],
  ),
  api(
    'more storage than the quota has',
    'persistentvolumeclaims "billing" is forbidden: exceeded quota: quota, requested: requests.storage=2Gi, used: requests.storage=0, limited: requests.storage=1Gi',
    quota({ 'requests.storage': '1Gi' }),
    [
      'kubernetes_persistent_volume_claim_v1',
      {
        metadata: named(),
        spec: { access_modes: ['ReadWriteOnce'], resources: { requests: { storage: '2Gi' } } },
        wait_until_bound: false,
      },
    ],
  ),
  ...refusedInPlan([
    [
      'a quota that is no quantity',
      QUOTA,
      { metadata: named(), spec: { hard: { pods: 'many' } } },
      `spec.0.hard.pods ("many"): quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'`,
    ],
    [
      'an unknown scope',
      QUOTA,
      { metadata: named(), spec: { hard: { pods: '1' }, scopes: ['All'] } },
      'expected spec.0.scopes.0 to be one of ["Terminating" "NotTerminating" "BestEffort" "NotBestEffort" "PriorityClass"], got All',
    ],
  ]),
  ...refusedByApi([
    [
      'a quota of an unknown resource',
      QUOTA,
      { metadata: named(), spec: { hard: { cpus: '1' } } },
      'Failed to create resource quota: ResourceQuota "billing" is invalid: [spec.hard[cpus]: Invalid value: "cpus": must be a standard resource type or fully qualified, spec.hard[cpus]: Invalid value: "cpus": must be a standard resource for quota]',
    ],
    [
      'a negative quota',
      QUOTA,
      { metadata: named(), spec: { hard: { pods: '-1' } } },
      'Failed to create resource quota: ResourceQuota "billing" is invalid: spec.hard[pods]: Invalid value: "-1": must be greater than or equal to 0',
    ],
    [
      'half a pod',
      QUOTA,
      { metadata: named(), spec: { hard: { pods: '500m' } } },
      'Failed to create resource quota: ResourceQuota "billing" is invalid: spec.hard[pods]: Invalid value: "500m": must be an integer',
    ],
    [
      'a scope that does not go with the resource',
      QUOTA,
      { metadata: named(), spec: { hard: { services: '1' }, scopes: ['BestEffort'] } },
      'Failed to create resource quota: ResourceQuota "billing" is invalid: spec.scopes: Invalid value: ["BestEffort"]: unsupported scope applied to resource',
    ],
    [
      'two scopes that exclude each other',
      QUOTA,
      { metadata: named(), spec: { hard: { pods: '1' }, scopes: ['BestEffort', 'NotBestEffort'] } },
      'Failed to create resource quota: ResourceQuota "billing" is invalid: spec.scopes: Invalid value: ["BestEffort","NotBestEffort"]: conflicting scopes',
    ],
  ]),
];

export const limitRanges: Refusal[] = [
  pods(
    'a limit above the maximum',
    'is forbidden: maximum memory usage per Container is 1Gi, but limit is 2Gi',
    limits(container({ max: { memory: '1Gi' } })),
    replicas('1', resources({}, { memory: '2Gi' })),
  ),
  pods(
    'a request below the minimum',
    'is forbidden: minimum cpu usage per Container is 200m, but request is 100m',
    limits(container({ min: { cpu: '200m' } })),
    replicas('1', resources({ cpu: '100m' })),
  ),
  pods(
    'a ratio above the maximum',
    'is forbidden: cpu max limit to request ratio per Container is 2, but provided ratio is 4.000000',
    limits(container({ max_limit_request_ratio: { cpu: '2' } })),
    replicas('1', resources({ cpu: '100m' }, { cpu: '400m' })),
  ),
  pods(
    'a request above the limit by default',
    'is invalid: spec.containers[0].resources.requests: Invalid value: "2Gi": must be less than or equal to memory limit of 1Gi',
    limits(container({ default: { memory: '1Gi' } })),
    replicas('1', resources({ memory: '2Gi' })),
  ),
  pods(
    'a pod above the maximum',
    'is forbidden: maximum memory usage per Pod is 1Gi, but limit is 2Gi',
    limits({ type: 'Pod', max: { memory: '1Gi' } }),
    replicas('1', resources({}, { memory: '2Gi' })),
  ),
  pods(
    'a pod without a limit where there is a maximum',
    'is forbidden: maximum memory usage per Pod is 1Gi.  No limit is specified',
    limits({ type: 'Pod', max: { memory: '1Gi' } }),
    replicas('1'),
  ),
  pods(
    'a pod below the minimum',
    'is forbidden: minimum cpu usage per Pod is 1, but request is 100m',
    limits({ type: 'Pod', min: { cpu: '1' } }),
    replicas('1', resources({ cpu: '100m' })),
  ),
  pods(
    'a default above the quota',
    'is forbidden: exceeded quota: quota, requested: limits.memory=2Gi, used: limits.memory=0, limited: limits.memory=1Gi',
    limits(container({ default: { memory: '2Gi' } })),
    quota({ 'limits.memory': '1Gi' }),
    replicas('1'),
  ),
  pods(
    'a job above the maximum',
    'is forbidden: maximum memory usage per Container is 1Gi, but limit is 2Gi',
    limits(container({ max: { memory: '1Gi' } })),
    [JOB, job(resources({}, { memory: '2Gi' }))],
  ),
  api(
    'a claim above the maximum',
    'persistentvolumeclaims "billing" is forbidden: maximum storage usage per PersistentVolumeClaim is 1Gi, but request is 2Gi',
    limits({ type: 'PersistentVolumeClaim', max: { storage: '1Gi' } }),
    [
      'kubernetes_persistent_volume_claim_v1',
      {
        metadata: named(),
        spec: { access_modes: ['ReadWriteOnce'], resources: { requests: { storage: '2Gi' } } },
        wait_until_bound: false,
      },
    ],
  ),
  ...refusedByApi([
    [
      'a default above the maximum',
      ...limits(container({ max: { memory: '1Gi' }, default: { memory: '2Gi' } })),
      'Failed to create limit range: LimitRange "limits" is invalid: [spec.limits[0].defaultRequest[memory]: Invalid value: "2Gi": default request value 2Gi is greater than max value 1Gi, spec.limits[0].default[memory]: Invalid value: "1Gi": default value 2Gi is greater than max value 1Gi]',
    ],
    [
      'a request above the default limit',
      ...limits(container({ default: { memory: '1Gi' }, default_request: { memory: '2Gi' } })),
      'Failed to create limit range: LimitRange "limits" is invalid: spec.limits[0].defaultRequest[memory]: Invalid value: "2Gi": default request value 2Gi is greater than default limit value 1Gi',
    ],
    [
      'a minimum above the maximum',
      ...limits(container({ max: { memory: '1Gi' }, min: { memory: '2Gi' } })),
      'Failed to create limit range: LimitRange "limits" is invalid: [spec.limits[0].min[memory]: Invalid value: "2Gi": min value 2Gi is greater than max value 1Gi, spec.limits[0].defaultRequest[memory]: Invalid value: "1Gi": min value 2Gi is greater than default request value 1Gi, spec.limits[0].default[memory]: Invalid value: "2Gi": min value 2Gi is greater than default value 1Gi]',
    ],
    [
      'a request below the minimum by default',
      ...limits(container({ min: { memory: '1Gi' }, default_request: { memory: '512Mi' } })),
      'Failed to create limit range: LimitRange "limits" is invalid: spec.limits[0].defaultRequest[memory]: Invalid value: "512Mi": min value 1Gi is greater than default request value 512Mi',
    ],
    [
      'an unknown type of limit',
      ...limits({ type: 'Containers', max: { memory: '1Gi' } }),
      'Failed to create limit range: LimitRange "limits" is invalid: spec.limits[0].type: Invalid value: "Containers": must be a standard limit type or fully qualified',
    ],
    [
      'two limits of one type',
      ...limits(container({ max: { memory: '1Gi' } }), container({ max: { memory: '1Gi' } })),
      'Failed to create limit range: LimitRange "limits" is invalid: spec.limits[1].type: Duplicate value: "Container"',
    ],
    [
      'a default of pods',
      ...limits({ type: 'Pod', default: { memory: '1Gi' } }),
      'Failed to create limit range: LimitRange "limits" is invalid: spec.limits[0].default: Forbidden: may not be specified when `type` is \'Pod\'',
    ],
    [
      'a limit of an unknown resource',
      ...limits(container({ max: { cpus: '1' } })),
      'Failed to create limit range: LimitRange "limits" is invalid: [spec.limits[0].max[cpus]: Invalid value: "cpus": must be a standard resource type or fully qualified, spec.limits[0].max[cpus]: Invalid value: "cpus": must be a standard resource for containers, spec.limits[0].default[cpus]: Invalid value: "cpus": must be a standard resource type or fully qualified, spec.limits[0].default[cpus]: Invalid value: "cpus": must be a standard resource for containers, spec.limits[0].defaultRequest[cpus]: Invalid value: "cpus": must be a standard resource type or fully qualified, spec.limits[0].defaultRequest[cpus]: Invalid value: "cpus": must be a standard resource for containers]',
    ],
    [
      'a ratio below one',
      ...limits(container({ max_limit_request_ratio: { cpu: '0.5' } })),
      'Failed to create limit range: LimitRange "limits" is invalid: spec.limits[0].maxLimitRequestRatio[cpu]: Invalid value: "500m": ratio 500m is less than 1',
    ],
    [
      'a limit that is no quantity',
      ...limits(container({ max: { memory: 'much' } })),
      `quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'`,
    ],
    [
      'claims without a minimum or maximum',
      ...limits({ type: 'PersistentVolumeClaim', default: { storage: '1Gi' } }),
      'Failed to create limit range: LimitRange "limits" is invalid: spec.limits[0].limits: Required value: either minimum or maximum storage value is required, but neither was provided',
    ],
  ]),
];
