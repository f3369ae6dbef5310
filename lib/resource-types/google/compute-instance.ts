import { hasBlock } from '../../terraform/values';
import type { Deletion } from '../deletion';
import type { ResourceType } from '../resource-type';

export const computeInstance: readonly ResourceType[] = [
  {
    names: ['google_compute_instance'],
    what: 'a VM instance',
    deletion: decideInstance,
    backup: { none: 'it holds no copy of data' },
    uniqueName: { path: ['name'], within: ['project', 'zone'] },
    use: { none: 'what refers to it, such as an instance group, loses a member' },
  },
  {
    names: ['google_compute_instance_template', 'google_compute_region_instance_template'],
    what: 'an instance template',
    deletion: {
      kind: 'harmless',
      why: 'instances and groups that were created from it stay, and Terraform recreates it',
    },
    backup: { none: 'it is no copy of data' },
    uniqueName: { path: ['name'], within: ['project', 'region'] },
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
