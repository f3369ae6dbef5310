/** Resources by type and name, as a `cdk.tf.json` has them. */
export type Resources = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** Configurations that violate a rule, and others that comply with it. */
export interface RuleCase {
  readonly broken: readonly Resources[];
  readonly kept: readonly Resources[];

  /** Providers of the stack. */
  readonly provider?: Readonly<Record<string, unknown>>;
}

export const ref = (reference: string): string => `\${${reference}}`;
const of = (type: string) => (body: object) => ({ [type]: { It: body } });
const cluster = of('google_container_cluster');
const pool = of('google_container_node_pool');
const machine = of('google_compute_instance');
const policy = (role: string, ...members: string[]) => JSON.stringify({ bindings: [{ role, members }] });
const firewall = of('google_compute_firewall');
const network = of('google_compute_network');
const subnet = of('google_compute_subnetwork');
const disk = of('google_compute_disk');
const role = of('kubernetes_role_v1');
const grant = (body: object) => of('google_project_iam_member')({ role: 'roles/viewer', member: 'group:a@example.com', ...body });

/** A pod of a deployment; rules evaluate the pods of all kinds in the same way. */
const pod = (body: object, type = 'kubernetes_deployment_v1') =>
  of(type)({ metadata: [{ namespace: 'app' }], spec: { template: { spec: body } } });
const container = (body: object) => pod({ container: [{ name: 'app', ...body }] });
const secured = (body: object) => container({ security_context: body });
const shielded = (body: object) => pool({ node_config: { shielded_instance_config: body } });

/** By the id of the rule. */
export const RULE_CASES: Readonly<Record<string, RuleCase>> = {
  'cluster-private-nodes': {
    broken: [cluster({}), cluster({ private_cluster_config: { enable_private_nodes: false } })],
    kept: [cluster({ private_cluster_config: [{ enable_private_nodes: true }] })],
  },
  'cluster-control-plane-open': {
    broken: [
      cluster({}),
      cluster({ master_authorized_networks_config: { cidr_blocks: [{ cidr_block: '0.0.0.0/1' }, { cidr_block: '128.0.0.0/1' }] } }),
      cluster({ master_authorized_networks_config: { cidr_blocks: [{ cidr_block: '10.0.0.0/8' }, { cidr_block: '0.0.0.0/0' }] } }),
    ],
    kept: [
      cluster({ control_plane_endpoints_config: { ip_endpoints_config: { enabled: false } } }),
      cluster({ private_cluster_config: { enable_private_endpoint: true } }),
      cluster({ master_authorized_networks_config: { cidr_blocks: [{ cidr_block: '192.0.2.0/24' }] } }),
    ],
  },
  'cluster-legacy-abac': { broken: [cluster({ enable_legacy_abac: true })], kept: [cluster({}), cluster({ enable_legacy_abac: false })] },
  'cluster-client-certificate': {
    broken: [cluster({ master_auth: { client_certificate_config: { issue_client_certificate: true } } })],
    kept: [cluster({}), cluster({ master_auth: { client_certificate_config: { issue_client_certificate: false } } })],
  },
  'cluster-basic-auth': { broken: [cluster({ master_auth: { username: 'admin' } })], kept: [cluster({ master_auth: { username: '' } })] },
  'cluster-logging': { broken: [cluster({ logging_service: 'none' })], kept: [cluster({})] },
  'cluster-monitoring': { broken: [cluster({ monitoring_service: 'none' })], kept: [cluster({})] },
  'cluster-network-policy': {
    broken: [cluster({}), cluster({ datapath_provider: 'LEGACY_DATAPATH', network_policy: { enabled: false } })],
    kept: [cluster({ datapath_provider: 'ADVANCED_DATAPATH' }), cluster({ network_policy: [{ enabled: true }] })],
  },
  'cluster-vpc-native': { broken: [cluster({})], kept: [cluster({ ip_allocation_policy: { cluster_secondary_range_name: 'pods' } })] },
  'cluster-release-channel': {
    broken: [cluster({}), cluster({ release_channel: { channel: 'UNSPECIFIED' } })],
    kept: [cluster({ release_channel: { channel: 'STABLE' } })],
  },
  'cluster-shielded-nodes': { broken: [cluster({ enable_shielded_nodes: false })], kept: [cluster({})] },
  'cluster-workload-identity': { broken: [cluster({})], kept: [cluster({ workload_identity_config: { workload_pool: 'p.svc.id.goog' } })] },
  'cluster-intranode-visibility': { broken: [cluster({})], kept: [cluster({ enable_intranode_visibility: true })] },
  'cluster-google-groups': { broken: [cluster({})], kept: [cluster({ authenticator_groups_config: { security_group: 'g@example.com' } })] },
  'cluster-alpha': { broken: [cluster({ enable_kubernetes_alpha: true })], kept: [cluster({})] },
  'cluster-deletion-protection': {
    broken: [cluster({ deletion_protection: false })],
    kept: [cluster({}), cluster({ deletion_protection: true })],
  },
  'cluster-default-pool': {
    broken: [cluster({ node_pool: [{}] })],
    kept: [cluster({}), cluster({ node_pool: [{}], remove_default_node_pool: true })],
  },
  'cluster-maintenance-window': { broken: [cluster({})], kept: [cluster({ maintenance_policy: { recurring_window: {} } })] },
  'cluster-regional': { broken: [cluster({ location: 'europe-west1-b' })], kept: [cluster({ location: 'europe-west1' })] },
  'cluster-system-bindings': {
    broken: [
      cluster({ rbac_binding_config: { enable_insecure_binding_system_authenticated: true } }),
      cluster({ rbac_binding_config: { enable_insecure_binding_system_unauthenticated: true } }),
    ],
    kept: [cluster({}), cluster({ rbac_binding_config: { enable_insecure_binding_system_authenticated: false } })],
  },
  'cluster-labels': { broken: [cluster({})], kept: [cluster({ resource_labels: { team: 'parking' } })] },
  'cluster-kubelet-read-only-port': {
    broken: [cluster({ node_pool_defaults: { node_config_defaults: { insecure_kubelet_readonly_port_enabled: 'TRUE' } } })],
    kept: [cluster({ node_pool_defaults: { node_config_defaults: { insecure_kubelet_readonly_port_enabled: 'FALSE' } } })],
  },
  'pool-auto-repair': {
    broken: [pool({}), pool({ management: { auto_repair: false } })],
    kept: [pool({ management: { auto_repair: true } })],
  },
  'pool-auto-upgrade': {
    broken: [pool({}), pool({ management: { auto_upgrade: false } })],
    kept: [pool({ management: { auto_upgrade: true } })],
  },
  'pool-image': {
    broken: [pool({ node_config: { image_type: 'UBUNTU' } })],
    kept: [pool({}), pool({ node_config: { image_type: 'COS_CONTAINERD' } })],
  },
  'pool-secure-boot': { broken: [pool({}), shielded({ enable_secure_boot: false })], kept: [shielded({ enable_secure_boot: true })] },
  'pool-integrity-monitoring': { broken: [shielded({ enable_integrity_monitoring: false })], kept: [pool({}), shielded({})] },
  'pool-metadata-server': {
    broken: [pool({}), pool({ node_config: { workload_metadata_config: { mode: 'GCE_METADATA' } } })],
    kept: [pool({ node_config: { workload_metadata_config: { mode: 'GKE_METADATA' } } })],
  },
  'pool-legacy-metadata': {
    broken: [
      pool({ node_config: { metadata: { 'disable-legacy-endpoints': 'false' } } }),
      pool({ node_config: { metadata: { other: 'x' } } }),
    ],
    kept: [pool({}), pool({ node_config: { metadata: { 'disable-legacy-endpoints': 'TRUE' } } })],
  },
  'pool-service-account': {
    broken: [pool({}), pool({ node_config: { service_account: 'default' } })],
    kept: [pool({ node_config: { service_account: ref('google_service_account.Nodes.email') } })],
  },
  'pool-autoscaling': { broken: [pool({ node_count: 3 })], kept: [pool({ autoscaling: { total_max_node_count: 3 } })] },
  'instance-service-account': {
    broken: [machine({ service_account: {} }), machine({ service_account: { email: '123-compute@developer.gserviceaccount.com' } })],
    kept: [
      machine({}),
      machine({ service_account: { email: 'db@p.iam.gserviceaccount.com' } }),
      machine({ service_account: { email: ref('google_service_account.A.email') } }),
    ],
  },
  'instance-project-ssh-keys': { broken: [machine({})], kept: [machine({ metadata: { 'block-project-ssh-keys': 'TRUE' } })] },
  'instance-os-login': {
    broken: [machine({ metadata: { 'enable-oslogin': 'FALSE' } })],
    kept: [machine({}), machine({ metadata: { 'enable-oslogin': 'TRUE' } })],
  },
  'instance-serial-port': {
    broken: [machine({ metadata: { 'serial-port-enable': 'true' } }), machine({ metadata: { 'serial-port-enable': '1' } })],
    kept: [machine({}), machine({ metadata: { 'serial-port-enable': 'FALSE' } })],
  },
  'instance-ip-forwarding': { broken: [machine({ can_ip_forward: true })], kept: [machine({})] },
  'instance-shielded': {
    broken: [machine({}), machine({ shielded_instance_config: { enable_vtpm: false } })],
    kept: [machine({ shielded_instance_config: { enable_vtpm: true, enable_integrity_monitoring: true } })],
  },
  'instance-public-address': {
    broken: [
      machine({ network_interface: [{}, { access_config: [{}] }] }),
      machine({ network_interface: { ipv6_access_config: { network_tier: 'PREMIUM' } } }),
    ],
    kept: [machine({ network_interface: [{ subnetwork: 'a' }] })],
  },
  'firewall-open-to-internet': {
    broken: [
      firewall({ allow: [{ protocol: 'tcp', ports: ['443'] }], source_ranges: ['0.0.0.0/0'] }),
      firewall({ allow: [{ protocol: 'tcp' }], source_ranges: ['10.0.0.0/8', '::/0'] }),
      firewall({ allow: [{ protocol: 'tcp' }], source_ranges: ['0.0.0.0/1', '128.0.0.0/1'] }),
      firewall({ allow: [{ protocol: 'tcp' }] }),
      of('google_compute_network_firewall_policy_rule')({
        action: 'allow',
        direction: 'INGRESS',
        match: { src_ip_ranges: ['0.0.0.0/0'], layer4_configs: [{ ip_protocol: 'all' }] },
      }),
    ],
    kept: [
      firewall({ allow: [{ protocol: 'tcp', ports: ['443'] }], source_ranges: ['35.191.0.0/16'] }),
      firewall({ direction: 'EGRESS', allow: [{ protocol: 'tcp' }], destination_ranges: ['0.0.0.0/0'], source_ranges: [] }),
      firewall({ deny: [{ protocol: 'all' }], source_ranges: ['0.0.0.0/0'] }),
      firewall({ disabled: true, allow: [{ protocol: 'tcp' }], source_ranges: ['0.0.0.0/0'] }),
      firewall({ allow: [{ protocol: 'tcp' }], source_ranges: [ref('google_compute_subnetwork.Nodes.ip_cidr_range')] }),
      firewall({ allow: [{ protocol: 'tcp' }], source_ranges: ref('local.ranges') }),
    ],
  },
  'firewall-cassandra-ports': {
    broken: [
      firewall({ allow: [{ protocol: 'tcp', ports: ['7000-7001'] }], source_ranges: ['10.0.0.0/8'] }),
      firewall({ allow: [{ protocol: 'tcp', ports: ['7100-7200'] }], source_tags: ['ops'] }),
    ],
    kept: [
      firewall({ allow: [{ protocol: 'tcp', ports: ['7000'] }], source_service_accounts: ['ring@p.iam.gserviceaccount.com'] }),
      firewall({ allow: [{ protocol: 'tcp', ports: ['9042'] }], source_ranges: ['10.0.0.0/8'] }),
    ],
  },
  'load-balancer-public': {
    broken: [
      of('google_compute_forwarding_rule')({ load_balancing_scheme: 'EXTERNAL' }),
      of('google_compute_forwarding_rule')({}),
      of('google_compute_global_forwarding_rule')({ load_balancing_scheme: 'EXTERNAL_MANAGED' }),
      of('kubernetes_service_v1')({ spec: { type: 'LoadBalancer' } }),
    ],
    kept: [
      of('google_compute_forwarding_rule')({ load_balancing_scheme: 'INTERNAL' }),
      of('google_compute_forwarding_rule')({ load_balancing_scheme: '' }),
      of('google_compute_forwarding_rule')({ load_balancing_scheme: ref('var.scheme') }),
      of('kubernetes_service_v1')({ spec: { type: 'ClusterIP' } }),
      of('kubernetes_service_v1')({
        metadata: { annotations: { 'networking.gke.io/load-balancer-type': 'Internal' } },
        spec: { type: 'LoadBalancer' },
      }),
    ],
  },
  'network-auto-subnets': {
    broken: [network({}), network({ auto_create_subnetworks: true })],
    kept: [network({ auto_create_subnetworks: false })],
  },
  'network-without-firewall': {
    broken: [network({ name: 'main' })],
    kept: [
      { ...network({ name: 'main' }), ...firewall({ network: ref('google_compute_network.It.id') }) },
      { ...network({ name: 'main' }), ...firewall({ network: 'main' }) },
    ],
  },
  'subnet-flow-logs': {
    broken: [subnet({})],
    kept: [subnet({ log_config: { flow_sampling: 0.5 } }), subnet({ purpose: 'REGIONAL_MANAGED_PROXY' })],
  },
  'subnet-private-google-access': {
    broken: [subnet({}), subnet({ private_ip_google_access: false })],
    kept: [subnet({ private_ip_google_access: true }), subnet({ purpose: 'PRIVATE_SERVICE_CONNECT' })],
  },
  'nat-logging': {
    broken: [of('google_compute_router_nat')({})],
    kept: [of('google_compute_router_nat')({ log_config: [{ enable: true }] })],
  },
  'network-policy-port-range': {
    broken: [of('kubernetes_network_policy_v1')({ spec: { ingress: [{ ports: [{ port: '1', end_port: 9 }] }] } })],
    kept: [
      of('kubernetes_network_policy_v1')({
        spec: { egress: [{ ports: [{ port: '53' }, { port: '9', end_port: 9 }, { protocol: 'TCP' }] }] },
      }),
    ],
  },
  'disk-without-schedule': {
    broken: [disk({ name: 'data' })],
    kept: [
      { ...disk({ name: 'data' }), ...of('google_compute_disk_resource_policy_attachment')({ disk: ref('google_compute_disk.It.name') }) },
      { ...disk({ name: 'data' }), ...of('google_compute_disk_resource_policy_attachment')({ disk: 'data' }) },
      disk({ resource_policies: ['daily'] }),
    ],
  },
  'data-prevent-destroy': {
    broken: [disk({}), of('google_sql_database_instance')({ lifecycle: { prevent_destroy: false } })],
    kept: [disk({ lifecycle: { prevent_destroy: true } })],
  },
  'project-default-network': { broken: [of('google_project')({})], kept: [of('google_project')({ auto_create_network: false })] },
  'iam-basic-roles': {
    broken: [
      grant({ role: 'roles/owner' }),
      grant({ role: 'roles/editor' }),
      of('google_project_iam_policy')({ policy_data: policy('roles/owner', 'user:a@example.com') }),
    ],
    kept: [grant({}), of('google_project_iam_policy')({ policy_data: policy('roles/viewer', 'user:a@example.com') })],
  },
  'iam-impersonation': {
    broken: [
      grant({ role: 'roles/iam.serviceAccountTokenCreator' }),
      of('google_project_iam_policy')({ policy_data: policy('roles/iam.serviceAccountUser', 'user:a@example.com') }),
    ],
    kept: [grant({})],
  },
  'iam-public': {
    broken: [
      of('google_storage_bucket_iam_policy')({ policy_data: policy('roles/storage.objectViewer', 'allUsers') }),
      of('google_project_iam_policy')({ policy_data: policy('roles/viewer', 'user:a@example.com', 'allAuthenticatedUsers') }),
      of('google_storage_bucket_access_control')({ role: 'READER', entity: 'allUsers' }),
      grant({ member: 'allUsers' }),
      of('google_storage_bucket_iam_binding')({ members: ['user:a@example.com', 'allAuthenticatedUsers'] }),
    ],
    kept: [
      grant({}),
      of('google_storage_bucket_iam_policy')({ policy_data: policy('roles/storage.objectViewer', 'user:a@example.com') }),
      of('google_storage_bucket_iam_policy')({ policy_data: ref('data.google_iam_policy.It.policy_data') }),
    ],
  },
  'service-account-key': { broken: [of('google_service_account_key')({})], kept: [of('google_service_account')({})] },
  'bucket-public': {
    broken: [
      of('google_storage_bucket')({ uniform_bucket_level_access: true }),
      of('google_storage_bucket')({ public_access_prevention: 'enforced' }),
    ],
    kept: [of('google_storage_bucket')({ uniform_bucket_level_access: true, public_access_prevention: 'enforced' })],
  },
  'container-privileged': { broken: [secured({ privileged: true })], kept: [secured({}), secured({ privileged: false })] },
  'container-privilege-escalation': {
    broken: [container({}), secured({ allow_privilege_escalation: true })],
    kept: [secured({ allow_privilege_escalation: false })],
  },
  'container-root-file-system': { broken: [container({})], kept: [secured({ read_only_root_filesystem: true })] },
  'container-capabilities': {
    broken: [
      container({}),
      secured({ capabilities: { drop: ['NET_RAW'] } }),
      secured({ capabilities: { drop: ['ALL'], add: ['SYS_ADMIN'] } }),
    ],
    kept: [secured({ capabilities: { drop: ['ALL'] } }), secured({ capabilities: [{ drop: ['all'], add: ['NET_BIND_SERVICE'] }] })],
  },
  'container-root-user': {
    broken: [
      container({}),
      pod({ security_context: { run_as_non_root: true }, container: [{ name: 'a', security_context: { run_as_non_root: false } }] }),
    ],
    kept: [secured({ run_as_non_root: true }), pod({ security_context: { run_as_non_root: true }, container: [{ name: 'a' }] })],
  },
  'container-resources': {
    broken: [
      container({ resources: { requests: { cpu: '1', memory: '1Gi' } } }),
      container({ resources: { limits: { memory: '1Gi' }, requests: { memory: '1Gi' } } }),
    ],
    kept: [container({ resources: { requests: { cpu: '1', memory: '1Gi' }, limits: { memory: '1Gi' } } })],
  },
  'container-image-tag': {
    broken: [container({ image: 'app' }), container({ image: 'registry.example.com:5000/app' }), container({ image: 'app:latest' })],
    kept: [container({ image: 'app:1.2' }), container({ image: `app@sha256:${'a'.repeat(64)}` }), container({ image: ref('var.image') })],
  },
  'container-host-port': {
    broken: [container({ port: [{ container_port: 1, host_port: 1 }] })],
    kept: [container({ port: [{ container_port: 1 }] })],
  },
  'container-liveness': {
    broken: [container({})],
    kept: [
      container({ liveness_probe: {} }),
      pod({ container: [{ name: 'once' }] }, 'kubernetes_job_v1'),
      pod({ init_container: [{ name: 'first' }] }),
    ],
  },
  'container-readiness': {
    broken: [container({})],
    kept: [container({ readiness_probe: {} }), pod({ container: [{ name: 'once' }] }, 'kubernetes_job')],
  },
  'pod-host-namespaces': {
    broken: [pod({ host_network: true }), pod({ host_pid: true }), pod({ host_ipc: true })],
    kept: [pod({ host_network: false })],
  },
  'pod-host-path': {
    broken: [pod({ volume: [{ name: 'a', host_path: { path: '/' } }] })],
    kept: [pod({ volume: [{ name: 'a', empty_dir: {} }] })],
  },
  'pod-seccomp': {
    broken: [pod({}), pod({ security_context: { seccomp_profile: { type: 'Unconfined' } } })],
    kept: [pod({ security_context: { seccomp_profile: { type: 'RuntimeDefault' } } })],
  },
  'pod-service-account': { broken: [pod({}), pod({ service_account_name: 'default' })], kept: [pod({ service_account_name: 'app' })] },
  'pod-token': {
    broken: [pod({}), pod({ automount_service_account_token: true })],
    kept: [pod({ automount_service_account_token: false })],
  },
  'default-namespace': {
    broken: [of('kubernetes_pod')({ metadata: {} }), of('helm_release')({ namespace: 'default' })],
    kept: [
      of('kubernetes_pod')({ metadata: { namespace: 'app' } }),
      of('helm_release')({ namespace: ref('kubernetes_namespace_v1.A.id') }),
    ],
  },
  'namespace-default-deny': {
    broken: [
      of('kubernetes_namespace_v1')({ metadata: { name: 'app' } }),
      {
        ...of('kubernetes_namespace_v1')({ metadata: { name: 'app' } }),
        ...of('kubernetes_network_policy_v1')({
          metadata: { namespace: 'app' },
          spec: { pod_selector: { match_labels: { a: 'b' } }, policy_types: ['Ingress'] },
        }),
      },
    ],
    kept: [
      {
        ...of('kubernetes_namespace_v1')({ metadata: { name: 'app' } }),
        ...of('kubernetes_network_policy_v1')({
          metadata: { namespace: ref('kubernetes_namespace_v1.It.metadata[0].name') },
          spec: { pod_selector: {}, policy_types: ['Ingress', 'Egress'] },
        }),
      },
    ],
  },
  'namespace-quota': {
    broken: [of('kubernetes_namespace_v1')({ metadata: { name: 'app' } })],
    kept: [
      {
        ...of('kubernetes_namespace_v1')({ metadata: { name: 'app' } }),
        ...of('kubernetes_resource_quota_v1')({ metadata: { namespace: 'app' } }),
      },
    ],
  },
  'role-wildcards': {
    broken: [
      role({ rule: [{ api_groups: [''], resources: ['*'], verbs: ['get'] }] }),
      of('kubernetes_cluster_role')({ rule: { verbs: ['*'] } }),
    ],
    kept: [role({ rule: [{ api_groups: [''], resources: ['pods'], verbs: ['get'] }] })],
  },
  'cluster-admin': {
    broken: [of('kubernetes_cluster_role_binding_v1')({ role_ref: { name: 'cluster-admin' } })],
    kept: [of('kubernetes_cluster_role_binding_v1')({ role_ref: { name: 'view' } })],
  },
  'secret-in-state': {
    broken: [of('kubernetes_secret_v1')({ data: { password: 'x' } }), of('google_secret_manager_secret_version')({ secret_data: 'x' })],
    kept: [of('kubernetes_secret_v1')({ metadata: { name: 'a' } })],
  },
  'kubernetes-manifest': { broken: [of('kubernetes_manifest')({})], kept: [of('kubernetes_config_map_v1')({})] },
  'chart-version': {
    broken: [
      of('helm_release')({ repository: 'https://charts.example.com', chart: 'app' }),
      of('helm_release')({ chart: 'oci://example.com/app', version: '~> 1' }),
    ],
    kept: [
      of('helm_release')({ repository: 'https://charts.example.com', chart: 'app', version: '1.2.3' }),
      of('helm_release')({ chart: './charts/app' }),
    ],
  },
};
