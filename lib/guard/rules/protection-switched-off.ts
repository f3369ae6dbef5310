import type { ResourceChange } from '../../terraform/plan';
import { known, textAt, valueAt } from '../../terraform/values';
import type { Rule } from '../rule';
import type { Finding } from '../verdict';
import { listed } from '../words';

/** The first half of an accident: the plan after this one may delete it. */
export const protectionSwitchedOff: Rule = {
  id: 'protection-switched-off',
  title: 'What keeps something from being deleted, or an attacker out, is switched off',
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
          reason: `${known(textAt(change.before, 'name')) ?? change.name}: ${listed(off)}`,
          impact: '',
          recovery: '',
          remediation: 'leave it on; if it has to be off for a while, acknowledge it and switch it on again in the next plan',
        },
      ];
    }),
};

interface Switch {
  /** Any type when there is none. */
  readonly type?: string;
  readonly path: readonly string[];

  /** Values with which it is on. */
  readonly on: readonly unknown[];
  readonly words: string;
}

const CLUSTER = 'google_container_cluster';

const SWITCHES: readonly Switch[] = [
  { path: ['deletion_protection'], on: [true], words: 'deletion protection is switched off' },
  { path: ['settings', 'deletion_protection_enabled'], on: [true], words: 'deletion protection in Cloud SQL is switched off' },
  { path: ['force_destroy'], on: [false], words: 'it can now be deleted with everything in it' },
  { path: ['delete_contents_on_destroy'], on: [false], words: 'it can now be deleted with everything in it' },
  { path: ['deletion_policy'], on: ['PREVENT', 'ABANDON'], words: 'its deletion policy no longer keeps it' },
  { type: CLUSTER, path: ['enable_shielded_nodes'], on: [true], words: 'nodes are no longer shielded' },
  {
    type: CLUSTER,
    path: ['workload_identity_config', 'workload_pool'],
    on: ['*'],
    words: 'workloads lose their own identities and fall back to that of the node',
  },
  { type: CLUSTER, path: ['database_encryption', 'state'], on: ['ENCRYPTED'], words: 'secrets are no longer encrypted with your own key' },
  {
    type: CLUSTER,
    path: ['binary_authorization', 'evaluation_mode'],
    on: ['PROJECT_SINGLETON_POLICY_ENFORCE'],
    words: 'images are no longer checked',
  },
  { type: CLUSTER, path: ['network_policy', 'enabled'], on: [true], words: 'network policies are no longer enforced' },
  {
    type: CLUSTER,
    path: ['datapath_provider'],
    on: ['ADVANCED_DATAPATH'],
    words: 'network policies are no longer enforced by Dataplane V2',
  },
  { type: CLUSTER, path: ['enable_legacy_abac'], on: [false], words: 'legacy authorization is switched on, beside roles' },
  { type: CLUSTER, path: ['logging_service'], on: ['logging.googleapis.com/kubernetes'], words: 'its logs are no longer collected' },
  {
    type: 'google_container_node_pool',
    path: ['node_config', 'workload_metadata_config', 'mode'],
    on: ['GKE_METADATA'],
    words: "pods can now ask for the node's credentials",
  },
  {
    type: 'google_storage_bucket',
    path: ['public_access_prevention'],
    on: ['enforced'],
    words: 'public access is no longer prevented',
  },
  { type: 'google_storage_bucket', path: ['uniform_bucket_level_access'], on: [true], words: 'objects can have access lists of their own' },
  ...['enable_secure_boot', 'enable_vtpm', 'enable_integrity_monitoring'].map((name) => ({
    type: 'google_compute_instance',
    path: ['shielded_instance_config', name],
    on: [true],
    words: `${name} is switched off`,
  })),
];

/** Whether it was on and is certainly no longer: a value that is only unknown is left alone. */
function isOff({ before, after, afterUnknown }: ResourceChange, { path, on }: Switch): boolean {
  const was = valueAt(before, ...path);
  const is = valueAt(after, ...path);
  const isOn = (value: unknown): boolean => (on.includes('*') ? value !== undefined : on.includes(value));
  const isUnknown = path.some((_, index) => valueAt(afterUnknown, ...path.slice(0, index + 1)) === true);
  return isOn(was) && !isOn(is) && !(is === undefined && isUnknown) && afterUnknown !== true;
}
