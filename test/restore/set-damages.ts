import { SNAPSHOT_SET_STATE_LABEL } from '../../lib/cassandra-contract/labels';
import type { ComputeResource } from '../../lib/recovery';

/** Damage of the list of snapshots, which is found before any clone is made. */
export interface SetDamage {
  readonly name: string;

  /** Changes the snapshots of the set, one for each node. */
  readonly change: (snapshots: readonly ComputeResource[]) => readonly ComputeResource[];

  /** Code of the set's problem, and of the failed check at level 0. */
  readonly expected: string;

  /** Only a drill fails: a restore may choose an old set. @default false */
  readonly isRestorable?: true;
}

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

/** Changes the last snapshot. */
function last(change: (snapshot: ComputeResource) => object): SetDamage['change'] {
  return (snapshots) => [...snapshots.slice(0, -1), { ...snapshots.at(-1)!, ...change(snapshots.at(-1)!) }];
}

function takenLater(milliseconds: number): SetDamage['change'] {
  return last(({ creationTimestamp }) => ({
    creationTimestamp: new Date(Date.parse(String(creationTimestamp)) + milliseconds).toISOString(),
  }));
}

/** Damages that are found in the list of snapshots. */
export const SET_DAMAGES: readonly SetDamage[] = [
  { name: 'set without the snapshot of a node', change: (snapshots) => snapshots.slice(0, -1), expected: 'missing-node' },
  {
    ...{ name: 'set with a node that the ring does not have', expected: 'unknown-node' },
    change: (snapshots) => [
      ...snapshots,
      {
        ...snapshots.at(-1)!,
        name: 'another-node',
        sourceDisk: String(snapshots.at(-1)!.sourceDisk).replace(/-[a-z]-data$/, '-e-data'),
      },
    ],
  },
  { name: 'snapshot that is not uploaded', change: last(() => ({ status: 'UPLOADING' })), expected: 'not-ready' },
  { name: 'snapshot that is larger than its disk', change: last(() => ({ diskSizeGb: '90000' })), expected: 'too-small' },
  { name: 'snapshot of tomorrow', change: takenLater(DAY_MS), expected: 'from-the-future' },
  {
    ...{ name: 'set whose job found a skew', expected: 'marked-invalid' },
    change: last(({ labels }) => ({ labels: { ...(labels as object), [SNAPSHOT_SET_STATE_LABEL]: 'skewed' } })),
  },
  { name: 'snapshots of two hours that a label joins', change: takenLater(-2 * HOUR_MS), expected: 'skewed' },
  {
    ...{ name: 'valid set with a snapshot without a guest flush', expected: 'not-flushed' },
    change: (snapshots) =>
      snapshots.map((snapshot, index) => ({
        ...{ ...snapshot, guestFlush: index > 0 },
        labels: { ...(snapshot.labels as object), [SNAPSHOT_SET_STATE_LABEL]: 'valid' },
      })),
  },
  {
    ...{ name: 'newest set older than the promise', expected: 'age', isRestorable: true },
    change: (snapshots) =>
      snapshots.map((snapshot) => ({ ...snapshot, creationTimestamp: new Date(Date.now() - 3 * DAY_MS).toISOString() })),
  },
];
