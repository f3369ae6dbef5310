import { blank, type Damage, LARGEST_SEGMENT, newestSstable, ORDERS, withScript, withTask } from './damages';

const NEWEST_SSTABLE = newestSstable('orders');

/** A table whose files are damaged cannot be read; what its rows are needed for fails as well. */
const UNREADABLE = ['2 sstable-digest', '2 sstable-complete', '4 rows', '4 rows-present'];

/** A database that does not start was not looked at. */
const NOT_STARTED = ['3 boot', '3 saved-tokens', '3 commit-log-replay'];

/** Damages of one disk that is verified without the others, as a recovery does. */
const ALONE: readonly Omit<Damage, 'recovers'>[] = [
  { name: 'one disk: blank', set: 'flushed', image: blank, expected: ['1 file-system'] },
  { name: 'one disk: no database', set: 'flushed', image: 'rm -r data', expected: ['1 disk-identity'] },
  { name: 'one disk: database in another folder', set: 'flushed', image: 'mkdir k8s; mv data k8s/', expected: ['1 disk-identity'] },
  {
    ...{ name: 'one disk: identity gone', set: 'flushed', expected: ['1 disk-identity'] },
    image: 'rm -r data/system/local-*/*',
  },
  {
    ...{ name: 'one disk: of a newer Cassandra', set: 'flushed', expected: ['1 cassandra-version'] },
    vm: withTask((task) => ({ ...task, cassandraVersion: '4.1.0' })),
  },
  {
    ...{ name: 'one disk: truncated Data.db', set: 'flushed', expected: [`2 sstable-digest ${ORDERS}`], also: UNREADABLE },
    image: `${NEWEST_SSTABLE}; truncate -s $(($(stat -c %s "$f") / 2)) "$f"`,
  },
  {
    ...{ name: 'one disk: deleted Data.db', set: 'flushed', expected: [`2 sstable-complete ${ORDERS}`], also: UNREADABLE },
    image: `${NEWEST_SSTABLE}; rm "$f"`,
  },
  {
    ...{ name: 'one disk: folder of a table with another id', set: 'flushed', expected: [`2 table-directories ${ORDERS}`] },
    also: ['4 rows'],
    image: 'd=$(echo data/proof/orders-*); mv "$d" "$(dirname "$d")/orders-00000000000040008000000000000000"',
  },
  {
    ...{ name: 'one disk: flipped byte in Data.db', set: 'flushed', expected: [`4 rows ${ORDERS}`], also: UNREADABLE },
    image: `${NEWEST_SSTABLE}; b=$(od -An -tu1 -j40 -N1 "$f"); printf "\\\\x$(printf %02x $((b ^ 1)))" | dd of="$f" bs=1 seek=40 conv=notrunc status=none`,
  },
  {
    ...{ name: 'one disk: roles cannot be read', set: 'flushed', expected: ['4 roles'], also: UNREADABLE },
    image: 'for f in data/system_auth/roles-*/*-Data.db; do truncate -s $(($(stat -c %s "$f") / 2)) "$f"; done',
  },
  {
    ...{ name: 'one disk: without space', set: 'flushed', expected: ['3 boot'], also: NOT_STARTED },
    image:
      'n=$(($(df --output=avail -B1 . | tail -1) - 1048576)); fallocate -l "$n" full || dd if=/dev/zero of=full bs=1M status=none || true',
  },
  {
    ...{ name: 'one disk: another host id than before the start', set: 'flushed', expected: ['1 host-identity'] },
    vm: withScript((script) => script.replace("'hostId': local['host_id']", "'hostId': '00000000-0000-4000-8000-000000000000'")),
  },
  {
    ...{
      name: 'one disk: former neighbours stay',
      set: 'flushed',
      expected: ['3 single-node'],
      also: ['4 roles', '4 rows', '4 rows-present'],
    },
    vm: withScript((script) => script.replace("self.execute('DELETE FROM system.peers_v2 ", "str('DELETE FROM system.peers_v2 ")),
  },
  {
    ...{ name: 'one disk: second start fails', set: 'flushed', expected: ['3 restart'] },
    vm: withScript((script) => script.replace("self.start('restart', '')", "self.start('restart', '-Dcassandra.config=file:///none')")),
  },
  {
    ...{ name: 'one disk: last drain fails', set: 'flushed', expected: ['3 clean-shutdown'] },
    vm: withScript((script) =>
      script.replace(
        "    def shutdown(self):\n        problem = self.stop()\n        if self.task['recover']",
        "    def shutdown(self):\n        os.symlink('/bin/false', '/usr/local/bin/nodetool')\n        problem = self.stop()\n        if self.task['recover']",
      ),
    ),
  },
  {
    ...{ name: 'one disk: prepared for another ring', set: 'flushed', expected: ['1 prepared'] },
    vm: withTask((task) => ({ ...task, recover: { prepare: { ...readPrepare(task), joined: 'cluster_name=other\n' } } })),
  },
  { name: 'one disk: no rows', set: 'empty', expected: ['4 rows-present'] },
  {
    ...{ name: 'one disk: truncated commit log', set: 'unflushed', expected: ['2 commit-log-files'], also: NOT_STARTED },
    image: `${LARGEST_SEGMENT}; truncate -s $(($(stat -c %s "$f") / 2 + 100)) "$f"`,
  },
  {
    ...{ name: 'one disk: overwritten commit log', set: 'unflushed', expected: ['3 commit-log-replay'], also: NOT_STARTED },
    image: 'for f in commitlog/*.log; do dd if=/dev/urandom of="$f" bs=64 count=1 seek=2000 conv=notrunc status=none; done',
  },
  {
    ...{ name: 'one disk: schema gone', set: 'unflushed', expected: ['2 system-tables'], also: [...UNREADABLE, ...NOT_STARTED] },
    image: 'rm -r data/system_schema/*/*',
  },
];

function readPrepare(task: object): object {
  return (task as { readonly recover: { readonly prepare: object } }).recover.prepare;
}

/** Damages of one disk that a recovery from it must find. */
export const DISK_DAMAGES: readonly Damage[] = ALONE.map((damage) => ({ ...damage, recovers: true }));
