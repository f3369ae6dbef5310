import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import type { Sandbox } from '../../lib/sandbox';
import { ApiClient } from '../../lib/sandbox/kubernetes-api/api-client';
import { clusterIn } from './deployed-cluster';

type Fields = Record<string, unknown>;

/** Resource in a state. */
export interface StateResource {
  readonly address: string;
  readonly type: string;
  readonly values: Readonly<Fields>;
}

/** Change of a field outside of Terraform. */
interface FieldDrift {
  /** Path of the argument, such as `management.auto_repair`. */
  readonly argument: string;

  /** Path of the field in the API, if it differs in more than its case. */
  readonly field?: string;
  readonly value: unknown | ((now: unknown) => unknown);
}

/** Changes with `gcloud`, by resource type; `deleted` for a deletion. */
const GOOGLE: Readonly<Record<string, FieldDrift | 'deleted'>> = {
  google_cloud_scheduler_job: { argument: 'schedule', value: '0 3 * * *' },
  google_compute_firewall: 'deleted',
  google_compute_instance: { argument: 'deletion_protection', value: (now: unknown) => now !== true },
  google_compute_resource_policy: { argument: 'snapshot_schedule_policy.retention_policy.max_retention_days', value: 3 },
  google_compute_router_nat: { argument: 'min_ports_per_vm', value: 64 },
  google_compute_ssl_policy: { argument: 'min_tls_version', value: 'TLS_1_0' },
  google_compute_subnetwork: { argument: 'private_ip_google_access', value: false },
  google_container_cluster: { argument: 'cost_management_config.enabled', value: (now: unknown) => now !== true },
  google_container_node_pool: { argument: 'management.auto_repair', value: (now: unknown) => now !== true },
  google_dns_managed_zone: { argument: 'description', value: 'changed by hand' },
  google_dns_record_set: { argument: 'ttl', value: 60 },
  google_monitoring_alert_policy: { argument: 'enabled', value: false },
  google_project_iam_custom_role: { argument: 'title', value: 'changed by hand' },
  google_project_iam_member: 'deleted',
  google_service_account: { argument: 'display_name', value: 'changed by hand' },
  google_workflows_workflow: { argument: 'description', value: 'changed by hand' },
};

/** Change with `kubectl`: collection of the type, and merge patch with the changed argument. */
interface ObjectDrift {
  readonly collection: string;
  readonly change: { readonly argument: string; readonly patch: object } | 'deleted';
}

const KUBERNETES: Readonly<Record<string, ObjectDrift>> = {
  kubernetes_cron_job_v1: {
    collection: '/apis/batch/v1/cronjobs',
    change: { argument: 'spec', patch: { spec: { schedule: '5 5 5 * *' } } },
  },
  kubernetes_deployment_v1: {
    collection: '/apis/apps/v1/deployments',
    change: { argument: 'spec', patch: { spec: { revisionHistoryLimit: 1 } } },
  },
  kubernetes_horizontal_pod_autoscaler_v2: {
    collection: '/apis/autoscaling/v2/horizontalpodautoscalers',
    change: { argument: 'spec', patch: { spec: { maxReplicas: 99 } } },
  },
  kubernetes_ingress_v1: {
    collection: '/apis/networking.k8s.io/v1/ingresses',
    change: { argument: 'metadata', patch: { metadata: { annotations: { 'kubernetes.io/ingress.global-static-ip-name': 'other' } } } },
  },
  kubernetes_limit_range_v1: { collection: '/api/v1/limitranges', change: 'deleted' },
  kubernetes_namespace_v1: {
    collection: '/api/v1/namespaces',
    change: { argument: 'metadata', patch: { metadata: { labels: { 'pod-security.kubernetes.io/warn': null } } } },
  },
  kubernetes_network_policy_v1: { collection: '/apis/networking.k8s.io/v1/networkpolicies', change: 'deleted' },
  kubernetes_pod_disruption_budget_v1: { collection: '/apis/policy/v1/poddisruptionbudgets', change: 'deleted' },
  kubernetes_resource_quota_v1: {
    collection: '/api/v1/resourcequotas',
    change: { argument: 'spec', patch: { spec: { hard: { pods: '7' } } } },
  },
  kubernetes_role_binding_v1: { collection: '/apis/rbac.authorization.k8s.io/v1/rolebindings', change: 'deleted' },
  kubernetes_service_account_v1: {
    collection: '/api/v1/serviceaccounts',
    change: { argument: 'automount_service_account_token', patch: { automountServiceAccountToken: true } },
  },
  kubernetes_service_v1: {
    collection: '/api/v1/services',
    change: { argument: 'spec', patch: { spec: { publishNotReadyAddresses: true } } },
  },
};

/** Change outside of Terraform, and its repair by the next plan. */
export interface Drift {
  readonly address: string;
  readonly action: 'create' | 'update';

  /** Top-level arguments that an update restores. */
  readonly changes: readonly string[];
}

/** Changes one resource of each type outside of Terraform: in the simulated cloud, and in the API server. */
export async function causeDrift(sandbox: Sandbox, resources: readonly StateResource[]): Promise<Drift[]> {
  const drifts: Drift[] = [];
  const api = kubernetesApi(sandbox);
  try {
    for (const resource of firstOfEachType(resources)) {
      const google = GOOGLE[resource.type];
      const object = KUBERNETES[resource.type];
      if (google) drifts.push(changeInCloud(sandbox, resource, google));
      if (object && api) drifts.push(await changeObject(api, resource, object));
    }
  } finally {
    api?.close();
  }
  return drifts;
}

function firstOfEachType(resources: readonly StateResource[]): StateResource[] {
  return [...new Map([...resources].reverse().map((resource) => [resource.type, resource])).values()];
}

function changeInCloud({ cloud }: Sandbox, { address, type, values }: StateResource, drift: FieldDrift | 'deleted'): Drift {
  const found = cloud.find(type, String(values.id));
  if (!found) throw new Error(`${address} is not in the simulated cloud: ${values.id}`);
  const { identity } = found;
  if (drift === 'deleted') {
    cloud.remove(type, identity);
    return { address, action: 'create', changes: [] };
  }
  const { argument, field = camelCase(argument), value } = drift;
  cloud.patch(type, identity, replaced(found.values as Fields, argument.split('.'), value) as typeof found.values);
  const body = cloud.body(type, identity);
  if (body) cloud.setBody(type, identity, replaced(body, field.split('.'), value));
  return { address, action: 'update', changes: [argument.split('.')[0]!] };
}

/** Copies values with a change at a path; a block is an object, or a list with one. */
function replaced(fields: Fields, [name, ...rest]: readonly string[], value: unknown): Fields {
  const now = fields[name!];
  if (rest.length === 0) return { ...fields, [name!]: typeof value === 'function' ? value(now) : value };
  const inner = replaced(((Array.isArray(now) ? now[0] : now) ?? {}) as Fields, rest, value);
  return { ...fields, [name!]: Array.isArray(now) ? [inner] : inner };
}

function camelCase(path: string): string {
  return path.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

async function changeObject(api: ApiClient, { address, values }: StateResource, { collection, change }: ObjectDrift): Promise<Drift> {
  const [{ name, namespace }] = values.metadata as [{ readonly name: string; readonly namespace?: string }];
  const plural = collection.slice(collection.lastIndexOf('/') + 1);
  const group = collection.slice(0, collection.lastIndexOf('/'));
  const path = namespace === undefined ? `${collection}/${name}` : `${group}/namespaces/${namespace}/${plural}/${name}`;
  if (change === 'deleted') {
    await api.delete(path);
    return { address, action: 'create', changes: [] };
  }
  await api.patch(path, change.patch);
  return { address, action: 'update', changes: [change.argument] };
}

/** Connects to the cluster's API server as administrator; undefined if there is none. */
function kubernetesApi({ cloud, commandsPath, environment }: Sandbox): ApiClient | undefined {
  const [cluster] = cloud.list('google_container_cluster');
  if (!cluster || commandsPath === undefined) return undefined;
  const [, projectId, , region, , clusterName] = cluster.identity.split('/') as [string, string, string, string, string, string];
  const { endpoint, caCertificate } = clusterIn(cloud, { projectId, region, clusterName });
  const plugin = join(commandsPath, 'gke-gcloud-auth-plugin');
  const { status } = JSON.parse(execFileSync(plugin, { env: { ...process.env, ...environment }, encoding: 'utf8' }));
  return new ApiClient(Number(endpoint.split(':')[1]), caCertificate!, status.token);
}
