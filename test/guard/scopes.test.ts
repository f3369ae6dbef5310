import { guard } from '../../lib/guard';
import { created, deleted, type HandMadeChange, kept, plan, updated } from './hand-made';

/** Findings of one rule, when the resources of the addresses have these provider configurations. */
function findings(rule: string, changes: readonly HandMadeChange[], keys: Readonly<Record<string, string>> = {}) {
  const resources = changes.map(({ address, type, name }) => ({
    address,
    mode: 'managed',
    type,
    name,
    provider_config_key: keys[address],
  }));
  return guard(plan(changes, { configuration: { root_module: { resources } } })).verdicts.filter((verdict) => verdict.rule === rule);
}

const addresses = (...parameters: Parameters<typeof findings>): string[] => findings(...parameters).map(({ address }) => address);

const CLUSTER = 'google_container_cluster.C';
const POOL = 'google_container_node_pool.P';
const DISK = 'google_compute_disk.D';

test('contents of a namespace are those of its cluster', () => {
  const namespace = deleted('kubernetes_namespace_v1.N', { metadata: [{ name: 'shop' }] });
  const release = kept('helm_release.R', { name: 'cart', namespace: 'shop' });
  const secret = kept('kubernetes_secret_v1.S', { metadata: [{ name: 'key', namespace: 'shop' }] });
  const impact = (keys: Readonly<Record<string, string>>) => findings('namespace-destroyed', [namespace, release, secret], keys)[0]!.impact;
  const keys = { [namespace.address]: 'kubernetes.eu', [release.address]: 'helm.eu' };
  expect(impact({ ...keys, [secret.address]: 'kubernetes.us' })).toMatch(/managed by Terraform: release cart$/);
  expect(impact({ ...keys, [secret.address]: 'kubernetes.eu' })).toMatch(/managed by Terraform: release cart and secret key$/);
});

test('a pool has the version of the cluster in its location', () => {
  const cluster = (location: string) =>
    kept(`google_container_cluster.C_${location}`, { name: 'prod', location, min_master_version: location === 'eu' ? '1.33' : '1.29' });
  const pool = created(POOL, { cluster: 'prod', location: 'eu', version: '1.33.1' });
  expect(addresses('version-skew', [cluster('eu'), cluster('us'), pool])).toEqual([]);
  expect(addresses('version-skew', [cluster('us'), pool])).toEqual([]);
  expect(addresses('version-skew', [{ ...cluster('us'), ...kept(CLUSTER, { name: 'prod', min_master_version: '1.29' }) }, pool])).toEqual([
    POOL,
  ]);
});

test('a deleted pool is reported when a cluster of its name is deleted elsewhere', () => {
  const pool = deleted(POOL, { name: 'apps', cluster: 'prod', location: 'eu', node_count: 3 });
  const cluster = (location: string) => deleted(CLUSTER, { name: 'prod', location });
  expect(addresses('pool-deleted', [pool, cluster('us')])).toEqual([POOL]);
  expect(addresses('pool-deleted', [pool, cluster('eu')])).toEqual([]);
});

test('a resource is used by those of its project', () => {
  const policy = deleted('google_compute_resource_policy.R', { name: 'daily', region: 'r', project: 'a' });
  const attachment = (project: string) =>
    kept('google_compute_disk_resource_policy_attachment.A', { name: 'daily', disk: 'd', zone: 'r-b', project });
  expect(addresses('in-use', [policy, attachment('b')])).toEqual([]);
  expect(addresses('in-use', [policy, attachment('a')])).toEqual([policy.address]);
});

test('a disk is on the schedule of an attachment in its project', () => {
  const disk = kept(DISK, { name: 'd', zone: 'r-b', project: 'a' });
  const attachment = (project: string) =>
    kept('google_compute_disk_resource_policy_attachment.A', { name: 'daily', disk: 'd', zone: 'r-b', project });
  expect(addresses('disk-without-schedule', [disk, attachment('a')])).toEqual([]);
  expect(addresses('disk-without-schedule', [disk, attachment('b')])).toEqual([DISK]);

  const association = (link: string) => kept('google_backup_dr_backup_plan_association.B', { resource: link });
  expect(addresses('disk-without-schedule', [disk, association('projects/a/zones/r-b/disks/d')])).toEqual([]);
  expect(addresses('disk-without-schedule', [disk, association('projects/b/zones/r-b/disks/d')])).toEqual([DISK]);
  expect(addresses('disk-without-schedule', [disk, association('projects/a/zones/r-c/disks/d')])).toEqual([DISK]);
});

test('the policy of an attachment is that of its region', () => {
  const disk = kept(DISK, { name: 'd', zone: 'r-b' });
  const attachment = kept('google_compute_disk_resource_policy_attachment.A', { name: 'daily', disk: 'd', zone: 'r-b' });
  const elsewhere = kept('google_compute_resource_policy.Elsewhere', { name: 'daily', region: 's', group_placement_policy: [{}] });
  const schedule = [{ schedule: [{ daily_schedule: [{ days_in_cycle: 1 }] }] }];
  const own = kept('google_compute_resource_policy.Own', { name: 'daily', region: 'r', snapshot_schedule_policy: schedule });
  expect(addresses('disk-without-schedule', [disk, attachment, elsewhere, own])).toEqual([]);
});

test('a range is used by the clusters of its subnetwork', () => {
  const subnetwork = updated(
    'google_compute_subnetwork.S',
    { name: 'nodes', region: 'r', project: 'a', secondary_ip_range: [{ range_name: 'pods', ip_cidr_range: '10.4.0.0/14' }] },
    { secondary_ip_range: [] },
  );
  const cluster = (link: string, location = 'r') =>
    kept(CLUSTER, { name: 'c', location, subnetwork: link, ip_allocation_policy: [{ cluster_secondary_range_name: 'pods' }] });
  const users = (link: string, location?: string) =>
    findings('range-changed', [subnetwork, cluster(link, location)]).map(({ reason }) => reason);
  const used = [expect.stringContaining(CLUSTER)];
  expect(users('projects/a/regions/r/subnetworks/nodes')).toEqual(used);
  expect(users('nodes', 'r-b')).toEqual(used);
  expect(users('projects/b/regions/r/subnetworks/nodes')).not.toEqual(used);
  expect(users('projects/a/regions/s/subnetworks/nodes')).not.toEqual(used);
  expect(users('nodes', 's')).not.toEqual(used);
});

test('a name that the provider makes of a prefix is not taken', () => {
  const template = (name: string, more: object = {}) => ({ name, project: 'p', ...more });
  const changes = [
    kept('google_compute_instance_template.A', template('web-2025')),
    created('google_compute_instance_template.B', template('web-2025', { name_prefix: 'web-' })),
  ];
  expect(addresses('name-taken', changes)).toEqual([]);
});
