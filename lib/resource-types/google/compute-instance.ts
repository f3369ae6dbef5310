import { hasBlock } from '../../terraform/values';
import { compareBlocks } from '../compare-blocks';
import type { Deletion } from '../deletion';
import type { Opening } from '../opening';
import type { ResourceType } from '../resource-type';

const ATTACHED_DISKS = compareBlocks({
  key: 'source',
  isWeaker: (_, is) => is === undefined,
  clause: 'disks are detached from it while it runs',
  examples: { strong: [{ source: 'zones/a/disks/data' }], weak: [] },
});
const INSTANCE_OPENINGS: readonly Opening[] = [
  ...['access_config', 'ipv6_access_config'].map(
    (name): Opening => ({
      path: ['network_interface', name],
      open: { set: true },
      words: 'the VM instance gets a public address (access_config)',
      remediation: 'omit access_config: Cloud NAT serves egress, and Identity-Aware Proxy lets operators in',
    }),
  ),
  {
    path: ['metadata', 'serial-port-enable'],
    open: { oneOf: [true, '1'] },
    words: 'the serial console of the VM instance accepts connections from the internet',
    severity: 'warn',
  },
  ...([{ set: true }, { changed: true }] as const).map(
    (open): Opening => ({
      path: ['metadata', 'ssh-keys'],
      open,
      words: 'other SSH keys are accepted by the VM instance',
      severity: 'warn',
    }),
  ),
  {
    path: ['service_account', 'scopes', '*'],
    open: { oneOf: ['https://www.googleapis.com/auth/cloud-platform', 'cloud-platform'] },
    words: 'the VM instance may use all roles of its service account',
    severity: 'warn',
    whenNew: 'none',
  },
];

/** Software on the VM reads its metadata, often credentials. */
const METADATA: ResourceType['secrets'] = [['metadata', '*'], ['metadata_startup_script'], ['disk', '*', 'disk_encryption_key_raw']];

export const computeInstance: readonly ResourceType[] = [
  {
    names: ['google_compute_instance', 'google_compute_instance_from_template', 'google_compute_instance_from_machine_image'],
    what: 'a VM instance',
    deletion: decideInstance,
    protections: [
      { path: ['boot_disk', 'auto_delete'], safe: { oneOf: [false] }, against: 'deletion', weaker: 'its boot disk is deleted with it' },
      {
        path: ['boot_disk', 'initialize_params', 'resource_policies'],
        safe: { all: true },
        against: 'copy-loss',
        weaker: 'its boot disk is detached from policies',
      },
      { path: ['attached_disk'], safe: ATTACHED_DISKS, against: 'outage', weaker: 'its attached disks', createdWithIt: true },
      {
        path: ['scheduling', 'automatic_restart'],
        safe: { oneOf: [true] },
        against: 'outage',
        weaker: 'it is no longer restarted after a failure of its host',
      },
      {
        path: ['scheduling', 'on_host_maintenance'],
        safe: { oneOf: ['MIGRATE'] },
        against: 'outage',
        weaker: 'it is stopped for maintenance of its host',
      },
      {
        path: ['confidential_instance_config', 'enable_confidential_compute'],
        safe: { oneOf: [true] },
        against: 'attack',
        weaker: 'its memory is no longer encrypted',
      },
      {
        path: ['metadata', 'enable-oslogin'],
        safe: { oneOf: ['TRUE', 'true'] },
        against: 'attack',
        weaker: 'SSH keys of its metadata give access, beside IAM',
      },
      {
        path: ['metadata', 'block-project-ssh-keys'],
        safe: { oneOf: ['TRUE', 'true'] },
        against: 'attack',
        weaker: 'SSH keys of the project give access',
      },
    ],
    running: [
      { path: ['desired_status'], safe: { oneOf: ['RUNNING', undefined] }, stops: 'it is stopped' },
      { path: ['tags'], safe: { all: true }, stops: 'firewall rules and routes of these tags no longer apply to it' },
    ],
    backup: { none: 'it holds no copy of data' },
    exposes: INSTANCE_OPENINGS,
    uniqueName: { path: ['name'], within: ['project', 'zone'] },
    use: { none: 'what refers to it, such as an instance group, loses a member' },
    pods: { none: 'it creates no pods' },
    price: { meter: 'instance' },
    secrets: METADATA,
    rulesFor: { none: 'rules select it by its tags and its service account' },
  },
  {
    names: ['google_compute_instance_template', 'google_compute_region_instance_template'],
    what: 'an instance template',
    deletion: {
      kind: 'harmless',
      why: 'instances and groups that were created from it stay, and Terraform recreates it',
    },
    backup: { none: 'it is no copy of data' },
    exposes: INSTANCE_OPENINGS,
    uniqueName: { path: ['name'], within: ['project', 'region'] },
    price: { free: 'the VM instances that are made from it are paid' },
    secrets: METADATA,
  },
  {
    names: ['google_compute_resize_request'],
    what: 'a request of VM instances',
    deletion: {
      kind: 'harmless',
      why: 'instances that were created for it stay',
    },
    price: { unpriced: 'its VM instances', isLarge: true },
  },
  {
    names: ['google_compute_node_group', 'google_compute_node_template', 'google_compute_reservation', 'google_compute_region_commitment'],
    what: 'reserved capacity',
    deletion: {
      kind: 'service',
      impact: 'VM instances that need it do not start',
      recovery: 'the configuration, from Terraform',
      severity: 'warn',
    },
    price: { unpriced: 'reserved VM instances', isLarge: true },
  },
  {
    names: ['google_compute_instance_settings', 'google_compute_snapshot_settings', 'google_compute_project_default_network_tier'],
    what: 'defaults of a project',
    deletion: {
      kind: 'service',
      impact: 'what it sets',
      recovery: 'the configuration, from Terraform',
      severity: 'warn',
    },
    price: { free: 'configuration has no price' },
  },
];

const LOCAL_SSD: Deletion = {
  kind: 'data',
  impact: 'everything on its local SSDs, and its boot disk unless auto_delete is false',
  recovery: 'none of the local SSDs, which have no snapshots; other attached disks stay',
  source: 'https://cloud.google.com/compute/docs/disks/local-ssd',
};

const STOPPED: Deletion = {
  kind: 'service',
  impact: 'what runs on it, and its boot disk unless auto_delete is false',
  recovery: 'the VM instance, from Terraform; other attached disks stay',
  severity: 'warn',
};

function decideInstance(before: unknown): Deletion {
  return hasBlock(before, 'scratch_disk') ? LOCAL_SSD : STOPPED;
}
