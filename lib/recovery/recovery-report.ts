import { createHash } from 'node:crypto';
import { findShapeProblem } from '../core/shape';
import { RECOVERED_DISK_SHAPE, type RecoveredDisk } from './recovered-disk';
import { type Check, LEVELS, type TableRows } from './verification';
import { EXPECTED_CHECKS } from './vm/recovery-program';
import type { RecoveryTask } from './vm/recovery-script';

/** Value that an assertion found on one clone. */
export interface FoundValue {
  readonly node: string;

  /** Position in the assertions of the task. */
  readonly index: number;

  /** First column of the first row. @default - the statement failed, or found no row */
  readonly found?: string;
}

/** Manifest of a snapshot that a recovery VM read on a clone, and compared it with. */
export interface UsedManifest {
  readonly node: string;

  /** Time of its snapshot, for example `2026-11-29T04:15:20Z`. */
  readonly takenAt: string;

  /** Digest of its bytes, in hexadecimal. */
  readonly sha256: string;
}

/** Report of a recovery VM. */
export interface RecoveryReport {
  readonly checks: readonly Check[];
  readonly tables: readonly TableRows[];

  /** Values that the assertions of the task found. */
  readonly found: readonly FoundValue[];

  /** Seconds by phase. */
  readonly seconds: Readonly<Record<string, number>>;

  /** Replicas in the data centre, by keyspace; 0 if it is unknown which nodes have them, as with SimpleStrategy on some of the nodes. */
  readonly replicas: Readonly<Record<string, number>>;

  /** Identity and contents of the disk. @default - the task is not the recovery of one disk, or its identity could not be read */
  readonly disk?: RecoveredDisk;

  /** At most one for each node: none for a disk that has no manifest, or one that could not be used. */
  readonly manifests: readonly UsedManifest[];
}

/** State of a recovery VM, read from its guest attributes. */
export type RecoveryState =
  | { readonly kind: 'running'; readonly phase: string }
  | { readonly kind: 'done'; readonly report: RecoveryReport }
  | { readonly kind: 'failed'; readonly problem: string };

/** Reads the guest attributes of a recovery VM. A report that is incomplete, or of another run, is a failure. */
export function readRecoveryState(attributes: ReadonlyMap<string, string>, task: RecoveryTask): RecoveryState {
  const state = attributes.get('state') ?? '';
  const failed = (problem: string): RecoveryState => ({ kind: 'failed', problem });
  if (state.startsWith('failed ')) return failed(state.slice('failed '.length));
  const [, parts, digest] = /^done (\d+) ([0-9a-f]{64})$/.exec(state) ?? [];
  if (parts === undefined) return { kind: 'running', phase: state.replace(/^running: /, '') };
  const keys = Array.from({ length: Number(parts) }, (_, index) => `report-${String(index).padStart(3, '0')}`);
  const missing = keys.find((key) => !attributes.has(key));
  if (missing !== undefined) return failed(`its report is incomplete: there is no ${missing}`);
  const text = Buffer.from(keys.map((key) => attributes.get(key)).join(''), 'base64');
  if (createHash('sha256').update(text).digest('hex') !== digest) return failed('its report does not have the digest that it published');
  const report = parseReport(text.toString(), task);
  return typeof report === 'string' ? failed(`its report is invalid: ${report}`) : { kind: 'done', report };
}

/** Checks that were not reported, as checks that were not run. */
export function listMissingChecks({ nodes, steps }: RecoveryTask, checks: readonly Check[]): Check[] {
  return nodes.flatMap(({ name: node }) =>
    steps
      .flatMap((step) => EXPECTED_CHECKS[step])
      .filter(([, code]) => !checks.some((check) => check.node === node && check.code === code))
      .map(([level, code]): Check => ({ level, code, outcome: 'not-run', node })),
  );
}

/** @returns the problem, if there is one */
function parseReport(text: string, task: RecoveryTask): RecoveryReport | string {
  const names = new Set(task.nodes.map(({ name }) => name));
  const { run, checks, tables, assertions = [], seconds, replicas, disk, manifests = [] } = JSON.parse(text) as Record<string, unknown>;
  if (run !== task.run) return `it is of run ${run}`;
  if (!Array.isArray(checks) || !checks.every(isCheck) || !checks.every(({ node }) => node !== undefined && names.has(node)))
    return 'it has unknown checks';
  if (!Array.isArray(tables) || !tables.every(isTable) || !tables.every(({ node }) => names.has(node))) return 'it has unknown tables';
  if (!Array.isArray(assertions) || !assertions.every(isFoundValue) || !assertions.every(({ node }) => names.has(node)))
    return 'it has unknown values';
  if (!Array.isArray(manifests) || !manifests.every(isManifest) || !manifests.every(({ node }) => names.has(node)))
    return 'it has unknown manifests';
  if (!hasNumbers(seconds) || !hasNumbers(replicas)) return 'it has unknown numbers';
  const problem = disk === undefined ? undefined : findShapeProblem(disk, RECOVERED_DISK_SHAPE, 'disk');
  if (problem !== undefined) return problem;
  return {
    ...{ checks: [...checks, ...listMissingChecks(task, checks)], tables, found: assertions, seconds, replicas, manifests },
    ...(disk !== undefined && { disk: disk as RecoveredDisk }),
  };
}

function isCheck(value: unknown): value is Check {
  const { level, code, outcome } = (value ?? {}) as Partial<Record<keyof Check, unknown>>;
  return Object.hasOwn(LEVELS, String(level)) && typeof code === 'string' && ['passed', 'failed', 'not-run'].includes(String(outcome));
}

function isTable(value: unknown): value is TableRows {
  const { node, keyspace, table, rows, hash } = (value ?? {}) as Partial<Record<keyof TableRows, unknown>>;
  const texts = [node, keyspace, table, hash];
  return texts.every((text) => typeof text === 'string') && Number.isSafeInteger(rows) && /^[0-9a-f]{64}$/.test(String(hash));
}

function isFoundValue(value: unknown): value is FoundValue {
  const { node, index, found } = (value ?? {}) as Partial<Record<keyof FoundValue, unknown>>;
  return typeof node === 'string' && Number.isSafeInteger(index) && (found === undefined || typeof found === 'string');
}

function isManifest(value: unknown): value is UsedManifest {
  const { node, takenAt, sha256 } = (value ?? {}) as Partial<Record<keyof UsedManifest, unknown>>;
  const isTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(String(takenAt));
  return typeof node === 'string' && isTime && /^[0-9a-f]{64}$/.test(String(sha256));
}

function hasNumbers(value: unknown): value is Record<string, number> {
  return typeof value === 'object' && value !== null && Object.values(value).every((each) => typeof each === 'number');
}
