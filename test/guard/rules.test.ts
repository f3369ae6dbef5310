import { guard, RULES } from '../../lib/guard';
import { TYPE_DESCRIPTIONS } from '../../lib/sandbox/types';
import { created, deleted, findVerdicts, type HandMadeChange, kept, plan, replaced, updated } from './hand-made';

const disk = { name: 'data', zone: 'europe-west1-b', size: 100 };
const DISK = 'google_compute_disk.Data';
const attachment = { name: 'daily', disk: 'data', zone: 'europe-west1-b' };
const ATTACHMENT = 'google_compute_disk_resource_policy_attachment.Data';
const POLICY = 'google_compute_resource_policy.Daily';
const daily = (days: number | undefined, more: object = {}) => ({
  name: 'daily',
  region: 'europe-west1',
  snapshot_schedule_policy: [
    {
      schedule: [{ daily_schedule: [{ days_in_cycle: 1, start_time: '04:00' }] }],
      retention_policy: days === undefined ? [] : [{ max_retention_days: days, on_source_disk_delete: 'KEEP_AUTO_SNAPSHOTS' }],
      ...more,
    },
  ],
});
const CLUSTER = 'google_container_cluster.Main';
const cluster = {
  name: 'main',
  location: 'europe-west1',
  deletion_protection: false,
  min_master_version: '1.32',
  master_version: '1.32.5-gke.100',
};
const POOL = 'google_container_node_pool.Apps';
const pool = {
  name: 'apps',
  cluster: 'main',
  location: 'europe-west1',
  version: '1.32.5-gke.100',
  node_locations: ['europe-west1-b', 'europe-west1-c'],
  autoscaling: [{ max_node_count: 3 }],
  upgrade_settings: [{ strategy: 'SURGE', max_surge: 2, max_unavailable: 1 }],
  node_config: [{ machine_type: 'e2-standard-4', labels: {}, resource_labels: {} }],
};
const named = (name: string, namespace?: string) => ({ metadata: [{ name, ...(namespace ? { namespace } : {}) }] });
const manifest = (apiVersion: string, kind: string, name: string, namespace?: string) => ({
  manifest: { apiVersion, kind, metadata: { name, ...(namespace ? { namespace } : {}) } },
});
const SUBNET = 'google_compute_subnetwork.Nodes';
const subnet = (ranges: Readonly<Record<string, string>> = {}) => ({
  name: 'nodes',
  ip_cidr_range: '10.10.0.0/22',
  secondary_ip_range: Object.entries({ pods: '10.16.0.0/16', services: '10.11.0.0/20', ...ranges }).map(([range_name, ip_cidr_range]) => ({
    range_name,
    ip_cidr_range,
  })),
});
const RANGES = [{ cluster_secondary_range_name: 'pods', services_secondary_range_name: 'services' }];
const NETWORK = 'google_compute_network.Main';
const network = {
  name: 'main',
  id: 'projects/p/global/networks/main',
  self_link: 'https://www.googleapis.com/compute/v1/projects/p/global/networks/main',
};
const INSTANCE = 'google_compute_instance.Vm';
const machine = {
  name: 'vm',
  zone: 'europe-west1-b',
  machine_type: 'n2-standard-2',
  current_status: 'RUNNING',
  network_interface: [{ access_config: [] }],
};
const firewall = (ranges: string[], ports: string[] = ['9042'], more: object = {}) => ({
  name: 'cql',
  direction: 'INGRESS',
  source_ranges: ranges,
  allow: [{ protocol: 'tcp', ports }],
  ...more,
});
const policyRule = (ranges: string[]) => ({
  direction: 'INGRESS',
  action: 'allow',
  match: [{ src_ip_ranges: ranges, layer4_configs: [{ ip_protocol: 'tcp', ports: ['9042'] }] }],
});
const deployment = (replicas: number) => ({
  ...named('web', 'shop'),
  spec: [{ replicas: String(replicas), template: [{ metadata: [{ labels: { app: 'web' } }] }] }],
});
const budget = (spec: object) => ({ ...named('web', 'shop'), spec: [{ selector: [{ match_labels: { app: 'web' } }], ...spec }] });
const GROUP = 'google_compute_instance_group_manager.Web';
const group = {
  name: 'web',
  target_size: 3,
  version: [{ instance_template: 'a' }],
  update_policy: [{ type: 'PROACTIVE', max_surge_fixed: 0, max_surge_percent: 0, max_unavailable_fixed: 3 }],
};
const rolls = updated(POOL, pool, { node_config: [{ machine_type: 'e2-standard-8', labels: {}, resource_labels: {} }] });

type Case = [what: string, changes: HandMadeChange[], expected: string | RegExp];
type Clean = [what: string, changes: HandMadeChange[]];

/** Violating and clean plans of each rule. A pattern matches the severity and the reason. */
const cases: Record<string, { violating: Case[]; clean: Clean[] }> = {
  'stateful-destroyed': {
    violating: [
      ['a deleted disk', [deleted(DISK, disk)], /^refuse a disk \(data\) is deleted: its block was removed from the configuration/],
      ['a replaced disk', [replaced(DISK, disk, {}, { change: { replace_paths: [['type']] } })], /type cannot change in place/],
      ['a deposed disk', [deleted(DISK, disk, { deposed: 'ab12' })], /left over/],
      ['a deleted cluster', [deleted(CLUSTER, cluster)], /^refuse a cluster \(main\)/],
      ['a deleted network', [deleted(NETWORK, network)], /^refuse a network/],
      ['a deleted schedule', [deleted(POLICY, daily(7))], /^refuse a policy/],
      [
        'a schedule replaced without a gap',
        [replaced(POLICY, daily(7), {}, { change: { actions: ['create', 'delete'] } })],
        /^warn a policy/,
      ],
      ['a deleted backup plan', [deleted('google_gke_backup_backup_plan.Plan', { name: 'all' })], /^refuse a backup plan/],
      [
        'a deleted volume claim',
        [deleted('kubernetes_persistent_volume_claim_v1.Data', named('data', 'shop'))],
        /^refuse a volume claim \(data\)/,
      ],
      ['what goes in an unknown way', [deleted(DISK, disk, { change: { actions: ['delete', 'archive'] } })], /^refuse a disk/],
      ['a project', [deleted('google_project.A', { project_id: 'shop' })], /^refuse a project \(shop\)/],
      ['an AlloyDB cluster', [deleted('google_alloydb_cluster.A', { cluster_id: 'orders' })], /^refuse an AlloyDB cluster \(orders\)/],
      ['a Redis cluster', [deleted('google_redis_cluster.A', { name: 'a' })], /^refuse a Redis cluster/],
      ['a Memorystore instance', [deleted('google_memorystore_instance.A', { instance_id: 'a' })], /^refuse a Memorystore instance \(a\)/],
      ['a NetApp volume', [deleted('google_netapp_volume.A', { name: 'a' })], /^refuse a NetApp volume/],
      ['a version of a key', [deleted('google_kms_crypto_key_version.A', { name: 'a' })], /^refuse a version of an encryption key/],
      [
        'a volume claim of a manifest',
        [deleted('kubernetes_manifest.A', manifest('v1', 'PersistentVolumeClaim', 'data'))],
        /^refuse a volume claim \(data\)/,
      ],
      ...(
        [
          ['cassandra.datastax.com/v1beta1', 'CassandraDatacenter'],
          ['k8ssandra.io/v1alpha1', 'K8ssandraCluster'],
          ['postgresql.cnpg.io/v1', 'Cluster'],
          ['kafka.strimzi.io/v1beta2', 'Kafka'],
          ['kafka.strimzi.io/v1beta2', 'KafkaTopic'],
          ['mongodbcommunity.mongodb.com/v1', 'MongoDBCommunity'],
          ['elasticsearch.k8s.elastic.co/v1', 'Elasticsearch'],
          ['redis.redis.opstreelabs.in/v1beta2', 'RedisCluster'],
          ['acid.zalan.do/v1', 'postgresql'],
          ['ceph.rook.io/v1', 'CephCluster'],
          ['velero.io/v1', 'Schedule'],
          ['snapshot.storage.k8s.io/v1', 'VolumeSnapshot'],
          ['argoproj.io/v1alpha1', 'Application'],
        ] as const
      ).flatMap(([apiVersion, kind]): Case[] => [
        [`${kind} of ${apiVersion}`, [deleted('kubernetes_manifest.A', manifest(apiVersion, kind, 'a'))], /^refuse .* \(a\) is deleted/],
        [
          `${kind} of ${apiVersion} as text`,
          [deleted('kubectl_manifest.A', { yaml_body: `apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata:\n  name: a\n` })],
          /^refuse .* \(a\) is deleted/,
        ],
      ]),
      ['a volume of a manifest', [deleted('kubernetes_manifest.A', manifest('v1', 'PersistentVolume', 'pv'))], /^refuse a volume \(pv\)/],
      [
        'a volume claim of kubectl',
        [deleted('kubectl_manifest.A', { api_version: 'v1', kind: 'PersistentVolumeClaim', name: 'data', namespace: 'shop' })],
        /^refuse a volume claim \(data\)/,
      ],
      [
        'a group with stateful disks',
        [deleted('google_compute_instance_group_manager.A', { name: 'a', stateful_disk: [{ device_name: 'data' }] })],
        /^refuse a managed instance group \(a\)/,
      ],
      [
        'a virtual machine with local SSDs',
        [deleted(INSTANCE, { ...machine, attached_disk: [{}], scratch_disk: [{ interface: 'NVME' }] })],
        /^refuse a VM instance \(vm\)/,
      ],
    ],
    clean: [
      ['a disk that grows', [updated(DISK, disk, { size: 200 })]],
      ['a disk that is forgotten', [deleted(DISK, disk, { change: { actions: ['forget'] } })]],
      ['a deleted firewall rule', [deleted('google_compute_firewall.A', firewall(['10.0.0.0/8']))]],
    ],
  },
  'service-stopped': {
    violating: [
      [
        'a deleted alert',
        [deleted('google_monitoring_alert_policy.A', { display_name: 'Disk full' })],
        /^warn a part of the monitoring is deleted/,
      ],
      ['a virtual machine with a boot disk alone', [deleted(INSTANCE, machine)], /^warn a VM instance \(\S+\) is deleted/],
      [
        'a manifest of a built-in kind',
        [deleted('kubernetes_manifest.A', manifest('networking.k8s.io/v1', 'NetworkPolicy', 'deny'))],
        /^warn a network policy \(deny\) is deleted/,
      ],
      [
        'a chart that runs without a pod',
        [updated('helm_release.A', { name: 'web', values: ['replicaCount: 3'] }, { values: ['replicaCount: 0'] })],
        /^warn a Helm release \(web\): replicaCount is 0/,
      ],
      [
        'a task of an operator',
        [deleted('kubernetes_manifest.A', manifest('cassandra.datastax.com/v1beta1', 'CassandraTask', 'cleanup'))],
        /^warn a task or a component of an operator \(cleanup\) is deleted/,
      ],
      [
        'a user of a broker',
        [deleted('kubernetes_manifest.A', manifest('kafka.strimzi.io/v1beta2', 'KafkaUser', 'billing'))],
        /^warn a task or a component/,
      ],
      [
        'a stopped database',
        [
          updated(
            'google_sql_database_instance.A',
            { name: 'orders', settings: [{ activation_policy: 'ALWAYS' }] },
            { settings: [{ activation_policy: 'NEVER' }] },
          ),
        ],
        /^refuse an? .+ \(orders\): it is stopped/,
      ],
    ],
    clean: [
      ['what is known to be harmless', [deleted('random_id.A', { hex: 'ab' })]],
      ['what has a rule of its own', [deleted('kubernetes_namespace_v1.A', named('shop'))]],
    ],
  },
  'unknown-contents': {
    violating: [
      [
        'a type that no rule knows',
        [deleted('google_future_database.A', { name: 'orders' })],
        /^refuse what goes with a google_future_database is not known here, and its type is named as one with data; it is deleted: its block was removed/,
      ],
      [
        'a template of machines with disks',
        [deleted('aws_launch_template.A', { name: 'web', block_device_mappings: [{ ebs: [{ volume_size: 50 }] }] })],
        /^warn what goes with an aws_launch_template is not known here/,
      ],
      ['its replacement', [replaced('google_future_database.A', { name: 'orders' }, {})], /^refuse .*; it is replaced$/],
      [
        'a type without a sign of data',
        [deleted('acme_widget.A', { name: 'front', labels: { backup: 'yes' }, snapshot_id: '', retention: [], storage_gb: 0 })],
        /^warn what goes with an acme_widget is not known here; it is deleted/,
      ],
      ...(
        [
          ['acme_cluster.A', { deletion_protection: false }, 'an argument of resources with data: deletion_protection'],
          [
            'acme_cluster.A',
            { size_gb: 500, backup_retention_days: 14 },
            'arguments of resources with data: backup_retention_days and size_gb',
          ],
          ['aws_db_instance.A', { allocated_storage: 20 }, 'allocated_storage'],
          ['aws_db_instance.A', { skip_final_snapshot: true }, 'skip_final_snapshot'],
          ['aws_s3_bucket.A', { bucket: 'a', force_destroy: false }, 'force_destroy'],
          ['aws_secretsmanager_secret.A', { recovery_window_in_days: 30 }, 'recovery_window_in_days'],
          ['azurerm_postgresql_flexible_server.A', { storage_mb: 32768 }, 'storage_mb'],
          ['azurerm_managed_disk.A', { disk_size_gb: '64' }, 'disk_size_gb'],
          ['azurerm_key_vault.A', { purge_protection_enabled: false }, 'purge_protection_enabled'],
          ['acme_node.A', { disks: [{ volume_size: 10 }] }, 'volume_size'],
          [
            'kubernetes_manifest.A',
            {
              manifest: {
                apiVersion: 'example.com/v1',
                kind: 'Widget',
                metadata: { name: 'a' },
                spec: { storage: { size: '10Gi', storageClassName: 'ssd' } },
              },
            },
            'size and storageClassName',
          ],
        ] as const
      ).map(
        ([address, values, names]): Case => [
          `${address} with ${Object.keys(values).join()}`,
          [deleted(address, values)],
          new RegExp(`^refuse .* is not known here, and it has .*${names}; it is deleted`),
        ],
      ),
      ...[
        'aws_dynamodb_table',
        'aws_rds_cluster',
        'aws_elasticache_replication_group',
        'azurerm_mssql_database',
        'azurerm_storage_account',
        'aiven_cassandra',
        'mongodbatlas_cluster',
        'hcloud_volume',
      ].map((type): Case => [`${type} by its name`, [deleted(`${type}.A`, {})], /^refuse .*its type is named as one with data/]),
      ...['aws_s3_bucket_policy', 'aws_db_subnet_group', 'aws_route_table', 'aws_volume_attachment', 'postgresql_role', 'aws_lb'].map(
        (type): Case => [`${type}, which is none by its name`, [deleted(`${type}.A`, {})], /^warn/],
      ),
      ['a type of another provider', [deleted('aws_lambda_alias.A', {})], /^warn what goes with an aws_lambda_alias is not known here/],
      [
        'a custom resource',
        [deleted('kubernetes_manifest.A', manifest('example.com/v1', 'Widget', 'a'))],
        /^warn what goes with a kubernetes_manifest of kind Widget is not known here; it is deleted/,
      ],
      ...(
        [
          ['sql.cnrm.cloud.google.com/v1beta1', 'SQLInstance'],
          ['storage.cnrm.cloud.google.com/v1beta1', 'StorageBucket'],
          ['database.aws.crossplane.io/v1beta1', 'RDSInstance'],
          ['example.com/v1', 'PostgresCluster'],
        ] as const
      ).map(
        ([api, kind]): Case => [
          `${kind} of another controller`,
          [deleted('kubernetes_manifest.A', manifest(api, kind, 'a'))],
          /^refuse .*its kind is named as one with data/,
        ],
      ),
      ['a custom resource of a known name', [deleted('kubernetes_manifest.A', manifest('example.com/v1', 'Service', 'a'))], /^warn/],
      ['a manifest that cannot be read', [deleted('kubectl_manifest.A', { yaml_body: '*a' })], /^warn/],
    ],
    clean: [
      ['what it refuses', [deleted(DISK, disk)]],
      ['what is not deleted', [updated('google_future_database.A', { name: 'orders' }, { tier: 'small' })]],
      ['what is forgotten', [deleted('google_future_database.A', {}, { change: { actions: ['forget'] } })]],
      ['a firewall rule', [deleted('google_compute_firewall.A', firewall(['10.0.0.0/8']))]],
      ['an address', [deleted('google_compute_address.A', { name: 'a' })]],
      ['a member of a role', [deleted('google_future_database_iam_member.A', {})]],
      ['a manifest of a deployment', [deleted('kubernetes_manifest.A', manifest('apps/v1', 'Deployment', 'web'))]],
      ['a manifest of a namespace', [deleted('kubernetes_manifest.A', manifest('v1', 'Namespace', 'shop'))]],
      [
        'a manifest of a definition',
        [deleted('kubernetes_manifest.A', manifest('apiextensions.k8s.io/v1', 'CustomResourceDefinition', 'a'))],
      ],
      ['a virtual machine whose data is on a disk of its own', [deleted(INSTANCE, { ...machine, attached_disk: [{}] })]],
      ['one whose boot disk stays', [deleted(INSTANCE, { ...machine, boot_disk: [{ auto_delete: false }] })]],
      ['a release, which has its own rule', [deleted('helm_release.A', { name: 'a', chart: 'web' })]],
      ['a node pool, which has its own rule', [deleted(POOL, pool)]],
    ],
  },
  'range-changed': {
    violating: [
      [
        'another pod range of a cluster',
        [
          updated(SUBNET, subnet(), subnet({ pods: '10.20.0.0/16' })),
          kept(CLUSTER, { ...cluster, subnetwork: 'projects/p/regions/r/subnetworks/nodes', ip_allocation_policy: RANGES }),
        ],
        /^refuse range pods \(10\.16\.0\.0\/16\) becomes 10\.20\.0\.0\/16, and google_container_cluster\.Main uses it/,
      ],
      ['another service range', [updated(SUBNET, subnet(), subnet({ services: '10.12.0.0/20' }))], /^refuse range services .*other stacks/],
      [
        'a range that is removed',
        [updated(SUBNET, subnet(), { secondary_ip_range: subnet().secondary_ip_range.slice(1) })],
        /^refuse range pods .* is removed/,
      ],
      [
        'a range of a node pool',
        [
          updated(SUBNET, subnet(), subnet({ pods: '10.20.0.0/16' })),
          kept(CLUSTER, { ...cluster, subnetwork: 'nodes' }),
          kept(POOL, { ...pool, network_config: [{ pod_range: 'pods' }] }),
        ],
        /google_container_node_pool\.Apps uses it/,
      ],
    ],
    clean: [
      ['one range more', [updated(SUBNET, subnet(), subnet({ more: '10.20.0.0/16' }))]],
      ['a primary range that grows', [updated(SUBNET, subnet(), { ip_cidr_range: '10.10.0.0/20' })]],
      ['a subnetwork that is new', [created(SUBNET, subnet())]],
    ],
  },
  'namespace-destroyed': {
    violating: [
      ['a deleted namespace', [deleted('kubernetes_namespace_v1.Shop', named('shop'))], /^refuse namespace shop is deleted/],
      ['one without a version', [deleted('kubernetes_namespace.Shop', named('shop'))], /^refuse/],
      [
        'one of a manifest',
        [deleted('kubernetes_manifest.Shop', manifest('v1', 'Namespace', 'shop'))],
        /^refuse namespace shop is deleted/,
      ],
    ],
    clean: [['one with other labels', [updated('kubernetes_namespace_v1.Shop', named('shop'), {})]]],
  },
  'crd-destroyed': {
    violating: [
      [
        'a deleted definition',
        [deleted('kubernetes_manifest.Crd', { manifest: { kind: 'CustomResourceDefinition', metadata: { name: 'x.example.com' } } })],
        /^refuse the definition x\.example\.com/,
      ],
      [
        'a definition as text',
        [deleted('kubectl_manifest.Crd', { yaml_body: 'apiVersion: x\nkind: CustomResourceDefinition\n' })],
        /^refuse/,
      ],
      [
        "an operator's chart",
        [deleted('helm_release.K8ssandra', { name: 'k8ssandra', chart: 'k8ssandra-operator' })],
        /^refuse .*Helm deletes/,
      ],
      [
        'a chart seen to make them',
        [deleted('helm_release.A', { name: 'a', chart: 'a', manifest: '{"kind":"CustomResourceDefinition"}' })],
        /^refuse/,
      ],
      [
        'a chart seen to keep one of them',
        [deleted('helm_release.A', { name: 'a', chart: 'a', manifest: 'kind: CustomResourceDefinition\nhelm.sh/resource-policy: keep\n' })],
        /^refuse .*at least one of which is kept/,
      ],
      [
        'a chart seen to make claims',
        [deleted('helm_release.A', { name: 'a', chart: 'a', manifest: 'kind: PersistentVolumeClaim' })],
        /^refuse .*its chart contains PersistentVolumeClaim$/,
      ],
      ['a chart with unknown contents', [deleted('helm_release.A', { name: 'a', chart: 'charts/web' })], /^warn .*the plan does not show/],
    ],
    clean: [
      [
        'a chart in another version',
        [updated('helm_release.A', { name: 'a', chart: 'k8ssandra-operator', version: '1.0.0' }, { version: '1.1.0' })],
      ],
      ['another manifest', [deleted('kubernetes_manifest.A', { manifest: { kind: 'ConfigMap' } })]],
    ],
  },
  'custom-resource-weakened': {
    violating: [
      ...(
        [
          [
            'another deletion policy',
            { spec: { deletionPolicy: 'Retain' } },
            { spec: { deletionPolicy: 'Delete' } },
            /spec\.deletionPolicy becomes Delete$/,
          ],
          [
            'a deletion policy of volumes',
            { spec: { volumeClaimDeletePolicy: 'DeleteOnScaledownOnly' } },
            { spec: { volumeClaimDeletePolicy: 'DeleteOnScaledownAndClusterDeletion' } },
            /volumeClaimDeletePolicy becomes/,
          ],
          [
            'claims that are deleted',
            { spec: { kafka: { storage: { deleteClaim: false } } } },
            { spec: { kafka: { storage: { deleteClaim: true } } } },
            /spec\.kafka\.storage\.deleteClaim is turned on/,
          ],
          [
            'volumes that are ephemeral',
            { spec: { storage: { type: 'persistent-claim' } } },
            { spec: { storage: { type: 'ephemeral' } } },
            /spec\.storage\.type becomes ephemeral$/,
          ],
          ['backups that are removed', { spec: { backup: { to: 'gs://b' } } }, { spec: {} }, /spec\.backup is removed$/],
          [
            'a shorter retention',
            { spec: { backup: { retentionPolicy: '30d' } } },
            { spec: { backup: { retentionPolicy: '1w' } } },
            /retentionPolicy becomes 1w instead of 30d$/,
          ],
          [
            'an end to keeping for ever',
            { spec: { config: { 'retention.ms': -1 } } },
            { spec: { config: { 'retention.ms': 60000 } } },
            /becomes 60000 instead of -1$/,
          ],
          [
            'an item of a list',
            { spec: { pools: [{ name: 'a', deleteClaim: false }] } },
            { spec: { pools: [{ name: 'b' }, { name: 'a', deleteClaim: true }] } },
            /deleteClaim is turned on/,
          ],
        ] as const
      ).flatMap(([what, before, after, reason]): Case[] => {
        const head = { apiVersion: 'example.com/v1', kind: 'Widget', metadata: { name: 'a' } };
        const expected = new RegExp(`^refuse Widget a: .*${reason.source}`);
        return [
          [what, [updated('kubernetes_manifest.A', { manifest: { ...head, ...before } }, { manifest: { ...head, ...after } })], expected],
          [
            `${what}, as text`,
            [
              updated(
                'kubectl_manifest.A',
                { yaml_body: JSON.stringify({ ...head, ...before }) },
                { yaml_body: JSON.stringify({ ...head, ...after }) },
              ),
            ],
            expected,
          ],
        ];
      }),
      ...(
        [
          ['kubernetes_manifest.A', 'manifest', manifest('k8ssandra.io/v1alpha1', 'K8ssandraCluster', 'a')],
          [
            'kubectl_manifest.A',
            'yaml_body',
            { kind: 'Kafka', api_version: 'kafka.strimzi.io/v1beta2', name: 'a', yaml_body: 'kind: Kafka' },
          ],
        ] as const
      ).map(
        ([address, argument, values]): Case => [
          `a database whose ${argument} is known only after apply`,
          [updated(address, values, { [argument]: null }, { change: { after_unknown: { [argument]: true } } })],
          /^refuse .*known only after apply, and it holds data$/,
        ],
      ),
      [
        'a field that is known only after apply',
        [
          updated(
            'kubernetes_manifest.A',
            { manifest: { ...manifest('example.com/v1', 'Widget', 'a').manifest, spec: { deletionPolicy: 'Retain' } } },
            { manifest: { ...manifest('example.com/v1', 'Widget', 'a').manifest, spec: {} } },
            { change: { after_unknown: { manifest: { spec: { deletionPolicy: true } } } } },
          ),
        ],
        /^refuse .*spec\.deletionPolicy is known only after apply$/,
      ],
      [
        'a version that a definition loses',
        [
          updated(
            'kubernetes_manifest.A',
            {
              manifest: { kind: 'CustomResourceDefinition', metadata: { name: 'x' }, spec: { versions: [{ name: 'v1' }, { name: 'v2' }] } },
            },
            { manifest: { kind: 'CustomResourceDefinition', metadata: { name: 'x' }, spec: { versions: [{ name: 'v2' }] } } },
          ),
        ],
        /^refuse CustomResourceDefinition x: it no longer has version v1$/,
      ],
    ],
    clean: [
      ...(
        [
          ['a longer retention', { spec: { retention: '7d' } }, { spec: { retention: '2w' } }],
          ['backups that are added', { spec: {} }, { spec: { backup: { to: 'gs://b' } } }],
          ['a safer policy', { spec: { deletionPolicy: 'Delete' } }, { spec: { deletionPolicy: 'Retain' } }],
          ['a policy that stays', { spec: { deletionPolicy: 'Delete', a: 1 } }, { spec: { deletionPolicy: 'Delete', a: 2 } }],
          ['labels', { metadata: { name: 'a', labels: { retention: '7' } } }, { metadata: { name: 'a', labels: { retention: '1' } } }],
        ] as const
      ).map(([what, before, after]): Clean => {
        const head = { apiVersion: 'example.com/v1', kind: 'Widget', metadata: { name: 'a' } };
        return [what, [updated('kubernetes_manifest.A', { manifest: { ...head, ...before } }, { manifest: { ...head, ...after } })]];
      }),
      [
        'a version that a definition gets',
        [
          updated(
            'kubernetes_manifest.A',
            { manifest: { kind: 'CustomResourceDefinition', metadata: { name: 'x' }, spec: { versions: [{ name: 'v1' }] } } },
            {
              manifest: { kind: 'CustomResourceDefinition', metadata: { name: 'x' }, spec: { versions: [{ name: 'v1' }, { name: 'v2' }] } },
            },
          ),
        ],
      ],
    ],
  },
  'release-loses-data': {
    violating: [
      [
        'a chart on another volume claim',
        [
          updated(
            'helm_release.A',
            { name: 'web', values: ['persistence: { existingClaim: data }'] },
            { values: ['persistence: { existingClaim: data2 }'] },
          ),
        ],
        /^warn release web: persistence.existingClaim is another volume claim/,
      ],
      ...(
        [
          ['a list', { set: [{ name: 'crds.enabled', value: 'true' }] }, { set: [{ name: 'crds.enabled', value: 'false' }] }],
          ['a map', { set: { 'crds.enabled': 'true' } }, { set: { 'crds.enabled': 'false' } }],
          ['a list without the value', { set: [{ name: 'crds.enabled', value: 'true' }] }, { set: [] }],
          ['YAML', { values: ['crds:\n  enabled: true\n'] }, { values: ['crds:\n  enabled: false\n'] }],
          ['flow collections', { values: ['crds: {enabled: yes}'] }, { values: ['crds: {enabled: no}'] }],
          ['JSON', { values: ['{"crds":{"enabled":true}}'] }, { values: ['{"crds":{"enabled":false}}'] }],
          ['YAML without the value', { values: ['crds:\n  enabled: true\n'] }, { values: ['replicas: 2\n'] }],
          ['a second text', { values: ['crds: {enabled: true}'] }, { values: ['crds: {enabled: true}', 'crds: {enabled: false}'] }],
          ['a single value over a text', { values: ['crds: {enabled: true}'] }, { set: [{ name: 'crds.enabled', value: 'false' }] }],
        ] as const
      ).map(
        ([how, before, after]): Case => [
          `definitions that are turned off in ${how}`,
          [updated('helm_release.A', { name: 'a', chart: 'a', ...before }, after)],
          /^refuse release a: crds\.enabled is (turned off|removed), which creates its custom resource definitions$/,
        ],
      ),
      ...['installCRDs', 'cert-manager.installCRDs', 'crds.install', 'crds.create', 'crd.create', 'createCustomResource'].map(
        (name): Case => [
          `definitions that ${name} turns off`,
          [updated('helm_release.A', { chart: 'a', set: [{ name, value: true }] }, { set: [{ name, value: false }] })],
          /^refuse .* which creates its custom resource definitions$/,
        ],
      ),
      [
        'definitions whose value is known only after apply',
        [
          updated(
            'helm_release.A',
            { chart: 'a', values: ['installCRDs: true'] },
            { values: null },
            { change: { after_unknown: { values: true } } },
          ),
        ],
        /^refuse .*installCRDs is known only after apply/,
      ],
      [
        'definitions that are no longer kept',
        [updated('helm_release.A', { chart: 'a', values: ['crds: {keep: true}'] }, { values: ['crds: {keep: false}'] })],
        /^refuse .*which keeps its custom resource definitions when they leave/,
      ],
      [
        'volumes that are turned off',
        [
          updated(
            'helm_release.A',
            { chart: 'redis', set: [{ name: 'master.persistence.enabled', value: 'true' }] },
            { set: [{ name: 'master.persistence.enabled', value: 'false' }] },
          ),
        ],
        /^refuse .*which keeps its data on volumes/,
      ],
      ...(
        [
          ['CustomResourceDefinition', 'apiextensions.k8s.io/v1'],
          ['PersistentVolumeClaim', 'v1'],
          ['StatefulSet', 'apps/v1'],
          ['Namespace', 'v1'],
          ['CassandraDatacenter', 'cassandra.datastax.com/v1beta1'],
        ] as const
      ).flatMap(([kind, apiVersion]): Case[] => {
        const object = { apiVersion, kind, metadata: { name: 'x' } };
        const other = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'a' } };
        return [
          [
            `a chart that loses a ${kind}, as YAML`,
            [
              updated(
                'helm_release.A',
                { chart: 'a', manifest: `apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata:\n  name: x\n---\nkind: Deployment\n` },
                { manifest: 'kind: Deployment\n' },
              ),
            ],
            new RegExp(`^refuse .*: its chart no longer contains ${kind} x$`),
          ],
          [
            `a chart that loses a ${kind}, as JSON`,
            [
              updated(
                'helm_release.A',
                { chart: 'a', manifest: JSON.stringify({ object, other }) },
                { manifest: JSON.stringify({ other }) },
              ),
            ],
            new RegExp(`^refuse .*: its chart no longer contains ${kind} x$`),
          ],
        ];
      }),
      [
        'contents that are known only after apply',
        [
          updated(
            'helm_release.A',
            { chart: 'a', manifest: 'kind: CustomResourceDefinition\nmetadata:\n  name: x\n' },
            { manifest: null },
            { change: { after_unknown: { manifest: true } } },
          ),
        ],
        /^refuse .*known only after apply, and it contains CustomResourceDefinition x/,
      ],
      [
        'another chart in the place of an operator',
        [updated('helm_release.A', { chart: 'k8ssandra-operator' }, { chart: 'cass-operator' })],
        /^refuse .*chart k8ssandra-operator becomes chart cass-operator/,
      ],
      ['another chart', [updated('helm_release.A', { chart: 'web' }, { chart: './charts/site' })], /^warn .*chart web becomes chart site/],
      [
        'another repository of an operator',
        [updated('helm_release.A', { chart: 'strimzi-kafka-operator', repository: 'https://a' }, { repository: 'https://b' })],
        /^warn .*another repository/,
      ],
      [
        'values that are not read',
        [updated('helm_release.A', { chart: 'a', values: ['crds: &x\n  enabled: true\n'] }, { values: ['crds: *x'] })],
        /^warn .*in a form of YAML that is not read/,
      ],
    ],
    clean: [
      [
        'definitions that are kept',
        [
          updated(
            'helm_release.A',
            { chart: 'a', values: ['crds: {enabled: true, keep: true}'] },
            { values: ['crds: {enabled: false, keep: true}'] },
          ),
        ],
      ],
      [
        'a value under its new name',
        [updated('helm_release.A', { chart: 'a', values: ['installCRDs: true'] }, { values: ['crds: {enabled: true}'] })],
      ],
      [
        'a value in another argument',
        [
          updated(
            'helm_release.A',
            { chart: 'a', set: [{ name: 'crds.enabled', value: 'true' }] },
            { set: [], values: ['crds: {enabled: true}'] },
          ),
        ],
      ],
      [
        'values that are reused',
        [updated('helm_release.A', { chart: 'a', reuse_values: true, values: ['crds: {enabled: true}'] }, { values: ['a: 1'] })],
      ],
      [
        'definitions that are turned on',
        [updated('helm_release.A', { chart: 'a', values: ['installCRDs: false'] }, { values: ['installCRDs: true'] })],
      ],
      [
        'a kept definition that leaves the chart',
        [
          updated(
            'helm_release.A',
            {
              chart: 'a',
              manifest:
                'apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata:\n  name: x\n  annotations:\n    helm.sh/resource-policy: keep\n',
            },
            { manifest: '' },
          ),
        ],
      ],
      [
        'the same chart in another folder',
        [
          updated(
            'helm_release.A',
            { chart: 'assets/Chart/0123456789ABCDEF0123456789ABCDEF' },
            { chart: './assets/Chart/FEDCBA9876543210FEDCBA9876543210' },
          ),
        ],
      ],
      ['another version of a packed chart', [updated('helm_release.A', { chart: 'a/web-1.2.0.tgz' }, { chart: 'a/web-1.3.0.tgz' })]],
      ['other values', [updated('helm_release.A', { chart: 'a', values: ['a: 1'] }, { values: ['a: &b 2'] })]],
    ],
  },
  'disk-without-schedule': {
    violating: [
      ['a new disk without one', [created(DISK, disk)], /^warn disk data is created without/],
      ['a disk taken off its schedule', [kept(DISK, disk), deleted(ATTACHMENT, attachment)], /^refuse disk data is detached from/],
      [
        'a disk of another stack that loses its schedule',
        [deleted(ATTACHMENT, attachment)],
        /^refuse disk data, which is not in this plan, is detached from its snapshot schedule daily$/,
      ],
      ['a disk that never had one', [kept(DISK, disk)], /^warn/],
      [
        'one on a schedule elsewhere',
        [created(DISK, disk), created(ATTACHMENT, { ...attachment, zone: 'europe-west1-c' })],
        /^warn disk data is created/,
      ],
      [
        'one on a policy that takes no snapshots',
        [created(DISK, disk), created(ATTACHMENT, attachment), created(POLICY, { name: 'daily', snapshot_schedule_policy: [] })],
        /^warn disk data is created/,
      ],
    ],
    clean: [
      ['a disk that goes with its attachment', [deleted(DISK, disk), deleted(ATTACHMENT, attachment)]],
      [
        'a disk of another stack that moves to another schedule',
        [deleted(ATTACHMENT, attachment), created(`${ATTACHMENT}2`, { ...attachment, name: 'weekly' })],
      ],
      [
        'a new disk whose name is not known yet',
        [created(DISK, { ...disk, name: undefined }), created(ATTACHMENT, { ...attachment, disk: undefined })],
      ],
      ['a new disk on one', [created(DISK, disk), created(ATTACHMENT, attachment)]],
      ['a disk whose attachment is replaced', [kept(DISK, disk), replaced(ATTACHMENT, attachment, { name: 'other' })]],
      ['a disk that goes', [deleted(DISK, disk), deleted(ATTACHMENT, attachment)]],
    ],
  },
  'backup-weakened': {
    violating: [
      [
        'a disk that moves to a weaker schedule',
        [
          replaced(ATTACHMENT, attachment, { name: 'weekly' }),
          kept(DISK, disk),
          kept(POLICY, daily(30)),
          kept('google_compute_resource_policy.Weekly', { ...daily(3), name: 'weekly' }),
        ],
        /^refuse disk data moves from schedule daily to weekly: snapshots are kept 3 days instead of 30$/,
      ],
      [
        'a disk that moves to it under another address',
        [
          deleted(ATTACHMENT, attachment),
          created(`${ATTACHMENT}2`, { ...attachment, name: 'weekly' }),
          kept(POLICY, daily(30)),
          kept('google_compute_resource_policy.Weekly', { ...daily(3), name: 'weekly' }),
        ],
        /^refuse disk data moves from schedule daily to weekly/,
      ],
      [
        'a disk that moves to a schedule of another stack',
        [replaced(ATTACHMENT, attachment, { name: 'weekly' }), kept(DISK, disk), kept(POLICY, daily(30))],
        /^warn disk data moves from schedule daily to weekly, which cannot be compared in this plan$/,
      ],
      [
        'a disk that moves to a schedule that is not known yet',
        [replaced(ATTACHMENT, attachment, { name: undefined }, { change: { after_unknown: { name: true } } }), kept(POLICY, daily(30))],
        /^refuse disk data moves from schedule daily to one that is unknown until apply, which cannot be compared/,
      ],
      ['shorter retention', [updated(POLICY, daily(7), daily(3))], /^refuse daily: snapshots are kept 3 days instead of 7$/],
      ['an end to keeping for ever', [updated(POLICY, daily(undefined), daily(3))], /instead of forever/],
      [
        'fewer snapshots',
        [updated(POLICY, daily(7), daily(7, { schedule: [{ weekly_schedule: [{ day_of_weeks: [{ day: 'MONDAY' }] }] }] }))],
        /every 168 hours instead of every 24/,
      ],
      [
        'snapshots that go with their disk',
        [
          updated(
            POLICY,
            daily(7),
            daily(7, { retention_policy: [{ max_retention_days: 7, on_source_disk_delete: 'APPLY_RETENTION_POLICY' }] }),
          ),
        ],
        /no longer outlive/,
      ],
      ['a schedule replaced by a weaker one', [replaced(POLICY, daily(7), daily(3))], /3 days instead of 7/],
      [
        'a backup plan with less in it',
        [
          updated(
            'google_gke_backup_backup_plan.Plan',
            {
              name: 'all',
              backup_config: [{ all_namespaces: true, include_volume_data: true }],
              retention_policy: [{ backup_retain_days: 30 }],
            },
            {
              backup_config: [{ selected_namespaces: [{ namespaces: ['a'] }], include_volume_data: false }],
              retention_policy: [{ backup_retain_days: 7 }],
              backup_schedule: [{ paused: true }],
            },
          ),
        ],
        /7 days instead of 30; it is paused; volumes are no longer backed up; not all namespaces/,
      ],
      [
        'a namespace less in a backup plan',
        [
          updated(
            'google_gke_backup_backup_plan.Plan',
            { name: 'some', backup_config: [{ selected_namespaces: [{ namespaces: ['a', 'b'] }] }] },
            { backup_config: [{ selected_namespaces: [{ namespaces: ['a'] }] }] },
          ),
        ],
        /no longer backed up: b$/,
      ],
      [
        'no last snapshot of a disk',
        [updated(DISK, { ...disk, create_snapshot_before_destroy: true }, { create_snapshot_before_destroy: false })],
        /no final snapshot/,
      ],
      [
        'a policy that takes no snapshots any more',
        [updated(POLICY, daily(7), { snapshot_schedule_policy: [] })],
        /no longer takes snapshots/,
      ],
      [
        'a bucket without versions',
        [updated('google_storage_bucket.B', { name: 'b', versioning: [{ enabled: true }] }, { versioning: [] })],
        /no longer kept/,
      ],
    ],
    clean: [
      [
        'a disk that moves to a stronger schedule',
        [
          replaced(ATTACHMENT, attachment, { name: 'longer' }),
          kept(DISK, disk),
          kept(POLICY, daily(7)),
          kept('google_compute_resource_policy.Longer', { ...daily(30), name: 'longer' }),
        ],
      ],
      [
        'a disk that gets a second schedule',
        [
          kept(ATTACHMENT, attachment),
          created(`${ATTACHMENT}2`, { ...attachment, name: 'weekly' }),
          kept(DISK, disk),
          kept(POLICY, daily(7)),
        ],
      ],
      ['a replaced attachment to the same schedule', [replaced(ATTACHMENT, attachment, {}), kept(DISK, disk), kept(POLICY, daily(7))]],
      ['longer retention', [updated(POLICY, daily(7), daily(14))]],
      [
        'another hour',
        [updated(POLICY, daily(7), daily(7, { schedule: [{ daily_schedule: [{ days_in_cycle: 1, start_time: '08:00' }] }] }))],
      ],
      ['retention for ever', [updated(POLICY, daily(7), daily(undefined))]],
    ],
  },
  forgotten: {
    violating: [['a forgotten disk', [deleted(DISK, disk, { change: { actions: ['forget'] } })], /^warn it keeps existing/]],
    clean: [['a deleted one', [deleted(DISK, disk)]]],
  },
  'deletion-protected': {
    violating: [
      [
        'a protected cluster that goes',
        [deleted(CLUSTER, { ...cluster, deletion_protection: true })],
        /^refuse its deletion protection is on in the state/,
      ],
      [
        'one whose protection goes in the same plan',
        [replaced(CLUSTER, { ...cluster, deletion_protection: true }, { deletion_protection: false })],
        /^refuse/,
      ],
    ],
    clean: [
      ['one without protection', [deleted(CLUSTER, cluster)]],
      ['a protected one that stays', [updated(CLUSTER, { ...cluster, deletion_protection: true }, { min_master_version: '1.33' })]],
    ],
  },
  'tainted-protected': {
    violating: [['a tainted disk', [replaced(DISK, disk, {}, { action_reason: 'replace_because_tainted' })], /^refuse it is tainted/]],
    clean: [
      ['a tainted rule', [replaced('google_compute_firewall.A', firewall([]), {}, { action_reason: 'replace_because_tainted' })]],
      ['a disk replaced otherwise', [replaced(DISK, disk, {})]],
    ],
  },
  'in-use': {
    violating: [
      [
        'a schedule with a disk on it',
        [deleted(POLICY, daily(7)), kept(ATTACHMENT, attachment)],
        /^refuse it is used by google_compute_disk_resource_policy_attachment\.Data/,
      ],
      [
        'a network with a machine in it',
        [deleted(NETWORK, network), kept(INSTANCE, { ...machine, network_interface: [{ network: network.self_link }] })],
        /Vm, and that stays/,
      ],
      [
        'an address of a machine',
        [
          deleted('google_compute_address.A', { name: 'a', address: '10.0.0.5' }),
          kept(INSTANCE, { network_interface: [{ network_ip: '10.0.0.5' }] }),
        ],
        /^refuse/,
      ],
      ['a cluster with a pool that stays', [deleted(CLUSTER, cluster), kept(POOL, pool)], /^refuse/],
    ],
    clean: [
      ['a schedule that goes with its attachment', [deleted(POLICY, daily(7)), deleted(ATTACHMENT, attachment)]],
      [
        'an address without a user',
        [
          deleted('google_compute_address.A', { name: 'a', address: '10.0.0.5' }),
          kept(INSTANCE, { network_interface: [{ network_ip: '10.0.0.50' }] }),
        ],
      ],
      [
        'a disk, which is just detached',
        [
          deleted(DISK, { ...disk, id: 'projects/p/zones/z/disks/data' }),
          kept(INSTANCE, { attached_disk: [{ source: 'projects/p/zones/z/disks/data' }] }),
        ],
      ],
    ],
  },
  'name-taken': {
    violating: [
      [
        'a name of one that stays',
        [created('google_compute_disk.B', disk), kept(DISK, disk)],
        /^refuse the name data is taken by google_compute_disk\.Data, which stays/,
      ],
      [
        'a rename whose project is not known yet',
        [created('google_compute_disk.B', disk), deleted(DISK, { ...disk, project: 'p' })],
        /^refuse .*in no defined order/,
      ],
      [
        'a name whose zone is not known yet',
        [created('google_compute_disk.B', { ...disk, zone: undefined }), kept(DISK, disk)],
        /^warn the name data is taken/,
      ],
      ['a rename without a move', [created('google_compute_disk.B', disk), deleted(DISK, disk)], /in no defined order/],
      [
        'a new one first, with the same name',
        [replaced(DISK, disk, {}, { change: { actions: ['create', 'delete'] } })],
        /before the old one is deleted/,
      ],
      ['two new ones', [created(DISK, disk), created('google_compute_disk.B', disk)], /created with the same name/],
      [
        'a namespace under another type',
        [created('kubernetes_namespace_v1.B', named('shop')), kept('kubernetes_namespace.Shop', named('shop'))],
        /name shop is taken/,
      ],
      [
        'one that is only forgotten',
        [created('google_compute_disk.B', disk), deleted(DISK, disk, { change: { actions: ['forget'] } })],
        /removed from the state/,
      ],
    ],
    clean: [
      ['one name in two zones', [created(DISK, disk), created('google_compute_disk.B', { ...disk, zone: 'europe-west1-c' })]],
      ['one name of two kinds', [created(DISK, disk), created('google_compute_network.B', { name: 'data' })]],
      [
        'attachments, named after their schedule',
        [created(ATTACHMENT, attachment), created(`${ATTACHMENT}2`, { ...attachment, disk: 'other' })],
      ],
      ['a replacement that deletes first', [replaced(DISK, disk, {})]],
      [
        'one name in two namespaces',
        [created('kubernetes_service_v1.A', named('web', 'a')), created('kubernetes_service_v1.B', named('web', 'b'))],
      ],
    ],
  },
  'stop-not-allowed': {
    violating: [
      [
        'another machine type',
        [updated(INSTANCE, machine, { machine_type: 'n2-standard-4' })],
        /^refuse machine_type can change only while/,
      ],
      [
        'another service account',
        [updated(INSTANCE, { ...machine, service_account: [{ email: 'a' }] }, { service_account: [{ email: 'b' }] })],
        /service_account/,
      ],
    ],
    clean: [
      ['one that may be stopped', [updated(INSTANCE, machine, { machine_type: 'n2-standard-4', allow_stopping_for_update: true })]],
      ['one that is stopped', [updated(INSTANCE, { ...machine, current_status: 'TERMINATED' }, { machine_type: 'n2-standard-4' })]],
      ['other labels', [updated(INSTANCE, machine, { labels: { a: 'b' } })]],
    ],
  },
  'disk-shrinks': {
    violating: [
      [
        'a smaller disk',
        [replaced(DISK, disk, { size: 50 })],
        /^refuse it shrinks from 100 GiB to 50 GiB, so it is replaced by an empty one/,
      ],
      [
        'a smaller claim',
        [
          updated(
            'kubernetes_persistent_volume_claim_v1.Data',
            { ...named('data'), spec: [{ resources: [{ requests: { storage: '1Ti' } }] }] },
            { spec: [{ resources: [{ requests: { storage: '500Gi' } }] }] },
          ),
        ],
        /from 1Ti to 500Gi, which is refused during the apply/,
      ],
    ],
    clean: [['a larger one', [updated(DISK, disk, { size: 200 })]]],
  },
  'version-downgrade': {
    violating: [
      [
        'a pool that goes back',
        [updated(POOL, pool, { version: '1.31.9-gke.1' })],
        /^refuse its nodes go from 1\.32\.5-gke\.100 back to 1\.31\.9-gke\.1/,
      ],
      ['a control plane that does not', [updated(CLUSTER, cluster, { min_master_version: '1.31' })], /^warn .*nothing changes/],
      [
        'an older chart',
        [updated('helm_release.A', { name: 'a', chart: 'a', version: '2.10.0' }, { version: '2.9.0' })],
        /^warn its chart/,
      ],
    ],
    clean: [
      ['newer ones', [updated(POOL, pool, { version: '1.33.1-gke.1' }), updated(CLUSTER, cluster, { min_master_version: '1.33' })]],
      ['the same one, said less exactly', [updated(POOL, pool, { version: '1.32' })]],
    ],
  },
  'version-skew': {
    violating: [
      [
        'nodes newer than the control plane',
        [kept(CLUSTER, cluster), updated(POOL, pool, { version: '1.33.1-gke.1' })],
        /^refuse .*newer than the control plane/,
      ],
      [
        'nodes four versions behind',
        [updated(CLUSTER, cluster, { min_master_version: '1.36' }), kept(POOL, pool)],
        /^refuse .*4 minor versions older/,
      ],
      ['nodes three versions behind', [updated(CLUSTER, cluster, { min_master_version: '1.35' }), kept(POOL, pool)], /^warn .*the maximum/],
    ],
    clean: [
      ['nodes two versions behind', [updated(CLUSTER, cluster, { min_master_version: '1.34' }), kept(POOL, pool)]],
      [
        'the pool of another cluster',
        [updated(CLUSTER, cluster, { min_master_version: '1.36' }), kept(POOL, { ...pool, cluster: 'other' })],
      ],
    ],
  },
  'public-address': {
    violating: [
      [
        'a machine that gets one',
        [updated(INSTANCE, machine, { network_interface: [{ access_config: [{}] }] })],
        /^refuse the VM instance gets/,
      ],
      [
        'a new machine with one on its second interface',
        [created(INSTANCE, { ...machine, network_interface: [{}, { access_config: [{}] }] })],
        /^refuse/,
      ],
      [
        'a public service',
        [created('kubernetes_service_v1.A', { ...named('a'), spec: [{ type: 'LoadBalancer' }] })],
        /^refuse the service/,
      ],
      [
        'a database that opens to all',
        [
          created('google_sql_database_instance.A', {
            settings: [{ ip_configuration: [{ authorized_networks: [{ value: '0.0.0.0/0' }] }] }],
          }),
        ],
        /^refuse the database/,
      ],
      ['a reserved address', [created('google_compute_address.A', { name: 'a', address_type: 'EXTERNAL' })], /^warn/],
      ...[{ load_balancing_scheme: 'EXTERNAL' }, { load_balancing_scheme: 'EXTERNAL_MANAGED' }, {}].flatMap((scheme): Case[] =>
        ['google_compute_forwarding_rule.A', 'google_compute_global_forwarding_rule.A'].map((address) => [
          `${address} of ${JSON.stringify(scheme)}`,
          [created(address, { name: 'a', target: 't', ...scheme })],
          /^refuse the forwarding rule/,
        ]),
      ),
      ['a gateway', [created('kubernetes_manifest.A', manifest('gateway.networking.k8s.io/v1', 'Gateway', 'web'))], /^refuse the gateway/],
      [
        'a public service of a manifest',
        [created('kubernetes_manifest.A', { manifest: { ...manifest('v1', 'Service', 'web').manifest, spec: { type: 'LoadBalancer' } } })],
        /^refuse the service/,
      ],
      [
        'an ingress of a manifest',
        [created('kubernetes_manifest.A', manifest('networking.k8s.io/v1', 'Ingress', 'web'))],
        /^refuse the ingress/,
      ],
      [
        'a database that opens to the internet in halves',
        [
          created('google_sql_database_instance.A', {
            settings: [{ ip_configuration: [{ authorized_networks: [{ value: '0.0.0.0/1' }, { value: '128.0.0.0/1' }] }] }],
          }),
        ],
        /^refuse the database/,
      ],
      [
        'an AlloyDB instance',
        [created('google_alloydb_instance.A', { network_config: [{ enable_public_ip: true }] })],
        /^refuse the database/,
      ],
    ],
    clean: [
      ['a machine that had one', [updated(INSTANCE, { ...machine, network_interface: [{ access_config: [{}] }] }, { labels: {} })]],
      [
        'an internal service',
        [
          created('kubernetes_service_v1.A', {
            metadata: [{ annotations: { 'networking.gke.io/load-balancer-type': 'Internal' } }],
            spec: [{ type: 'LoadBalancer' }],
          }),
        ],
      ],
      ['an internal forwarding rule', [created('google_compute_forwarding_rule.A', { name: 'a', load_balancing_scheme: 'INTERNAL' })]],
      ['one for Private Service Connect', [created('google_compute_forwarding_rule.A', { name: 'a', load_balancing_scheme: '' })]],
      ['one that was public', [updated('google_compute_forwarding_rule.A', { load_balancing_scheme: 'EXTERNAL' }, { labels: {} })]],
      [
        'an internal gateway',
        [
          created('kubernetes_manifest.A', {
            manifest: {
              ...manifest('gateway.networking.k8s.io/v1', 'Gateway', 'web').manifest,
              spec: { gatewayClassName: 'gke-l7-rilb' },
            },
          }),
        ],
      ],
      [
        'a database that opens to one',
        [
          created('google_sql_database_instance.A', {
            settings: [{ ip_configuration: [{ authorized_networks: [{ value: '10.0.0.5/32' }] }] }],
          }),
        ],
      ],
      ['an internal address', [created('google_compute_address.A', { name: 'a', address_type: 'INTERNAL' })]],
    ],
  },
  'control-plane-opened': {
    violating: [
      [
        'a public endpoint',
        [
          updated(
            CLUSTER,
            { ...cluster, private_cluster_config: [{ enable_private_endpoint: true }] },
            { private_cluster_config: [{ enable_private_endpoint: false }] },
          ),
        ],
        /^refuse main: it gets a public address/,
      ],
      [
        'a wider range',
        [
          updated(
            CLUSTER,
            { ...cluster, master_authorized_networks_config: [{ cidr_blocks: [{ cidr_block: '10.1.0.0/16' }] }] },
            { master_authorized_networks_config: [{ cidr_blocks: [{ cidr_block: '10.0.0.0/8' }] }] },
          ),
        ],
        /10\.0\.0\.0\/8 may call it/,
      ],
      [
        'the whole internet, from the first day',
        [created(CLUSTER, { ...cluster, master_authorized_networks_config: [{ cidr_blocks: [{ cidr_block: '0.0.0.0/0' }] }] })],
        /the whole internet may call it/,
      ],
      [
        'the internet in halves, from the first day',
        [
          created(CLUSTER, {
            ...cluster,
            master_authorized_networks_config: [{ cidr_blocks: [{ cidr_block: '0.0.0.0/1' }, { cidr_block: '128.0.0.0/1' }] }],
          }),
        ],
        /the whole internet may call it \(0\.0\.0\.0\/1\)/,
      ],
      [
        'no limit any more',
        [
          updated(
            CLUSTER,
            { ...cluster, master_authorized_networks_config: [{ cidr_blocks: [] }] },
            { master_authorized_networks_config: [] },
          ),
        ],
        /no longer enforced/,
      ],
      [
        'a DNS endpoint for the internet',
        [
          updated(
            CLUSTER,
            { ...cluster, control_plane_endpoints_config: [{ dns_endpoint_config: [{ allow_external_traffic: false }] }] },
            { control_plane_endpoints_config: [{ dns_endpoint_config: [{ allow_external_traffic: true }] }] },
          ),
        ],
        /DNS endpoint/,
      ],
      [
        'clients in all regions',
        [
          updated(
            CLUSTER,
            { ...cluster, private_cluster_config: [{ master_global_access_config: [{ enabled: false }] }] },
            { private_cluster_config: [{ master_global_access_config: [{ enabled: true }] }] },
          ),
        ],
        /^warn main: clients in all regions may call it/,
      ],
    ],
    clean: [
      [
        'a narrower range',
        [
          updated(
            CLUSTER,
            { ...cluster, master_authorized_networks_config: [{ cidr_blocks: [{ cidr_block: '10.0.0.0/8' }] }] },
            { master_authorized_networks_config: [{ cidr_blocks: [{ cidr_block: '10.1.0.0/16' }] }] },
          ),
        ],
      ],
      ['other labels', [updated(CLUSTER, cluster, { resource_labels: {} })]],
    ],
  },
  'protection-switched-off': {
    violating: [
      [
        'deletion protection',
        [updated(CLUSTER, { ...cluster, deletion_protection: true }, { deletion_protection: false })],
        /^refuse main: deletion protection is turned off/,
      ],
      [
        'a bucket that may go with all in it',
        [updated('google_storage_bucket.B', { name: 'b', force_destroy: false }, { force_destroy: true })],
        /with everything in it/,
      ],
      [
        'secure boot',
        [
          updated(
            INSTANCE,
            { ...machine, shielded_instance_config: [{ enable_secure_boot: true }] },
            { shielded_instance_config: [{ enable_secure_boot: false }] },
          ),
        ],
        /enable_secure_boot/,
      ],
      [
        'workload identity',
        [
          updated(
            CLUSTER,
            { ...cluster, workload_identity_config: [{ workload_pool: 'p.svc.id.goog' }] },
            { workload_identity_config: [] },
          ),
        ],
        /their own identities/,
      ],
      [
        'a value that is not known yet',
        [
          updated(
            CLUSTER,
            { ...cluster, logging_service: 'logging.googleapis.com/kubernetes' },
            { logging_service: undefined },
            { change: { after_unknown: { logging_service: true } } },
          ),
        ],
        /^refuse main: logging_service is unknown until apply$/,
      ],
      [
        'a value that the provider decides about',
        [
          replaced(
            'future_attachment.A',
            { name: 'data', deletion_protection: true },
            { deletion_protection: undefined },
            { change: { after_unknown: { deletion_protection: true } } },
          ),
        ],
        /^warn data: deletion_protection is unknown until apply$/,
      ],
      [
        'a protection of a type that is unknown',
        [updated('future_database.A', { name: 'orders', deletion_protection: true }, { deletion_protection: false })],
        /^refuse orders: deletion protection is turned off/,
      ],
    ],
    clean: [['protection switched on', [updated(CLUSTER, cluster, { deletion_protection: true })]]],
  },
  'identity-widened': {
    violating: [
      [
        'an owner',
        [created('google_project_iam_member.A', { role: 'roles/owner', member: 'user:a@example.com' })],
        /^refuse user:a@example\.com gets roles\/owner/,
      ],
      ['allUsers', [created('google_storage_bucket_iam_member.A', { role: 'roles/storage.objectViewer', member: 'allUsers' })], /allUsers/],
      [
        'one more in a binding',
        [updated('google_project_iam_binding.A', { role: 'roles/editor', members: ['user:a'] }, { members: ['user:a', 'user:b'] })],
        /^refuse user:b gets roles\/editor$/,
      ],
      [
        'a policy',
        [
          created('google_project_iam_policy.A', {
            policy_data: JSON.stringify({ bindings: [{ role: 'roles/owner', members: ['user:a'] }] }),
          }),
        ],
        /user:a gets roles\/owner/,
      ],
      [
        'an administrator of the cluster',
        [created('kubernetes_cluster_role_binding_v1.A', { role_ref: [{ name: 'cluster-admin' }], subject: [{ name: 'developers' }] })],
        /developers gets cluster-admin/,
      ],
      ['a shell', [created('google_project_iam_member.A', { role: 'roles/compute.osLogin', member: 'user:a' })], /^warn user:a gets/],
    ],
    clean: [
      ['a small role', [created('google_project_iam_member.A', { role: 'roles/logging.logWriter', member: 'user:a' })]],
      [
        'one less in a binding',
        [updated('google_project_iam_binding.A', { role: 'roles/editor', members: ['user:a', 'user:b'] }, { members: ['user:a'] })],
      ],
      ['an owner who goes', [deleted('google_project_iam_member.A', { role: 'roles/owner', member: 'user:a' })]],
    ],
  },
  'firewall-opened': {
    violating: [
      [
        'the internet at a port',
        [created('google_compute_firewall.A', firewall(['0.0.0.0/0']))],
        /^refuse cql allows ingress from the internet at tcp 9042/,
      ],
      ['the IPv6 internet', [created('google_compute_firewall.A', firewall(['::/0'], []))], /all of tcp/],
      ['both halves of the internet', [created('google_compute_firewall.A', firewall(['0.0.0.0/1', '128.0.0.0/1']))], /^refuse/],
      [
        'a port more',
        [updated('google_compute_firewall.A', firewall(['0.0.0.0/0'], ['443']), firewall(['0.0.0.0/0'], ['443', '22']))],
        /at tcp 22$/,
      ],
      ['a rule without sources', [created('google_compute_firewall.A', firewall([]))], /^refuse/],
      [
        'a range more',
        [updated('google_compute_firewall.A', firewall(['10.1.0.0/24']), firewall(['10.1.0.0/24', '10.2.0.0/24']))],
        /^warn cql allows more traffic/,
      ],
      [
        'the internet in four parts',
        [created('google_compute_firewall.A', firewall(['64.0.0.0/2', '0.0.0.0/2', '128.0.0.0/2', '192.0.0.0/2']))],
        /^refuse cql allows ingress from the internet at tcp 9042/,
      ],
      ...[
        'google_compute_network_firewall_policy_rule',
        'google_compute_region_network_firewall_policy_rule',
        'google_compute_firewall_policy_rule',
      ].map(
        (type): Case => [type, [created(`${type}.A`, policyRule(['0.0.0.0/0']))], /^refuse A allows ingress from the internet at tcp 9042/],
      ),
      [
        'a policy with its rules',
        [created('google_compute_network_firewall_policy_with_rules.A', { name: 'edge', rule: [policyRule(['0.0.0.0/0'])] })],
        /^refuse edge allows ingress from the internet/,
      ],
    ],
    clean: [
      ['a private range', [created('google_compute_firewall.A', firewall(['10.0.0.0/8']))]],
      ['a rule for one account', [created('google_compute_firewall.A', firewall([], ['9042'], { source_service_accounts: ['a'] }))]],
      ['a rule that is off', [created('google_compute_firewall.A', firewall(['0.0.0.0/0'], ['22'], { disabled: true }))]],
      ['an egress rule', [created('google_compute_firewall.A', firewall([], ['443'], { direction: 'EGRESS' }))]],
      ['a policy rule for a range', [created('google_compute_firewall_policy_rule.A', policyRule(['10.0.0.0/8']))]],
      ['a policy rule that denies', [created('google_compute_firewall_policy_rule.A', { ...policyRule(['0.0.0.0/0']), action: 'deny' })]],
      [
        'a policy rule for a tag',
        [
          created('google_compute_firewall_policy_rule.A', {
            ...policyRule([]),
            match: [{ src_secure_tags: [{ name: 'tagValues/1' }], layer4_configs: [{ ip_protocol: 'tcp' }] }],
          }),
        ],
      ],
    ],
  },
  'api-removed': {
    violating: [
      [
        'a budget of an old API',
        [
          updated(CLUSTER, { ...cluster, min_master_version: '1.24', master_version: '1.24.1' }, { min_master_version: '1.25' }),
          kept('kubernetes_pod_disruption_budget.A', named('a')),
        ],
        /^refuse PodDisruptionBudget of policy\/v1beta1 was removed in Kubernetes 1\.25, and the cluster will run 1\.25/,
      ],
      [
        'a manifest',
        [
          kept(CLUSTER, cluster),
          created('kubernetes_manifest.A', { manifest: { apiVersion: 'autoscaling/v2beta2', kind: 'HorizontalPodAutoscaler' } }),
        ],
        /1\.26/,
      ],
      [
        'what a chart renders to',
        [
          kept(CLUSTER, cluster),
          kept('helm_release.A', { name: 'a', manifest: 'apiVersion: v1\nkind: Service\n---\napiVersion: batch/v1beta1\nkind: CronJob\n' }),
        ],
        /CronJob/,
      ],
    ],
    clean: [
      [
        'one the cluster still has',
        [
          updated(CLUSTER, { ...cluster, min_master_version: '1.23', master_version: '1.23.1' }, { min_master_version: '1.24' }),
          kept('kubernetes_pod_disruption_budget.A', named('a')),
        ],
      ],
      ['one that goes', [kept(CLUSTER, cluster), deleted('kubernetes_cron_job.A', named('a'))]],
      ['today’s APIs', [kept(CLUSTER, cluster), kept('kubernetes_cron_job_v1.A', named('a'))]],
    ],
  },
  'pool-rolls': {
    violating: [
      [
        'another machine type',
        [rolls],
        /^warn every node of pool apps is recreated for machine_type: up to 6 nodes, 3 at a time \(surge 2, unavailable 1\)/,
      ],
      ['another version', [updated(POOL, pool, { version: '1.33.1-gke.1' })], /recreated for version/],
      [
        'a limit for all zones together',
        [updated(POOL, { ...pool, autoscaling: [{ total_max_node_count: 5 }] }, { version: '1.33.1-gke.1' })],
        /up to 5 nodes/,
      ],
      [
        'another template of a group',
        [updated(GROUP, group, { version: [{ instance_template: 'b' }] })],
        /^warn every VM instance of group web gets another template and is recreated or restarted: max_surge_fixed 0, max_unavailable_fixed 3/,
      ],
      [
        'a template that is known after apply',
        [updated(GROUP, group, { version: [{ name: 'v1' }] }, { change: { after_unknown: { version: [{ instance_template: true }] } } })],
        /gets another template/,
      ],
      ['blue and green', [updated(POOL, pool, { version: '1.33.1-gke.1', upgrade_settings: [{ strategy: 'BLUE_GREEN' }] })], /blue-green/],
    ],
    clean: [
      ['another size of a group', [updated(GROUP, group, { target_size: 4 })]],
      [
        'another template of a group that waits for its instances',
        [updated(GROUP, { ...group, update_policy: [{ type: 'OPPORTUNISTIC' }] }, { version: [{ instance_template: 'b' }] })],
      ],
      ['other limits', [updated(POOL, pool, { autoscaling: [{ max_node_count: 9 }] })]],
      [
        'other labels of the resource',
        [updated(POOL, pool, { node_config: [{ machine_type: 'e2-standard-4', labels: {}, resource_labels: { a: 'b' } }] })],
      ],
    ],
  },
  'pool-deleted': {
    violating: [
      [
        'another pool takes its place',
        [replaced(POOL, pool, { name: 'apps-2' }, { change: { replace_paths: [['name']] } })],
        /^refuse pool apps is replaced: name cannot change in place\. GKE does not honor PodDisruptionBudgets when it deletes a pool, so all replicas/,
      ],
      ['it left the configuration', [deleted(POOL, { ...pool, node_count: 2 }), kept(CLUSTER, cluster)], /^refuse pool apps is deleted/],
      ['its cluster is in another stack', [deleted(POOL, pool)], /^refuse pool apps is deleted/],
      [
        'it was drained',
        [deleted(POOL, { ...pool, node_count: 0 }), kept(CLUSTER, cluster)],
        /^warn pool apps is deleted.*: not every one of its 2 zones had a node when the plan was created/,
      ],
      [
        'it was drained in its only zone',
        [deleted(POOL, { ...pool, node_count: 0, node_locations: ['europe-west1-b'] }), kept(CLUSTER, cluster)],
        /^warn .*: no zone had a node/,
      ],
    ],
    clean: [
      ['the cluster goes with it', [deleted(POOL, pool), deleted(CLUSTER, cluster)]],
      ['it is updated', [updated(POOL, pool, { autoscaling: [{ max_node_count: 9 }] })]],
      ['it is new', [created(POOL, pool), kept(CLUSTER, cluster)]],
    ],
  },
  'budget-blocks': {
    violating: [
      [
        'no pod may go',
        [rolls, kept('kubernetes_pod_disruption_budget_v1.B', budget({ max_unavailable: '0' }))],
        /^warn pool apps is drained, .*max_unavailable is 0/,
      ],
      [
        'as many as there are',
        [
          rolls,
          kept('kubernetes_pod_disruption_budget_v1.B', budget({ min_available: '2' })),
          kept('kubernetes_deployment_v1.W', deployment(2)),
        ],
        /at most 2 pods/,
      ],
      [
        'an upgrade of the cluster',
        [
          updated(CLUSTER, cluster, { min_master_version: '1.33' }),
          kept('kubernetes_pod_disruption_budget_v1.B', budget({ min_available: '100%' })),
        ],
        /^warn cluster main is upgraded/,
      ],
    ],
    clean: [
      [
        'one may go',
        [
          rolls,
          kept('kubernetes_pod_disruption_budget_v1.B', budget({ min_available: '1' })),
          kept('kubernetes_deployment_v1.W', deployment(2)),
        ],
      ],
      [
        'a pool is deleted, which honors no budget',
        [deleted(POOL, pool), kept('kubernetes_pod_disruption_budget_v1.B', budget({ max_unavailable: '0' }))],
      ],
      ['nothing is drained', [kept(POOL, pool), kept('kubernetes_pod_disruption_budget_v1.B', budget({ max_unavailable: '0' }))]],
      [
        'it scales beyond',
        [
          rolls,
          kept('kubernetes_pod_disruption_budget_v1.B', budget({ min_available: '2' })),
          kept('kubernetes_deployment_v1.W', deployment(2)),
          kept('kubernetes_horizontal_pod_autoscaler_v2.H', {
            ...named('web', 'shop'),
            spec: [{ max_replicas: 4, scale_target_ref: [{ name: 'web' }] }],
          }),
        ],
      ],
    ],
  },
};

describe.each(Object.entries(cases))('%s', (rule, { violating, clean }) => {
  test.each(violating)('reports %s', (_what, changes, expected) => {
    const said = findVerdicts(rule, changes).map(({ severity, reason }) => `${severity} ${reason}`);
    expect(said).toEqual([expect.stringMatching(expected)]);
  });

  test.each(clean)('accepts %s', (_what, changes) => {
    expect(findVerdicts(rule, changes)).toEqual([]);
  });
});

test.each(Object.entries(cases))('%s has findings of its declared severities only', (rule, { violating }) => {
  const found = violating.flatMap(([, changes]) => findVerdicts(rule, changes).map(({ severity }) => severity));
  expect([...new Set(found)].sort()).toEqual([...RULES.find(({ id }) => id === rule)!.severities].sort());
});

test('every rule has a violating and a clean case, here or in a test of its own', () => {
  const elsewhere = ['disk-restored', 'drill-required', 'newly-reachable', 'prevent-destroy-lost', 'ring-disrupted', 'unknown-plan'];
  expect(RULES.map(({ id }) => id).sort()).toEqual([...Object.keys(cases), ...elsewhere].sort());
});

test('the impact of deleting a namespace lists its contents', () => {
  const [verdict] = findVerdicts('namespace-destroyed', [
    deleted('kubernetes_namespace_v1.Shop', named('shop')),
    deleted('kubernetes_deployment_v1.Web', named('web', 'shop')),
    kept('kubernetes_persistent_volume_claim_v1.Data', named('data', 'shop')),
    kept('helm_release.Search', { name: 'search', namespace: 'shop' }),
    kept('kubernetes_service_v1.Other', named('other', 'elsewhere')),
    kept('kubernetes_manifest.Ring', manifest('k8ssandra.io/v1alpha1', 'K8ssandraCluster', 'ring', 'shop')),
  ]);
  expect(verdict!.impact).toBe(
    'everything in it, including what Terraform does not manage; managed by Terraform: release search, deployment web, K8ssandraCluster ring and persistent volume claim data; its volumes are deleted with their claims',
  );
});

test.each(TYPE_DESCRIPTIONS.map(({ type }) => type).filter((type) => type !== 'kubernetes_secret_v1'))(
  'the contents of %s are described, or are known to be empty',
  (type) => {
    expect(findVerdicts('unknown-contents', [deleted(`${type}.A`, { name: 'a', attached_disk: [{}] })])).toEqual([]);
  },
);

describe('prevent-destroy-lost', () => {
  const configuration = (name: string, preventDestroy: boolean) => ({
    resource: { google_compute_disk: { [name]: { lifecycle: { prevent_destroy: preventDestroy } } } },
  });
  const said = (changes: HandMadeChange[], head: unknown) =>
    findVerdicts('prevent-destroy-lost', changes, { base: configuration('Data', true), synthesized: head }).map(
      ({ severity, reason }) => `${severity} ${reason}`,
    );

  test('a protected block that is removed, or no longer protected, is refused', () => {
    expect(said([deleted(DISK, disk)], { resource: {} })).toEqual([expect.stringMatching(/^refuse .*is now deleted/)]);
    expect(said([kept(DISK, disk)], configuration('Data', false))).toEqual([expect.stringMatching(/^refuse .*the next plan may/)]);
  });

  test.each([
    ['a lifecycle in a list', { lifecycle: [{ prevent_destroy: true }] }],
    ['text', { lifecycle: { prevent_destroy: 'true' } }],
    ['a resource in a list', [{ lifecycle: { prevent_destroy: true } }]],
  ])('the protection is seen in %s', (_, body) => {
    const base = { resource: { google_compute_disk: { Data: body } } };
    const found = findVerdicts('prevent-destroy-lost', [deleted(DISK, disk)], { base, synthesized: { resource: {} } });
    expect(found).toEqual([expect.objectContaining({ severity: 'refuse', address: DISK })]);
  });

  test('a protected block that stays or was moved is accepted, and nothing is reported without both configurations', () => {
    expect(said([kept(DISK, disk)], configuration('Data', true))).toEqual([]);
    const moved = { ...kept('google_compute_disk.New', disk), previous_address: DISK };
    expect(said([moved], configuration('New', true))).toEqual([]);
    expect(said([deleted(DISK, disk)], undefined)).toEqual([]);
  });
});

describe('unknown-plan', () => {
  const said = (json: unknown) => {
    const { verdicts, isRefused } = guard(json);
    return { isRefused, reasons: verdicts.filter(({ rule }) => rule === 'unknown-plan').map(({ reason }) => reason) };
  };

  test.each<[string, unknown, RegExp]>([
    ['an unknown format', plan([], { format_version: '2.0' }), /the format of a plan must be 1\.x, got 2\.0/],
    ['no plan at all', { hello: 'world' }, /not a plan/],
    ['an errored one', plan([], { errored: true, complete: false }), /planning failed/],
    ['one with targets', plan([], { complete: false }), /does not cover all resources/],
    [
      'an update without values',
      plan([{ ...updated(DISK, disk, {}), change: { actions: ['update'], before: disk, after: null } }]),
      /lacks its values before or after/,
    ],
    [
      'a deferred change',
      plan([], { deferred_changes: [{ reason: 'provider_config_unknown', resource_change: created(DISK, disk) }] }),
      /deferred this change.*provider_config_unknown/,
    ],
    ['an unknown action', plan([created(DISK, disk, { change: { actions: ['hibernate'] } })]), /not supported: hibernate/],
  ])('%s is refused', (_what, json, reason) => {
    expect(said(json)).toEqual({ isRefused: true, reasons: [expect.stringMatching(reason)] });
  });

  test('cannot be acknowledged', () => {
    const acknowledgement = {
      rule: 'unknown-plan',
      address: 'plan',
      action: 'unknown',
      reason: 'I am sure',
      expires: '2999-01-01',
    } as const;
    const report = guard(plan([], { errored: true }), { acknowledgements: [acknowledgement] });
    expect(report).toMatchObject({ isRefused: true, acknowledgements: [{ state: 'unmatched' }] });
  });

  test('a failed check is a warning, and an ordinary plan is accepted', () => {
    const checks = [{ status: 'fail', address: { to_display: 'check.certificate' }, instances: [] }];
    expect(guard(plan([], { checks }))).toMatchObject({ isRefused: false, verdicts: [{ severity: 'warn', address: 'check.certificate' }] });
    expect(said(plan([updated(DISK, disk, { size: 200 }), kept(ATTACHMENT, attachment)]))).toEqual({ isRefused: false, reasons: [] });
  });
});

describe('ring-disrupted', () => {
  const member = (name: string, zone: string, more: object = {}) => ({
    name,
    zone,
    machine_type: 'n2-standard-2',
    allow_stopping_for_update: true,
    labels: { 'cassandra-cluster': 'ring', 'cassandra-node': name },
    network_interface: [{ network_ip: `10.0.0.${name.charCodeAt(0)}` }],
    ...more,
  });
  const address = (name: string) => `google_compute_instance.${name}`;
  const grows = (name: string, zone: string) => updated(address(name), member(name, zone), { machine_type: 'n2-standard-4' });
  const stands = (name: string, zone: string) => kept(address(name), member(name, zone));
  const said = (...changes: HandMadeChange[]) => findVerdicts('ring-disrupted', changes);

  test('one node is a warning, and keeps the quorum', () => {
    expect(said(grows('a', 'z-1'), stands('b', 'z-2'), stands('c', 'z-3'))).toEqual([
      expect.objectContaining({
        severity: 'warn',
        address: address('a'),
        reason: 'node a of ring ring is stopped to change machine_type; the other 2 keep running',
        impact: 'while they are down: all of the replicas in z-1; with one rack and one replica per zone, every token range keeps a quorum',
      }),
    ]);
  });

  test('two nodes are refused, each by its own address, since acknowledging one must not cover another', () => {
    const verdicts = said(grows('a', 'z-1'), grows('b', 'z-2'), stands('c', 'z-3'));
    expect(verdicts.map((verdict) => [verdict.severity, verdict.address])).toEqual([
      ['refuse', address('a')],
      ['refuse', address('b')],
    ]);
    expect(verdicts[0]!.reason).toContain('takes down 2 of 3 nodes at once, in 2 zones, 2 of 3 seeds');
    expect(verdicts[0]!.impact).toContain('no token range has a quorum');
  });

  test('two nodes in one zone keep the quorum of every range, and two of six in two zones lose it for a quarter', () => {
    const six = ['a', 'b', 'c', 'd', 'e', 'f'].map((name, index) => [name, `z-${(index % 3) + 1}`] as const);
    const ring = (...down: string[]) => six.map(([name, zone]) => (down.includes(name) ? grows(name, zone) : stands(name, zone)));
    expect(said(...ring('a', 'd'))[0]!.impact).toContain('every token range keeps a quorum');
    expect(said(...ring('a', 'd'))[0]!.severity).toBe('refuse');
    expect(said(...ring('a', 'b'))[0]!.impact).toContain('about 25 % of the token ranges do not have a quorum');
  });

  test('the only seed in the startup scripts is refused on its own', () => {
    const script = { metadata: { 'startup-script': 'seed_provider:\n  parameters:\n    - seeds: "10.0.0.97"\n' } };
    const verdicts = said(
      updated(address('a'), member('a', 'z-1', script), { machine_type: 'n2-standard-4' }),
      kept(address('b'), member('b', 'z-2', script)),
      kept(address('c'), member('c', 'z-3', script)),
    );
    expect(verdicts).toEqual([expect.objectContaining({ severity: 'refuse', reason: expect.stringContaining('takes down 1 of 1 seeds') })]);
  });

  test('replacements, deletions, stops and lost disks count', () => {
    const lost = deleted('google_compute_disk.c', { name: 'c-data', labels: { 'cassandra-cluster': 'ring', 'cassandra-node': 'c' } });
    const reasons = said(
      replaced(address('a'), member('a', 'z-1'), {}),
      deleted(address('b'), member('b', 'z-2')),
      stands('c', 'z-3'),
      lost,
      updated(address('d'), member('d', 'z-4'), { desired_status: 'TERMINATED' }),
    ).map(({ reason }) => reason.split(';')[0]);
    expect(reasons).toEqual([
      'node a of ring ring is replaced',
      'node b of ring ring is deleted',
      'node c of ring ring loses its disk',
      'node d of ring ring is stopped',
    ]);
  });

  test('a new ring, another ring, other labels and a VM instance without a ring are accepted', () => {
    expect(said(created(address('a'), member('a', 'z-1')), created(address('b'), member('b', 'z-2')))).toEqual([]);
    expect(said(updated(address('a'), member('a', 'z-1'), { metadata: { x: 'y' } }), stands('b', 'z-2'))).toEqual([]);
    expect(said(updated(INSTANCE, machine, { machine_type: 'n2-standard-4' }))).toEqual([]);
    const other = updated(address('b'), member('b', 'z-2', { labels: { 'cassandra-cluster': 'other' } }), { machine_type: 'x' });
    expect(
      said(grows('a', 'z-1'), stands('c', 'z-2'), stands('d', 'z-3'), other).find(({ address: at }) => at === address('a'))!.severity,
    ).toBe('warn');
  });
});

describe('newly-reachable', () => {
  const app = (name: string) => [
    {
      address: `kubernetes_deployment_v1.${name}`,
      values: { metadata: [{ name, namespace: 'shop' }], spec: [{ template: [{ metadata: [{ labels: { app: name } }], spec: [{}] }] }] },
    },
    {
      address: `kubernetes_service_v1.${name}`,
      values: { metadata: [{ name, namespace: 'shop' }], spec: [{ selector: { app: name }, port: [{ port: 80, target_port: '8080' }] }] },
    },
  ];
  const ingress = (...services: string[]) => ({
    address: 'kubernetes_ingress_v1.Shop',
    values: {
      metadata: [{ name: 'shop', namespace: 'shop' }],
      spec: [
        {
          rule: [
            {
              host: 'shop.example.com',
              http: [{ path: services.map((name) => ({ backend: [{ service: [{ name, port: [{ number: 80 }] }] }] })) }],
            },
          ],
        },
      ],
    },
  });
  const said = (before: ReturnType<typeof ingress>[], after: ReturnType<typeof ingress>[]) => {
    const state = (ingresses: typeof before) => ({
      root_module: {
        resources: [...ingresses, ...app('web'), ...app('admin')].map((resource) => ({
          ...resource,
          mode: 'managed',
          type: resource.address.split('.')[0],
          name: resource.address.split('.')[1],
        })),
      },
    });
    const [was = ingress()] = before;
    const [is = ingress()] = after;
    const json = plan([updated(was.address, was.values, is.values)], {
      planned_values: state(after),
      prior_state: { values: state(before) },
    });
    const { verdicts } = guard(json, { synthesized: {} });
    return verdicts.flatMap(({ rule, severity, address, reason }) => (rule === 'newly-reachable' ? [[severity, address, reason]] : []));
  };

  test('a workload that an internet load balancer newly reaches is refused', () => {
    expect(said([ingress('web')], [ingress('web', 'admin')])).toEqual([
      [
        'refuse',
        'shop.example.com -> admin at 8080',
        'shop.example.com newly reaches admin at 8080, and shop.example.com is reachable from the internet',
      ],
    ]);
    expect(said([ingress('web', 'admin')], [ingress('web')])).toEqual([]);
  });

  test('a new load balancer is one finding, regardless of its backends', () => {
    expect(said([], [ingress('web', 'admin')])).toEqual([
      ['refuse', 'internet -> shop.example.com at 80, 443', 'internet newly reaches shop.example.com at 80, 443'],
    ]);
  });
});

test('a pool is recreated for the arguments that change, and not for those that are unset in another form', () => {
  const unset = { boot_disk_kms_key: null, flex_start: null, storage_pools: null };
  const zero = { boot_disk_kms_key: '', flex_start: false, storage_pools: [] };
  const node = { machine_type: 'e2-standard-4' };
  const change = updated(
    'google_container_node_pool.A',
    { ...pool, node_config: [{ ...node, ...unset }] },
    { node_config: [{ ...node, ...zero, machine_type: 'e2-standard-8' }] },
  );
  const [verdict] = findVerdicts('pool-rolls', [change]);
  expect(verdict!.reason).toContain('is recreated for machine_type: ');
});

test('a replaced VM instance keeps its attached disk, of which the plan shows the source', () => {
  const attached = (more: Readonly<Record<string, unknown>>) => ({
    name: 'vm',
    attached_disk: [{ source: 'zones/a/disks/data', ...more }],
  });
  const replacement = replaced(INSTANCE, attached({ device_name: 'data', disk_encryption_key_sha256: '' }), attached({}), {
    change: { after_unknown: { attached_disk: [{ device_name: true, disk_encryption_key_sha256: true }] } },
  });
  expect(findVerdicts('protection-switched-off', [replacement])).toEqual([]);
  // Its disk was deleted outside of Terraform, and is created again with the VM.
  const unknown = { change: { after_unknown: { attached_disk: [{ source: true }] } } };
  expect(findVerdicts('protection-switched-off', [replaced(INSTANCE, attached({}), { attached_disk: [{}] }, unknown)])).toEqual([]);
  expect(findVerdicts('protection-switched-off', [updated(INSTANCE, attached({}), { attached_disk: [{}] }, unknown)])).toHaveLength(1);
});
