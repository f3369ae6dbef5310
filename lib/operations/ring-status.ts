import { inColumns } from '../core/columns';
import { complaintsOf, type NodeLook } from './node-look';
import type { Ring, RingNode } from './ring';
import type { RingLook } from './ring-look';

/** One node, as an operator wants to see it. */
export interface NodeStatus {
  readonly name: string;

  /** For example `UN`; `?` when nobody knows it. */
  readonly state: string;
  readonly rack: string;
  readonly hostId: string;
  readonly load: string;
  readonly version: string;
  readonly upSeconds: number | undefined;

  /** Bytes of hints that other nodes keep for this one. */
  readonly hintBytes: number;

  /** Files that Cassandra reads at its next start, and that are other ones by now. */
  readonly restartPending: readonly string[];

  /** Seconds since the last repair that succeeded; `undefined` when none has. */
  readonly repairedSecondsAgo: number | undefined;

  /** What the startup script said last. */
  readonly says: string;
}

/** A ring, as an operator wants to see it. */
export interface RingStatus {
  readonly ring: string;
  readonly nodes: readonly NodeStatus[];

  /** What is not well, a sentence each. */
  readonly unwell: readonly string[];

  /** Whether all there is to say is that nodes could not be asked. */
  readonly isUnknown: boolean;
}

/** Makes a status of a whole look. */
export function statusOf(ring: Ring, look: RingLook): RingStatus {
  const unwell = [...look.doubts, ...look.looks.flatMap(ofNode)];
  return {
    ring: ring.name,
    nodes: ring.nodes.map((node) => nodeStatus(node, look)),
    unwell,
    isUnknown: unwell.length > 0 && look.looks.every(({ unreachable, node }) => unreachable !== undefined || isWell(node, unwell)),
  };
}

/** Nobody says anything of it. */
function isWell(node: RingNode, unwell: readonly string[]): boolean {
  return !unwell.some((sentence) => sentence.startsWith(`${node.name} `));
}

function ofNode(look: NodeLook): string[] {
  const { node, unreachable, repairedSecondsAgo, joinedSecondsAgo } = look;
  if (unreachable !== undefined) return [];
  const age = repairedSecondsAgo ?? joinedSecondsAgo ?? 0;
  const days = node.repairWithinDays ?? Number.POSITIVE_INFINITY;
  return [
    ...complaintsOf(look),
    ...(age > days * 86_400
      ? [`${node.name} was last repaired ${repairedSecondsAgo === undefined ? 'never' : `${span(age)} ago`}, and must be within ${days} d`]
      : []),
  ];
}

function nodeStatus(node: RingNode, look: RingLook): NodeStatus {
  const { says, restartPending, repairedSecondsAgo, unit, members } = look.of(node);
  const member = look.memberOf(node);
  return {
    name: node.name,
    state: worst(look.statesOf(node)),
    rack: member?.rack ?? '?',
    hostId: look.hostIdOf(node) ?? '?',
    load: member?.load ?? '?',
    version: look.releaseOf(node) ?? '?',
    upSeconds: members === undefined ? undefined : unit.startedSecondsAgo,
    hintBytes: look.hintsFor([node]).reduce((sum, { hints }) => sum + hints.bytes, 0),
    restartPending,
    repairedSecondsAgo,
    says,
  };
}

/** What a single node sees that others do not see is shown. */
function worst(states: readonly string[]): string {
  return states.find((state) => state !== 'UN') ?? states[0] ?? '?';
}

/** The status as a table, and below it what is not well. */
export function statusText({ nodes, unwell }: RingStatus): string {
  const rows = nodes.map((node) => [
    node.name,
    node.state,
    node.rack,
    node.hostId,
    node.load,
    node.version,
    node.upSeconds === undefined ? '-' : span(node.upSeconds),
    node.hintBytes === 0 ? '-' : `${(node.hintBytes / 1024).toFixed(1)} KiB`,
    node.restartPending.length > 0 ? 'pending' : '-',
    node.repairedSecondsAgo === undefined ? 'none yet' : `${span(node.repairedSecondsAgo)} ago`,
    node.says || '-',
  ]);
  return [
    ...inColumns([HEADINGS, ...rows]),
    '',
    ...(unwell.length > 0 ? unwell.map((sentence) => `not well: ${sentence}`) : ['all is well']),
    '',
  ].join('\n');
}

const HEADINGS = ['NODE', 'STATE', 'RACK', 'HOST ID', 'LOAD', 'VERSION', 'UP', 'HINTS', 'RESTART', 'REPAIR', 'SAYS'];

/** A span of time in its two largest units. */
export function span(seconds: number): string {
  const [days, hours, minutes] = [Math.floor(seconds / 86_400), Math.floor(seconds / 3_600) % 24, Math.floor(seconds / 60) % 60];
  if (days > 0) return hours > 0 ? `${days} d ${hours} h` : `${days} d`;
  if (hours > 0) return minutes > 0 ? `${hours} h ${minutes} min` : `${hours} h`;
  return minutes > 0 ? `${minutes} min` : `${Math.max(0, Math.floor(seconds))} s`;
}
