import { ARCHIVE_SECONDS } from '../cassandra-contract/commit-log-archive';
import type { StateCode } from '../cassandra-contract/state-codes';
import { inColumns } from '../core/columns';
import { describeFinding, displayRole, type Finding, formatDuration } from './findings';
import { crashLoopFindings, isStoppedByOperator, type NodeState, type Role, stateFindings, unreadFindings } from './node-state';
import type { Ring, RingNode } from './ring';
import type { RingState } from './ring-state';
import { recoveryPointHours } from './snapshot-interval';

/** Status of a node for operators. */
export interface NodeStatus {
  readonly name: string;

  /** For example `UN`; `?` if no node knows it. */
  readonly state: string;
  readonly rack: string;
  readonly hostId: string;
  readonly load: string;
  readonly version: string;
  readonly upSeconds: number | undefined;

  /** Bytes of hints that other nodes store for this one. */
  readonly hintBytes: number;

  /** Files that changed since Cassandra read them. */
  readonly restartPending: readonly string[];

  /** Seconds since the last repair that succeeded; `undefined` when none has. */
  readonly repairedSecondsAgo: number | undefined;

  /** Sentence about its state, from the startup script. */
  readonly message: string;

  /** Code of its state; `undefined` if unknown. */
  readonly stateCode: StateCode | undefined;

  /** Restarts by systemd within the last hour; `undefined` when that could not be read. */
  readonly restartsLastHour: number | undefined;

  /** Days until its certificate expires, negative afterwards; `undefined` when there is none. */
  readonly certificateDays: number | undefined;

  /** Names of the parts of the probe that could not be read. */
  readonly notReadable: readonly string[];
}

/** Status of a ring for operators. */
export interface RingStatus {
  readonly ring: string;
  readonly nodes: readonly NodeStatus[];

  /** Keyspaces and tables excluded from the check for resurrected rows. */
  readonly resurrectionCheckExclusions: readonly string[];

  /** Hours of writes that are lost at most when the ring is restored from its sets or its schedule; `undefined` if it has neither. */
  readonly recoveryPointHours: number | undefined;

  /** Bucket of the commit logs, for restores to a point in time. @default - they are not archived */
  readonly archive?: string;

  /** Roles that the stack does not declare. Only superusers among them are findings. */
  readonly undeclaredRoles: readonly Role[];

  /** Conditions that need attention; empty for a healthy ring. */
  readonly findings: readonly Finding[];

  /** The findings as sentences. */
  readonly problems: readonly string[];

  /** The only findings are unreachable VMs. */
  readonly isUnknown: boolean;
}

/** Days before its expiry at which a certificate becomes a finding. */
const CERTIFICATE_DAYS = 60;

/** Difference between disk and file system that is no finding, in bytes: less than the smallest growth of a disk. */
const DISK_ROUNDING = 512 * 1024 ** 2;

/** Creates the status of a ring from a state with all parts. */
export function createRingStatus(ring: Ring, state: RingState): RingStatus {
  const findings = mergeUnread([...state.problems, ...state.nodes.flatMap(nodeFindings), ...roleFindings(ring, state)]);
  return {
    ring: ring.name,
    nodes: ring.nodes.map((node) => createNodeStatus(node, state)),
    resurrectionCheckExclusions: [...new Set(ring.nodes.flatMap((node) => node.resurrectionCheckExclusions))],
    recoveryPointHours: recoveryPointHours(ring),
    ...(ring.archive !== undefined && { archive: ring.archive }),
    undeclaredRoles: listUndeclaredRoles(ring, state),
    findings,
    problems: findings.map(describeFinding),
    isUnknown: findings.length > 0 && findings.every(({ code }) => code === 'vm-unreachable'),
  };
}

function nodeFindings(state: NodeState): Finding[] {
  if (state.unreachable !== undefined) return [];
  if (isStoppedByOperator(state)) return certificateFindings(state);
  return [
    ...unreadFindings(state),
    ...crashLoopFindings(state),
    ...repairFindings(state),
    ...diskFindings(state),
    ...certificateFindings(state),
    ...stateFindings(state),
  ];
}

/** Role that Cassandra creates, with a published password. A secured ring keeps it, without login and permissions. */
const DEFAULT_ROLE = 'cassandra';

function roleFindings(ring: Ring, { roles }: RingState): Finding[] {
  return roles.flatMap(({ name, canLogin, isSuperuser }): Finding[] => {
    if (name === DEFAULT_ROLE) return canLogin || isSuperuser ? [{ code: 'default-role', canLogin, isSuperuser }] : [];
    return isSuperuser && ring.superuser !== undefined && name !== ring.superuser ? [{ code: 'undeclared-superuser', role: name }] : [];
  });
}

function listUndeclaredRoles(ring: Ring, { roles }: RingState): Role[] {
  if (ring.superuser === undefined) return [];
  const declared = [DEFAULT_ROLE, ring.superuser, ...ring.roles];
  return roles.filter(({ name }) => !declared.includes(name));
}

/** Merges the findings about unread parts to one for each node. */
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

function repairFindings({ node, repairedSecondsAgo, joinedSecondsAgo }: NodeState): Finding[] {
  const withinDays = node.repairWithinDays;
  if (withinDays === undefined || (repairedSecondsAgo ?? joinedSecondsAgo ?? 0) <= withinDays * 86_400) return [];
  return [{ code: 'repair-overdue', node: node.name, secondsAgo: repairedSecondsAgo, withinDays }];
}

function diskFindings({ node, dataDisk }: NodeState): Finding[] {
  if (dataDisk === undefined || dataDisk.disk - dataDisk.fileSystem < DISK_ROUNDING) return [];
  return [{ code: 'file-system-smaller', node: node.name, diskBytes: dataDisk.disk, fileSystemBytes: dataDisk.fileSystem }];
}

function certificateFindings(state: NodeState): Finding[] {
  const days = certificateDays(state);
  return days === undefined || days >= CERTIFICATE_DAYS ? [] : [{ code: 'certificate-ends', node: state.node.name, days }];
}

function certificateDays({ certificateSeconds }: NodeState): number | undefined {
  return certificateSeconds === undefined ? undefined : Math.floor(certificateSeconds / 86_400);
}

function createNodeStatus(node: RingNode, state: RingState): NodeStatus {
  const own = state.of(node);
  const { message, stateCode, restartPending, repairedSecondsAgo, unit, members } = own;
  const member = state.memberOf(node);
  return {
    name: node.name,
    state: worst(state.statesOf(node)),
    rack: member?.rack ?? '?',
    hostId: state.hostIdOf(node) ?? '?',
    load: member?.load ?? '?',
    version: state.releaseOf(node) ?? '?',
    upSeconds: members === undefined ? undefined : unit.startedSecondsAgo,
    hintBytes: state.hintsFor([node]).reduce((sum, { hints }) => sum + hints.bytes, 0),
    restartPending,
    repairedSecondsAgo,
    message,
    stateCode,
    restartsLastHour: unit.restartsLastHour,
    certificateDays: certificateDays(own),
    notReadable: own.unread,
  };
}

/** State other than UN that any node sees. */
function worst(states: readonly string[]): string {
  return states.find((state) => state !== 'UN') ?? states[0] ?? '?';
}

/** Formats a status as a table, followed by the problems. */
export function formatStatus(status: RingStatus): string {
  const { nodes, problems, resurrectionCheckExclusions: excluded, undeclaredRoles } = status;
  const rows = nodes.map((node) => [
    node.name,
    node.state,
    node.rack,
    node.hostId,
    node.load,
    node.version,
    node.upSeconds === undefined ? '-' : formatDuration(node.upSeconds),
    node.hintBytes === 0 ? '-' : `${(node.hintBytes / 1024).toFixed(1)} KiB`,
    node.notReadable.includes('pending') ? '?' : node.restartPending.length > 0 ? 'pending' : '-',
    repairText(node),
    node.certificateDays === undefined ? '-' : `${node.certificateDays} d`,
    node.message || '-',
  ]);
  return [
    ...inColumns([HEADINGS, ...rows]),
    '',
    ...(problems.length > 0 ? problems.map((sentence) => `problem: ${sentence}`) : ['healthy']),
    ...(undeclaredRoles.length > 0
      ? [`roles that the stack does not declare: ${undeclaredRoles.map(({ name }) => displayRole(name)).join(', ')}`]
      : []),
    ...(excluded.length > 0 ? [`excluded from the check for resurrected rows: ${excluded.join(', ')}`] : []),
    describeRecoveryPoint(status),
    ...describeArchive(status),
    '',
  ].join('\n');
}

/** Minutes of writes that the archive of a node lacks at most, while its uploads succeed. */
const ARCHIVE_LOSS_MINUTES = Math.ceil((ARCHIVE_SECONDS.openCopy + ARCHIVE_SECONDS.upload + ARCHIVE_SECONDS.copyLag) / 60);

/** Loss that the uploads of commit logs allow. The bucket was not looked at. */
function describeArchive({ archive }: RingStatus): string[] {
  if (archive === undefined) return [];
  return [
    `restore to a point in time: at most ${ARCHIVE_LOSS_MINUTES} min of writes are lost while uploads to ${archive} succeed (cassandra backups shows until when it is complete)`,
  ];
}

/** Loss that the schedules allow. The snapshots were not looked at. */
function describeRecoveryPoint({ recoveryPointHours: hours }: RingStatus): string {
  return hours === undefined
    ? 'restore from snapshots: unknown how many writes are lost; a data disk has no snapshot schedule in the stack'
    : `restore from snapshots: at most ${hours} h of writes are lost by the schedule; what is there was not looked at (cassandra backups shows it)`;
}

function repairText({ notReadable, repairedSecondsAgo: secondsAgo }: NodeStatus): string {
  if (notReadable.includes('repair-age')) return '?';
  return secondsAgo === undefined ? 'none yet' : `${formatDuration(secondsAgo)} ago`;
}

const HEADINGS = ['NODE', 'STATE', 'RACK', 'HOST ID', 'LOAD', 'VERSION', 'UP', 'HINTS', 'RESTART', 'REPAIR', 'CERTIFICATE', 'MESSAGE'];
