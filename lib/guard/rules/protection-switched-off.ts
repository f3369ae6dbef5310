import type { ResourceChange } from '../../terraform/plan';
import { known, textAt, valueAt } from '../../terraform/values';
import type { Rule } from '../rule';
import type { Finding } from '../verdict';
import { joinNames } from '../words';

/** Protections against deletion or attack that are turned off. */
export const protectionSwitchedOff: Rule = {
  id: 'protection-switched-off',
  severities: ['refuse'],
  title: 'A protection against deletion or attack is turned off',
  why: 'it is the first half of an accident: the next plan can delete the resource, or an attacker gets further',
  remediation: 'leave it on; if it has to be off for a while, acknowledge it and turn it on again in the next plan',
  check: ({ resources }) =>
    resources.flatMap((change): Finding[] => {
      if (change.before === null || change.after === null) return [];
      const off = SWITCHES.filter((one) => (one.type === undefined || one.type === change.type) && isOff(change, one)).map(
        ({ words }) => words,
      );
      if (off.length === 0) return [];
      return [
        {
          severity: 'refuse',
          address: change.address,
          action: change.action,
          reason: `${known(textAt(change.before, 'name')) ?? change.name}: ${joinNames(off)}`,
        },
      ];
    }),
};

interface Switch {
  /** Type of the resource. @default - any type */
  readonly type?: string;
  readonly path: readonly string[];

  /** Values that enable the protection. */
  readonly on: readonly unknown[];
  readonly words: string;
}

const CLUSTER = 'google_container_cluster';

const SWITCHES: readonly Switch[] = [
  { path: ['deletion_protection'], on: [true], words: 'deletion protection is turned off' },
  { path: ['settings', 'deletion_protection_enabled'], on: [true], words: 'deletion protection in Cloud SQL is turned off' },
  { path: ['force_destroy'], on: [false], words: 'it can now be deleted with everything in it' },
  { path: ['delete_contents_on_destroy'], on: [false], words: 'it can now be deleted with everything in it' },
  { path: ['deletion_policy'], on: ['PREVENT', 'ABANDON'], words: 'its deletion policy no longer prevents deletion' },
  { type: CLUSTER, path: ['enable_shielded_nodes'], on: [true], words: 'nodes are no longer shielded' },
  {
    type: CLUSTER,
    path: ['workload_identity_config', 'workload_pool'],
    on: ['*'],
    words: 'workloads lose their own identities and use that of the node',
  },
  { type: CLUSTER, path: ['database_encryption', 'state'], on: ['ENCRYPTED'], words: 'secrets are no longer encrypted with your own key' },
  {
    type: CLUSTER,
    path: ['binary_authorization', 'evaluation_mode'],
    on: ['PROJECT_SINGLETON_POLICY_ENFORCE'],
    words: 'images are no longer verified',
  },
  { type: CLUSTER, path: ['network_policy', 'enabled'], on: [true], words: 'network policies are no longer enforced' },
  {
    type: CLUSTER,
    path: ['datapath_provider'],
    on: ['ADVANCED_DATAPATH'],
    words: 'network policies are no longer enforced by Dataplane V2',
  },
  { type: CLUSTER, path: ['enable_legacy_abac'], on: [false], words: 'legacy attribute-based authorization is turned on, beside RBAC' },
  { type: CLUSTER, path: ['logging_service'], on: ['logging.googleapis.com/kubernetes'], words: 'its logs are no longer collected' },
  {
    type: 'google_container_node_pool',
    path: ['node_config', 'workload_metadata_config', 'mode'],
    on: ['GKE_METADATA'],
    words: "pods can now obtain the node's credentials",
  },
  {
    type: 'google_storage_bucket',
    path: ['public_access_prevention'],
    on: ['enforced'],
    words: 'public access is no longer prevented',
  },
  {
    type: 'google_storage_bucket',
    path: ['uniform_bucket_level_access'],
    on: [true],
    words: 'objects can have their own access control lists',
  },
  ...['enable_secure_boot', 'enable_vtpm', 'enable_integrity_monitoring'].map((name) => ({
    type: 'google_compute_instance',
    path: ['shielded_instance_config', name],
    on: [true],
    words: `${name} is turned off`,
  })),
];

/** Tests that a protection was on and is off for certain: an unknown value does not count. */
function isOff({ before, after, afterUnknown }: ResourceChange, { path, on }: Switch): boolean {
  const was = valueAt(before, ...path);
  const is = valueAt(after, ...path);
  const isOn = (value: unknown): boolean => (on.includes('*') ? value !== undefined : on.includes(value));
  const isUnknown = path.some((_, index) => valueAt(afterUnknown, ...path.slice(0, index + 1)) === true);
  return isOn(was) && !isOn(is) && !(is === undefined && isUnknown) && afterUnknown !== true;
}
