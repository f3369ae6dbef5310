import ipaddr from 'ipaddr.js';
import type { CloudResource } from '../cloud-resource';
import { lastPart, relativeName } from '../references';
import type { Cloud } from '../type-description';
import { readZone, resolveName } from '../types/google';
import { isSet, type Values } from '../values';

/** Disk attached to a VM instance. */
export interface AttachedDisk {
  /** Number of the disk; a replacement has another one. */
  readonly id: string;

  /** Device name: `/dev/disk/by-id/google-NAME` on the VM. */
  readonly deviceName: string;

  /** Attached with mode `READ_ONLY`. */
  readonly isReadOnly: boolean;
}

/** VM instance, as the cloud describes it. */
export interface VmInstance {
  /** Number of the instance; a replacement has another one. */
  readonly id: string;
  readonly name: string;
  readonly project: string;
  readonly projectNumber: string;
  readonly zone: string;
  readonly machineType: string;
  readonly image: string;
  readonly address: string;

  /** Range of its subnet. */
  readonly range: string;

  /** Network, as `projects/PROJECT/global/networks/NAME`. */
  readonly network: string;
  readonly tags: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
  readonly metadata: Readonly<Record<string, string>>;
  readonly serviceAccount?: { readonly email: string; readonly scopes: readonly string[] };
  readonly disks: readonly AttachedDisk[];

  /** The instance should run: `desired_status` is not `TERMINATED`. */
  readonly isWanted: boolean;
}

/** Disk, as the cloud describes it. */
export interface VmDisk {
  readonly id: string;
  readonly name: string;
  readonly sizeGiB: number;

  /** Number of its source snapshot. */
  readonly snapshotId?: string;
}

/** Snapshot, as the cloud describes it. */
export interface DiskSnapshot {
  readonly id: string;
  readonly name: string;

  /** Number of its source disk, also of one that was deleted since; `undefined` if it is not known. */
  readonly diskId?: string;

  /** Runs the guest's scripts before and after the snapshot. */
  readonly guestFlush: boolean;
}

/** Lists the VM instances of a cloud. */
export function listInstances(cloud: Cloud): VmInstance[] {
  return cloud.list('google_compute_instance').map((instance) => readInstance(instance, cloud));
}

export function listDisks(cloud: Cloud): VmDisk[] {
  return cloud.list('google_compute_disk').map((disk) => ({
    id: disk.text('disk_id'),
    name: disk.text('name'),
    sizeGiB: disk.number('size'),
    snapshotId: cloud.find('google_compute_snapshot', disk.text('snapshot'))?.text('snapshot_id'),
  }));
}

export function listSnapshots(cloud: Cloud): DiskSnapshot[] {
  return cloud.list('google_compute_snapshot').map((snapshot) => ({
    id: snapshot.text('snapshot_id'),
    name: snapshot.text('name'),
    diskId:
      snapshot.text('source_disk_id') || cloud.find('google_compute_disk', snapshot.text('source_disk'))?.text('disk_id') || undefined,
    guestFlush: snapshot.flag('guest_flush'),
  }));
}

function readInstance(instance: CloudResource, cloud: Cloud): VmInstance {
  const [nic = {}] = instance.all('network_interface').flat() as Values[];
  const subnet = isSet(nic.subnetwork) ? cloud.find('google_compute_subnetwork', String(nic.subnetwork)) : undefined;
  const project = instance.text('project');
  const email = instance.text('service_account.email');
  return {
    id: instance.text('instance_id'),
    name: instance.text('name'),
    project,
    projectNumber: cloud.projectNumber(project),
    zone: lastPart(instance.text('zone')),
    machineType: lastPart(instance.text('machine_type')),
    image: instance.text('boot_disk.initialize_params.image'),
    address: isSet(nic.network_ip) ? String(nic.network_ip) : '',
    range: subnet?.text('ip_cidr_range') ?? '10.132.0.0/20',
    network: relativeName(isSet(nic.network) ? String(nic.network) : ''),
    tags: texts(instance.get('tags')),
    labels: record(instance.get('effective_labels')),
    metadata: record(instance.get('metadata')),
    serviceAccount: email ? { email, scopes: instance.all('service_account.scopes').flat().map(String) } : undefined,
    disks: (instance.all('attached_disk').flat() as Values[]).flatMap((block) => {
      const disk = cloud.get('google_compute_disk', resolveName(instance, readZone(instance), 'disks', String(block.source)));
      return disk ? [{ id: disk.text('disk_id'), deviceName: String(block.device_name), isReadOnly: block.mode === 'READ_ONLY' }] : [];
    }),
    isWanted: instance.text('desired_status') !== 'TERMINATED',
  };
}

/** Computes the address of a subnet's gateway: the first of its range. */
export function computeGateway(range: string): string {
  const { octets } = ipaddr.IPv4.networkAddressFromCIDR(range);
  octets[3]! += 1;
  return octets.join('.');
}

function texts(value: unknown): string[] {
  return Array.isArray(value) ? value.map(String) : [];
}

function record(value: unknown): Record<string, string> {
  return typeof value === 'object' && value !== null
    ? Object.fromEntries(Object.entries(value).flatMap(([key, each]) => (isSet(each) ? [[key, String(each)]] : [])))
    : {};
}
