import type { Ring } from '../operations';
import type { RecoveryReport } from './recovery-report';
import { type Check, groupByTable } from './verification';

/**
 * Compares the rows of the disks of a set.
 *
 * Disks on which all replicas are have the same rows, unless a write reached some of them only: a difference is a detail. A table that is
 * empty on one of them and not on another is a failure, and so is a set without any row.
 */
export function compareDisks({ nodes }: Pick<Ring, 'nodes'>, reports: readonly RecoveryReport[]): Check[] {
  const tables = reports.flatMap((report) => report.tables);
  const level = 4;
  if (nodes.some(({ name }) => !reports.some(({ checks }) => isRead(checks, name))))
    return [
      { level, code: 'rows-present', outcome: 'not-run' },
      { level, code: 'disks-agree', outcome: 'not-run' },
    ];
  const total = tables.reduce((sum, { rows }) => sum + rows, 0);
  const present: Check =
    total > 0
      ? { level, code: 'rows-present', outcome: 'passed', detail: `${total} rows on all disks` }
      : { level, code: 'rows-present', outcome: 'failed', detail: 'no table of a user has a row on any disk' };
  const replicas = Object.assign({}, ...reports.map((report) => report.replicas)) as Readonly<Record<string, number>>;
  const differences: string[] = [];
  const failed: Check[] = [];
  for (const [table, disks] of groupByTable(tables)) {
    // Fewer replicas than nodes: each disk has a share of the rows.
    if ((replicas[disks[0]!.keyspace] ?? 0) < nodes.length) continue;
    const missing = nodes.filter(({ name }) => !disks.some(({ node }) => node === name)).map(({ name }) => name);
    const empty = disks.filter(({ rows }) => rows === 0).map(({ node }) => node);
    const described = disks.map(({ node, rows }) => `${node} ${rows}`).join(', ');
    const fail = (detail: string): void => void failed.push({ level, code: 'disks-agree', outcome: 'failed', table, detail });
    if (missing.length > 0) fail(`was not read on ${missing.join(', ')}`);
    else if (empty.length > 0 && empty.length < disks.length)
      fail(`is empty on ${empty.join(', ')}, and not on the others: ${described} rows`);
    else if (disks.some(({ hash }) => hash !== disks[0]!.hash)) differences.push(`${table}: ${described} rows`);
  }
  if (failed.length > 0) return [present, ...failed];
  const detail = differences.length > 0 ? `rows-differ: ${differences.join('; ')}` : undefined;
  return [present, { level, code: 'disks-agree', outcome: 'passed', ...(detail && { detail }) }];
}

/** Rows of the node's disk were read, if not all of them. */
function isRead(checks: readonly Check[], node: string): boolean {
  return checks.some((check) => check.node === node && check.code === 'rows' && check.outcome !== 'not-run');
}
