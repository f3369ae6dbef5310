import { Testing } from 'cdktf';
import { environments } from '../../environments';
import type { Block } from '../../lib/testing';
import { EnvironmentStack } from '../../stacks/environment-stack';
import { Synthesized } from '../support/synthesized';

/**
 * Staging is worth something only when production is the same, so what differs is written down here: by type and
 * argument, and nothing else. A new line is a decision.
 */
const ALLOWED_DIFFERENCES: readonly string[] = [
  // Ranges and addresses: two networks that could be joined do not overlap.
  'google_compute_address.address',
  'google_compute_firewall.destination_ranges',
  'google_compute_firewall.source_ranges',
  'google_compute_instance.metadata.startup-script',
  'google_compute_subnetwork.ip_cidr_range',
  'google_compute_subnetwork.secondary_ip_range.ip_cidr_range',
  'kubernetes_deployment_v1.spec.template.spec.container.env.value',
  'kubernetes_network_policy_v1.spec.egress.to.ip_block.cidr',

  // Size.
  'google_compute_disk.size',
  'google_compute_instance.machine_type',
  'google_container_cluster.node_locations',
  'google_container_node_pool.autoscaling.total_max_node_count',
  'google_container_node_pool.autoscaling.total_min_node_count',
  'google_container_node_pool.node_config.machine_type',
  'google_container_node_pool.node_locations',
  'google_container_node_pool.timeouts.update',
  'kubernetes_deployment_v1.spec.replicas',
  'kubernetes_horizontal_pod_autoscaler_v2.spec.max_replicas',
  'kubernetes_horizontal_pod_autoscaler_v2.spec.min_replicas',

  // Time: staging meets new versions first, keeps snapshots for less long, and takes sets less often.
  'google_cloud_scheduler_job.schedule',
  'google_monitoring_alert_policy.conditions.condition_prometheus_query_language.query',
  'google_monitoring_alert_policy.conditions.display_name',
  'google_monitoring_alert_policy.display_name',
  'google_monitoring_alert_policy.documentation.content',
  'google_compute_resource_policy.snapshot_schedule_policy.retention_policy.max_retention_days',
  'google_container_cluster.maintenance_policy.recurring_window.end_time',
  'google_container_cluster.maintenance_policy.recurring_window.recurrence',
  'google_container_cluster.maintenance_policy.recurring_window.start_time',
  'google_container_cluster.release_channel.channel',
  'kubernetes_deployment_v1.spec.template.spec.container.image',

  // Image and replicas of the search chart.
  'helm_release.values',

  // People.
  'google_project_iam_member.for_each',
  'kubernetes_role_binding_v1.subject.name',

  // Hashes of the environment's own names: the nodes' service account, the host name.
  'google_compute_managed_ssl_certificate.name',
  'google_container_node_pool.name',
];

const json = Object.fromEntries(
  environments.map(({ name, ...values }) => {
    const synthesized = Synthesized.from(new EnvironmentStack(Testing.app(), name, values));
    // What holds the environment's own name, project or domain differs in that alone.
    const text = JSON.stringify(synthesized.json.resource)
      .replaceAll(`api.${values.apps.domain}`, '<host>')
      .replaceAll(values.apps.dnsZoneName, '<zone>')
      .replaceAll(values.projectId, '<project>')
      .replaceAll(values.projectNumber, '<number>')
      .replaceAll(name, '<environment>');
    return [name, JSON.parse(text) as Record<string, Record<string, Block>>];
  }),
);

function addresses(environment: string): string[] {
  return Object.entries(json[environment]!).flatMap(([type, resources]) => Object.keys(resources).map((id) => `${type}.${id}`));
}

/** Paths of the values that differ, without the indices of lists. */
function differences(one: unknown, other: unknown, path: string): string[] {
  if (JSON.stringify(one) === JSON.stringify(other)) return [];
  const bothObjects = [one, other].every((value) => typeof value === 'object' && value !== null);
  if (!bothObjects) return [path];
  const keys = new Set([...Object.keys(one as Block), ...Object.keys(other as Block)]);
  return [...keys].flatMap((key) =>
    differences((one as Block)[key], (other as Block)[key], Array.isArray(one) || Array.isArray(other) ? path : `${path}.${key}`),
  );
}

const others = environments.filter(({ name }) => name !== 'staging');

test.each(others)('staging and $name define the same resources', ({ name }) => {
  expect(addresses(name)).toEqual(addresses('staging'));
});

test('they differ in exactly the arguments of this list', () => {
  const found = others.flatMap((environment) =>
    Object.entries(json.staging!).flatMap(([type, resources]) =>
      Object.entries(resources).flatMap(([id, resource]) => {
        const { '//': _, ...one } = resource;
        const { '//': __, ...other } = json[environment.name]![type]![id]!;
        return differences(one, other, type);
      }),
    ),
  );
  expect([...new Set(found)].sort()).toEqual([...ALLOWED_DIFFERENCES].sort());
});
