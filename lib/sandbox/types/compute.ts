import { CloudError } from '../cloud-error';
import type { CloudResource } from '../cloud-resource';
import { lastPart, sameReference } from '../references';
import type { Rule, TypeDescription } from '../type-description';

const API = 'compute.googleapis.com';

/** `projects/p/zones/z/disks/data`, and the like for global and regional resources. */
export function computeIdentity(collection: string): (resource: CloudResource) => string {
  return (resource) => {
    const place = resource.text('zone')
      ? `zones/${lastPart(resource.text('zone'))}`
      : resource.text('region')
        ? `regions/${lastPart(resource.text('region'))}`
        : 'global';
    return `projects/${resource.text('project')}/${place}/${collection}/${resource.text('name')}`;
  };
}

/** Compute Engine's rule for names (RFC 1035). */
export const computeName: Rule = ({ resource }) => {
  const name = resource.text('name');
  if (/^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$/.test(name)) return;
  throw CloudError.google(
    `Error creating ${resource.type.replace('google_compute_', '')}`,
    400,
    `Invalid value for field 'resource.name': '${name}'. Must be a match of regex '(?:[a-z](?:[-a-z0-9]{0,61}[a-z0-9])?)'`,
    'invalid',
  );
};

const network: TypeDescription = {
  type: 'google_compute_network',
  label: 'Network',
  api: API,
  identity: computeIdentity('networks'),
  fillsIn: [
    'bgp_always_compare_med',
    'bgp_best_path_selection_mode',
    'bgp_inter_region_cost',
    'internal_ipv6_range',
    'mtu',
    'project',
    'routing_mode',
  ],
  values: {
    bgp_best_path_selection_mode: 'LEGACY',
    mtu: 1460,
    routing_mode: 'REGIONAL',
    numeric_id: (_, cloud) => String(4_000_000_000_000_000 + cloud.next('network')),
  },
  defaults: {
    auto_create_subnetworks: true,
    delete_default_routes_on_create: false,
    network_firewall_policy_enforcement_order: 'AFTER_CLASSIC_FIREWALL',
  },
  replaces: [
    'auto_create_subnetworks',
    'description',
    'enable_ula_internal_ipv6',
    'internal_ipv6_range',
    'name',
    'network_profile',
    'params',
    'project',
  ],
  rules: { create: [computeName] },
};

const disk: TypeDescription = {
  type: 'google_compute_disk',
  label: 'Disk',
  api: API,
  identity: computeIdentity('disks'),
  fillsIn: [
    'access_mode',
    'enable_confidential_compute',
    'licenses',
    'physical_block_size_bytes',
    'project',
    'provisioned_{iops,throughput}',
    'size',
    'zone',
  ],
  values: {
    access_mode: 'READ_WRITE_SINGLE',
    physical_block_size_bytes: 4096,
    size: (resource) => (resource.text('type').endsWith('pd-standard') ? 500 : 10),
  },
  defaults: { create_snapshot_before_destroy: false, type: 'pd-standard' },
  replaces: [
    '{architecture,async_primary_disk,description,disk_encryption_key,enable_confidential_compute,guest_os_features,image,licenses}',
    '{name,params,physical_block_size_bytes,project,snapshot,source_disk,source_image_encryption_key,source_instant_snapshot}',
    '{source_snapshot_encryption_key,source_storage_object,storage_pool,type,zone}',
  ],
  replacesWhen: { size: (before, after) => after.number('size') < before.number('size') },
  sensitive: ['disk_encryption_key.{raw_key,rsa_encrypted_key}'],
  sameWhen: { type: sameReference, zone: sameReference, image: sameReference, snapshot: sameReference },
  rules: { create: [computeName] },
  effects: {
    // The provider detaches a disk before it deletes it.
    delete: [
      ({ resource, cloud }) => {
        for (const instance of cloud.list('google_compute_instance')) {
          const attached = instance.all('attached_disk') as { source: string }[];
          const left = attached.filter((block) => !sameReference(block.source, resource.identity));
          if (left.length < attached.length) cloud.patch(instance.type, instance.identity, { attached_disk: left });
        }
      },
    ],
  },
};

export const compute: readonly TypeDescription[] = [network, disk];
