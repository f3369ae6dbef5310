import { hasBlock, known, textAt } from '../../terraform/values';
import { compareBlocks } from '../compare-blocks';
import type { Deletion } from '../deletion';
import type { ResourceType } from '../resource-type';
import { compareCount } from '../running';

/** Disks that the group keeps. NEVER is the default of `delete_rule`. */
const STATEFUL_DISKS = compareBlocks({
  key: 'device_name',
  isWeaker: (was, is) => is === undefined || (isKept(was) && !isKept(is)),
  clause: 'disks are no longer kept when VM instances are recreated or deleted',
  examples: {
    strong: [{ device_name: 'data', delete_rule: 'NEVER' }],
    weak: [{ device_name: 'data', delete_rule: 'ON_PERMANENT_INSTANCE_DELETION' }],
  },
});

function isKept(disk: unknown): boolean {
  return (known(textAt(disk, 'delete_rule')) ?? 'NEVER') === 'NEVER';
}

export const computeInstanceGroup: readonly ResourceType[] = [
  {
    names: ['google_compute_instance_group_manager', 'google_compute_region_instance_group_manager'],
    what: 'a managed instance group',
    deletion: decideGroup,
    protections: [
      { path: ['stateful_disk'], safe: STATEFUL_DISKS, against: 'deletion', weaker: 'its stateful disks' },
      { path: ['auto_healing_policies'], safe: { set: true }, against: 'outage', weaker: 'VM instances that fail are no longer recreated' },
    ],
    running: [{ path: ['target_size'], safe: compareCount('VM instances'), stops: 'its number of VM instances' }],
    backup: { none: 'it is no copy of data' },
    uniqueName: { path: ['name'], within: ['project', 'zone', 'region'] },
    price: { unpriced: 'its VM instances', isLarge: true },
  },
  {
    names: ['google_compute_instance_group', 'google_compute_instance_group_membership'],
    what: 'an instance group',
    deletion: {
      kind: 'service',
      impact: 'the traffic of load balancers to its instances',
      recovery: 'the configuration, from Terraform',
      severity: 'warn',
    },
    backup: { none: 'it is no copy of data' },
    uniqueName: { path: ['name'], within: ['project', 'zone'] },
    price: { free: 'its VM instances are paid' },
  },
  {
    names: ['google_compute_autoscaler', 'google_compute_region_autoscaler'],
    what: 'an autoscaler',
    deletion: {
      kind: 'service',
      impact: 'scaling: the group keeps its present size',
      recovery: 'the configuration, from Terraform',
      severity: 'warn',
    },
    running: [
      { path: ['autoscaling_policy', 'max_replicas'], safe: compareCount('maximum number of VM instances'), stops: 'its maximum' },
      { path: ['autoscaling_policy', 'min_replicas'], safe: compareCount('minimum number of VM instances'), stops: 'its minimum' },
    ],
    backup: { none: 'it is no copy of data' },
    uniqueName: { path: ['name'], within: ['project', 'zone', 'region'] },
    price: { free: 'the VM instances of its group are paid' },
  },
  {
    names: ['google_compute_per_instance_config', 'google_compute_region_per_instance_config'],
    what: 'the state of a VM instance of a group',
    deletion: {
      kind: 'data',
      impact: 'the disks, addresses and metadata that it keeps, when remove_instance_state_on_destroy or remove_instance_on_destroy is set',
      recovery: 'disks whose delete_rule is NEVER',
      source: 'https://cloud.google.com/compute/docs/instance-groups/stateful-migs',
    },
    price: { free: 'configuration has no price' },
  },
  {
    names: ['google_compute_instance_group_named_port'],
    what: 'a named port',
    deletion: {
      kind: 'service',
      impact: 'the traffic of load balancers to the port',
      recovery: 'the configuration, from Terraform',
      severity: 'warn',
    },
    price: { free: 'configuration has no price' },
  },
];

const STATEFUL: Deletion = {
  kind: 'data',
  impact: 'its VM instances, and each stateful disk whose delete_rule is ON_PERMANENT_INSTANCE_DELETION',
  recovery: 'stateful disks whose delete_rule is NEVER stay, detached; the others from a snapshot',
  source: 'https://cloud.google.com/compute/docs/instance-groups/stateful-migs',
};

const STATELESS: Deletion = {
  kind: 'service',
  impact: 'its VM instances, with their boot disks',
  recovery: 'the group with new VM instances, from Terraform',
  severity: 'warn',
};

function decideGroup(before: unknown): Deletion {
  return hasBlock(before, 'stateful_disk') ? STATEFUL : STATELESS;
}
