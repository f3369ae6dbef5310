import { CODE_KEY, GUEST_ATTRIBUTES, STATE_KEY } from '../cassandra-contract/guest-attributes';
import { CQL_COMMAND } from '../cassandra-contract/node-commands';
import {
  DATA_DIRECTORY,
  HEARTBEAT_FILE,
  HINTS_DIRECTORY,
  JOINED_FILE,
  LAST_REPAIR_FILE,
  NODE_KEY_FILE,
  PENDING_RECORD,
} from '../cassandra-contract/node-paths';
import { CQL_PORT } from '../cassandra-contract/ports';
import { isStateCode, type StateCode, stateKind } from '../cassandra-contract/state-codes';
import { CASSANDRA_SERVICE } from '../cassandra-contract/units';
import type { Finding } from './findings';
import { type GossipState, type Member, parseGossipInfo, parseNodetoolStatus } from './nodetool';
import type { RingNode } from './ring';
import { type NodeShell, UnreachableError } from './shell/node-shell';

/** Hints that a node stores for another one: writes that the other node missed and receives later. */
export interface WaitingHints {
  /** Host id of the node that they are for. */
  readonly hostId: string;
  readonly files: number;
  readonly bytes: number;
}

/** Cassandra's systemd unit on a node. */
export interface CassandraUnit {
  /** For example `active`, `activating`, `failed`. */
  readonly state: string;

  /** Age of its process in seconds; `undefined` when there is none. */
  readonly startedSecondsAgo: number | undefined;

  /** Restarts by systemd within the last hour, after it ended with an error; `undefined` when they could not be read. */
  readonly restartsLastHour: number | undefined;
}

/** Sizes of a node's data disk, in bytes. */
export interface DataDiskSize {
  readonly disk: number;
  readonly fileSystem: number;
}

/** Role in the ring. */
export interface Role {
  readonly name: string;
  readonly canLogin: boolean;
  readonly isSuperuser: boolean;
}

/** State of a node, as one probe found it. */
export interface NodeState {
  readonly node: RingNode;

  /** Reason for which the VM could not be reached; everything below is then empty. */
  readonly unreachable: string | undefined;

  /**
   * Names of parts of the probe that could not be read: their values below are empty and mean nothing. Excludes the parts that need a
   * responding Cassandra while it does not respond.
   */
  readonly unread: readonly string[];

  /** Address of the VM. */
  readonly address: string | undefined;
  readonly unit: CassandraUnit;

  /** Members of the ring as this node sees them; `undefined` when its Cassandra does not respond, and in a probe of files. */
  readonly members: readonly Member[] | undefined;

  /** First line that nodetool printed instead. */
  readonly nodetoolError: string;
  readonly hints: readonly WaitingHints[];

  /** Files that changed since Cassandra read them. Empty when there are none. */
  readonly restartPending: readonly string[];

  /** Host id recorded on its data disk; `undefined` before it has joined. */
  readonly hostIdOnDisk: string | undefined;
  readonly joinedSecondsAgo: number | undefined;

  /** Seconds since the last repair that succeeded; `undefined` when none has. */
  readonly repairedSecondsAgo: number | undefined;

  /** Sentence about its state, from its guest attributes. */
  readonly message: string;

  /** Code of its state, from its guest attributes; `undefined` when there is none, or an unknown one. */
  readonly stateCode: StateCode | undefined;

  /** Sizes of its data disk; `undefined` when unknown. */
  readonly dataDisk: DataDiskSize | undefined;

  /** Seconds until its certificate expires, negative afterwards; `undefined` when there is none. */
  readonly certificateSeconds: number | undefined;

  /** Age of Cassandra's heartbeat in seconds; `undefined` when it never ran. */
  readonly heartbeatSecondsAgo: number | undefined;

  /** Listens for CQL clients. */
  readonly takesClients: boolean;

  /** Gossip state of each member, by address. Only in a probe of `all`. */
  readonly gossip: ReadonlyMap<string, GossipState>;

  /** Its `hints_flush_period` in seconds: hints are in memory for this long before they are in files. Only in a probe of `all`. */
  readonly hintsFlushSeconds: number | undefined;

  /** Roles in the ring. Only in a probe of `all`. */
  readonly roles: readonly Role[];
}

/** Extent of a probe: files and ports; also the members of the ring; or everything. Each call of nodetool takes a second and a CPU. */
export type ProbeScope = 'files' | 'members' | 'all';

/** Probes a node with one script. */
export async function probeNode(shell: NodeShell, node: RingNode, scope: ProbeScope): Promise<NodeState> {
  try {
    const { stdout } = await shell.run(node, SCRIPTS[scope], 120);
    return parseNodeState(node, parseParts(stdout), scope);
  } catch (error) {
    if (!(error instanceof UnreachableError)) throw error;
    return { ...parseNodeState(node, new Map(), scope), unread: [], unreachable: error.message };
  }
}

/** Findings about a node whose state is not known to be `ready`. */
export function stateFindings({ node: { name: node }, message, stateCode, unread }: NodeState): Finding[] {
  if (unread.includes('code')) return [{ code: 'not-readable', node, parts: ['code'] }];
  if (stateCode === undefined) return [{ code: 'state-without-code', node, state: message }];
  if (stateCode === 'stopped-by-operator') return [{ code: stateCode, node }];
  return stateCode === 'ready' ? [] : [{ code: 'startup-script', node, stateCode, state: message }];
}

/** State findings without the states that a healthy node passes through during a start or a restart. */
export function startupFailures(state: NodeState): Finding[] {
  return stateFindings(state).filter(
    (finding) =>
      finding.code !== 'stopped-by-operator' &&
      (finding.code !== 'startup-script' || !['starting', 'stopped'].includes(stateKind(finding.stateCode))),
  );
}

/** An operator stopped the node: its data disk is unmounted, and parts of a probe are missing for that reason alone. */
export function isStoppedByOperator({ stateCode, members, takesClients }: NodeState): boolean {
  return stateCode === 'stopped-by-operator' && members === undefined && !takesClients;
}

/** Parts of a probe that are needed before a node may be stopped. */
export const DECISIVE_PARTS: readonly string[] = ['unit', 'clients', 'hints', 'pending', 'restarts', 'gossip'];

/** Finding about the parts that could not be read, limited to the named ones if given. */
export function unreadFindings({ node: { name: node }, unread }: NodeState, of: readonly string[] = unread): Finding[] {
  const parts = unread.filter((part) => of.includes(part));
  return parts.length > 0 ? [{ code: 'not-readable', node, parts }] : [];
}

/** Restarts by systemd within an hour that make a crash loop. A single one may have a transient cause. */
const CRASH_LOOP_RESTARTS = 2;

/** Finding about a node in a crash loop, even if its Cassandra is up at the moment. */
export function crashLoopFindings({ node, unit: { restartsLastHour: restarts } }: Pick<NodeState, 'node' | 'unit'>): Finding[] {
  return restarts !== undefined && restarts >= CRASH_LOOP_RESTARTS ? [{ code: 'crash-loop', node: node.name, restarts }] : [];
}

/** Script of a probe: each part prints its name, its output and the status of its command. */
const FILES = `
part() {
  echo "==begin $1"
  shift
  timeout 60 "$@" 2>&1
  printf '\\n==end %s\\n' "$?"
}
age() { if [ -e "$1" ]; then echo $(($(date +%s) - $(stat -c %Y "$1"))); fi; }
show() { if [ -e "$1" ]; then cat "$1"; fi; }
# Nothing while there is no process, or when it ends at this moment.
process_age() {
  local process
  process=$(systemctl show --property=MainPID --value ${CASSANDRA_SERVICE}) || return 1
  ps -o etimes= -p "$process" || true
}
repair_age() { if [ -e ${LAST_REPAIR_FILE} ]; then echo $(($(date +%s) - $(cat ${LAST_REPAIR_FILE}))); fi; }
attribute() { curl -fsS -m 5 -H 'Metadata-Flavor: Google' "http://metadata.google.internal/computeMetadata/v1/instance/guest-attributes/${GUEST_ATTRIBUTES}/$1"; }
# By the identifier of systemd's message that a restart is scheduled.
restarts() { set -o pipefail; journalctl --quiet --since=-1h --output=cat UNIT=${CASSANDRA_SERVICE} MESSAGE_ID=5eb03494b6584870a536b337290809b3 | wc -l; }
disk_sizes() {
  local device
  device=$(findmnt --noheadings --output SOURCE ${DATA_DIRECTORY}) && blockdev --getsize64 "$device" || return 1
  case $(findmnt --noheadings --output FSTYPE ${DATA_DIRECTORY}) in
    xfs) xfs_info ${DATA_DIRECTORY} | sed -n 's/^data *= *bsize=\\([0-9]*\\) *blocks=\\([0-9]*\\),.*/\\1 \\2/p' ;;
    ext4) dumpe2fs -h "$device" 2>/dev/null | awk -F ': *' '/^Block count:/ { count = $2 } /^Block size:/ { size = $2 } END { print size, count }' ;;
  esac
}
certificate_seconds() {
  local end
  end=$(openssl x509 -in ${NODE_KEY_FILE} -noout -enddate) && echo $(($(date -d "$(cut -d = -f 2 <<<"$end")" +%s) - $(date +%s)))
}
export -f age show process_age repair_age attribute restarts disk_sizes certificate_seconds
part clients ss -Hltn 'sport = :${CQL_PORT}'
part hints find ${HINTS_DIRECTORY} -maxdepth 1 -name '*.hints' -printf '%f %s\\n'
part unit systemctl show --property=ActiveState --value ${CASSANDRA_SERVICE}
part process bash -c process_age
part pending bash -c 'show ${PENDING_RECORD}'
part joined bash -c 'show ${JOINED_FILE}'
part joined-age bash -c 'age ${JOINED_FILE}'
part repair-age bash -c repair_age
part address hostname -I
part says bash -c 'attribute ${STATE_KEY}'
part heartbeat bash -c 'age ${HEARTBEAT_FILE}'
part code bash -c 'attribute ${CODE_KEY}'
part restarts bash -c restarts
`;

const MEMBERS = `${FILES}part status nodetool status
part disk bash -c disk_sizes
part certificate bash -c certificate_seconds
`;

const SCRIPTS: Readonly<Record<ProbeScope, string>> = {
  files: FILES,
  members: MEMBERS,
  all: `${MEMBERS}part gossip nodetool gossipinfo
part flush ${CQL_COMMAND} --consistency ONE "SELECT value FROM system_views.settings WHERE name = 'hints_flush_period'"
part roles ${CQL_COMMAND} 'SELECT role, can_login, is_superuser FROM system_auth.roles'
`,
};

interface Part {
  readonly status: number;
  readonly text: string;
}

function parseParts(stdout: string): ReadonlyMap<string, Part> {
  const parts = stdout.matchAll(/^==begin (\S+)\n([\s\S]*?)\n==end (\d+)$/gm);
  return new Map([...parts].map(([, name, text, status]) => [name!, { text: text!, status: Number(status) }]));
}

/** Parts that need a responding Cassandra. */
const CASSANDRA_PARTS: readonly string[] = ['status', 'gossip', 'flush', 'roles'];

function parseNodeState(node: RingNode, parts: ReadonlyMap<string, Part>, scope: ProbeScope): NodeState {
  const good = (name: string): string => {
    const part = parts.get(name);
    return part?.status === 0 ? part.text.trim() : '';
  };
  const seconds = (name: string): number | undefined => (/^-?\d+$/.test(good(name)) ? Number(good(name)) : undefined);
  const stateCode = good('code');
  const members = parseNodetoolStatus(good('status'));
  const dataDisk = parseDataDisk(good('disk'));
  const gossip = parseGossipInfo(good('gossip'));
  const roles = parseRoles(good('roles'));
  // Parts whose command succeeded without the output that it must have.
  const isEmpty: Readonly<Record<string, boolean>> = {
    unit: good('unit') === '',
    address: good('address') === '',
    restarts: seconds('restarts') === undefined,
    disk: dataDisk === undefined,
    certificate: seconds('certificate') === undefined,
    gossip: gossip.size === 0,
    roles: roles.length === 0,
  };
  const asked = [...SCRIPTS[scope].matchAll(/^part (\S+)/gm)].map(([, name]) => name!);
  return {
    node,
    unreachable: undefined,
    unread: asked.filter(
      (name) => (parts.get(name)?.status !== 0 || isEmpty[name]) && !(CASSANDRA_PARTS.includes(name) && members.length === 0),
    ),
    address: good('address').split(' ')[0] || undefined,
    unit: { state: good('unit') || 'unknown', startedSecondsAgo: seconds('process'), restartsLastHour: seconds('restarts') },
    members: members.length > 0 ? members : undefined,
    nodetoolError: firstLine(parts.get('status')?.text ?? ''),
    hints: parseHints(good('hints')),
    restartPending: good('pending').split('\n').filter(Boolean),
    hostIdOnDisk: /^host_id=(\S+)$/m.exec(good('joined'))?.[1],
    joinedSecondsAgo: seconds('joined-age'),
    repairedSecondsAgo: seconds('repair-age'),
    message: good('says'),
    stateCode: isStateCode(stateCode) ? stateCode : undefined,
    dataDisk,
    certificateSeconds: seconds('certificate'),
    heartbeatSecondsAgo: seconds('heartbeat'),
    takesClients: good('clients') !== '',
    gossip,
    hintsFlushSeconds: parseDuration(good('flush')),
    roles,
  };
}

/** Parses a list of hint files, named `HOSTID-TIME-VERSION.hints`. */
function parseHints(text: string): WaitingHints[] {
  const waiting = new Map<string, WaitingHints>();
  for (const [, hostId, size] of text.matchAll(/^([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})-\d+-\d+\.hints (\d+)$/gm)) {
    const { files, bytes } = waiting.get(hostId!) ?? { files: 0, bytes: 0 };
    waiting.set(hostId!, { hostId: hostId!, files: files + 1, bytes: bytes + Number(size) });
  }
  return [...waiting.values()];
}

/** Parses rows of roles. Any other line is a warning of the client. */
function parseRoles(text: string): Role[] {
  const rows = text.matchAll(/^([^\t\n]+)\t(true|false|null)\t(true|false|null)$/gm);
  return [...rows].map(([, name, canLogin, isSuperuser]) => ({
    name: name!,
    canLogin: canLogin === 'true',
    isSuperuser: isSuperuser === 'true',
  }));
}

/** Parses the bytes of the disk and, in the second line, size and number of the file system's blocks. */
function parseDataDisk(text: string): DataDiskSize | undefined {
  const [, disk, size, count] = /^(\d+)\n(\d+) (\d+)$/.exec(text) ?? [];
  return disk === undefined ? undefined : { disk: Number(disk), fileSystem: Number(size) * Number(count) };
}

/** Parses a duration in Cassandra's notation, for example `10s` or `10000ms`, to seconds. */
function parseDuration(text: string): number | undefined {
  const [, number, unit] = /^(\d+)(ms|s|m|h|d)$/.exec(text) ?? [];
  return number === undefined ? undefined : Number(number) * { ms: 0.001, s: 1, m: 60, h: 3_600, d: 86_400 }[unit as 's'];
}

function firstLine(text: string): string {
  return text.trim().split('\n')[0]!.slice(0, 200) || 'nodetool printed nothing';
}
