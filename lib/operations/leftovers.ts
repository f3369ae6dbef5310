import { CASSANDRA_YAML, DATA_DIRECTORY } from '../cassandra-contract/node-paths';
import { RefusedError } from '../core/reported-error';
import type { Ring, RingNode } from './ring';
import { type NodeShell, UnreachableError } from './shell/node-shell';

/** Folder with the data files of all tables. */
export const TABLES_DIRECTORY = `${DATA_DIRECTORY}/data`;

/** Automatic snapshot (`auto_snapshot`) of a dropped or truncated table on one node. */
export interface LeftoverCopy {
  /** Name of the node in its ring. */
  readonly node: string;

  /** Name of the snapshot on this node: the time in it is the node's own. */
  readonly tag: string;

  /** Time of the snapshot, in milliseconds since 1970. */
  readonly takenAt: number;
  readonly bytes: number;

  /** Number of its SSTables. */
  readonly sstables: number;

  /** Contains the table's definition, `schema.cql`. */
  readonly hasSchema: boolean;

  /** Time at which Cassandra deletes it, in milliseconds since 1970; `undefined` if it is kept. */
  readonly expiresAt: number | undefined;
}

/** Automatic snapshots of one DROP or TRUNCATE on the nodes of a ring. */
export interface Leftover {
  /** Name of its earliest snapshot, for example `dropped-1764482400000-invoices`. */
  readonly name: string;
  readonly kind: 'dropped' | 'truncated';
  readonly keyspace: string;
  readonly table: string;

  /** Id of the table, as in the name of its folder: 32 hexadecimal digits. */
  readonly tableId: string;

  /** Time of the earliest snapshot, in milliseconds since 1970. */
  readonly takenAt: number;

  /** By name of the node, without nodes that have none. */
  readonly copies: ReadonlyMap<string, LeftoverCopy>;
}

/** Automatic snapshots of a ring. */
export interface LeftoverList {
  /** Newest first. */
  readonly leftovers: readonly Leftover[];

  /** Nodes whose snapshots could not be listed, with the reason. */
  readonly unread: ReadonlyMap<string, string>;

  /** Nodes on which `auto_snapshot` is off, so that DROP and TRUNCATE delete at once. */
  readonly withoutAutoSnapshot: readonly string[];
}

/** Nodes execute one TRUNCATE or DROP within this time of each other. */
const SAME_STATEMENT_MS = 60_000;

/** Prints a line for each snapshot, fields divided by tabs, and at last a line that shows that nothing was cut off. */
const LIST = `python3 - <<'EOF'
import json, os, re
root = '${TABLES_DIRECTORY}'
for keyspace in sorted(os.listdir(root)):
    for folder in sorted(os.listdir(os.path.join(root, keyspace))):
        table = re.fullmatch(r'(\\w+)-([0-9a-f]{32})', folder)
        snapshots = os.path.join(root, keyspace, folder, 'snapshots')
        if not table or not os.path.isdir(snapshots):
            continue
        for tag in sorted(os.listdir(snapshots)):
            if not re.fullmatch(r'(dropped|truncated)-\\d+-\\w+', tag):
                continue
            files = os.listdir(os.path.join(snapshots, tag))
            size = sum(os.path.getsize(os.path.join(snapshots, tag, name)) for name in files)
            expires = ''
            if 'manifest.json' in files:
                with open(os.path.join(snapshots, tag, 'manifest.json')) as manifest:
                    expires = json.load(manifest).get('expires_at') or ''
            count = sum(name.endswith('-Data.db') for name in files)
            print(keyspace, *table.groups(), tag, size, count, 'schema.cql' in files, expires, sep='\\t')
with open('${CASSANDRA_YAML}') as yaml:
    off = re.search(r'^auto_snapshot:\\s*false\\b', yaml.read(), re.M)
print('auto_snapshot', 'off' if off else 'on', sep='\\t')
EOF`;

/** Lists the automatic snapshots of dropped and truncated tables on every node. */
export async function listLeftovers(shell: NodeShell, ring: Ring): Promise<LeftoverList> {
  const unread = new Map<string, string>();
  const withoutAutoSnapshot: string[] = [];
  const found: FoundCopy[] = [];
  const answers = await Promise.all(ring.nodes.map((node) => readNode(shell, node)));
  ring.nodes.forEach(({ name }, index) => {
    const answer = answers[index]!;
    if (typeof answer === 'string') {
      unread.set(name, answer);
      return;
    }
    found.push(...answer.copies);
    if (!answer.autoSnapshot) withoutAutoSnapshot.push(name);
  });
  return { leftovers: groupCopies(found), unread, withoutAutoSnapshot };
}

/**
 * Finds a leftover by the name of any of its snapshots.
 *
 * @throws RefusedError if there is none, or several tables have one of this name
 */
export function findLeftover({ leftovers }: LeftoverList, name: string): Leftover {
  const found = leftovers.filter(({ copies }) => [...copies.values()].some(({ tag }) => tag === name));
  if (found.length === 1) return found[0]!;
  if (found.length > 1) {
    const tables = found.map(({ keyspace, table }) => `${keyspace}.${table}`).join(', ');
    throw new RefusedError(`'--leftover' must name one snapshot, got '${name}', which several tables have: ${tables}`);
  }
  const known = leftovers.map((one) => one.name).join(', ') || 'none';
  throw new RefusedError(`'--leftover' must name a snapshot of a dropped or truncated table, got '${name}'; known: ${known}`);
}

interface FoundCopy extends LeftoverCopy {
  readonly kind: Leftover['kind'];
  readonly keyspace: string;
  readonly table: string;
  readonly tableId: string;
}

/** @returns the reason if the node could not be read */
async function readNode(shell: NodeShell, node: RingNode): Promise<{ copies: FoundCopy[]; autoSnapshot: boolean } | string> {
  try {
    const { status, stdout, stderr } = await shell.run(node, LIST, 120);
    const lines = stdout.trimEnd().split('\n');
    const [end, value] = lines.pop()!.split('\t');
    if (status !== 0 || end !== 'auto_snapshot') return stderr.trim().split('\n').at(-1) || `exit code ${status}`;
    return { copies: lines.map((line) => parseCopy(node.name, line)), autoSnapshot: value === 'on' };
  } catch (error) {
    if (!(error instanceof UnreachableError)) throw error;
    return error.message;
  }
}

function parseCopy(node: string, line: string): FoundCopy {
  const [keyspace, table, tableId, tag, bytes, sstables, hasSchema, expires] = line.split('\t') as string[];
  const [kind, time] = tag!.split('-');
  return {
    ...{ node, keyspace: keyspace!, table: table!, tableId: tableId!, tag: tag!, kind: kind as Leftover['kind'] },
    takenAt: Number(time),
    bytes: Number(bytes),
    sstables: Number(sstables),
    hasSchema: hasSchema === 'True',
    expiresAt: expires ? Date.parse(expires) : undefined,
  };
}

/** Groups snapshots by the statement that they were taken for: at most one on each node. */
function groupCopies(found: readonly FoundCopy[]): Leftover[] {
  const groups: (Leftover & { readonly copies: Map<string, LeftoverCopy> })[] = [];
  for (const copy of [...found].sort((one, other) => one.takenAt - other.takenAt)) {
    const { kind, keyspace, table, tableId, tag, takenAt } = copy;
    let group = groups.find(
      (each) =>
        each.kind === kind &&
        each.tableId === tableId &&
        each.keyspace === keyspace &&
        !each.copies.has(copy.node) &&
        // A table is dropped once.
        (kind === 'dropped' || takenAt - each.takenAt <= SAME_STATEMENT_MS),
    );
    if (group === undefined) {
      group = { name: tag, kind, keyspace, table, tableId, takenAt, copies: new Map() };
      groups.push(group);
    }
    const { node, bytes, sstables, hasSchema, expiresAt } = copy;
    group.copies.set(node, { node, tag, takenAt, bytes, sstables, hasSchema, expiresAt });
  }
  return groups.reverse();
}
