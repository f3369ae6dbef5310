import type { StateCode } from '../cassandra-contract/state-codes';
import { inColumns } from '../core/columns';
import { type Finding, findingText, span } from './findings';
import { crashLoopFindings, type NodeLook, stateFindings, unreadFindings } from './node-look';
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

  /** Code of that; `undefined` when it is not known. */
  readonly stateCode: StateCode | undefined;

  /** Restarts by systemd within the last hour; `undefined` when that could not be read. */
  readonly restartsLastHour: number | undefined;

  /** Days until its certificate ends, less than 0 once it has; `undefined` when there is none. */
  readonly certificateDays: number | undefined;

  /** Names of the parts that could not be read. */
  readonly notReadable: readonly string[];
}

/** A ring, as an operator wants to see it. */
export interface RingStatus {
  readonly ring: string;
  readonly nodes: readonly NodeStatus[];

  /** Keyspaces and tables whose deleted rows a node may bring back. */
  readonly resurrectionCheckExclusions: readonly string[];

  /** Everything that needs attention. */
  readonly findings: readonly Finding[];

  /** The findings in words, a sentence each. */
  readonly unwell: readonly string[];

  /** Whether nothing is known to be wrong, and VMs could not be asked. */
  readonly isUnknown: boolean;
}

/** Days before its end from which on a certificate is a finding. */
const CERTIFICATE_DAYS = 60;

/** How much larger than its file system a disk may be, in bytes: less than Google makes a disk larger by. */
const DISK_ROUNDING = 512 * 1024 ** 2;

/** Makes a status of a whole look. */
export function statusOf(ring: Ring, look: RingLook): RingStatus {
  const findings = mergeUnread([...look.doubts, ...look.looks.flatMap(ofNode)]);
  return {
    ring: ring.name,
    nodes: ring.nodes.map((node) => nodeStatus(node, look)),
    resurrectionCheckExclusions: [...new Set(ring.nodes.flatMap((node) => node.resurrectionCheckExclusions))],
    findings,
    unwell: findings.map(findingText),
    isUnknown: findings.length > 0 && findings.every(({ code }) => code === 'vm-unreachable'),
  };
}

function ofNode(look: NodeLook): Finding[] {
  if (look.unreachable !== undefined) return [];
  return [
    ...unreadFindings(look),
    ...crashLoopFindings(look),
    ...ofRepair(look),
    ...ofDisk(look),
    ...ofCertificate(look),
    ...stateFindings(look),
  ];
}

/** One finding for all parts of a node that could not be read. */
function mergeUnread(findings: readonly Finding[]): Finding[] {
  const parts = (node: string): string[] =>
    findings.flatMap((finding) => (finding.code === 'not-readable' && finding.node === node ? finding.parts : []));
  const seen = new Set<string>();
  return findings.flatMap((finding): Finding[] => {
    if (finding.code !== 'not-readable') return [finding];
    if (seen.has(finding.node)) return [];
    seen.add(finding.node);
    return [{ ...finding, parts: [...new Set(parts(finding.node))].sort() }];
  });
}

function ofRepair({ node, repairedSecondsAgo, joinedSecondsAgo }: NodeLook): Finding[] {
  const withinDays = node.repairWithinDays;
  if (withinDays === undefined || (repairedSecondsAgo ?? joinedSecondsAgo ?? 0) <= withinDays * 86_400) return [];
  return [{ code: 'repair-overdue', node: node.name, secondsAgo: repairedSecondsAgo, withinDays }];
}

function ofDisk({ node, dataDisk }: NodeLook): Finding[] {
  if (dataDisk === undefined || dataDisk.disk - dataDisk.fileSystem < DISK_ROUNDING) return [];
  return [{ code: 'file-system-smaller', node: node.name, diskBytes: dataDisk.disk, fileSystemBytes: dataDisk.fileSystem }];
}

function ofCertificate(look: NodeLook): Finding[] {
  const days = certificateDays(look);
  return days === undefined || days >= CERTIFICATE_DAYS ? [] : [{ code: 'certificate-ends', node: look.node.name, days }];
}

function certificateDays({ certificateSeconds }: NodeLook): number | undefined {
  return certificateSeconds === undefined ? undefined : Math.floor(certificateSeconds / 86_400);
}

function nodeStatus(node: RingNode, look: RingLook): NodeStatus {
  const own = look.of(node);
  const { says, stateCode, restartPending, repairedSecondsAgo, unit, members } = own;
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
    stateCode,
    restartsLastHour: unit.restartsLastHour,
    certificateDays: certificateDays(own),
    notReadable: own.unread,
  };
}

/** What a single node sees that others do not see is shown. */
function worst(states: readonly string[]): string {
  return states.find((state) => state !== 'UN') ?? states[0] ?? '?';
}

/** The status as a table, and below it what is not well. */
export function statusText({ nodes, unwell, resurrectionCheckExclusions: excluded }: RingStatus): string {
  const rows = nodes.map((node) => [
    node.name,
    node.state,
    node.rack,
    node.hostId,
    node.load,
    node.version,
    node.upSeconds === undefined ? '-' : span(node.upSeconds),
    node.hintBytes === 0 ? '-' : `${(node.hintBytes / 1024).toFixed(1)} KiB`,
    node.notReadable.includes('pending') ? '?' : node.restartPending.length > 0 ? 'pending' : '-',
    repairText(node),
    node.certificateDays === undefined ? '-' : `${node.certificateDays} d`,
    node.says || '-',
  ]);
  return [
    ...inColumns([HEADINGS, ...rows]),
    '',
    ...(unwell.length > 0 ? unwell.map((sentence) => `not well: ${sentence}`) : ['all is well']),
    ...(excluded.length > 0 ? [`excluded from the check against deleted rows that come back: ${excluded.join(', ')}`] : []),
    '',
  ].join('\n');
}

function repairText({ notReadable, repairedSecondsAgo: secondsAgo }: NodeStatus): string {
  if (notReadable.includes('repair-age')) return '?';
  return secondsAgo === undefined ? 'none yet' : `${span(secondsAgo)} ago`;
}

const HEADINGS = ['NODE', 'STATE', 'RACK', 'HOST ID', 'LOAD', 'VERSION', 'UP', 'HINTS', 'RESTART', 'REPAIR', 'CERTIFICATE', 'SAYS'];
