import { setTimeout } from 'node:timers/promises';
import { stateKind } from '../cassandra-contract/state-codes';
import { type Finding, findingText } from './findings';
import { startupFailures } from './node-look';
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

  /** Since when the ring is known to be whole, but for hints. @default - it is to be seen */
  readonly wholeSince?: number;

  /** How long hints may be in memory on a node, in seconds. @default 10, which is Cassandra's own */
  readonly hintsFlushSeconds?: number;

  /** Host ids nodes must have, by name. @default - whatever they have */
  readonly hostIds?: ReadonlyMap<string, string>;
  readonly timeoutMinutes: number;
  readonly clock: Clock;
  readonly signal: AbortSignal;

  /** Called with what is waited for, when that changes. */
  readonly onWait: (doubt: string) => void;
}

/** How often nodes are looked at. */
const LOOK_EVERY_MS = 2_000;

/** How long Cassandra keeps hints in memory before they are in a file, in seconds: its default of `hints_flush_period`. */
const HINTS_FLUSH_SECONDS = 10;

/** What such a file takes to be written. */
const WRITE_SECONDS = 2;

/**
 * Waits until all nodes see all nodes as UN, agree about the schema, take clients, and no hints wait for those that are meant.
 *
 * Nobody keeps new hints once all nodes see all nodes up; when those in memory have had time to become files, all there are can be seen.
 *
 * @returns the last look, and what is in doubt; no doubt when the ring has settled
 */
export async function settled(options: SettlingOptions): Promise<{ readonly look: RingLook; readonly doubt: string | undefined }> {
  const { shell, ring, nodes, hostIds = new Map(), timeoutMinutes, clock, signal, onWait } = options;
  const begun = clock.now();
  let memoryMs = ((options.hintsFlushSeconds ?? HINTS_FLUSH_SECONDS) + WRITE_SECONDS) * 1000;
  let { wholeSince } = options;
  let said = '';
  for (;;) {
    const isDue = wholeSince !== undefined && clock.now() - wholeSince >= memoryMs;
    let look = await RingLook.take(shell, ring, 'files');
    let [doubt] = look.absences.map(findingText);
    if (doubt !== undefined) wholeSince = undefined;
    else if (wholeSince !== undefined) [doubt] = look.hintsFor(nodes).map(hintsInWords);
    if (doubt === undefined && (wholeSince === undefined || isDue)) {
      look = await RingLook.take(shell, ring, isDue ? 'whole' : 'states');
      wholeSince = look.doubts.length > 0 ? undefined : (wholeSince ?? clock.now());
      [doubt] = [...look.doubts.map(findingText), ...look.hintsFor(nodes).map(hintsInWords)];
    }
    const [final] = [...lost(look, ring, hostIds), ...look.crashLoopsWithout(nodes)];
    if (final !== undefined) return { look, doubt: findingText(final) };
    memoryMs = Math.max(memoryMs, ((look.hintsFlushSeconds ?? 0) + WRITE_SECONDS) * 1000);
    const untilDue = wholeSince === undefined ? 0 : wholeSince + memoryMs - clock.now();
    if (doubt === undefined && isDue && untilDue <= 0) return { look, doubt };
    if (doubt !== undefined && clock.now() - begun > timeoutMinutes * 60_000) {
      return { look, doubt: `${doubt}, after ${timeoutMinutes} ${timeoutMinutes === 1 ? 'minute' : 'minutes'}` };
    }
    if (doubt !== undefined && doubt !== said) onWait(doubt);
    said = doubt ?? '';
    if (signal.aborted) return { look, doubt: doubt ?? 'hints may wait still' };
    await clock.sleep(Math.max(LOOK_EVERY_MS, untilDue), signal);
  }
}

/** What no waiting puts right. */
function lost(look: RingLook, ring: Ring, hostIds: ReadonlyMap<string, string>): Finding[] {
  return ring.nodes.flatMap((node): Finding[] => {
    const own = look.of(node);
    const complaints = own.unit.state === 'active' ? [] : startupFailures(own).filter(isFinal);
    if (own.unit.state === 'failed') return [{ code: 'cassandra-failed', node: node.name }];
    if (complaints.length > 0) return complaints;
    const [was, is] = [hostIds.get(node.name), look.memberOf(node)?.hostId || undefined];
    return was !== undefined && is !== undefined && was !== is ? [{ code: 'host-id-changed', node: node.name, was, is }] : [];
  });
}

/** A startup script that waits, or keeps older keys, tries again by itself. */
function isFinal(finding: Finding): boolean {
  return finding.code === 'startup-script' && ['refused', 'failed'].includes(stateKind(finding.stateCode));
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
