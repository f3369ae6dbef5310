import { randomUUID } from 'node:crypto';
import { InvalidArgumentError } from 'commander';
import { RefusedError, ReportedError } from '../core/reported-error';
import type * as Operations from '../operations';
import type * as Recovery from '../recovery';
import { progress, type RingOptions, withRing } from './cassandra-ring';
import { requireAnswerable, requireConfirmation } from './confirmation';
import { openCopies } from './copies-option';
import { interruptionSignal } from './interruption';
import { openArchive } from './ring-archive';
import { withRingLock } from './ring-lock';

/** Options of a restore of tables from a set of snapshots. */
export interface RestoreTablesCommandOptions extends RingOptions {
  readonly set?: string;

  /** In milliseconds since 1970. */
  readonly at?: number;
  readonly copies?: string;
  readonly keyspace: string;

  /** @default - all tables of the keyspace */
  readonly table?: string;
  readonly as?: Operations.TableName;
  readonly dryRun: boolean;
  readonly yes: boolean;
  readonly breakLock: boolean;
}

/** `gke-platform cassandra restore --table` and `--keyspace`. */
export async function restoreTablesCommand(stack: string, options: RestoreTablesCommandOptions): Promise<void> {
  const { set: id, at, keyspace, table, as, dryRun, yes, breakLock } = options;
  const { requireUserKeyspace } = require('../operations') as typeof Operations;
  for (const each of [keyspace, as?.keyspace]) if (each !== undefined) requireUserKeyspace(each);
  if (!dryRun) requireAnswerable({ yes });
  await withRing(stack, options, async (ring, shell) => {
    const {
      ComputeEngine,
      describeTablesQuestion,
      describeTablesResult,
      flushSet,
      listRestorableSets,
      readLiveRows,
      removeRecovery,
      restoreTables,
    } = require('../recovery') as typeof Recovery;
    const signal = interruptionSignal('ending after the present step; clones are removed');
    const compute = new ComputeEngine({ project: ring.project, environment: process.env });
    const archive = openArchive({ ring, signal }, process.env);
    const run = randomUUID();
    const tools: Recovery.RestoreTablesTools = {
      flush: (set, tables) => flushSet({ compute, ...archive, ring, run, set, tables, signal, onProgress: progress }),
      confirm: (question) =>
        requireConfirmation({
          lines: describeTablesQuestion(question, ring.name, Date.now()),
          ...{ word: stack, description: 'the name of the stack', yes, signal },
        }),
      readRows: (tables) => readLiveRows(shell, ring, tables),
      remove: () => removeRecovery({ compute, ring, run }),
    };
    const restore = async (): Promise<void> => {
      const result = await restoreTables({
        ...{ compute, shell, ring, tools, run, id, at, keyspace, table, as, dryRun, signal },
        sets: await listRestorableSets({ compute, ring, copies: openCopies(options.copies, process.env), now: Date.now() }),
        onProgress: dryRun ? (text) => void process.stdout.write(`${text}\n`) : progress,
      });
      if (!dryRun) reportTables(result, describeTablesResult(result));
    };
    const what = table === undefined ? `restore --keyspace ${keyspace}` : `restore --table ${keyspace}.${table}`;
    await (dryRun ? restore() : withRingLock({ ring, shell, what, breakLock }, restore));
  });
}

/** Prints the tables that were restored. @throws an error unless all were, with exit code 2 for a refusal before any change */
export function reportTables({ tables, problem, error, remaining }: Recovery.RestoredTables, lines: readonly string[]): void {
  for (const line of lines) process.stdout.write(`${line}\n`);
  if (problem === undefined) return;
  const left = remaining.length === 0 ? '' : `\nnot removed: ${remaining.join(', ')}`;
  const message = `${problem}${left}`;
  throw error instanceof RefusedError && tables.length === 0 ? new RefusedError(message) : new ReportedError(message);
}

/** Parses the name of a keyspace for an option. */
export function parseKeyspaceOption(text: string): string {
  if (/^\w{1,48}$/.test(text)) return text;
  throw new InvalidArgumentError('must be the name of a keyspace, such as shop.');
}
