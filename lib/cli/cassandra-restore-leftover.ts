import { InvalidArgumentError } from 'commander';
import type * as Operations from '../operations';
import { progress, type RingOptions, withRing } from './cassandra-ring';
import { interruptionSignal } from './interruption';
import { withRingLock } from './ring-lock';

/** Options of a restore from an automatic snapshot. */
export interface RestoreLeftoverCommandOptions extends RingOptions {
  readonly leftover: string;
  readonly as?: Operations.TableName;
  readonly dryRun: boolean;
  readonly breakLock: boolean;
}

/** `gke-platform cassandra restore --leftover`. */
export async function restoreLeftoverCommand(stack: string, options: RestoreLeftoverCommandOptions): Promise<void> {
  const { leftover, as, dryRun, breakLock } = options;
  await withRing(stack, options, async (ring, shell) => {
    const { OperationsError, formatTableName, restoreLeftover } = require('../operations') as typeof Operations;
    const signal = interruptionSignal('stopping once the current node is done');
    const run = async (): Promise<void> => {
      const { target, imported, rowsBefore, rowsAfter, problem } = await restoreLeftover({
        ...{ shell, ring, leftover, as, dryRun },
        signal,
        onProgress: dryRun ? (text) => process.stdout.write(`${text}\n`) : progress,
      });
      if (problem !== undefined) throw new OperationsError(problem);
      if (dryRun) return;
      const nodes = `imported on ${imported.join(', ')}`;
      process.stdout.write(
        `${formatTableName(target)}: ${rowsAfter} rows at consistency ALL, ${rowsBefore} before; ${nodes}; counted only\n`,
      );
    };
    await (dryRun ? run() : withRingLock({ ring, shell, what: `restore --leftover ${leftover}`, breakLock }, run));
  });
}

/** Parses `KEYSPACE.TABLE` for an option. */
export function parseTableOption(text: string): Operations.TableName {
  const { parseTableName } = require('../operations') as typeof Operations;
  const name = parseTableName(text);
  if (name === undefined) throw new InvalidArgumentError('must be KEYSPACE.TABLE, such as shop.orders.');
  return name;
}
