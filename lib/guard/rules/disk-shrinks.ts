import type { ResourceChange } from '../../terraform/plan';
import { known, numberAt, textAt, valueAt } from '../../terraform/values';
import type { Rule } from '../rule';
import type { Finding } from '../verdict';

/** Disks and volumes that shrink. They only grow: a smaller one is a new, empty one, or an error. */
export const diskShrinks: Rule = {
  id: 'disk-shrinks',
  severities: ['refuse'],
  title: 'A disk or a volume shrinks',
  why: 'disks only grow: a smaller size means a new, empty disk, or an error during the apply',
  remediation: 'restore the size; to pay for less, copy the data to a new, smaller disk',
  check: ({ resources }) =>
    resources.flatMap((change): Finding[] => {
      const found = Object.hasOwn(SIZES, change.type) ? SIZES[change.type]!(change) : undefined;
      if (!found || found.is >= found.was) return [];
      const isReplaced = change.actions.includes('create');
      return [
        {
          severity: 'refuse',
          address: change.address,
          action: change.action,
          reason: `it shrinks from ${found.text[0]} to ${found.text[1]}, ${isReplaced ? 'so it is replaced by an empty one' : 'which is refused during the apply'}`,
          impact: isReplaced ? 'everything on it' : '',
          recovery: isReplaced ? 'the newest snapshot, only on a disk at least as large as that snapshot' : '',
        },
      ];
    }),
};

interface Sizes {
  readonly was: number;
  readonly is: number;
  readonly text: readonly [string, string];
}

type SizesOf = (change: ResourceChange) => Sizes | undefined;

const gib =
  (...path: string[]): SizesOf =>
  ({ before, after }) => {
    const was = known(numberAt(before, ...path));
    const is = known(numberAt(after, ...path));
    return was === undefined || is === undefined ? undefined : { was, is, text: [`${was} GiB`, `${is} GiB`] };
  };

const quantity =
  (...path: string[]): SizesOf =>
  ({ before, after }) => {
    const texts = [known(textAt(before, ...path, 'storage')), known(textAt(after, ...path, 'storage'))] as const;
    const [was, is] = [bytes(texts[0]), bytes(texts[1])];
    return was === undefined || is === undefined ? undefined : { was, is, text: [texts[0]!, texts[1]!] };
  };

const CLAIM = quantity('spec', 'resources', 'requests');
const SET: SizesOf = (change) =>
  valueAt(change.after, 'spec', 'volume_claim_template') === undefined
    ? undefined
    : quantity('spec', 'volume_claim_template', 'spec', 'resources', 'requests')(change);

const SIZES: Readonly<Record<string, SizesOf>> = {
  google_compute_disk: gib('size'),
  google_compute_region_disk: gib('size'),
  google_compute_instance: gib('boot_disk', 'initialize_params', 'size'),
  google_sql_database_instance: gib('settings', 'disk_size'),
  google_filestore_instance: gib('file_shares', 'capacity_gb'),
  kubernetes_persistent_volume_claim: CLAIM,
  kubernetes_persistent_volume_claim_v1: CLAIM,
  kubernetes_stateful_set: SET,
  kubernetes_stateful_set_v1: SET,
};

const FACTORS: Readonly<Record<string, number>> = {
  '': 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
};

function bytes(text: string | undefined): number | undefined {
  const [, number, unit] = /^(\d+(?:\.\d+)?)(k|M|G|T|Ki|Mi|Gi|Ti)?$/.exec(text ?? '') ?? [];
  return number === undefined ? undefined : Number(number) * FACTORS[unit ?? '']!;
}
