import { randomUUID } from 'node:crypto';
import { RefusedError } from '../core/reported-error';
import type * as Recovery from '../recovery';
import { progress, type RingOptions, withRing } from './cassandra-ring';
import { secretStore } from './cassandra-secrets';
import { requireAnswerable, requireConfirmation } from './confirmation';
import { openDisksFile, requireDisksFile } from './disks-file';
import { interruptionSignal } from './interruption';
import { withRingLock } from './ring-lock';
import { reportResult } from './stepwise-result';

/** Options of `gke-platform cassandra recover --into`. */
export interface RecoverRingOptions extends RingOptions {
  readonly into: string;
  readonly partial: boolean;
  readonly dryRun: boolean;
  readonly yes: boolean;
  readonly acknowledgements?: string;
  readonly breakLock: boolean;
}

/** Recovers a whole ring from one disk, and reports the state that the recovery leaves. */
export async function recoverRingCommand(stack: string, source: Recovery.RecoverySource, options: RecoverRingOptions): Promise<void> {
  const { into, partial, dryRun, yes, breakLock, ring: ringName } = options;
  if (!options.synth && !dryRun)
    throw new RefusedError('--no-synth cannot be combined with --into: it changes the disks file, which the stack reads');
  if (!dryRun) requireAnswerable({ yes });
  await withRing(stack, options, async (ring, shell) => {
    const recovery = require('../recovery') as typeof Recovery;
    const node = recovery.requirePlace(ring, into);
    const disksFile = requireDisksFile(ring, 'a recovery');
    const compute = new recovery.ComputeEngine({ project: ring.project, environment: process.env });
    const found = await recovery.findSource(compute, ring, source);
    if (dryRun) {
      const blank = ring.nodes.map(({ name }) => name).filter((name) => name !== into);
      for (const line of recovery.describeRecoverSteps(into, blank)) process.stdout.write(`${line}\n`);
      return;
    }
    const signal = interruptionSignal('ending before the next step');
    const names = { stack, ring: ring.name, disksFile, options: ringName === undefined ? [] : [`--ring ${ringName}`] };
    await withRingLock({ ring, shell, what: 'recover', breakLock }, async () => {
      const context = { ring, shell, compute, run: randomUUID(), signal, onProgress: progress };
      const tools = recovery.createRecoverTools({
        ...{ ...context, source, found, node, secrets: await secretStore(ring) },
        disks: recovery.createDiskTools({
          ...{ ring, shell, compute, reason: `recovery of ${ring.name} from one disk` },
          ...openDisksFile(disksFile, stack, options),
        }),
        readRows: (tables) => recovery.readLiveRows(shell, ring, tables),
        confirm: (question) => {
          const lines = recovery.describeRecoverQuestion(question, names);
          return requireConfirmation({ lines, word: stack, description: 'the name of the stack', yes, signal });
        },
      });
      const result = await recovery.recoverRing({ ring, source: found, into, partial, tools, signal, onProgress: progress });
      if (result.verified !== undefined) process.stdout.write(`${recovery.describeDisk(result.verified).join('\n')}\n`);
      reportResult(result, 'recovered', recovery.describeRecoverResult(result, into, names));
    });
  });
}
