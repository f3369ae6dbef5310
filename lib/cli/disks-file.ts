import { readDiskGenerations, writeDiskGenerations } from '../cassandra-contract/disk-generations';
import { RefusedError } from '../core/reported-error';
import type * as Operations from '../operations';
import type * as Recovery from '../recovery';
import { type RingOptions, stackToPlan } from './cassandra-ring';
import { readStack, synthesize } from './synthesized-stack';

/** Requires a ring with a disks file. @param what writes it, for example `a restore` */
export function requireDisksFile({ name, disksFile }: Operations.Ring, what: string): string {
  if (disksFile === undefined)
    throw new RefusedError(`ring ${name} must have the prop 'disksFile': ${what} writes the disks of the ring to it`);
  return disksFile;
}

/** Opens the disks file of a ring, and its stack, which is synthesized once for each content that is written to the file. */
export function openDisksFile(
  disksFile: string,
  stack: string,
  { outDir, ring, acknowledgements }: Pick<RingOptions, 'outDir' | 'ring'> & { readonly acknowledgements?: string },
): Pick<Recovery.RestoreToolsOptions, 'disksFile' | 'synthesize'> {
  const { findRing } = require('../operations') as typeof Operations;
  let synthesized: Recovery.SynthesizedRing | undefined;
  const synthesizeAnew = (): Recovery.SynthesizedRing => {
    synthesize(outDir);
    return { ring: findRing(readStack(outDir, stack), ring), stack: stackToPlan(stack, outDir, acknowledgements) };
  };
  return {
    disksFile: {
      read: () => readDiskGenerations(disksFile),
      write: (generations) => {
        synthesized = undefined;
        writeDiskGenerations(disksFile, generations);
      },
    },
    synthesize: () => {
      synthesized ??= synthesizeAnew();
      return synthesized;
    },
  };
}
