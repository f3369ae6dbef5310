import { created, findVerdicts, type HandMadeChange, replaced, updated } from './hand-made';

const unknown = (shape: object) => ({ change: { after_unknown: shape } });
const SQL = 'google_sql_database_instance.A';
const sql = (ipConfiguration: object) => ({ name: 'orders', settings: [{ ip_configuration: [ipConfiguration] }] });
const networks = (...ranges: string[]) => ({ ipv4_enabled: true, authorized_networks: ranges.map((value) => ({ value })) });
const CLUSTER = 'google_container_cluster.A';
const cluster = (more: object) => ({ name: 'main', ...more });
const SERVICE = 'kubernetes_service_v1.A';
const service = (type: string, spec: object = {}, annotations: object = {}) => ({
  metadata: [{ name: 'web', annotations }],
  spec: [{ type, ...spec }],
});
const INTERNAL = { 'networking.gke.io/load-balancer-type': 'Internal' };
const INGRESS = 'kubernetes_ingress_v1.A';
const ingress = (annotations: object) => ({ metadata: [{ name: 'web', annotations }], spec: [{}] });
const BACKEND = 'google_compute_backend_service.A';
const manifest = (apiVersion: string, kind: string, spec: object) => ({ manifest: { apiVersion, kind, metadata: { name: 'web' }, spec } });
const config = (spec: object) => manifest('cloud.google.com/v1', 'BackendConfig', spec);

const VM = 'google_compute_instance.A';
const scopes = (scope: string) => ({ service_account: [{ email: 'a', scopes: [`https://www.googleapis.com/auth/${scope}`] }] });

type Case = [what: string, rule: string, changes: HandMadeChange[], expected: RegExp];
const address = 'public-address';
const plane = 'control-plane-opened';
const identity = 'identity-widened';

const opening: Case[] = [
  // Databases.
  [
    'a database with a public address',
    address,
    [updated(SQL, sql({ ipv4_enabled: false }), sql({ ipv4_enabled: true }))],
    /^refuse the database gets a public address/,
  ],
  [
    'a database for one range more',
    address,
    [updated(SQL, sql(networks('192.0.2.1/32')), sql(networks('192.0.2.1/32', '198.51.100.0/24')))],
    /^warn the database accepts connections at its public address: from 198\.51\.100\.0\/24/,
  ],
  [
    'a database for quarters of the internet',
    address,
    [updated(SQL, sql(networks()), sql(networks('0.0.0.0/2', '64.0.0.0/2')))],
    /^refuse .*from the whole internet/,
  ],
  [
    'a database whose address is known after apply',
    address,
    [updated(SQL, sql({ ipv4_enabled: false }), sql({}), unknown({ settings: [{ ip_configuration: [{ ipv4_enabled: true }] }] }))],
    /^warn the database gets a public address, or not: it is known after apply/,
  ],
  [
    'an AlloyDB instance',
    address,
    [updated('google_alloydb_instance.A', { network_config: [] }, { network_config: [{ enable_public_ip: true }] })],
    /^refuse the database/,
  ],
  [
    'a database of another cloud',
    address,
    [updated('aws_db_instance.A', { publicly_accessible: false }, { publicly_accessible: true })],
    /^refuse it gets a public address/,
  ],
  // Data.
  [
    'a public access control list',
    identity,
    [created('google_storage_bucket_acl.A', { role_entity: ['READER:allUsers', 'OWNER:user-a'] })],
    /^refuse objects may be read: READER:allUsers/,
  ],
  [
    'a predefined public list',
    address,
    [created('google_storage_bucket_acl.A', { predefined_acl: 'publicRead' })],
    /^refuse objects become public/,
  ],
  [
    'a public dataset',
    identity,
    [
      updated(
        'google_bigquery_dataset.A',
        { access: [{ role: 'OWNER', user_by_email: 'a' }] },
        { access: [{ role: 'READER', special_group: 'allAuthenticatedUsers' }] },
      ),
    ],
    /^refuse the dataset may be read: allAuthenticatedUsers/,
  ],
  [
    'a dataset for a domain',
    address,
    [updated('google_bigquery_dataset.A', { access: [] }, { access: [{ role: 'READER', domain: 'example.com' }] })],
    /^warn a whole domain/,
  ],
  [
    'public access to a dataset',
    identity,
    [created('google_bigquery_dataset_access.A', { role: 'READER', iam_member: 'allUsers' })],
    /^refuse the dataset may be read/,
  ],
  // Load balancers and services.
  [
    'a backend without Identity-Aware Proxy',
    address,
    [updated(BACKEND, { iap: [{ enabled: true }] }, { iap: [] })],
    /^refuse .*Identity-Aware Proxy/,
  ],
  [
    'a backend without Cloud Armor',
    address,
    [updated(BACKEND, { security_policy: 'armor' }, { security_policy: '' })],
    /^refuse Cloud Armor no longer filters/,
  ],
  [
    'an attachment for all projects',
    address,
    [
      updated(
        'google_compute_service_attachment.A',
        { connection_preference: 'ACCEPT_MANUAL' },
        { connection_preference: 'ACCEPT_AUTOMATIC' },
      ),
    ],
    /^refuse every project/,
  ],
  [
    'clients of all regions',
    address,
    [updated('google_compute_forwarding_rule.A', { load_balancing_scheme: 'INTERNAL' }, { allow_global_access: true })],
    /^warn clients in all regions/,
  ],
  [
    'Cloud Run for the internet',
    address,
    [updated('google_cloud_run_v2_service.A', { ingress: 'INGRESS_TRAFFIC_INTERNAL_ONLY' }, { ingress: 'INGRESS_TRAFFIC_ALL' })],
    /^refuse the service accepts requests from the internet/,
  ],
  [
    'Cloud Run without authentication',
    address,
    [created('google_cloud_run_v2_service.A', { invoker_iam_disabled: true })],
    /^refuse .*without authentication/,
  ],
  [
    'a function for the internet',
    address,
    [
      updated(
        'google_cloudfunctions2_function.A',
        { service_config: [{ ingress_settings: 'ALLOW_INTERNAL_ONLY' }] },
        { service_config: [{ ingress_settings: 'ALLOW_ALL' }] },
      ),
    ],
    /^refuse the function/,
  ],
  [
    'a service whose annotation is removed',
    address,
    [updated(SERVICE, service('LoadBalancer', {}, INTERNAL), service('LoadBalancer'))],
    /^refuse the service gets a public load balancer/,
  ],
  [
    'a service without its ranges',
    address,
    [
      updated(
        SERVICE,
        service('LoadBalancer', { load_balancer_source_ranges: ['10.0.0.0/8'] }, INTERNAL),
        service('LoadBalancer', {}, INTERNAL),
      ),
    ],
    /^refuse the load balancer accepts clients from all ranges/,
  ],
  [
    'a service with a wider range',
    address,
    [
      updated(
        SERVICE,
        service('LoadBalancer', { load_balancer_source_ranges: ['10.1.0.0/16'] }, INTERNAL),
        service('LoadBalancer', { load_balancer_source_ranges: ['10.0.0.0/8'] }, INTERNAL),
      ),
    ],
    /^warn .*10\.0\.0\.0\/8/,
  ],
  [
    'a port on every node',
    address,
    [updated(SERVICE, service('ClusterIP'), service('NodePort'))],
    /^warn the service gets a port on every node/,
  ],
  [
    'external addresses',
    address,
    [updated(SERVICE, service('ClusterIP'), service('ClusterIP', { external_ips: ['192.0.2.1'] }))],
    /^warn the service gets external addresses/,
  ],
  [
    'an ingress of a public class',
    address,
    [updated(INGRESS, ingress({ 'kubernetes.io/ingress.class': 'gce-internal' }), ingress({ 'kubernetes.io/ingress.class': 'gce' }))],
    /^refuse the ingress gets a public load balancer/,
  ],
  [
    'an ingress without its ranges',
    address,
    [updated(INGRESS, ingress({ 'nginx.ingress.kubernetes.io/whitelist-source-range': '10.0.0.0/8' }), ingress({}))],
    /^refuse the ingress no longer limits its clients/,
  ],
  [
    'a backend configuration without Identity-Aware Proxy',
    address,
    [updated('kubernetes_manifest.A', config({ iap: { enabled: true } }), config({}))],
    /^refuse the backend is no longer behind Identity-Aware Proxy/,
  ],
  // VM instances and nodes.
  [
    'a serial console',
    address,
    [updated('google_compute_instance.A', { metadata: {} }, { metadata: { 'serial-port-enable': 'TRUE' } })],
    /^warn the serial console/,
  ],
  [
    'nodes with public addresses',
    address,
    [
      updated(
        'google_container_node_pool.A',
        { network_config: [{ enable_private_nodes: true }] },
        { network_config: [{ enable_private_nodes: false }] },
      ),
    ],
    /^refuse the nodes get public addresses/,
  ],
  [
    'a notebook',
    address,
    [updated('google_notebooks_instance.A', { no_public_ip: true }, { no_public_ip: false })],
    /^refuse it gets a public address/,
  ],
  // Control planes.
  [
    'a password',
    plane,
    [updated(CLUSTER, cluster({ master_auth: [] }), { master_auth: [{ username: 'admin' }] })],
    /^refuse main: it accepts a password/,
  ],
  [
    'a removed private configuration',
    plane,
    [updated(CLUSTER, cluster({ private_cluster_config: [{ enable_private_endpoint: true }] }), { private_cluster_config: [] })],
    /^refuse main: it gets a public address/,
  ],
  [
    'roles for all accounts',
    plane,
    [
      updated(CLUSTER, cluster({ rbac_binding_config: [{ enable_insecure_binding_system_authenticated: false }] }), {
        rbac_binding_config: [{ enable_insecure_binding_system_authenticated: true }],
      }),
    ],
    /^refuse main: roles may be granted to all Google accounts/,
  ],
  [
    'an endpoint that is known after apply',
    plane,
    [
      updated(
        CLUSTER,
        cluster({ private_cluster_config: [{ enable_private_endpoint: true }] }),
        { private_cluster_config: [{}] },
        unknown({ private_cluster_config: [{ enable_private_endpoint: true }] }),
      ),
    ],
    /^warn main: it gets a public address, or not/,
  ],
  // Other clouds.
  [
    'a security group',
    address,
    [updated('aws_security_group.A', { ingress: [{ cidr_blocks: ['10.0.0.0/8'] }] }, { ingress: [{ cidr_blocks: ['0.0.0.0/0'] }] })],
    /^refuse traffic is allowed: from the whole internet/,
  ],
  [
    'a public network of Azure',
    address,
    [updated('azurerm_postgresql_flexible_server.A', { public_network_access_enabled: false }, { public_network_access_enabled: true })],
    /^refuse it accepts callers from the internet/,
  ],
  [
    'a public repository',
    address,
    [updated('github_repository.A', { visibility: 'private' }, { visibility: 'public' })],
    /^refuse the repository becomes public/,
  ],
  [
    'databases for the internet',
    address,
    [created('mongodbatlas_project_ip_access_list.A', { cidr_block: '0.0.0.0/0' })],
    /^refuse .*from the whole internet/,
  ],
  [
    'one more address of a control plane',
    plane,
    [
      updated(CLUSTER, cluster({ master_authorized_networks_config: [{ cidr_blocks: [{ cidr_block: '10.10.0.0/20' }] }] }), {
        master_authorized_networks_config: [{ cidr_blocks: [{ cidr_block: '10.10.0.0/20' }, { cidr_block: '10.20.0.4/32' }] }],
      }),
    ],
    /^warn main: 10\.20\.0\.4\/32 may call it/,
  ],
  [
    'another policy of Cloud Armor',
    address,
    [updated(BACKEND, { security_policy: 'a' }, { security_policy: 'b' })],
    /^warn another policy/,
  ],
  [
    'more scopes of a VM instance',
    address,
    [updated(VM, scopes('logging.write'), scopes('cloud-platform'))],
    /^warn .*all roles of its service account/,
  ],
  ['SSH keys', address, [updated(VM, { metadata: {} }, { metadata: { 'ssh-keys': 'a:ssh-ed25519 AAAA' } })], /^warn other SSH keys/],
  [
    'another identity of Cloud Run',
    address,
    [updated('google_cloud_run_v2_service.A', { template: [{ service_account: 'a' }] }, { template: [{ service_account: 'b' }] })],
    /^warn it gets another service account/,
  ],
  [
    'a public zone',
    address,
    [updated('google_dns_managed_zone.A', { visibility: 'private' }, { visibility: 'public' })],
    /^refuse the names of the zone/,
  ],
];

const closed: [what: string, changes: HandMadeChange[]][] = [
  ['a database that gets fewer ranges', [updated(SQL, sql(networks('192.0.2.0/24')), sql(networks('192.0.2.1/32')))]],
  [
    'ranges in another order',
    [updated(SQL, sql(networks('192.0.2.1/32', '198.51.100.0/24')), sql(networks('198.51.100.0/24', '192.0.2.1/32')))],
  ],
  ['a private database', [updated(SQL, sql({ ipv4_enabled: true }), sql({ ipv4_enabled: false }))]],
  ['a new private database', [created(SQL, sql({ ipv4_enabled: false, authorized_networks: [] }))]],
  [
    'a bucket with prevention',
    [updated('google_storage_bucket.A', { public_access_prevention: 'inherited' }, { public_access_prevention: 'enforced' })],
  ],
  [
    'a new bucket',
    [created('google_storage_bucket.A', { name: 'b', public_access_prevention: 'inherited', uniform_bucket_level_access: true })],
  ],
  ['a new Redis instance', [created('google_redis_instance.A', { auth_enabled: false, transit_encryption_mode: 'DISABLED' })]],
  [
    'a dataset for one account',
    [updated('google_bigquery_dataset.A', { access: [] }, { access: [{ role: 'READER', user_by_email: 'a@example.com' }] })],
  ],
  ['a backend that gets Cloud Armor', [updated(BACKEND, { security_policy: '' }, { security_policy: 'armor', iap: [{ enabled: true }] })]],
  ['a new backend', [created(BACKEND, { name: 'web' })]],
  [
    'a public service that was public',
    [updated(SERVICE, service('LoadBalancer'), service('LoadBalancer', { session_affinity: 'ClientIP' }))],
  ],
  [
    'a service with a narrower range',
    [
      updated(
        SERVICE,
        service('LoadBalancer', { load_balancer_source_ranges: ['10.0.0.0/8'] }, INTERNAL),
        service('LoadBalancer', { load_balancer_source_ranges: ['10.1.0.0/16'] }, INTERNAL),
      ),
    ],
  ],
  ['an internal service', [created(SERVICE, service('ClusterIP'))]],
  ['a service that becomes internal', [replaced(SERVICE, service('LoadBalancer'), service('LoadBalancer', {}, INTERNAL))]],
  [
    'an ingress with other labels',
    [updated(INGRESS, ingress({ 'kubernetes.io/ingress.class': 'gce' }), ingress({ 'kubernetes.io/ingress.class': 'gce', note: 'x' }))],
  ],
  [
    'a private cluster without an attribute that gets its default',
    [updated(CLUSTER, cluster({ private_cluster_config: [{ enable_private_endpoint: true }] }), { enable_legacy_abac: false })],
  ],
  [
    'Cloud Run that becomes internal',
    [updated('google_cloud_run_v2_service.A', { ingress: 'INGRESS_TRAFFIC_ALL' }, { ingress: 'INGRESS_TRAFFIC_INTERNAL_ONLY' })],
  ],
  ['a private subnet of another cloud', [created('aws_subnet.A', { map_public_ip_on_launch: false })]],
  [
    'a security group for a private range',
    [created('aws_security_group.A', { ingress: [{ cidr_blocks: ['10.0.0.0/8'] }], egress: [{ cidr_blocks: ['0.0.0.0/0'] }] })],
  ],
  ['a VM instance with OS Login', [updated('google_compute_instance.A', { metadata: {} }, { metadata: { 'enable-oslogin': 'TRUE' } })]],
  ['a new VM instance with an identity', [created(VM, { ...scopes('cloud-platform'), network_interface: [{}] })]],
];

const said = (rule: string, changes: readonly HandMadeChange[]) =>
  findVerdicts(rule, changes).map(({ severity, reason }) => `${severity} ${reason}`);

test.each(opening)('reports %s', (_what, rule, changes, expected) => {
  expect(said(rule, changes)).toEqual([expect.stringMatching(expected)]);
});

test.each(closed)('accepts %s', (_what, changes) => {
  expect([address, plane, identity].flatMap((rule) => said(rule, changes))).toEqual([]);
});
