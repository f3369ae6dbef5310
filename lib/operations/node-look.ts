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
import { type GossipState, gossipIn, type Member, membersIn } from './nodetool';
import type { RingNode } from './ring';
import { type NodeShell, UnreachableError } from './shell/node-shell';

/** Hints that a node keeps for another one: writes that the other one missed and gets later. */
export interface WaitingHints {
  /** Whom they are for. */
  readonly hostId: string;
  readonly files: number;
  readonly bytes: number;
}

/** What systemd says of Cassandra on a node. */
export interface CassandraUnit {
  /** For example `active`, `activating`, `failed`. */
  readonly state: string;

  /** Seconds since its process began; `undefined` when there is none. */
  readonly startedSecondsAgo: number | undefined;

  /** How often systemd restarted it within the last hour, since it had ended with an error; `undefined` when that could not be read. */
  readonly restartsLastHour: number | undefined;
}

/** Sizes of a node's data disk, in bytes. */
export interface DataDiskSize {
  readonly disk: number;
  readonly fileSystem: number;
}

/** What was seen on a node. */
export interface NodeLook {
  readonly node: RingNode;

  /** Why the VM could not be asked; everything below is then empty. */
  readonly unreachable: string | undefined;

  /**
   * Names of parts that were asked for and could not be read: their values below are empty and mean nothing. Not among them is what only a
   * Cassandra that answers can tell, while it does not.
   */
  readonly unread: readonly string[];

  /** The address it has. */
  readonly address: string | undefined;
  readonly unit: CassandraUnit;

  /** The ring as this node sees it; `undefined` when its Cassandra does not answer. Not in a look at files. */
  readonly members: readonly Member[] | undefined;

  /** What nodetool said instead. */
  readonly silence: string;
  readonly hints: readonly WaitingHints[];

  /** Files that changed since Cassandra read them. Empty when there are none. */
  readonly restartPending: readonly string[];

  /** Host id that is written on its disk; `undefined` before it has joined. */
  readonly joinedAs: string | undefined;
  readonly joinedSecondsAgo: number | undefined;

  /** Seconds since the last repair that succeeded; `undefined` when none has. */
  readonly repairedSecondsAgo: number | undefined;

  /** Its guest attribute `cassandra/state`: what the startup script said last. */
  readonly says: string;

  /** Its guest attribute `cassandra/code`; `undefined` when there is none, or one that is not known here. */
  readonly stateCode: StateCode | undefined;

  /** Sizes of its data disk; `undefined` when they cannot be told. */
  readonly dataDisk: DataDiskSize | undefined;

  /** Seconds until the certificate on its disk ends, less than 0 once it has; `undefined` when there is none. */
  readonly certificateSeconds: number | undefined;

  /** Seconds since Cassandra on it ran for the last time; `undefined` when it never did. */
  readonly heartbeatSecondsAgo: number | undefined;

  /** Whether it listens for clients. */
  readonly takesClients: boolean;

  /** What it has heard of each member, by address. Only in a whole look. */
  readonly gossip: ReadonlyMap<string, GossipState>;

  /** How long hints may be in its memory before they are files, in seconds: its `hints_flush_period`. Only in a whole look. */
  readonly hintsFlushSeconds: number | undefined;
}

/** What a node is asked: its files and ports; the ring too, as it sees it; or everything. Each start of nodetool takes a second and a CPU. */
export type LookAtWhat = 'files' | 'states' | 'whole';

/** Looks at a node, with one script. */
export async function lookAt(shell: NodeShell, node: RingNode, what: LookAtWhat): Promise<NodeLook> {
  try {
    const { stdout } = await shell.run(node, SCRIPTS[what], 120);
    return lookIn(node, partsOf(stdout), what);
  } catch (error) {
    if (!(error instanceof UnreachableError)) throw error;
    return { ...lookIn(node, new Map(), what), unread: [], unreachable: error.message };
  }
}

/** Finding of a node whose state is not known to be `ready`. */
export function stateFindings({ node: { name: node }, says, stateCode, unread }: NodeLook): Finding[] {
  if (unread.includes('code')) return [{ code: 'not-readable', node, parts: ['code'] }];
  if (stateCode === undefined) return [{ code: 'state-without-code', node, state: says }];
  return stateCode === 'ready' ? [] : [{ code: 'startup-script', node, stateCode, state: says }];
}

/** The same without states that a healthy node passes through: its startup script runs, or Cassandra was stopped, which a restart does. */
export function startupFailures(look: NodeLook): Finding[] {
  return stateFindings(look).filter(
    (finding) => finding.code !== 'startup-script' || !['starting', 'stopped'].includes(stateKind(finding.stateCode)),
  );
}

/** Parts that decide whether a node may be stopped. */
export const DECISIVE_PARTS: readonly string[] = ['unit', 'clients', 'hints', 'pending', 'restarts', 'gossip'];

/** Finding of parts that could not be read, of all parts or of those named. */
export function unreadFindings({ node: { name: node }, unread }: NodeLook, of: readonly string[] = unread): Finding[] {
  const parts = unread.filter((part) => of.includes(part));
  return parts.length > 0 ? [{ code: 'not-readable', node, parts }] : [];
}

/** Restarts by systemd within an hour from which on they are a crash loop: one may be for a reason that has passed. */
const CRASH_LOOP_RESTARTS = 2;

/** A node whose Cassandra ends again and again, also one that is up at the moment. */
export function crashLoopFindings({ node, unit: { restartsLastHour: restarts } }: Pick<NodeLook, 'node' | 'unit'>): Finding[] {
  return restarts !== undefined && restarts >= CRASH_LOOP_RESTARTS ? [{ code: 'crash-loop', node: node.name, restarts }] : [];
}

/** Each part begins with its name and ends with the status of its command. */
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

const STATES = `${FILES}part status nodetool status
part disk bash -c disk_sizes
part certificate bash -c certificate_seconds
`;

const SCRIPTS: Readonly<Record<LookAtWhat, string>> = {
  files: FILES,
  states: STATES,
  whole: `${STATES}part gossip nodetool gossipinfo
part flush ${CQL_COMMAND} --consistency ONE "SELECT value FROM system_views.settings WHERE name = 'hints_flush_period'"
`,
};

interface Part {
  readonly status: number;
  readonly text: string;
}

function partsOf(stdout: string): ReadonlyMap<string, Part> {
  const parts = stdout.matchAll(/^==begin (\S+)\n([\s\S]*?)\n==end (\d+)$/gm);
  return new Map([...parts].map(([, name, text, status]) => [name!, { text: text!, status: Number(status) }]));
}

/** What only a Cassandra that answers can tell. */
const OF_CASSANDRA: readonly string[] = ['status', 'gossip', 'flush'];

function lookIn(node: RingNode, parts: ReadonlyMap<string, Part>, what: LookAtWhat): NodeLook {
  const good = (name: string): string => {
    const part = parts.get(name);
    return part?.status === 0 ? part.text.trim() : '';
  };
  const seconds = (name: string): number | undefined => (/^-?\d+$/.test(good(name)) ? Number(good(name)) : undefined);
  const stateCode = good('code');
  const members = membersIn(good('status'));
  const dataDisk = dataDiskIn(good('disk'));
  const gossip = gossipIn(good('gossip'));
  // A command that succeeded and told nothing where something has to be.
  const isEmpty: Readonly<Record<string, boolean>> = {
    unit: good('unit') === '',
    address: good('address') === '',
    restarts: seconds('restarts') === undefined,
    disk: dataDisk === undefined,
    certificate: seconds('certificate') === undefined,
    gossip: gossip.size === 0,
  };
  const asked = [...SCRIPTS[what].matchAll(/^part (\S+)/gm)].map(([, name]) => name!);
  return {
    node,
    unreachable: undefined,
    unread: asked.filter(
      (name) => (parts.get(name)?.status !== 0 || isEmpty[name]) && !(OF_CASSANDRA.includes(name) && members.length === 0),
    ),
    address: good('address').split(' ')[0] || undefined,
    unit: { state: good('unit') || 'unknown', startedSecondsAgo: seconds('process'), restartsLastHour: seconds('restarts') },
    members: members.length > 0 ? members : undefined,
    silence: firstSentence(parts.get('status')?.text ?? ''),
    hints: hintsIn(good('hints')),
    restartPending: good('pending').split('\n').filter(Boolean),
    joinedAs: /^host_id=(\S+)$/m.exec(good('joined'))?.[1],
    joinedSecondsAgo: seconds('joined-age'),
    repairedSecondsAgo: seconds('repair-age'),
    says: good('says'),
    stateCode: isStateCode(stateCode) ? stateCode : undefined,
    dataDisk,
    certificateSeconds: seconds('certificate'),
    heartbeatSecondsAgo: seconds('heartbeat'),
    takesClients: good('clients') !== '',
    gossip,
    hintsFlushSeconds: secondsIn(good('flush')),
  };
}

/** Names of hint files are `HOSTID-TIME-VERSION.hints`. */
function hintsIn(text: string): WaitingHints[] {
  const waiting = new Map<string, WaitingHints>();
  for (const [, hostId, size] of text.matchAll(/^([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})-\d+-\d+\.hints (\d+)$/gm)) {
    const { files, bytes } = waiting.get(hostId!) ?? { files: 0, bytes: 0 };
    waiting.set(hostId!, { hostId: hostId!, files: files + 1, bytes: bytes + Number(size) });
  }
  return [...waiting.values()];
}

/** Bytes of the disk; below it, size and number of the file system's blocks. */
function dataDiskIn(text: string): DataDiskSize | undefined {
  const [, disk, size, count] = /^(\d+)\n(\d+) (\d+)$/.exec(text) ?? [];
  return disk === undefined ? undefined : { disk: Number(disk), fileSystem: Number(size) * Number(count) };
}

/** A duration as Cassandra writes it, for example `10s` or `10000ms`. */
function secondsIn(text: string): number | undefined {
  const [, number, unit] = /^(\d+)(ms|s|m|h|d)$/.exec(text) ?? [];
  return number === undefined ? undefined : Number(number) * { ms: 0.001, s: 1, m: 60, h: 3_600, d: 86_400 }[unit as 's'];
}

function firstSentence(text: string): string {
  return text.trim().split('\n')[0]!.slice(0, 200) || 'nodetool says nothing';
}
