import { randomUUID } from 'node:crypto';
import { RefusedError } from '../core/reported-error';
import type * as Operations from '../operations';
import type * as Recovery from '../recovery';
import { progress, type RingOptions, withRing } from './cassandra-ring';
import { secretStore } from './cassandra-secrets';
import { requireAnswerable, requireConfirmation } from './confirmation';
import { openCopies } from './copies-option';
import { openDisksFile, requireDisksFile } from './disks-file';
import { interruptionSignal } from './interruption';
import { withRingLock } from './ring-lock';
import { reportResult } from './stepwise-result';

/** Options of `gke-platform cassandra restore` for a whole ring. */
export interface RestoreRingOptions extends RingOptions {
  readonly set?: string;

  /** In milliseconds since 1970. */
  readonly at?: number;
  readonly copies?: string;
  readonly again: boolean;
  readonly dryRun: boolean;
  readonly yes: boolean;
  readonly acknowledgements?: string;
  readonly breakLock: boolean;
}

/** Input of the parts of a restore. */
export interface RestoreContext {
  readonly ring: Operations.Ring;
  readonly shell: Operations.NodeShell;
  readonly compute: Recovery.ComputeEngine;

  /** Id of the run. */
  readonly run: string;
  readonly signal: AbortSignal;
}

/** Parts of a restore that read clones and rows, and stop and start the ring. */
export interface RestoreParts {
  verify(context: RestoreContext, set: Recovery.SnapshotSet): Promise<Recovery.Verification>;

  /** Parts of a restore to a point in time, of a ring with an archive. */
  replay(context: RestoreContext): Recovery.ReplayTools;
  stop(context: RestoreContext): Promise<Operations.RollingResult>;
  start(context: RestoreContext): Promise<Operations.RollingResult>;
  readRows(context: RestoreContext, tables: readonly Recovery.TableId[]): Promise<readonly Recovery.LiveRows[]>;
}

/** Restores a whole ring, and reports the state that the restore leaves. */
export async function restoreRingCommand(stack: string, options: RestoreRingOptions, parts: RestoreParts): Promise<void> {
  const { set: id, at, again, dryRun, yes, breakLock, ring: ringName } = options;
  if (!options.synth && !dryRun)
    throw new RefusedError('--no-synth cannot be combined with a restore: it changes the disks file, which the stack reads');
  if (!dryRun) requireAnswerable({ yes });
  await withRing(stack, options, async (ring, shell) => {
    const { ComputeEngine, createRestoreTools, describeQuestion, describeResult, listRestorableSets, restoreRing } =
      require('../recovery') as typeof Recovery;
    const signal = interruptionSignal('ending before the next step');
    const compute = new ComputeEngine({ project: ring.project, environment: process.env });
    const context: RestoreContext = { ring, shell, compute, run: randomUUID(), signal };
    const disksFile = requireDisksFile(ring, 'a restore');
    const names = { stack, ring: ring.name, disksFile, options: ringName === undefined ? [] : [`--ring ${ringName}`] };
    const run = async (): Promise<void> => {
      const copies = openCopies(options.copies, process.env);
      const listSets = () => listRestorableSets({ compute, ring, copies, now: Date.now() });
      const sets = await listSets();
      const tools = createRestoreTools({
        ...{ ring, shell, compute, secrets: await secretStore(ring), reason: `restore of ${ring.name}` },
        ...openDisksFile(disksFile, stack, options),
        confirm: (question) => {
          const lines = describeQuestion(question, names, Date.now());
          return requireConfirmation({ lines, word: stack, description: 'the name of the stack', yes, signal });
        },
        verify: (set) => parts.verify(context, set),
        listSets,
        ...(ring.archive !== undefined && { replay: parts.replay(context) }),
        stop: () => parts.stop(context),
        start: (restored) => parts.start({ ...context, ring: restored }),
        readRows: (tables) => parts.readRows(context, tables),
      });
      const onProgress = dryRun ? (text: string) => void process.stdout.write(`${text}\n`) : progress;
      const result = await restoreRing({ ring, sets, tools, id, at, again, dryRun, signal, onProgress });
      if (!dryRun) reportResult(result, 'restored', describeResult(result, names));
    };
    await (dryRun ? run() : withRingLock({ ring, shell, what: 'restore', breakLock }, run));
  });
}
