import {
  type CostLine,
  compareCosts,
  estimateCost,
  formatCost,
  formatHeadline,
  PRICES,
  requirePrices,
  summarizeCost,
} from '../../lib/cost';
import { estimateMonth } from '../../lib/cost/machine-price';
import { findMachineShape } from '../../lib/cost/machine-type';

const HOURS = 730;

const ref = (reference: string): string => `\${${reference}}`;

function stack(resource: Record<string, Record<string, unknown>>): unknown {
  return { resource };
}

const line = (json: unknown, kind: CostLine['kind']): CostLine => {
  const lines = estimateCost(json).lines.filter((each) => each.kind === kind);
  expect(lines).toHaveLength(1);
  return lines[0]!;
};

const pool = (body: object = {}, notes: object = {}) =>
  stack({
    google_container_node_pool: {
      Apps: {
        location: 'europe-west1',
        node_locations: ['europe-west1-b', 'europe-west1-c'],
        autoscaling: { total_min_node_count: 2, total_max_node_count: 10 },
        node_config: { machine_type: 'e2-standard-4', disk_size_gb: 100, disk_type: 'pd-balanced' },
        '//': notes,
        ...body,
      },
    },
  });

/** Monthly cost of an e2-standard-4 in europe-west1 with its disk. */
const NODE = HOURS * (4 * 0.02399337 + 16 * 0.00321609) + 100 * 0.1;

describe('cost of a stack', () => {
  test('the band of a pool is from its minimum to its maximum size; without a load profile the maximum is expected', () => {
    const { band, note } = line(pool(), 'nodes');
    expect(band.minimum).toBeCloseTo(2 * NODE, 6);
    expect(band.expected).toBeCloseTo(10 * NODE, 6);
    expect(band.maximum).toBeCloseTo(10 * NODE, 6);
    expect(note).toContain('no load profile: expected is the maximum');
  });

  test('names that every object inherits have no price', () => {
    const region = { location: 'toString', node_locations: ['toString-b'] };
    const disk = { node_config: { machine_type: 'e2-standard-4', disk_type: 'constructor' } };
    expect(estimateCost(pool(region)).notPriced[0]).toMatchObject({ why: 'no price of e2-standard-4 in toString' });
    expect(estimateCost(pool(disk)).notPriced[0]).toMatchObject({ why: 'boot disks: no price of constructor in europe-west1' });
  });

  test('limits per zone apply to each zone, and a pool of a fixed size has a fixed cost', () => {
    const byZone = line(
      pool({ autoscaling: { min_node_count: 1, max_node_count: 3, total_min_node_count: 0, total_max_node_count: 0 } }),
      'nodes',
    );
    expect(byZone.band.minimum).toBeCloseTo(2 * NODE, 6);
    expect(byZone.band.maximum).toBeCloseTo(6 * NODE, 6);
    const fixed = line(pool({ autoscaling: undefined, node_count: 3 }), 'nodes');
    expect(fixed.band).toEqual({ minimum: fixed.band.maximum, expected: fixed.band.maximum, maximum: fixed.band.maximum });
    expect(fixed.band.expected).toBeCloseTo(6 * NODE, 6);
  });

  test('a load profile is estimated by the simulated week', () => {
    const loadProfile = { otherwise: 0.2, peakVCpus: 40, periods: [{ days: ['monday'], fromHour: 8, toHour: 18, share: 1 }] };
    const { band, averageNodes, withoutScaling } = line(pool({}, { loadProfile }), 'nodes');
    // Ten nodes for ten hours and ten minutes, then one fewer each minute down to four nodes, at half utilization.
    const nodeMinutes = 10 * 600 + 10 * 10 + (9 + 8 + 7 + 6 + 5) + 4 * (7 * 1440 - 600 - 10 - 5);
    expect(averageNodes).toBeCloseTo(nodeMinutes / (7 * 1440), 9);
    expect(band.expected).toBeCloseTo((NODE * nodeMinutes) / (7 * 1440), 6);
    expect(withoutScaling).toBeCloseTo(10 * NODE, 6);
  });

  test('the same load needs half the nodes of twice the size', () => {
    const loadProfile = { otherwise: 1, peakVCpus: 24, periods: [] };
    const large = { node_config: { machine_type: 'e2-standard-8', disk_size_gb: 100, disk_type: 'pd-balanced' } };
    expect(line(pool({}, { loadProfile }), 'nodes').averageNodes).toBe(6);
    expect(line(pool(large, { loadProfile }), 'nodes').averageNodes).toBe(3);
  });

  test('spot instances have a price range', () => {
    const { band } = line(pool({ node_config: { machine_type: 'e2-standard-4', disk_size_gb: 100, spot: true } }), 'nodes');
    const machine = NODE - 10;
    expect(band.minimum).toBeCloseTo(2 * (machine * 0.09 + 10), 6);
    expect(band.maximum).toBeCloseTo(10 * (machine * 0.6 + 10), 6);
  });

  test('the sustained use discount of a full month is 20 % for n2, 30 % for n1, and none for e2', () => {
    const month = (family: string, share: number): number => estimateMonth(PRICES, { family, hour: 1 }, share) / HOURS;
    expect(month('n2', 1)).toBeCloseTo(0.8, 2);
    expect(month('n1', 1)).toBeCloseTo(0.7, 9);
    expect(month('n1', 0.25)).toBeCloseTo(0.25, 9);
    expect(month('n1', 0.5)).toBeCloseTo(0.45, 9);
    expect(month('e2', 1)).toBe(1);
  });

  test('a VM instance, its boot disk, a data disk and its snapshots', () => {
    const json = stack({
      google_compute_instance: {
        Node: {
          zone: 'europe-west1-b',
          machine_type: 'n2-highmem-8',
          boot_disk: [{ initialize_params: [{ size: 20, type: 'pd-balanced' }] }],
        },
      },
      google_compute_disk: { Data: { name: 'data', zone: 'europe-west1-b', type: 'pd-ssd', size: 500 } },
      google_compute_resource_policy: {
        Daily: { name: 'daily', snapshot_schedule_policy: { retention_policy: { max_retention_days: 11 } } },
      },
      google_compute_disk_resource_policy_attachment: {
        Data: { name: ref('google_compute_resource_policy.Daily.name'), disk: ref('google_compute_disk.Data.name') },
      },
    });
    const { lines, total = { expected: 0 } } = estimateCost(json);
    const amounts = Object.fromEntries(lines.map(({ kind, address, band }) => [`${kind} ${address}`, band.expected]));
    expect(amounts['machine google_compute_instance.Node']).toBeCloseTo(HOURS * (8 * 0.034773 + 64 * 0.004661) * 0.800525, 4);
    expect(amounts['disk google_compute_instance.Node']).toBeCloseTo(2, 9);
    expect(amounts['disk google_compute_disk.Data']).toBeCloseTo(85, 9);
    // Half full, a twentieth of that changes in each of the ten days after the first.
    expect(amounts['snapshots google_compute_disk.Data']).toBeCloseTo(250 * (1 + 0.05 * 10) * 0.05, 9);
    expect(total.expected).toBeCloseTo(
      Object.values(amounts).reduce((a, b) => a + b, 0),
      9,
    );
  });

  test('a former data disk, which is kept after a restore', () => {
    const disk = { name: 'data', zone: 'europe-west1-b', type: 'pd-ssd', size: 500, labels: { 'keep-until': '2026-12-30' } };
    const { lines } = estimateCost(stack({ google_compute_disk: { Data: disk } }));
    expect(lines).toEqual([
      expect.objectContaining({ kind: 'disk', note: 'replaced by a restore, kept until 2026-12-30: 500 GiB of pd-ssd' }),
    ]);
  });

  test.each([
    ['hourly for 7 days, at most 2 h of writes are lost', { hourly_schedule: { hours_in_cycle: 1 } }, 1 + 0.05 * (7 - 1 / 24)],
    [
      'every 6 hours for 7 days, at most 7 h of writes are lost; hourly, at most 2 h of writes are lost: $16.85 instead of $16.72',
      { hourly_schedule: { hours_in_cycle: 6 } },
      1 + 0.05 * 6.75,
    ],
    [
      'daily for 7 days, at most 25 h of writes are lost; hourly, at most 2 h of writes are lost: $16.85 instead of $16.25',
      { daily_schedule: { days_in_cycle: 1 } },
      1 + 0.05 * 6,
    ],
    [
      'every 84 hours for 7 days, at most 85 h of writes are lost; hourly, at most 2 h of writes are lost: $16.85 instead of $14.69',
      { weekly_schedule: { day_of_weeks: [{ day: 'MONDAY' }, { day: 'FRIDAY' }] } },
      1 + 0.05 * 3.5,
    ],
  ])('snapshots %s', (words, schedule, stored) => {
    const json = stack({
      google_compute_disk: { Data: { name: 'data', zone: 'europe-west1-b', type: 'pd-ssd', size: 500 } },
      google_compute_resource_policy: {
        Backups: { name: 'backups', snapshot_schedule_policy: { schedule, retention_policy: { max_retention_days: 7 } } },
      },
      google_compute_disk_resource_policy_attachment: {
        Data: { name: ref('google_compute_resource_policy.Backups.name'), disk: ref('google_compute_disk.Data.name') },
      },
    });
    const { band, note } = line(json, 'snapshots');
    expect(note).toBe(`${words}; expected: 50 % full, 5 % of that changes in a day`);
    expect(band.expected).toBeCloseTo(250 * stored * 0.05, 9);
  });

  test.each([
    ['references of a stack', `\${google_compute_disk.Data.name}`],
    ['the values of a plan', 'data'],
  ])('snapshot sets, found by %s, are stored with the snapshots of the schedule', (_, disk) => {
    const json = stack({
      google_compute_disk: {
        Data: { name: 'data', zone: 'europe-west1-b', type: 'pd-ssd', size: 500 },
        Other: { name: 'other', zone: 'europe-west1-b', type: 'pd-ssd', size: 500 },
      },
      google_compute_resource_policy: {
        Daily: { name: 'daily', snapshot_schedule_policy: { schedule: {}, retention_policy: { max_retention_days: 14 } } },
      },
      google_compute_disk_resource_policy_attachment: {
        Data: { name: ref('google_compute_resource_policy.Daily.name'), disk: ref('google_compute_disk.Data.name') },
      },
      google_cloud_scheduler_job: { Job: { '//': { snapshotSet: { ring: 'ring', disks: [disk], hoursBetween: 4, retentionDays: 3 } } } },
    });
    const snapshots = estimateCost(json).lines.filter(({ kind }) => kind === 'snapshots');
    expect(snapshots.map(({ address }) => address)).toEqual(['google_compute_disk.Data']);
    expect(snapshots[0]!.note).toMatch(/^daily for 14 days, sets every 4 hours for 3 days, at most 5 h of writes are lost; hourly, /);
    expect(snapshots[0]!.band.expected).toBeCloseTo(250 * (1 + 0.05 * (14 - 4 / 24)) * 0.05, 9);
  });

  test('Cloud NAT is billed per VM instance up to 32 instances, and then flat', () => {
    const nat = (most: number) =>
      line(
        {
          resource: {
            ...(pool({ autoscaling: { total_min_node_count: 1, total_max_node_count: most } }) as { resource: object }).resource,
            google_compute_router_nat: { Nat: {} },
          },
        },
        'NAT',
      ).band;
    expect(nat(32).maximum).toBeCloseTo(HOURS * (32 * 0.0014 + 0.005), 6);
    expect(nat(33).maximum).toBeCloseTo(HOURS * (0.044 + 0.005), 6);
    expect(nat(33).minimum).toBeCloseTo(HOURS * (0.0014 + 0.005), 6);
  });

  test('the credit applies to zonal clusters and not to regional ones', () => {
    const fee = (location: string) => line(stack({ google_container_cluster: { Main: { location } } }), 'cluster').band;
    expect(fee('europe-west1')).toEqual({ minimum: 73, expected: 73, maximum: 73 });
    expect(fee('europe-west1-b')).toEqual({ minimum: 0, expected: 73, maximum: 73 });
  });

  test.each([
    ['windows-cloud/windows-2022', ['license of windows-2022']],
    ['projects/windows-sql-cloud/global/images/family/sql-std-2022-win-2022', ['license of sql-std-2022-win-2022']],
    ['rhel-9', ['license of rhel-9']],
    ['suse-cloud/sles-15', ['license of sles-15']],
    ['suse-byos-cloud/sles-15-byos', []],
    ['debian-cloud/debian-12', []],
    ['projects/p/global/images/database', []],
  ])('the license of the image %s is not priced', (image, whys) => {
    const initialize_params = [{ image, size: 50, type: 'pd-ssd' }];
    const instance = { zone: 'europe-west1-b', machine_type: 'n1-standard-8', boot_disk: [{ initialize_params }] };
    const { notPriced } = estimateCost(stack({ google_compute_instance: { Main: instance } }));
    expect(notPriced.flatMap(({ why }) => (why.startsWith('license') ? [why] : []))).toEqual(whys);
  });

  describe('has no total when a component without a price may be the largest', () => {
    const machine = (body: object = {}) => ({
      google_compute_instance: { Main: { zone: 'europe-west1-b', machine_type: 'n1-standard-8', ...body } },
    });
    const cluster = (body: object) => ({ google_container_cluster: { Main: { location: 'europe-west1', ...body } } });
    const removed = { remove_default_node_pool: true, initial_node_count: 1 };
    const whys = (json: unknown): string[] => {
      const { total, notPriced } = estimateCost(json);
      expect(total === undefined).toBe(notPriced.some(({ weight }) => weight === 'main'));
      return notPriced.flatMap(({ weight, why }) => (weight === 'main' ? [why] : []));
    };

    test.each([
      ['accelerators', machine({ guest_accelerator: [{ type: 'nvidia-tesla-v100', count: 8 }] }), 'accelerators: 8 nvidia-tesla-v100'],
      ['local SSDs', machine({ scratch_disk: [{ interface: 'NVME' }, { interface: 'NVME' }] }), '2 local SSDs'],
      ['count', machine({ count: 20 }), '20 instances, of which one is priced'],
      ['count by a variable', machine({ count: ref('var.count') }), `${ref('var.count')} instances, of which one is priced`],
      ['for_each', machine({ for_each: ref('toset(["a"])') }), 'instances of for_each, of which one is priced'],
      ['a default pool', cluster({ initial_node_count: 3 }), 'default node pool, which is not removed'],
      ['a default pool in the cluster', cluster({ node_pool: [{ name: 'default-pool' }] }), 'default node pool, which is not removed'],
      [
        'node auto-provisioning',
        cluster({ ...removed, cluster_autoscaling: [{ enabled: true, resource_limits: [] }] }),
        'nodes of auto-provisioning',
      ],
    ])('%s', (_, resources, why) => {
      expect(whys(stack(resources))).toEqual([why]);
    });

    test.each([
      ['one VM instance', machine({ guest_accelerator: [], scratch_disk: [], count: 1 })],
      ['a removed default pool', cluster({ ...removed, cluster_autoscaling: { enabled: false, autoscaling_profile: 'BALANCED' } })],
    ])('except for %s', (_, resources) => {
      expect(whys(stack(resources))).toEqual([]);
    });

    test('a count of 0 costs nothing, and the count of a free resource is ignored', () => {
      const json = stack({ ...machine({ count: 0 }), google_compute_network: { Main: { count: 3 } } });
      expect(estimateCost(json)).toMatchObject({ lines: [], total: { expected: 0 } });
    });

    test('count of a pool or a disk', () => {
      const { Apps } = (pool({ count: 3 }) as { resource: { google_container_node_pool: { Apps: object } } }).resource
        .google_container_node_pool;
      const disk = { zone: 'europe-west1-b', type: 'pd-ssd', size: 500, count: 4 };
      expect(whys(stack({ google_container_node_pool: { Apps }, google_compute_disk: { Data: disk } }))).toHaveLength(2);
    });

    test('modules of a synthesized stack', () => {
      const json = { resource: machine(), module: { big: { source: './big' } } };
      expect(whys(json)).toEqual(['their resources are not in a synthesized stack: use a plan']);
    });
  });

  test('lists components without a price, except for free ones', () => {
    const { lines, notPriced } = estimateCost(
      stack({
        google_compute_instance: { Gpu: { zone: 'europe-west1-b', machine_type: 'a2-highgpu-1g', boot_disk: {} } },
        google_compute_disk: { Fast: { zone: 'europe-west1-b', type: 'hyperdisk-balanced', size: 100 } },
        google_sql_database_instance: { One: {}, Two: {} },
        google_compute_network: { Main: {} },
        google_project_iam_member: { Somebody: {} },
        kubernetes_namespace_v1: { App: {} },
        kubernetes_service_v1: { Inside: { spec: { type: 'ClusterIP' } }, Outside: { spec: { type: 'LoadBalancer' } } },
      }),
    );
    expect(lines).toEqual([]);
    expect(notPriced).toEqual([
      {
        what: 'google_compute_instance',
        address: 'google_compute_instance.Gpu',
        why: 'no price of a2-highgpu-1g in europe-west1',
        weight: 'main',
      },
      {
        what: 'google_compute_disk',
        address: 'google_compute_disk.Fast',
        why: 'no price of hyperdisk-balanced in europe-west1',
        weight: 'part',
      },
      {
        what: 'google_sql_database_instance',
        count: 2,
        why: '2 without a price: the machines and the storage of a database',
        weight: 'main',
      },
      { what: 'kubernetes_service_v1', count: 1, why: '1 without a price: the forwarding rule of its load balancer', weight: 'part' },
      expect.objectContaining({ what: 'traffic' }),
      expect.objectContaining({ what: 'logs and metrics' }),
    ]);
  });

  test.each([
    ['e2-medium', { family: 'e2', vCpus: 1, gib: 4 }],
    ['n2-highmem-8', { family: 'n2', vCpus: 8, gib: 64 }],
    ['n1-standard-4', { family: 'n1', vCpus: 4, gib: 15 }],
    ['n2-custom-4-16384', undefined],
    ['toString-standard-4', undefined],
  ])('parses the machine type %s', (machineType, shape) => {
    expect(findMachineShape(machineType)).toEqual(shape);
  });

  test('a comparison lists changed components, largest difference first', () => {
    const [small, large] = [
      estimateCost(pool()),
      estimateCost(pool({ autoscaling: { total_min_node_count: 2, total_max_node_count: 12 } })),
    ];
    expect(compareCosts(small, large).changed.map(({ kind, address }) => [kind, address])).toEqual([
      ['nodes', 'google_container_node_pool.Apps'],
    ]);
    expect(compareCosts(small, small).changed).toEqual([]);
    expect(compareCosts(undefined, small)).toEqual({ after: small, changed: [], notPricedChanged: [] });
  });

  test.each<[string, object, string]>([
    [
      'node pools',
      { google_container_node_pool: { Apps: { location: 'europe-west9', node_config: { machine_type: 'e2-standard-4' } } } },
      'No total. Not priced: 1 resource (1 google_container_node_pool), which may be the largest part. The others: $73 a month',
    ],
    [
      'a machine and a database',
      {
        google_compute_instance: { Gpu: { zone: 'europe-west1-b', machine_type: 'a2-highgpu-1g' } },
        google_sql_database_instance: { One: {}, Two: {} },
      },
      'No total. Not priced: 3 resources (2 google_sql_database_instance, 1 google_compute_instance), which may be the largest part. The others: $73 a month',
    ],
    [
      'disks alone',
      {
        google_compute_disk: { Fast: { zone: 'europe-west1-b', type: 'hyperdisk-balanced', size: 100 } },
        google_dns_record_set: { A: {}, B: {} },
      },
      '$73 a month. Not priced: 3 resources (2 google_dns_record_set, 1 google_compute_disk)',
    ],
  ])('the headline of a cluster lists %s without a price', (_, others, headline) => {
    const main = { location: 'europe-west1', remove_default_node_pool: true };
    const cost = estimateCost(stack({ google_container_cluster: { Main: main }, ...others }));
    expect(formatCost(cost).split('\n')[0]).toBe(headline);
    expect(cost.total).toEqual(headline.startsWith('No total') ? undefined : { minimum: 73, expected: 73, maximum: 73 });
    expect(cost.priced.expected).toBe(73);
  });

  test.each<[string, Record<string, Record<string, unknown>>, string]>([
    ['only resources without a price', { google_dns_record_set: { A: {}, B: {} } }, 'Not priced: 2 resources (2 google_dns_record_set)'],
    ['only large ones', { google_sql_database_instance: { A: {} } }, 'Not priced: 1 resource (1 google_sql_database_instance)'],
    ['only unknown types', { aws_db_instance: { A: {} } }, 'Not priced: 1 resource (1 aws_db_instance)'],
    ['only free ones', { google_compute_network: { A: {} }, random_password: { B: {} } }, 'No resources with a price'],
    ['nothing', {}, 'No resources with a price'],
    ['an address', { google_compute_global_address: { A: {} } }, 'up to $7 a month'],
    [
      'a stopped machine',
      { google_compute_instance: { A: { machine_type: 'e2-medium', desired_status: 'TERMINATED' } } },
      'less than $1 a month',
    ],
    [
      'an unknown type beside others',
      { google_compute_global_address: { A: {} }, aws_db_instance: { A: { count: 3 } } },
      'No total. Not priced: 3 resources (3 aws_db_instance), which may be the largest part. The others: up to $7 a month',
    ],
    [
      'many types',
      Object.fromEntries(['a', 'b', 'c', 'd', 'e'].map((name) => [`${name}_thing`, { A: {} }])),
      'Not priced: 5 resources (1 a_thing, 1 b_thing, 1 c_thing, 2 other types)',
    ],
  ])('the headline of %s names no amount that is not an estimate', (_, resources, headline) => {
    const cost = estimateCost(stack(resources));
    expect(formatHeadline(cost)).toBe(headline);
    if (headline.startsWith('N')) expect(summarizeCost(cost).total).toBeUndefined();
    expect(formatCost(cost).split('\n')[0]).not.toContain('$0');
  });

  test('modules of a stack are in the headline', () => {
    const json = { resource: { google_compute_network: { A: {} } }, module: { one: {}, two: {} } };
    expect(formatHeadline(estimateCost(json))).toBe('Not priced: the resources of 2 modules');
  });

  test.each<[string, object, string]>([
    [
      'an object',
      { manifest: { apiVersion: 'v1', kind: 'Service', spec: { type: 'LoadBalancer' } } },
      'the forwarding rule of its load balancer',
    ],
    ['a claim', { manifest: { apiVersion: 'v1', kind: 'PersistentVolumeClaim' } }, 'the disk behind it'],
    [
      'a stateful set with disks',
      { manifest: { apiVersion: 'apps/v1', kind: 'StatefulSet', spec: { volumeClaimTemplates: [{}] } } },
      'the disks of its pods',
    ],
    ['a custom resource', { manifest: { apiVersion: 'example.com/v1', kind: 'Database' } }, 'not known here'],
  ])('a manifest of %s is priced as its kind', (_, body, reason) => {
    const { notPriced } = estimateCost(stack({ kubernetes_manifest: { A: body } }));
    expect(notPriced[0]).toMatchObject({ what: 'kubernetes_manifest', why: `1 without a price: ${reason}` });
  });

  test('a manifest of a free kind has no price', () => {
    const manifests = {
      kubernetes_manifest: { A: { manifest: { apiVersion: 'v1', kind: 'ConfigMap' } } },
      kubectl_manifest: { A: { yaml_body: 'apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: a\n' } },
      k8s_manifest: { A: { content: 'apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: a\n' } },
    };
    expect(formatHeadline(estimateCost(stack(manifests)))).toBe('No resources with a price');
  });

  test('a comparison lists resources that lose their price, and more without one', () => {
    const disk = (type: string) => ({ google_compute_disk: { Data: { zone: 'europe-west1-b', type, size: 100 } } });
    const { changed, notPricedChanged } = compareCosts(
      estimateCost(stack(disk('pd-ssd'))),
      estimateCost(stack({ ...disk('hyperdisk-balanced'), google_sql_database_instance: { A: {}, B: {} } })),
    );
    expect(changed).toMatchObject([{ address: 'google_compute_disk.Data', before: { kind: 'disk' }, notPriced: 'after' }]);
    expect(notPricedChanged).toEqual([
      { what: 'google_sql_database_instance', before: 0, after: 2 },
      { what: 'google_compute_disk', before: 0, after: 1 },
    ]);
  });

  test('accelerators of nodes have no total', () => {
    const node_config = { machine_type: 'n1-standard-4', guest_accelerator: [{ type: 'nvidia-tesla-t4', count: 1 }] };
    expect(formatCost(estimateCost(pool({ node_config })))).toMatch(/^No total\. Not priced: 1 resource \(1 google_container_node_pool\)/);
  });

  test('the text contains the band, the savings, components without a price, and the date of the prices', () => {
    const loadProfile = { otherwise: 0.2, periods: [] };
    const text = formatCost(estimateCost(pool({}, { loadProfile })));
    expect(text).toMatch(
      /^\$\d+ \(\$\d+ to \$[\d,]+\) a month\nAt maximum size the cluster's nodes would cost \$[\d,]+: autoscaling saves 80 % of that/,
    );
    expect(text).toContain('Not priced:\n  traffic');
    expect(text).toContain('prices of 2026-07-30');
  });
});

describe('a load profile', () => {
  test.each([
    ['a share above 1', { otherwise: 2, periods: [] }, "'otherwise' of the load profile is not valid, got 2"],
    [
      'an unknown day',
      { otherwise: 0, periods: [{ days: ['funday'], fromHour: 1, toHour: 2, share: 1 }] },
      `'days' of the load profile is not valid, got "funday"`,
    ],
    ['an invalid hour', { otherwise: 0, periods: [{ days: ['monday'], fromHour: 25, toHour: 2, share: 1 }] }, "'fromHour'"],
  ])('fails on %s', (_, loadProfile, message) => {
    expect(() => estimateCost(pool({}, { loadProfile }))).toThrow(`google_container_node_pool.Apps: ${message}`);
  });

  test('fails on text', () => {
    const message = 'must be an object (at resource.google_container_node_pool.Apps["//"].loadProfile)';
    expect(() => estimateCost(pool({}, { loadProfile: 'high' }))).toThrow(message);
  });

  test('a period over midnight ends on the next day, and on Sunday on Monday', () => {
    const loadProfile = { otherwise: 0, peakVCpus: 4, periods: [{ days: ['sunday'], fromHour: 23, toHour: 1, share: 1 }] };
    const body = { autoscaling: { total_min_node_count: 0, total_max_node_count: 1 } };
    // Two hours, and ten minutes before the node is removed.
    expect(line(pool(body, { loadProfile }), 'nodes').averageNodes).toBeCloseTo(130 / (7 * 1440), 9);
  });
});

describe('a price list', () => {
  const copy = (): Record<string, never> => JSON.parse(JSON.stringify(PRICES));

  test('of the shape of PRICES is valid', () => {
    expect(requirePrices(copy())).toEqual(PRICES);
  });

  test.each<[string, (list: Record<string, never>) => unknown, string]>([
    ['no list', () => [], 'prices must be a JSON object'],
    ['an invalid date', (list) => ({ ...list, date: 'today' }), "'date' must be a day, YYYY-MM-DD, got 'today'"],
    [
      'a text for a price',
      (list) => ({ ...list, nat: { vmHour: '1', mostHour: 1, addressHour: 1 } }),
      `'nat.vmHour' must be a number of at least 0, got "1"`,
    ],
    ['a missing property', (list) => ({ ...list, cluster: undefined }), "'cluster' must be an object, got undefined"],
    [
      'a negative price',
      (list) => ({ ...list, regions: { r: { machines: {}, disks: { x: -1 }, snapshots: 0 } } }),
      "'regions.r.disks.x' must be a number of at least 0, got -1",
    ],
    [
      'an unknown family',
      (list) => ({ ...list, regions: { r: { machines: { z9: {} }, disks: {}, snapshots: 0 } } }),
      "'regions.r.machines' must be of e2, n1",
    ],
    ['three quarters', (list) => ({ ...list, sustainedUse: { n1: [1, 1, 1] } }), "'sustainedUse.n1' must be a list of 4 numbers"],
  ])('fails on %s', (_, change, message) => {
    expect(() => requirePrices(change(copy()))).toThrow(message);
    expect(() => requirePrices(change(copy()))).toThrow(
      expect.objectContaining({ name: 'ReportedError', message: expect.stringMatching(/^prices: '|^prices must/) }),
    );
  });
});
