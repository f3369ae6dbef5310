import { findingText } from './findings';
import { startupFailures } from './node-look';
import type { Ring, RingNode } from './ring';
import { RingLook } from './ring-look';
import { type Clock, REAL_CLOCK, settled } from './settling';
import type { NodeShell } from './shell/node-shell';

/** Properties for what goes through a ring node by node. */
export interface NodeByNodeOptions {
  readonly shell: NodeShell;
  readonly ring: Ring;

  /** How long a node may take, and before the first one the ring. */
  readonly timeoutMinutes: number;

  /** @default - the real one */
  readonly clock?: Clock;

  /** Stops at the next moment at which nothing is half done. @default - never */
  readonly signal?: AbortSignal;

  /** Called with what happens. @default - nothing is said */
  readonly onProgress?: (text: string) => void;

  /** Only says what would be done. @default false */
  readonly dryRun?: boolean;
}

/** What became of it. */
export interface NodeByNode {
  /** Names of the nodes that are done. */
  readonly done: readonly string[];

  /** Those that were to be done and were not, with the one it stopped at. */
  readonly left: readonly string[];

  /** Why it stopped; `undefined` when it did not. */
  readonly doubt: string | undefined;

  /** Nodes of `done` on which the change is not in effect until their startup script runs. @default - none */
  readonly awaitingScript?: readonly string[];
}

/** What there is to do on one node. */
export interface NodeWork {
  /** The commands, as somebody would type them. */
  readonly typed: readonly string[];

  /** What was done afterwards, in a word: `restarted`. */
  readonly done: string;

  /** Whether Cassandra is stopped by it. */
  readonly stops: boolean;

  /** Whether it is not in effect until the startup script runs. @default false */
  readonly awaitsScript?: boolean;

  /** @returns why it is in doubt that it was done; `undefined` when it was */
  run(): Promise<string | undefined>;

  /** What is wrong with a node that has settled. */
  check?(look: RingLook): string | undefined;
  discard?(): void;
}

/** What goes through a ring. */
export interface Procession {
  /**
   * What comes before the first node, on a ring without doubt. Not in a dry run.
   *
   * @returns why it is in doubt that it was done
   */
  prepare?(): Promise<string | undefined>;

  /** What else has to be right before the first node, of a ring that is whole. */
  requires?(first: RingLook): readonly string[];

  /** Nodes it concerns, of all of them. */
  concerns(node: RingNode, first: RingLook): boolean;

  /** What there is to do on a node when it has its turn; `undefined` when it is as it should be. */
  workOn(node: RingNode, first: RingLook): Promise<NodeWork | undefined>;
}

/**
 * Works on one node after the other. The next one has its turn when every node sees every node as UN, all agree about the schema, the
 * node is the one it was, and it has got the writes that it missed. At the first doubt it stops.
 */
export async function nodeByNode(options: NodeByNodeOptions, { prepare, requires, concerns, workOn }: Procession): Promise<NodeByNode> {
  const { shell, ring, timeoutMinutes, clock = REAL_CLOCK, dryRun = false } = options;
  const { signal = new AbortController().signal, onProgress = () => {} } = options;
  const waiting = { shell, ring, timeoutMinutes, clock, signal, onWait: (doubt: string) => onProgress(`waiting: ${doubt}`) };

  let first = await RingLook.take(shell, ring);
  let left = inOrder(ring, first).filter((node) => concerns(node, first));
  const done: string[] = [];
  const awaitingScript: string[] = [];
  const outcome = (doubt?: string): NodeByNode => ({
    done,
    left: left.map(({ name }) => name),
    doubt,
    ...(awaitingScript.length > 0 ? { awaitingScript } : {}),
  });
  // What prepares may put a startup script right that failed.
  const failures = prepare === undefined ? first.looks.flatMap(startupFailures) : [];
  const [doubt] = [...[...first.doubts, ...first.crashLoopsWithout(), ...failures].map(findingText), ...(requires?.(first) ?? [])];
  if (doubt !== undefined) return outcome(doubt);
  if (prepare !== undefined && !dryRun) {
    const failed = await prepare();
    if (failed !== undefined) return outcome(failed);
    first = await RingLook.take(shell, ring);
    left = inOrder(ring, first).filter((node) => concerns(node, first));
    const [since] = [...first.doubts, ...first.crashLoopsWithout(), ...first.looks.flatMap(startupFailures)];
    if (since !== undefined) return outcome(findingText(since));
  }

  const wholeSince = clock.now();
  const hostIds = new Map(ring.nodes.map((node) => [node.name, first.hostIdOf(node)!]));
  let isWhole = false;
  for (const node of [...left]) {
    if (signal.aborted) break;
    const begun = clock.now();
    const work = await workOn(node, first);
    try {
      if (dryRun) {
        for (const command of work?.typed ?? []) onProgress(command);
        continue;
      }
      if (work !== undefined) {
        if (!isWhole) {
          const before = await settled({ ...waiting, nodes: ring.nodes, wholeSince, hintsFlushSeconds: first.hintsFlushSeconds });
          if (before.doubt !== undefined) return outcome(before.doubt);
          isWhole = true;
        }
        const failed = await work.run();
        if (failed !== undefined) return outcome(failed);
        if (work.stops) {
          onProgress(`${node.name}: waiting until every node sees it as UN, and it has what it missed`);
          const after = await settled({ ...waiting, nodes: [node], hostIds, hintsFlushSeconds: first.hintsFlushSeconds });
          const [crashes] = after.look.crashLoopsWithout();
          const wrong = after.doubt ?? work.check?.(after.look) ?? (crashes && findingText(crashes));
          if (wrong !== undefined) return outcome(`${node.name} was ${work.done}, and ${wrong}`);
        }
        done.push(node.name);
        if (work.awaitsScript) awaitingScript.push(node.name);
        onProgress(`${node.name}: ${work.done}, ${Math.round((clock.now() - begun) / 1000)} s`);
      }
      left.splice(left.indexOf(node), 1);
    } finally {
      work?.discard?.();
    }
  }
  return outcome();
}

/** Rack by rack, so that two copies of a row are never stopped alternately. */
function inOrder({ nodes }: Ring, look: RingLook): RingNode[] {
  const key = (node: RingNode): string => `${look.memberOf(node)?.rack ?? node.zone} ${node.name}`;
  return [...nodes].sort((one, other) => (key(one) < key(other) ? -1 : 1));
}
