import { CloudError } from '../cloud-error';
import type { CloudResource } from '../cloud-resource';
import { lastPart, sameReference } from '../references';
import type { Cloud, MakeValue, Rule, TypeDescription } from '../type-description';
import { isSet, sameValue, type Value, type Values } from '../values';
import { buildComputeIdentity, COMPUTE_API, computeName } from './compute';
import { findFreeAddress, findInstance, findNicNetwork } from './compute-network';
import { readRegion, readZone, requireFound, resolveName, serverNumber } from './google';

/** Arguments whose change requires the provider to stop the instance. */
const NEED_A_STOP = [
  'machine_type',
  'min_cpu_platform',
  'service_account',
  'enable_display',
  'shielded_instance_config',
  'advanced_machine_features',
];

/** Lists the disks of an instance besides its boot disk. */
function listAttachedDisks(instance: CloudResource): Values[] {
  return instance.all('attached_disk').flat() as Values[];
}

function listInterfaces(instance: CloudResource): Values[] {
  return instance.all('network_interface').flat() as Values[];
}

function buildDiskIdentity(instance: CloudResource, source: unknown): string {
  return resolveName(instance, readZone(instance), 'disks', String(source));
}

/** Checks that attached disks exist, are in the zone of the instance, and are not attached elsewhere for writing. */
const disksAreFree: Rule = ({ resource, before, cloud }) => {
  const doing = before ? `Error updating instance` : 'Error creating instance';
  const had = before ? listAttachedDisks(before).map((block) => buildDiskIdentity(before, block.source)) : [];
  for (const block of listAttachedDisks(resource)) {
    if (!isSet(block.source)) continue;
    const identity = buildDiskIdentity(resource, block.source);
    if (had.includes(identity)) continue;
    const disk = requireFound(cloud, doing, 'google_compute_disk', identity);
    if (lastPart(disk.text('zone')) !== lastPart(resource.text('zone'))) {
      throw CloudError.google(
        doing,
        400,
        `Invalid value for field 'resource.disks[].source': '${block.source}'. Disk must be in the same zone as the instance: '${readZone(resource)}'`,
        'invalid',
      );
    }
    const user = cloud.list('google_compute_instance').find((other) => other.identity !== resource.identity && writes(other, identity));
    if (!user || block.mode === 'READ_ONLY') continue;
    throw CloudError.google(
      doing,
      400,
      `RESOURCE_IN_USE_BY_ANOTHER_RESOURCE - The disk resource '${identity}' is already being used by '${user.identity}'`,
      'resourceInUseByAnotherResource',
    );
  }
};

function writes(instance: CloudResource, disk: string): boolean {
  const attached = listAttachedDisks(instance).some(
    (block) => block.mode !== 'READ_ONLY' && buildDiskIdentity(instance, block.source) === disk,
  );
  return attached || instance.all('boot_disk.source').some((source) => buildDiskIdentity(instance, source) === disk);
}

const networksExist: Rule = ({ resource, cloud }) => {
  for (const nic of listInterfaces(resource)) {
    if (!isSet(nic.subnetwork)) continue;
    const subnet = resolveName(resource, readRegion(resource), 'subnetworks', String(nic.subnetwork));
    requireFound(cloud, 'Error creating instance', 'google_compute_subnetwork', subnet);
  }
};

const addressesAreFree: Rule = ({ resource, cloud }) => {
  for (const nic of listInterfaces(resource)) {
    if (!isSet(nic.network_ip)) continue;
    const user = findInstance(cloud, findNicNetwork(cloud, nic), String(nic.network_ip));
    if (!user) continue;
    throw new CloudError(
      `Error waiting for instance to create: IP '${nic.network_ip}' is already being used by another resource: '${user.identity}'.`,
    );
  }
};

const stopIsAllowed: Rule = ({ resource, before }) => {
  if (!before || resource.flag('allow_stopping_for_update')) return;
  if (resource.text('desired_status') === 'TERMINATED' || before.text('current_status') === 'TERMINATED') return;
  if (NEED_A_STOP.every((name) => sameValue(before.values[name], resource.values[name]))) return;
  throw new CloudError(
    'Changing the machine_type, min_cpu_platform, service_account, enable_display, shielded_instance_config, scheduling.node_affinities, scheduling.max_run_duration or network_interface.[#d].(network/subnetwork/subnetwork_project) or advanced_machine_features on a started instance requires stopping it. To acknowledge this, please set allow_stopping_for_update = true in your config. You can also stop it by setting desired_status = "TERMINATED", but the instance will not be restarted after the update.',
  );
};

const notProtected: Rule = ({ resource }) => {
  if (!resource.flag('deletion_protection')) return;
  throw new CloudError(
    `Cannot delete instance ${resource.text('name')}: instance Deletion Protection is enabled. Set deletion_protection to false for this resource and run "terraform apply" before attempting to delete it.`,
  );
};

const findSubnet = (cloud: Cloud, nic: Values): CloudResource | undefined =>
  isSet(nic.subnetwork) ? cloud.find('google_compute_subnetwork', String(nic.subnetwork)) : undefined;

const makeNetworkIp: MakeValue = (_, cloud, nic) => {
  const subnet = findSubnet(cloud, nic);
  return subnet ? findFreeAddress(cloud, subnet) : `10.132.0.${1 + cloud.next('internal')}`;
};

/** True if two lists of scopes are equal, by full or short names such as `cloud-platform`. */
function sameScopes(one: Value, other: Value): boolean {
  const full = (scopes: Value) => (Array.isArray(scopes) ? scopes.map((scope) => lastPart(String(scope))).sort() : []);
  return sameValue(full(one), full(other));
}

const instance: TypeDescription = {
  type: 'google_compute_instance',
  label: 'instance',
  api: COMPUTE_API,
  providerDefaults: ['project', 'zone'],
  identity: buildComputeIdentity('instances'),
  computed: [
    'min_cpu_platform',
    'project',
    'zone',
    'attached_disk.{device_name,kms_key_self_link}',
    'boot_disk.{device_name,guest_os_features,kms_key_self_link,source}',
    'boot_disk.initialize_params.{architecture,image,labels,provisioned_iops,provisioned_throughput,resource_policies,size,snapshot,type}',
    'boot_disk.initialize_params.source_image_encryption_key.kms_key_self_link',
    'boot_disk.initialize_params.source_snapshot_encryption_key.kms_key_self_link',
    'instance_encryption_key.kms_key_self_link',
    'network_interface.access_config.{nat_ip,network_tier}',
    'network_interface.{internal_ipv6_prefix_length,ipv6_address,network,network_attachment,network_ip,stack_type,subnetwork,subnetwork_project}',
    'network_interface.ipv6_access_config.{external_ipv6,external_ipv6_prefix_length,name}',
    'scheduling.{on_host_maintenance,provisioning_model}',
    'scratch_disk.device_name',
    'service_account.email',
  ],
  defaults: {
    'attached_disk.mode': 'READ_WRITE',
    'boot_disk.auto_delete': true,
    'boot_disk.mode': 'READ_WRITE',
    can_ip_forward: false,
    deletion_protection: false,
    'scheduling.automatic_restart': true,
    'scheduling.on_instance_stop_action.discard_local_ssd': false,
    'scheduling.preemptible': false,
    'scratch_disk.size': 375,
    'shielded_instance_config.enable_integrity_monitoring': true,
    'shielded_instance_config.enable_secure_boot': false,
    'shielded_instance_config.enable_vtpm': true,
  },
  forceNew: [
    '{boot_disk,confidential_instance_config,guest_accelerator,hostname,instance_encryption_key,key_revocation_action_type}',
    '{name,network_interface,network_performance_config,params,project,reservation_affinity,scratch_disk,zone}',
    'advanced_machine_features.enable_uefi_networking',
    'attached_disk.force_attach',
    'scheduling.{local_ssd_recovery_timeout,max_run_duration,on_instance_stop_action,preemptible,provisioning_model,termination_time}',
  ],
  sensitive: [
    'attached_disk.{disk_encryption_key_raw,disk_encryption_key_rsa}',
    'boot_disk.{disk_encryption_key_raw,disk_encryption_key_rsa}',
    'boot_disk.initialize_params.source_image_encryption_key.{raw_key,rsa_encrypted_key}',
    'boot_disk.initialize_params.source_snapshot_encryption_key.{raw_key,rsa_encrypted_key}',
  ],
  forceNewIf: {
    // Removing or adding the argument replaces the VM: the provider only carries over an equal script.
    metadata_startup_script: () => true,
  },
  values: {
    'attached_disk.device_name': (_resource, _cloud, _block, index) => `persistent-disk-${index + 1}`,
    'attached_disk.kms_key_self_link': '',
    'attached_disk.disk_encryption_key_sha256': '',
    'boot_disk.device_name': 'persistent-disk-0',
    'boot_disk.disk_encryption_key_sha256': '',
    'boot_disk.guest_os_features': ['GVNIC', 'SEV_CAPABLE', 'UEFI_COMPATIBLE', 'VIRTIO_SCSI_MULTIQUEUE'],
    'boot_disk.kms_key_self_link': '',
    'boot_disk.source': (resource) =>
      `https://www.googleapis.com/compute/v1/projects/${resource.text('project')}/${readZone(resource)}/disks/${resource.text('name')}`,
    'boot_disk.initialize_params.architecture': 'X86_64',
    'boot_disk.initialize_params.image': '',
    'boot_disk.initialize_params.labels': {},
    'boot_disk.initialize_params.provisioned_iops': 0,
    'boot_disk.initialize_params.provisioned_throughput': 0,
    'boot_disk.initialize_params.resource_policies': [],
    'boot_disk.initialize_params.size': 10,
    'boot_disk.initialize_params.snapshot': '',
    'boot_disk.initialize_params.type': 'pd-standard',
    cpu_platform: 'Intel Cascade Lake',
    current_status: (resource) => resource.text('desired_status') || 'RUNNING',
    instance_id: serverNumber,
    label_fingerprint: '42WmSpB8rSM=',
    min_cpu_platform: '',
    'network_interface.name': (_resource, _cloud, _block, index) => `nic${index}`,
    'network_interface.internal_ipv6_prefix_length': 0,
    'network_interface.ipv6_access_type': '',
    'network_interface.ipv6_address': '',
    'network_interface.network': (_, cloud, nic) => findSubnet(cloud, nic)?.text('network') ?? '',
    'network_interface.network_attachment': '',
    'network_interface.network_ip': makeNetworkIp,
    'network_interface.stack_type': 'IPV4_ONLY',
    'network_interface.subnetwork': '',
    'network_interface.subnetwork_project': (resource, _, nic) =>
      /projects\/([^/]+)/.exec(isSet(nic.subnetwork) ? String(nic.subnetwork) : '')?.[1] ?? resource.text('project'),
    'network_interface.access_config.nat_ip': (_, cloud) => `34.91.0.${cloud.next('external')}`,
    'network_interface.access_config.network_tier': 'PREMIUM',
    'scheduling.on_host_maintenance': 'MIGRATE',
    'scheduling.provisioning_model': 'STANDARD',
    'service_account.email': (resource, cloud) => `${cloud.projectNumber(resource.text('project'))}-compute@developer.gserviceaccount.com`,
  },
  notReadBack: {
    allow_stopping_for_update: null,
    desired_status: null,
    metadata_startup_script: null,
    params: [],
    'attached_disk.disk_encryption_key_raw': null,
    'attached_disk.disk_encryption_key_rsa': null,
    'boot_disk.disk_encryption_key_raw': null,
    'boot_disk.disk_encryption_key_rsa': null,
    'boot_disk.interface': null,
    'boot_disk.initialize_params.resource_manager_tags': null,
    'boot_disk.initialize_params.resource_policies': [],
    'boot_disk.initialize_params.snapshot': '',
  },
  recomputedWith: { metadata_fingerprint: ['metadata'], tags_fingerprint: ['tags'] },
  diffSuppress: {
    machine_type: sameReference,
    zone: sameReference,
    'attached_disk.source': sameReference,
    'boot_disk.source': sameReference,
    'boot_disk.initialize_params.image': sameReference,
    'network_interface.network': sameReference,
    'network_interface.subnetwork': sameReference,
    'service_account.scopes': sameScopes,
  },
  holds: [
    { path: 'network_interface.network', type: 'google_compute_network' },
    { path: 'network_interface.subnetwork', type: 'google_compute_subnetwork' },
  ],
  rules: {
    create: [computeName('instance'), networksExist, disksAreFree, addressesAreFree],
    update: [stopIsAllowed, disksAreFree],
    delete: [notProtected],
  },
};

export const computeInstance: readonly TypeDescription[] = [instance];
