import type { Ring } from '../operations';
import type { ComputeEngine } from './compute-engine';
import { RecoveryError } from './recovery-error';
import type { SnapshotSet } from './snapshot-set';
import type { Verification } from './verification';

/** Properties for `verifySet`. */
export interface VerifySetOptions {
  readonly compute: ComputeEngine;
  readonly ring: Ring;
  readonly set: SnapshotSet;

  /** Identifies the run; recovery VMs and clones have it as label. */
  readonly run: string;
  readonly onProgress: (text: string) => void;

  /** Ends the verification before its next step; what was created is removed. @default - none */
  readonly signal?: AbortSignal;
}

/** Verifies a set of snapshots on clones, which recovery VMs boot and read. Clones and VMs are removed, also after a failure. */
export async function verifySet(_options: VerifySetOptions): Promise<Verification> {
  throw new RecoveryError('recovery VMs are not available');
}
