import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CANARY_TABLE } from '../../lib/cassandra/node-files/canary';
import type { ComputeResource } from '../../lib/recovery';

/**
 * Kept sets of snapshots that damages are applied to:
 *
 * - `empty`: tables without a row, taken without a guest flush.
 * - `unflushed`: rows of `proof.log` are in several segments of the commit log only. Taken without a guest flush, as a schedule does.
 * - `flushed`: all rows are in SSTables only, of `proof.orders` in two of them. Taken with a guest flush.
 * - `newer`: taken after these. `proof.newer` has a row that is newer than all snapshots.
 */
export type KeptSet = 'empty' | 'unflushed' | 'flushed' | 'newer';

/** Image of a snapshot that is damaged. */
export interface DamagedImage {
  readonly node: string;
  readonly path: string;

  /** Path of the undamaged image of a node, in the same set unless another is given. */
  readonly kept: (node: string, set?: KeptSet) => string;

  /** Another node of the ring. */
  readonly other: string;
}

/** Damage of a set of snapshots, or of the recovery VM that verifies it. */
export interface Damage {
  readonly name: string;
  readonly set: KeptSet;

  /** Nodes whose snapshots are damaged. Rows are compared between all disks when a damage is the only one of its set. @default 'one' */
  readonly nodes?: 'one' | 'one-alone' | 'all';

  /** Last step of the verification: what comes before the start of Cassandra is found without it. @default 'rows' */
  readonly until?: 'files';

  /** Each disk is verified without the others, and prepared for its node, as a recovery does. @default - the set is verified */
  readonly recovers?: true;

  /** Changes the image: by shell commands in the root of its file system, or as a file. */
  readonly image?: string | ((image: DamagedImage) => void);

  /** Changes the request that creates the recovery VM. */
  readonly vm?: (body: ComputeResource) => ComputeResource;

  /** Failed checks that name the damage, as `LEVEL CODE` or `LEVEL CODE TABLE`; `not-run LEVEL CODE` for a check that was not run. */
  readonly expected: readonly string[];

  /** Failed checks that may come with it, as `LEVEL CODE`. */
  readonly also?: readonly string[];
}

const MANIFEST = 'snapshot-manifest.json';
const CANARIES = `data/${CANARY_TABLE.replace('.', '/')}-*`;
/** Table that damages of SSTables are of. */
export const ORDERS = 'proof.orders';
const NEWEST_SSTABLE = newestSstable('orders');
/** Shell assignment of the largest segment of the commit log to `f`. */
export const LARGEST_SEGMENT = 'f=$(ls -S commitlog/*.log | head -1)';

/** Damages of the disk itself, of its SSTables, and of the recovery VM, that are found before Cassandra starts. */
const BEFORE_BOOT: readonly Damage[] = [
  { name: 'blank disk', set: 'flushed', image: blank, expected: ['1 file-system'] },
  {
    ...{ name: 'file system header overwritten', set: 'flushed', expected: ['1 file-system'] },
    image: ({ path }) => run('dd', 'if=/dev/zero', `of=${path}`, 'bs=4096', 'count=1', 'conv=notrunc', 'status=none'),
  },
  {
    ...{ name: 'file system damaged inside', set: 'flushed', expected: ['1 file-system'] },
    // The header is intact, and the first allocation group is not.
    image: ({ path }) => run('dd', 'if=/dev/urandom', `of=${path}`, 'bs=512', 'count=3', 'seek=1', 'conv=notrunc', 'status=none'),
  },
  {
    ...{ name: 'data disk was never mounted', set: 'flushed', expected: ['1 ownership-marker'] },
    image: ({ path }) => run('mkfs.xfs', '-q', '-f', path),
  },
  {
    ...{ name: 'disk of another node', set: 'flushed', expected: ['1 ownership-marker'] },
    image: ({ path, kept, other }) => copyImage(kept(other), path),
  },
  {
    ...{ name: 'disk of another node, with a changed marker', set: 'flushed', expected: ['1 joined-identity'] },
    image: ({ node, path, kept, other }) => {
      copyImage(kept(other), path);
      editImage(path, `sed -i 's,/${other}$,/${node},' .cassandra_fs_ownership`);
    },
  },
  {
    ...{ name: 'disk of another ring', set: 'flushed', expected: ['1 ownership-marker'] },
    image: "sed -i 's,=[^/]*/,=other/,' .cassandra_fs_ownership; sed -i 's,^cluster_name=.*,cluster_name=other,' joined",
  },
  {
    ...{ name: 'disk of another ring, with a changed marker', set: 'flushed', expected: ['1 joined-identity'] },
    image: "sed -i 's,^cluster_name=.*,cluster_name=other,' joined",
  },
  { name: 'disk of a node that never joined', set: 'flushed', image: 'rm joined', expected: ['1 joined-identity'] },
  {
    ...{ name: 'disk of a newer Cassandra', set: 'flushed', expected: ['1 cassandra-version'] },
    image: "sed -i 's,^cassandra_version=.*,cassandra_version=5.0.99,' joined",
  },
  {
    ...{ name: 'two ownership markers', set: 'flushed', expected: ['1 ownership-marker'] },
    image: 'cp .cassandra_fs_ownership data/',
  },
  {
    ...{ name: 'clone not attached', set: 'flushed', expected: ['1 file-system'] },
    vm: (body) => ({ ...body, disks: (body.disks as unknown[]).slice(0, 1) }),
  },

  {
    ...{ name: 'truncated Data.db', set: 'flushed', expected: [`2 sstable-digest ${ORDERS}`], also: ['2 manifest-sstables'] },
    image: `${NEWEST_SSTABLE}; truncate -s $(($(stat -c %s "$f") / 2)) "$f"`,
  },
  {
    ...{ name: 'Data.db without a byte', set: 'flushed', expected: [`2 sstable-complete ${ORDERS}`] },
    also: ['2 sstable-digest', '2 manifest-sstables'],
    image: `${NEWEST_SSTABLE}; truncate -s 0 "$f"`,
  },
  {
    ...{ name: 'deleted Data.db', set: 'flushed', expected: [`2 sstable-complete ${ORDERS}`], also: ['2 manifest-sstables'] },
    image: `${NEWEST_SSTABLE}; rm "$f"`,
  },
  {
    ...{ name: 'deleted SSTable with its TOC', set: 'flushed', expected: [`2 manifest-sstables ${ORDERS}`] },
    image: `${NEWEST_SSTABLE}; rm "\${f%Data.db}"*`,
  },
  {
    ...{ name: 'SSTable of another table', set: 'flushed', expected: [`2 manifest-sstables ${ORDERS}`] },
    image: ({ path, kept, node }) => copyFiles(kept(node), 'data/proof/log-*/*-big-*', path, 'data/proof/orders-*/'),
  },
  {
    ...{ name: 'removed segment of the commit log', set: 'flushed', expected: ['2 manifest-commit-logs'], also: ['2 commit-log-files'] },
    image: 'rm "$(ls commitlog/*.log | head -1)"',
  },
  {
    ...{ name: 'segment of the commit log that is too many', set: 'flushed', expected: ['2 manifest-commit-logs'] },
    image: 'f=$(ls commitlog/*.log | head -1); cp "$f" commitlog/CommitLog-7-1000000000000.log',
  },
  {
    ...{ name: 'truncated commit log', set: 'unflushed', expected: ['2 commit-log-files'] },
    image: `${LARGEST_SEGMENT}; truncate -s $(($(stat -c %s "$f") / 2 + 100)) "$f"`,
  },
  { name: 'removed commit log', set: 'unflushed', expected: ['2 commit-log-files'], image: 'rm commitlog/*' },
  {
    ...{ name: 'SSTables of the schema gone', set: 'unflushed', expected: ['2 system-tables'] },
    image: 'rm -r data/system_schema/*/*',
  },

  {
    ...{ name: 'manifest of another node', set: 'flushed', expected: ['1 manifest'] },
    image: ({ path, kept, other }) => copyFiles(kept(other), MANIFEST, path, '.'),
  },
  {
    ...{ name: 'manifest of another night', set: 'flushed', expected: ['1 manifest'] },
    image: `sed -i -E 's/"takenAt": ?"20../"takenAt":"2019/' ${MANIFEST}`,
  },
  { name: 'truncated manifest', set: 'flushed', expected: ['1 manifest'], image: `truncate -s 100 ${MANIFEST}` },
  {
    ...{ name: 'manifest with another digest', set: 'flushed', expected: [`2 manifest-sstables ${ORDERS}`] },
    image: `sed -i -E 's/("table": ?"proof.orders"[^}]*"digest": ?")[0-9]+/\\11/' ${MANIFEST}`,
  },

  {
    ...{ name: 'recovery VM that ends without a report', set: 'flushed', expected: ['1 recovery-vm'] },
    vm: withScript(() => '#!/bin/bash\npoweroff\n'),
  },
  {
    ...{ name: 'report of another run', set: 'flushed', expected: ['1 recovery-vm'] },
    vm: withScript(() => reportingScript({ run: 'other' })),
  },
  {
    ...{ name: 'report that was changed on its way', set: 'flushed', expected: ['1 recovery-vm'] },
    vm: withScript(() => reportingScript({}, "sed 's/[0-8]$/9/; t; s/.$/0/'")),
  },
  {
    ...{ name: 'report with a missing part', set: 'flushed', expected: ['1 recovery-vm'] },
    vm: withScript(() => reportingScript({}, "sed 's/^done 1/done 2/'")),
  },
  {
    ...{ name: 'program ends in the middle', set: 'flushed', expected: ['2 program'] },
    vm: withScript((script) => script.replace('    def files(self):\n', '    def files(self):\n        os._exit(9)\n')),
  },
  {
    ...{ name: 'time limit of a phase', set: 'flushed', expected: ['2 time-limit'] },
    vm: withTask((task) => ({ ...task, limits: { files: 0 } })),
  },
];

/** Damages that need Cassandra's start, or the rows of the disks. */
const AFTER_BOOT: readonly Damage[] = [
  {
    ...{ name: 'disk with another host id', set: 'flushed', expected: ['1 host-identity'], also: ['1 manifest'] },
    image: "sed -i 's,^host_id=.*,host_id=00000000-0000-4000-8000-000000000000,' joined",
  },
  {
    ...{ name: 'flipped byte in Data.db', set: 'flushed', expected: [`2 sstable-digest ${ORDERS}`, `4 rows ${ORDERS}`] },
    also: ['4 manifest-rows'],
    image: `${NEWEST_SSTABLE}; b=$(od -An -tu1 -j40 -N1 "$f"); printf "\\\\x$(printf %02x $((b ^ 1)))" | dd of="$f" bs=1 seek=40 conv=notrunc status=none`,
  },
  {
    ...{ name: 'folder of a table with another id', set: 'flushed', expected: [`2 table-directories ${ORDERS}`] },
    also: ['2 manifest-sstables', '4 manifest-rows'],
    image: 'd=$(echo data/proof/orders-*); mv "$d" "$(dirname "$d")/orders-00000000000040008000000000000000"',
  },
  {
    ...{
      name: 'tokens gone',
      set: 'flushed',
      expected: ['3 saved-tokens', '1 host-identity'],
      also: ['1 manifest', '2 manifest-sstables'],
    },
    image: 'rm -r data/system/local-*/*',
  },
  {
    // Cassandra 5.0.8 starts without the SSTable, or refuses to.
    ...{ name: 'deleted Statistics.db', set: 'flushed', expected: [`2 sstable-complete ${ORDERS}`] },
    also: ['3 boot', '3 commit-log-replay', '3 saved-tokens', '2 manifest-sstables', '4 manifest-rows', '4 rows'],
    image: `${NEWEST_SSTABLE}; rm "\${f%Data.db}Statistics.db"`,
  },
  {
    ...{ name: 'disk without space', set: 'flushed', expected: ['3 boot'], also: ['3 commit-log-replay', '3 saved-tokens'] },
    image:
      'n=$(($(df --output=avail -B1 . | tail -1) - 1048576)); fallocate -l "$n" full || dd if=/dev/zero of=full bs=1M status=none || true',
  },
  {
    ...{ name: 'manifest with another number of rows', set: 'flushed', expected: [`4 manifest-rows ${ORDERS}`] },
    image: `sed -i -E 's/("table": ?"orders"[^}]*"rows": ?)[0-9]+/\\1399/' ${MANIFEST}`,
  },
  {
    ...{ name: 'manifest with another schema', set: 'flushed', expected: ['4 manifest-schema'] },
    image: `sed -i -E 's/("schemaDigest": ?")......../\\100000000/' ${MANIFEST}`,
  },
  {
    ...{ name: 'drain that fails', set: 'flushed', expected: ['3 clean-shutdown'] },
    vm: withScript((script) => script.replace('PHASE=verify\n', 'PHASE=verify\nln -sf /bin/false /usr/local/bin/nodetool\n')),
  },
  {
    ...{ name: 'commit log that is removed', set: 'unflushed', expected: ['3 commit-log-replay'], also: ['2 commit-log-files'] },
    image: 'rm commitlog/*',
  },
  {
    ...{ name: 'overwritten commit log', set: 'unflushed', expected: ['3 commit-log-replay'], also: ['3 boot', '3 saved-tokens'] },
    image: 'for f in commitlog/*.log; do dd if=/dev/urandom of="$f" bs=64 count=1 seek=2000 conv=notrunc status=none; done',
  },
  {
    ...{
      name: 'commit log with overwritten headers',
      set: 'unflushed',
      expected: ['3 boot', '3 commit-log-replay'],
      also: ['3 saved-tokens'],
    },
    image: 'for f in commitlog/*.log; do dd if=/dev/urandom of="$f" bs=64 count=1 conv=notrunc status=none; done',
  },

  {
    ...{
      name: 'rows that are newer than the snapshot',
      set: 'flushed',
      expected: ['5 newer-rows proof.newer'],
      also: ['2 manifest-sstables', '4 manifest-rows'],
    },
    image: ({ path, kept, node }) => copyFiles(kept(node, 'newer'), 'data/proof/newer-*/*-big-*', path, 'data/proof/newer-*/'),
  },
  {
    ...{ name: 'clone that reaches other machines', set: 'flushed', expected: ['3 isolated-network'] },
    vm: withScript((script) => script.replace("network=('--net',)", 'network=()')),
  },
  {
    ...{ name: 'missing rows of the application', set: 'flushed', expected: ['6 assertions'] },
    vm: withTask((task) => ({ ...task, assertions: [{ cql: 'SELECT count(*) FROM proof.orders', expect: '401' }] })),
  },
  {
    ...{ name: 'canary of another snapshot', set: 'flushed', expected: ['5 canary'] },
    image: `sed -i -E 's/("canary": ?\\{"id": ?")......../\\100000000/' ${MANIFEST}`,
  },
  {
    ...{ name: 'canary from the future', set: 'flushed', expected: ['5 canary'], also: ['2 manifest-sstables'] },
    image: ({ path, kept, node }) => copyFiles(kept(node, 'newer'), `${CANARIES}/*-big-*`, path, CANARIES),
  },
  {
    // The replay of the commit log would bring it back.
    ...{ name: 'canary gone', set: 'flushed', expected: ['5 canary'] },
    also: ['2 manifest-sstables', '2 manifest-commit-logs', '2 commit-log-files', '3 commit-log-replay'],
    image: `rm ${CANARIES}/*-big-* commitlog/*`,
  },
  {
    ...{ name: 'deleted row is back', set: 'flushed', expected: ['2 manifest-sstables proof.deleted', '4 manifest-rows proof.deleted'] },
    image: `${newestSstable('deleted')}; rm "\${f%Data.db}"*`,
  },
  { name: 'schema without rows', set: 'empty', nodes: 'all', expected: ['4 rows-present'] },
  {
    ...{ name: 'all rows of a table gone from one disk', set: 'flushed', nodes: 'one-alone', expected: [`4 disks-agree ${ORDERS}`] },
    also: ['2 manifest-sstables', '4 manifest-rows'],
    image: 'rm -r data/proof/orders-*/*',
  },
  {
    ...{ name: 'all rows of a table gone from all disks', set: 'flushed', nodes: 'all' },
    expected: [`2 manifest-sstables ${ORDERS}`, `4 manifest-rows ${ORDERS}`],
    image: 'rm -r data/proof/orders-*/*',
  },
  {
    ...{ name: 'schema of one disk gone', set: 'unflushed', nodes: 'one-alone', expected: [`4 disks-agree ${ORDERS}`] },
    also: ['2 system-tables', '4 disks-agree'],
    image: 'rm -r data/system_schema/*/*',
  },
  {
    // A restore that was skipped, and reports success.
    ...{ name: 'report without a check', set: 'flushed', nodes: 'one-alone' },
    expected: ['not-run 1 file-system', 'not-run 3 boot', 'not-run 4 rows', 'not-run 4 rows-present'],
    vm: withScript(() => reportingScript({})),
  },
];

/** Damages that a verification of a set on clones must find. */
export const CLONE_DAMAGES: readonly Damage[] = [
  ...BEFORE_BOOT.map((damage): Damage => ({ ...damage, until: 'files' })),
  // Rows that are missing or cannot be read are missing for the manifest and the application as well.
  ...AFTER_BOOT.map((damage): Damage => ({ ...damage, also: [...(damage.also ?? []), '4 manifest-rows', '5 newer-rows', '6 assertions'] })),
];

/** Changes the task of the recovery VM. */
export function withTask(change: (task: object) => object): (body: ComputeResource) => ComputeResource {
  return withMetadata('recovery-task', (task) => JSON.stringify(change(JSON.parse(task) as object)));
}

/** Changes the startup script of the recovery VM. */
export function withScript(change: (script: string) => string): (body: ComputeResource) => ComputeResource {
  return withMetadata('startup-script', change);
}

/** Changes a metadata value of the recovery VM. */
export function withMetadata(name: string, change: (value: string) => string): (body: ComputeResource) => ComputeResource {
  return (body) => {
    const { items } = body.metadata as { readonly items: readonly { readonly key: string; readonly value: string }[] };
    const changed = items.map(({ key, value }) => ({ key, value: key === name ? change(value) : value }));
    if (JSON.stringify(changed) === JSON.stringify(items)) throw new Error(`the change of ${name} has no effect`);
    return { ...body, metadata: { items: changed } };
  };
}

/** Script that publishes a report without checks, of the run of its task unless another is given. @param change of its state, as a filter */
function reportingScript(changes: object, change = 'cat'): string {
  const report = { run: 'RUN', checks: [], tables: [], seconds: {}, replicas: {}, ...changes };
  return `#!/bin/bash
set -euo pipefail
metadata=http://metadata.google.internal/computeMetadata/v1/instance
put() { curl -fsS -X PUT -H 'Metadata-Flavor: Google' --data-binary "$2" "$metadata/guest-attributes/recovery/$1"; }
run=$(curl -fsS -H 'Metadata-Flavor: Google' "$metadata/attributes/recovery-task" | jq -r .run)
text='${JSON.stringify(report)}'
text=\${text/RUN/$run}
put report-000 "$(printf %s "$text" | base64 -w0)"
put state "$(echo "done 1 $(printf %s "$text" | sha256sum | cut -d' ' -f1)" | ${change})"
`;
}

/** Runs shell commands in the file system of an image. Nothing stays mounted, also after a failure. */
export function editImage(image: string, script: string): void {
  const commands =
    'set -euo pipefail; mounted=$(mktemp -d); mount -o loop,nouuid "$1" "$mounted"; cd "$mounted"; (eval "$2"); cd /; umount "$mounted"; rmdir "$mounted"';
  run('unshare', '--mount', '--propagation=private', 'bash', '-c', commands, 'edit', image, script);
}

/** Copies files of one image into a folder of another. */
function copyFiles(from: string, files: string, to: string, folder: string): void {
  const between = mkdtempSync(join(tmpdir(), 'files-'));
  const taken = `${to}.other`;
  copyImage(from, taken);
  editImage(taken, `cp ${files} ${between}`);
  editImage(to, `cp ${between}/* ${folder}; chown -R --reference=joined ${folder}`);
  rmSync(taken);
  rmSync(between, { recursive: true });
}

/** Copies an image. The copy shares its blocks where the file system can. */
export function copyImage(from: string, to: string): void {
  rmSync(to, { force: true });
  run('cp', '--sparse=always', '--reflink=auto', from, to);
}

/** Shell assignment of the newest SSTable of a table of `proof` to `f`. */
export function newestSstable(table: string): string {
  return `f=$(ls -t data/proof/${table}-*/*-Data.db | head -1)`;
}

/** Overwrites the image with zeros. */
export function blank({ path }: DamagedImage): void {
  const { size } = statSync(path);
  truncateSync(path, 0);
  truncateSync(path, size);
}

function run(program: string, ...words: readonly string[]): void {
  const { status, stderr } = spawnSync(program, words, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${program} ended with ${status}: ${stderr}`);
}
