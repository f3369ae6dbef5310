import { CloudError } from '../cloud-error';
import { CloudResource } from '../cloud-resource';
import { lastPart, sameReference } from '../references';
import type { Effect, Rule, TypeDescription } from '../type-description';
import { isZero, sameValue, type Values } from '../values';
import { buildComputeIdentity, COMPUTE_API, computeName } from './compute';
import { exactNumber, readRegion, readZone, rejectWhileUsed, requireFound, resolveName, serverNumber } from './google';

/** Rejects a prefix that is too long for the snapshot name that the provider generates with a date. */
const snapshotNameFits: Rule = ({ resource }) => {
  if (!resource.flag('create_snapshot_before_destroy')) return;
  const prefix = resource.text('create_snapshot_before_destroy_prefix');
  if ((prefix || resource.text('name')).length <= 48) return;
  throw new CloudError(
    `Your ${prefix ? 'prefix' : 'disk'} name is too long to perform this action. The max is 48 characters. Please use "create_snapshot_before_destroy_prefix" to set a custom name for the snapshot.`,
  );
};

/** Creates the snapshot that the provider takes before it deletes a disk. */
const snapshotIsTaken: Effect = ({ resource, cloud }) => {
  if (!resource.flag('create_snapshot_before_destroy')) return;
  const project = resource.text('project');
  const base = resource.text('create_snapshot_before_destroy_prefix') || resource.text('name');
  const [date, time] = cloud.now().slice(0, 19).replace(/[-:]/g, '').split('T');
  const name = `${base}-${date}-${time}`;
  const identity = `projects/${project}/global/snapshots/${name}`;
  cloud.put(
    new CloudResource('google_compute_snapshot', identity, {
      id: identity,
      self_link: `https://www.googleapis.com/compute/v1/${identity}`,
      project,
      name,
      source_disk: resource.get('self_link'),
      source_disk_id: resource.get('disk_id'),
      zone: lastPart(resource.text('zone')),
      disk_size_gb: resource.number('size'),
      creation_timestamp: cloud.now(),
      snapshot_id: 400_000_000_000_000 + cloud.next('number'),
    }),
  );
};

const snapshotExists: Rule = ({ resource, cloud }) => {
  const snapshot = resource.text('snapshot');
  if (!snapshot) return;
  const found = requireFound(
    cloud,
    'Error creating Disk',
    'google_compute_snapshot',
    resolveName(resource, 'global', 'snapshots', snapshot),
  );
  if (resource.number('size') === 0 || resource.number('size') >= found.number('disk_size_gb')) return;
  throw CloudError.google(
    'Error creating Disk',
    400,
    `Invalid value for field 'resource.sizeGb': '${resource.number('size')}'. Requested disk size cannot be smaller than the snapshot size (${found.number('disk_size_gb')} GB)`,
    'invalid',
  );
};

const disk: TypeDescription = {
  type: 'google_compute_disk',
  label: 'Disk',
  api: COMPUTE_API,
  providerDefaults: ['project'],
  identity: buildComputeIdentity('disks'),
  computed: [
    '{access_mode,enable_confidential_compute,licenses,physical_block_size_bytes,project,provisioned_iops}',
    '{provisioned_throughput,size,zone}',
  ],
  defaults: { create_snapshot_before_destroy: false, type: 'pd-standard' },
  notReadBack: {
    architecture: null,
    create_snapshot_before_destroy: false,
    create_snapshot_before_destroy_prefix: null,
    params: [],
    source_storage_object: null,
  },
  forceNew: [
    '{architecture,async_primary_disk,description,disk_encryption_key,enable_confidential_compute,guest_os_features,image}',
    '{licenses,name,params,physical_block_size_bytes,project,snapshot,source_disk,source_image_encryption_key}',
    '{source_instant_snapshot,source_snapshot_encryption_key,source_storage_object,storage_pool,type,zone}',
  ],
  sensitive: ['disk_encryption_key.{raw_key,rsa_encrypted_key}'],
  forceNewIf: { size: (before, after) => after.number('size') < before.number('size') },
  values: {
    access_mode: 'READ_WRITE_SINGLE',
    disk_id: serverNumber,
    enable_confidential_compute: false,
    label_fingerprint: '42WmSpB8rSM=',
    last_attach_timestamp: '',
    last_detach_timestamp: '',
    licenses: [],
    physical_block_size_bytes: 4096,
    provisioned_iops: 0,
    provisioned_throughput: 0,
    size: (resource, cloud) => {
      const snapshot = cloud.find('google_compute_snapshot', resource.text('snapshot'));
      if (snapshot) return snapshot.number('disk_size_gb');
      return resource.text('type').endsWith('pd-standard') ? 500 : 10;
    },
    source_disk_id: '',
    source_image_id: '',
    source_instant_snapshot_id: '',
    source_snapshot_id: (resource, cloud) => {
      const snapshot = cloud.find('google_compute_snapshot', resource.text('snapshot'));
      return snapshot ? snapshot.text('snapshot_id') : '';
    },
    users: [],
  },
  diffSuppress: { type: sameReference, zone: sameReference, image: sameReference, snapshot: sameReference },
  rules: {
    create: [computeName('Disk'), snapshotExists],
    delete: [snapshotNameFits],
  },
  effects: {
    // The provider detaches a disk before deleting it, so that the deletion is not rejected.
    delete: [
      snapshotIsTaken,
      // A disk stores its policies itself. Its replacement starts without any.
      ({ resource, cloud }) => {
        for (const each of cloud.list(attachment.type)) {
          if (buildDiskIdentity(each) === resource.identity) cloud.remove(each.type, each.identity);
        }
      },
      ({ resource, cloud }) => {
        for (const instance of cloud.list('google_compute_instance')) {
          const attached = instance.all('attached_disk').flat() as Values[];
          const left = attached.filter((block) => !sameReference(block.source!, resource.identity));
          if (left.length < attached.length) cloud.patch(instance.type, instance.identity, { attached_disk: left });
        }
      },
    ],
  },
};

const snapshot: TypeDescription = {
  type: 'google_compute_snapshot',
  label: 'Snapshot',
  api: COMPUTE_API,
  providerDefaults: ['project'],
  // Snapshots are global; `zone` is the one of the disk.
  identity: (resource) => `projects/${resource.text('project')}/global/snapshots/${resource.text('name')}`,
  computed: ['project', 'storage_locations', 'zone'],
  notReadBack: { source_disk_encryption_key: [] },
  forceNew: [
    '{chain_name,description,name,project,snapshot_encryption_key,source_disk,source_disk_encryption_key,storage_locations}',
    'zone',
  ],
  sensitive: ['snapshot_encryption_key.{raw_key,rsa_encrypted_key}', 'source_disk_encryption_key.{raw_key,rsa_encrypted_key}'],
  values: {
    zone: (resource) => /zones\/([^/]+)/.exec(resource.text('source_disk'))?.[1] ?? '',
    disk_size_gb: (resource, cloud) => cloud.find('google_compute_disk', resource.text('source_disk'))?.number('size') ?? 10,
    label_fingerprint: '42WmSpB8rSM=',
    licenses: [],
    snapshot_id: exactNumber,
    storage_bytes: 0,
    storage_locations: (resource) => [lastPart(resource.text('zone')).split('-')[0] === 'europe' ? 'eu' : 'us'],
  },
  diffSuppress: { source_disk: sameReference, zone: sameReference },
  effects: {
    // A snapshot outlives its disk, and a later disk of that name is another one. The provider does not read the number.
    create: [
      ({ resource, cloud }) => {
        const disk = cloud.find('google_compute_disk', resource.text('source_disk'));
        if (disk) cloud.patch(resource.type, resource.identity, { source_disk_id: disk.get('disk_id') });
      },
    ],
  },
  rules: {
    create: [
      computeName('Snapshot'),
      ({ resource, cloud }) => {
        const source = resolveName(resource, readZone(resource), 'disks', resource.text('source_disk'));
        const disk = requireFound(cloud, 'Error creating Snapshot', 'google_compute_disk', source);
        const key = resource.text('snapshot_encryption_key.kms_key_self_link');
        if (key === '' || key === disk.text('disk_encryption_key.kms_key_self_link')) return;
        throw CloudError.google(
          'Error creating Snapshot',
          400,
          `Invalid value for field 'resource.snapshotEncryptionKey': '${key}'. A snapshot has the customer-managed key of its source disk`,
          'invalid',
        );
      },
    ],
  },
};

/** Rejects updates that the API does not support: it changes only schedule, retention and labels of a policy. */
const snapshotPropertiesAreKept: Rule = ({ resource, before }) => {
  if (!before) return;
  const [was, is] = [before, resource].map((policy) => policy.all(SNAPSHOT_PROPERTIES).flat()[0]);
  const places = [before, resource].map((policy) => policy.all(`${SNAPSHOT_PROPERTIES}.storage_locations`).flat().sort());
  const flushes = [before, resource].map((policy) => policy.flag(`${SNAPSHOT_PROPERTIES}.guest_flush`));
  const field =
    flushes[0] !== flushes[1] || (is !== undefined && was === undefined && isZero(is))
      ? 'guest_flush'
      : sameValue(places[0], places[1])
        ? undefined
        : 'storage_locations';
  if (field === undefined) return;
  throw CloudError.google(
    `Error updating ResourcePolicy "${before.identity}"`,
    400,
    `Patching ${field} field is not supported.`,
    'badRequest',
  );
};

const hoursInCycle: Rule = ({ resource, before }) => {
  const [hours] = resource.all('snapshot_schedule_policy.schedule.hourly_schedule.hours_in_cycle').map(Number);
  if (hours === undefined || (hours >= 1 && hours <= 23)) return;
  throw CloudError.google(
    `Error ${before ? 'updating' : 'creating'} ResourcePolicy`,
    400,
    `Invalid value for field 'resource.snapshotSchedulePolicy.schedule.hourlySchedule.hoursInCycle': '${hours}'. Hours in cycle must be from 1 to 23`,
    'invalid',
  );
};

const SNAPSHOT_PROPERTIES = 'snapshot_schedule_policy.snapshot_properties';

const resourcePolicy: TypeDescription = {
  type: 'google_compute_resource_policy',
  label: 'ResourcePolicy',
  api: COMPUTE_API,
  providerDefaults: ['project', 'region'],
  identity: buildComputeIdentity('resourcePolicies'),
  computed: ['project', 'region'],
  defaults: { 'snapshot_schedule_policy.retention_policy.on_source_disk_delete': 'KEEP_AUTO_SNAPSHOTS' },
  forceNew: [
    'project',
    'region',
    'disk_consistency_group_policy.enabled',
    'group_placement_policy.gpu_topology',
    'workload_policy.{accelerator_topology,max_topology_distance,type}',
  ],
  diffSuppress: { region: sameReference },
  notSentWhen: { [SNAPSHOT_PROPERTIES]: isZero },
  rules: {
    create: [computeName('ResourcePolicy'), hoursInCycle],
    update: [
      hoursInCycle,
      // The provider plans a new name as an update in place, and then requests the update of a policy with the new name.
      ({ resource, before }) => {
        if (!before || before.text('name') === resource.text('name')) return;
        const wanted = buildComputeIdentity('resourcePolicies')(resource);
        throw CloudError.google(
          `Error updating ResourcePolicy "${before.identity}"`,
          404,
          `The resource '${wanted}' was not found`,
          'notFound',
        );
      },
      snapshotPropertiesAreKept,
    ],
    delete: [
      rejectWhileUsed('ResourcePolicy', {
        google_compute_disk_resource_policy_attachment: (attachment) =>
          resolveName(attachment, readRegion(attachment), 'resourcePolicies', attachment.text('name')),
      }),
    ],
  },
};

function buildDiskIdentity(policyAttachment: CloudResource): string {
  return resolveName(policyAttachment, readZone(policyAttachment), 'disks', policyAttachment.text('disk'));
}

const attachment: TypeDescription = {
  type: 'google_compute_disk_resource_policy_attachment',
  label: 'DiskResourcePolicyAttachment',
  api: COMPUTE_API,
  providerDefaults: ['project', 'zone'],
  identity: (resource) =>
    `${resource.text('project')}/${lastPart(resource.text('zone'))}/${lastPart(resource.text('disk'))}/${resource.text('name')}`,
  computed: ['project', 'zone'],
  forceNew: ['disk', 'name', 'project', 'zone'],
  diffSuppress: { zone: sameReference },
  exists: (resource, cloud) => cloud.get('google_compute_disk', buildDiskIdentity(resource)) !== undefined,
  rules: {
    create: [
      ({ resource, cloud }) => {
        const doing = 'Error creating DiskResourcePolicyAttachment';
        requireFound(cloud, doing, 'google_compute_disk', buildDiskIdentity(resource));
        const policy = resolveName(resource, readRegion(resource), 'resourcePolicies', resource.text('name'));
        requireFound(cloud, doing, 'google_compute_resource_policy', policy);
      },
    ],
  },
};

export const computeDisk: readonly TypeDescription[] = [disk, snapshot, resourcePolicy, attachment];
