import type { CloudResource } from '../cloud-resource';
import { lastPart, relativeName } from '../references';
import type { SimulatedCloud } from '../simulated-cloud';
import { isSet, type Values } from '../values';
import type { Body } from './api-request';
import { computeFingerprint, DISK, INSTANCE, SELF_LINK } from './compute';

const ATTACHMENT = 'google_compute_disk_resource_policy_attachment';

/** Describes a disk, snapshot or instance as the Compute Engine API does, also one that Terraform created. */
export function describeResource(resource: CloudResource, cloud: SimulatedCloud): Body {
  const labels = readLabels(resource);
  return {
    name: resource.text('name'),
    selfLink: SELF_LINK + resource.identity,
    creationTimestamp: resource.text('creation_timestamp') || undefined,
    ...(Object.keys(labels).length > 0 && { labels }),
    labelFingerprint: readFingerprint(resource),
    ...(resource.type === DISK.type
      ? describeDisk(resource, cloud)
      : resource.type === INSTANCE.type
        ? describeInstance(resource)
        : describeSnapshot(resource)),
  };
}

/** Fingerprint of the labels, which a change of them has to send. */
export function readFingerprint(resource: CloudResource): string {
  return computeFingerprint(Object.entries(readLabels(resource)).sort());
}

/** Lists the instances that a disk is attached to. */
export function listUsers(disk: string, cloud: SimulatedCloud): CloudResource[] {
  return cloud.list(INSTANCE.type).filter((instance) => listAttached(instance).some(({ source }) => relativeName(String(source)) === disk));
}

/** Lists the disks of an instance besides its boot disk. */
export function listAttached(instance: CloudResource): Values[] {
  return instance.all('attached_disk').flat() as Values[];
}

function readLabels(resource: CloudResource): Body {
  return (resource.get('effective_labels') ?? resource.get('labels') ?? {}) as Body;
}

function describeDisk(disk: CloudResource, cloud: SimulatedCloud): Body {
  const place = disk.identity.split('/disks/')[0]!;
  const zone = lastPart(place);
  const project = disk.text('project');
  const users = listUsers(disk.identity, cloud).map(({ identity }) => SELF_LINK + identity);
  const policies = cloud
    .list(ATTACHMENT, `${project}/${zone}/${disk.text('name')}/`)
    .map(({ identity }) => `${SELF_LINK}projects/${project}/regions/${zone.replace(/-[a-z]$/, '')}/resourcePolicies/${lastPart(identity)}`);
  return {
    id: disk.text('disk_id'),
    zone: `${SELF_LINK}${place}`,
    sizeGb: String(disk.number('size')),
    type: `${SELF_LINK}${place}/diskTypes/${lastPart(disk.text('type'))}`,
    status: 'READY',
    ...(disk.text('snapshot') && {
      sourceSnapshot: link(disk.text('snapshot'), project),
      sourceSnapshotId: disk.text('source_snapshot_id'),
    }),
    ...describeKey('diskEncryptionKey', disk.text('disk_encryption_key.kms_key_self_link')),
    ...(users.length > 0 && { users }),
    ...(policies.length > 0 && { resourcePolicies: policies }),
  };
}

function describeSnapshot(snapshot: CloudResource): Body {
  const schedule = snapshot.text('source_snapshot_schedule_policy');
  return {
    id: snapshot.text('snapshot_id'),
    status: 'READY',
    sourceDisk: SELF_LINK + relativeName(snapshot.text('source_disk')),
    sourceDiskId: snapshot.text('source_disk_id') || undefined,
    diskSizeGb: String(snapshot.number('disk_size_gb')),
    storageBytes: String(snapshot.number('storage_bytes')),
    ...(snapshot.all('storage_locations').flat().length > 0 && { storageLocations: snapshot.all('storage_locations').flat() }),
    ...describeKey('snapshotEncryptionKey', snapshot.text('snapshot_encryption_key.kms_key_self_link')),
    ...(snapshot.flag('auto_created') && { autoCreated: true }),
    ...(snapshot.flag('guest_flush') && { guestFlush: true }),
    ...(schedule && { sourceSnapshotSchedulePolicy: SELF_LINK + schedule }),
  };
}

function describeInstance(instance: CloudResource): Body {
  const nics = instance.all('network_interface').flat() as Values[];
  const metadata = (instance.get('metadata') ?? {}) as Body;
  const place = instance.identity.split('/instances/')[0];
  return {
    id: instance.text('instance_id'),
    status: instance.text('desired_status') === 'TERMINATED' ? 'TERMINATED' : 'RUNNING',
    zone: `${SELF_LINK}${place}`,
    machineType: `${SELF_LINK}${place}/machineTypes/${lastPart(instance.text('machine_type'))}`,
    disks: [
      {
        boot: true,
        deviceName: 'persistent-disk-0',
        mode: 'READ_WRITE',
        source: `${SELF_LINK}${place}/disks/${instance.text('name')}`,
        diskSizeGb: String(instance.number('boot_disk.initialize_params.size') || 10),
      },
      ...listAttached(instance).map(({ source, device_name, mode }) => ({
        ...{ boot: false, deviceName: device_name, mode: mode ?? 'READ_WRITE', source: SELF_LINK + relativeName(String(source)) },
      })),
    ],
    networkInterfaces: nics.map(({ network, subnetwork, network_ip }) => ({
      ...(isSet(network) && { network: SELF_LINK + relativeName(String(network)) }),
      ...(isSet(subnetwork) && { subnetwork: SELF_LINK + relativeName(String(subnetwork)) }),
      networkIP: network_ip,
    })),
    ...(instance.text('service_account.email') && {
      serviceAccounts: [{ email: instance.text('service_account.email'), scopes: instance.all('service_account.scopes').flat() }],
    }),
    metadata: { items: Object.entries(metadata).map(([key, value]) => ({ key, value })) },
  };
}

/** Key of a disk or snapshot, which the API returns with its version. */
function describeKey(field: string, key: string): Body {
  return key === '' ? {} : { [field]: { kmsKeyName: `${key}/cryptoKeyVersions/1` } };
}

function link(reference: string, project: string): string {
  const name = relativeName(reference);
  return SELF_LINK + (name.startsWith('projects/') ? name : `projects/${project}/global/snapshots/${lastPart(name)}`);
}
