import type { Ring } from '../operations';
import type { RecoveryReport } from './recovery-report';
import { addRows, NO_ROWS, type RowSums } from './row-sums';
import { type Check, DISKS_AGREE, groupByTable, type TableRows } from './verification';

const [LEVEL, CODE] = DISKS_AGREE;

/** Disks that together have every row of a table, and their sums. */
interface Copy extends RowSums {
  readonly name: string;

  /** Disks without a row. */
  readonly empty: readonly string[];
}

/**
 * Compares the rows of the disks of a set, copy by copy: with a replica on each node every disk is a copy of a table; with a replica in each rack
 * (NetworkTopologyStrategy) the disks of a rack are one together. Rows and hashes of a rack are the sums of those of its disks.
 *
 * Copies are the same, unless a write reached some of them only, or a rack has grown and `nodetool cleanup` was not run: its disks then have rows
 * that they do not own any more. So a difference is a detail. A copy that is empty while another is not is a failure, and so are an empty disk
 * in a rack with fewer rows than another rack, and a set without any row. Keyspaces with other replicas cannot be compared, unless they are empty.
 */
export function compareDisks({ nodes }: Pick<Ring, 'nodes'>, reports: readonly RecoveryReport[]): Check[] {
  const tables = reports.flatMap((report) => report.tables);
  if (nodes.some(({ name }) => !reports.some(({ checks }) => isRead(checks, name))))
    return [
      { level: LEVEL, code: 'rows-present', outcome: 'not-run' },
      { level: LEVEL, code: CODE, outcome: 'not-run' },
    ];
  const total = tables.reduce((sum, { rows }) => sum + rows, 0);
  const present: Check =
    total > 0
      ? { level: LEVEL, code: 'rows-present', outcome: 'passed', detail: `${total} rows on all disks` }
      : { level: LEVEL, code: 'rows-present', outcome: 'failed', detail: 'no table of a user has a row on any disk' };
  return [present, ...compareTables(nodes, reports, groupByTable(tables))];
}

function compareTables(
  nodes: Ring['nodes'],
  reports: readonly RecoveryReport[],
  tables: ReadonlyMap<string, readonly TableRows[]>,
): readonly Check[] {
  const problems: Check[] = [];
  const differences: string[] = [];
  const unknown = new Set<string>();
  let byRack = 0;
  for (const [table, disks] of tables) {
    const fail = (detail: string): void => void problems.push({ level: LEVEL, code: CODE, outcome: 'failed', table, detail });
    const missing = nodes.filter(({ name }) => !disks.some(({ node }) => node === name)).map(({ name }) => name);
    if (missing.length > 0) fail(`was not read on ${missing.join(', ')}`);
    if (missing.length > 0 || disks.every(({ rows }) => rows === 0)) continue;
    const { keyspace } = disks[0]!;
    const copies = findCopies(nodes, countReplicas(reports, keyspace), disks);
    if (copies === undefined) {
      unknown.add(keyspace);
      continue;
    }
    if (copies.length < nodes.length) byRack += 1;
    const described = copies.map(({ name, rows }) => `${name} ${rows}`).join(', ');
    const empty = copies.filter(({ rows }) => rows === 0).map(({ name }) => name);
    const most = Math.max(...copies.map(({ rows }) => rows));
    const short = copies.filter(({ rows }) => rows < most).flatMap((copy) => copy.empty);
    if (empty.length > 0) fail(`is empty on ${empty.join(', ')}, and not on the others: ${described} rows`);
    else if (short.length > 0) fail(`is empty on ${short.join(', ')}, and its rack has fewer rows than another: ${described} rows`);
    else if (copies.some(({ hash }) => hash !== copies[0]!.hash)) differences.push(`${table}: ${described} rows`);
  }
  const notCompared = `no comparison of ${[...unknown].sort().join(', ')}: neither every node nor each rack has one replica`;
  if (unknown.size > 0) problems.push({ level: LEVEL, code: CODE, outcome: 'not-run', detail: notCompared });
  else if (tables.size === 0) problems.push({ level: LEVEL, code: CODE, outcome: 'not-run', detail: 'no table was read' });
  if (problems.length > 0) return problems;
  const racks = byRack > 0 ? [`by rack: ${byRack} of ${tables.size} tables`] : [];
  const detail = [...racks, ...(differences.length > 0 ? [`rows-differ: ${differences.join('; ')}`] : [])].join('; ');
  return [{ level: LEVEL, code: CODE, outcome: 'passed', ...(detail !== '' && { detail }) }];
}

/** Least replicas of a keyspace that a disk reports: it may be altered between the snapshots. */
function countReplicas(reports: readonly RecoveryReport[], keyspace: string): number {
  const found = reports.flatMap(({ replicas }) => replicas[keyspace] ?? []);
  return found.length === 0 ? 0 : Math.min(...found);
}

/** Groups the disks of a table into copies. @returns undefined if they cannot be told apart */
function findCopies(nodes: Ring['nodes'], replicas: number, disks: readonly TableRows[]): readonly Copy[] | undefined {
  const racks = new Map(nodes.map(({ name, rack, zone }) => [name, rack ?? zone]));
  const count = new Set(racks.values()).size;
  if (replicas < nodes.length && replicas !== count) return undefined;
  const copies = new Map<string, Copy>();
  for (const { node, rows, hash } of disks) {
    const name = replicas >= nodes.length ? node : racks.get(node)!;
    const other = copies.get(name) ?? { name, ...NO_ROWS, empty: [] };
    copies.set(name, { name, ...addRows(other, { rows, hash }), empty: rows === 0 ? [...other.empty, node] : other.empty });
  }
  return [...copies.values()];
}

/** Rows of the node's disk were read, if not all of them. */
function isRead(checks: readonly Check[], node: string): boolean {
  return checks.some((check) => check.node === node && check.code === 'rows' && check.outcome !== 'not-run');
}
