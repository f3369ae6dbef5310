import type { Values } from '../../../lib/sandbox/values';

/** A wrong configuration, with what refuses it. */
export interface Refusal {
  /** The mistake, in a few words. */
  readonly mistake: string;

  /**
   * Resources in Terraform's JSON form, in the order in which they are created: the last one is refused. Those in a namespace are put
   * into one of their own.
   */
  readonly resources: readonly Resource[];

  /** Part of the message, in the words of the plugin or of the API server. */
  readonly words: string;

  /**
   * `plan`: the plugin refuses the configuration. `apply`: the API server refuses the object. `pods`: the API server takes the object
   * and refuses its pods.
   */
  readonly by: 'plan' | 'apply' | 'pods';
}

export type Resource = readonly [type: string, configuration: Values];

/** A mistake in one resource that needs nothing else. */
export type Mistake = readonly [mistake: string, type: string, configuration: Values, words: string];

/** Configurations that the plugin refuses while planning. */
export function refusedInPlan(mistakes: readonly Mistake[]): Refusal[] {
  return mistakes.map(([mistake, type, configuration, words]) => ({ mistake, resources: [[type, configuration]], words, by: 'plan' }));
}

/** Objects that the API server refuses. */
export function refusedByApi(mistakes: readonly Mistake[]): Refusal[] {
  return mistakes.map(([mistake, type, configuration, words]) => ({ mistake, resources: [[type, configuration]], words, by: 'apply' }));
}

/** Metadata of an object called `billing`. */
export const named = (name = 'billing', more: Values = {}): Values => ({ name, ...more });

const LABELS = { app: 'billing' };

export const podTemplate = (container: Values = {}, pod: Values = {}, labels: Values = LABELS): Values => ({
  metadata: { labels },
  spec: { container: [{ name: 'billing', image: 'billing:1', ...container }], ...pod },
});

/** A deployment of one pod; nothing waits for its rollout. */
export const deployment = (container: Values = {}, pod: Values = {}, spec: Values = {}): Values => ({
  metadata: named(),
  spec: { replicas: '1', selector: { match_labels: LABELS }, template: podTemplate(container, pod), ...spec },
  wait_for_rollout: false,
});

export const statefulSet = (container: Values = {}, pod: Values = {}, spec: Values = {}): Values => ({
  metadata: named(),
  spec: {
    replicas: '1',
    service_name: 'billing',
    selector: { match_labels: LABELS },
    template: podTemplate(container, pod),
    ...spec,
  },
  wait_for_rollout: false,
});

export const daemonSet = (container: Values = {}, pod: Values = {}, spec: Values = {}): Values => ({
  metadata: named(),
  spec: { selector: { match_labels: LABELS }, template: podTemplate(container, pod), ...spec },
  wait_for_rollout: false,
});

export const job = (container: Values = {}, pod: Values = {}, spec: Values = {}): Values => ({
  metadata: named(),
  spec: { template: podTemplate(container, { restart_policy: 'Never', ...pod }), ...spec },
  wait_for_completion: false,
});

export const cronJob = (container: Values = {}, pod: Values = {}, spec: Values = {}): Values => ({
  metadata: named(),
  spec: {
    schedule: '0 3 * * *',
    job_template: { metadata: {}, spec: { template: podTemplate(container, { restart_policy: 'Never', ...pod }) } },
    ...spec,
  },
});

export const service = (spec: Values = {}): Values => ({
  metadata: named(),
  spec: { selector: LABELS, port: [{ port: 80 }], ...spec },
  wait_for_load_balancer: false,
});

export const DEPLOYMENT = 'kubernetes_deployment_v1';
export const STATEFUL_SET = 'kubernetes_stateful_set_v1';
export const DAEMON_SET = 'kubernetes_daemon_set_v1';
export const JOB = 'kubernetes_job_v1';
export const CRON_JOB = 'kubernetes_cron_job_v1';
export const SERVICE = 'kubernetes_service_v1';
export const CONFIG_MAP = 'kubernetes_config_map_v1';
export const NAMESPACE = 'kubernetes_namespace_v1';

const OF_THE_CLUSTER = [NAMESPACE, 'kubernetes_priority_class_v1'];

/** A configuration in a namespace, unless it is of the whole cluster. */
export function inNamespace(namespace: string, type: string, configuration: Values): Values {
  if (OF_THE_CLUSTER.includes(type)) return configuration;
  return { ...configuration, metadata: { ...(configuration.metadata as Values), namespace } };
}
