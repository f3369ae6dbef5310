import { setTimeout } from 'node:timers/promises';
import { complaintsOf } from './node-look';
import type { Ring, RingNode } from './ring';
import { hintsInWords, RingLook } from './ring-look';
import type { NodeShell } from './shell/node-shell';

/** Time, as operations see it. */
export interface Clock {
  now(): number;

  /** Waits; shorter when it is aborted. */
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>;
}

/** Properties for `settled`. */
export interface SettlingOptions {
  readonly shell: NodeShell;
  readonly ring: Ring;

  /** Nodes for which no hints may wait on others. */
  readonly nodes: readonly RingNode[];

  /** Host ids nodes must have, by name. @default - whatever they have */
  readonly hostIds?: ReadonlyMap<string, string>;
  readonly timeoutMinutes: number;
  readonly clock: Clock;
  readonly signal: AbortSignal;

  /** Called with what is waited for, when that changes. */
  readonly onWait: (doubt: string) => void;
}

/** How often nodes are looked at. */
const LOOK_EVERY_MS = 3_000;

/**
 * Cassandra keeps hints in memory for up to ten seconds before they are in a file (`hints_flush_period`), so a look that
 * finds none counts only when the next one, after longer than that, finds none either.
 */
const QUIET_MS = 12_000;

/**
 * Waits until all nodes see all nodes as UN, agree about the schema, take clients, and no hints wait for those that are meant.
 *
 * @returns the last look, and what is in doubt; no doubt when the ring has settled
 */
export async function settled(options: SettlingOptions): Promise<{ readonly look: RingLook; readonly doubt: string | undefined }> {
  const { shell, ring, nodes, hostIds = new Map(), timeoutMinutes, clock, signal, onWait } = options;
  const begun = clock.now();
  let wasQuiet = false;
  let said = '';
  for (;;) {
    const look = await RingLook.take(shell, ring, wasQuiet ? 'whole' : 'states');
    const [final] = lost(look, ring, hostIds);
    if (final !== undefined) return { look, doubt: final };
    const [doubt] = [...look.doubts, ...look.hintsFor(nodes).map(hintsInWords)];
    if (doubt === undefined && wasQuiet && !signal.aborted) return { look, doubt };
    wasQuiet = doubt === undefined;
    if (doubt !== undefined && clock.now() - begun > timeoutMinutes * 60_000) {
      return { look, doubt: `${doubt}, after ${timeoutMinutes} ${timeoutMinutes === 1 ? 'minute' : 'minutes'}` };
    }
    if (doubt !== undefined && doubt !== said) onWait(doubt);
    said = doubt ?? '';
    if (signal.aborted) return { look, doubt: doubt ?? 'hints may wait still' };
    await clock.sleep(wasQuiet ? QUIET_MS : LOOK_EVERY_MS, signal);
  }
}

/** What no waiting puts right. */
function lost(look: RingLook, ring: Ring, hostIds: ReadonlyMap<string, string>): string[] {
  return ring.nodes.flatMap((node) => {
    const own = look.of(node);
    const complaints = own.unit.state === 'active' ? [] : complaintsOf(own);
    if (own.unit.state === 'failed') return [`Cassandra on ${node.name} has failed (journalctl --unit cassandra says why)`];
    if (complaints.length > 0) return complaints;
    const [was, is] = [hostIds.get(node.name), look.memberOf(node)?.hostId || undefined];
    return was !== undefined && is !== undefined && was !== is
      ? [`${node.name} has host id ${is} and had ${was}: it is not the same node`]
      : [];
  });
}

export const REAL_CLOCK: Clock = {
  now: () => Date.now(),
  sleep: async (milliseconds, signal) => {
    try {
      await setTimeout(milliseconds, undefined, { signal });
    } catch (error) {
      if (!signal?.aborted) throw error;
    }
  },
};
