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
}

/** What was seen on a node. */
export interface NodeLook {
  readonly node: RingNode;

  /** Why the VM could not be asked; everything below is then empty. */
  readonly unreachable: string | undefined;

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
    return lookIn(node, partsOf(stdout));
  } catch (error) {
    if (!(error instanceof UnreachableError)) throw error;
    return { ...lookIn(node, new Map()), unreachable: error.message };
  }
}

/** What its startup script says, when that is that it gave up. */
export function complaintsOf({ node, says }: Pick<NodeLook, 'node' | 'says'>): string[] {
  return /^(waiting|refused|failed): /.test(says) ? [`${node.name} says ${says}`] : [];
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
process_age() { ps -o etimes= -p "$(systemctl show --property=MainPID --value cassandra.service)"; }
repair_age() { if [ -e /var/lib/cassandra/last-repair ]; then echo $(($(date +%s) - $(cat /var/lib/cassandra/last-repair))); fi; }
says() { curl -fsS -m 5 -H 'Metadata-Flavor: Google' http://metadata.google.internal/computeMetadata/v1/instance/guest-attributes/cassandra/state; }
export -f age process_age repair_age says
part clients ss -Hltn 'sport = :9042'
part hints find /var/lib/cassandra/hints -maxdepth 1 -name '*.hints' -printf '%f %s\\n'
part unit systemctl show --property=ActiveState --value cassandra.service
part process bash -c process_age
part pending cat /run/cassandra-restart-pending
part joined cat /var/lib/cassandra/joined
part joined-age bash -c 'age /var/lib/cassandra/joined'
part repair-age bash -c repair_age
part address hostname -I
part says bash -c says
`;

const STATES = `${FILES}part status nodetool status
`;

const SCRIPTS: Readonly<Record<LookAtWhat, string>> = {
  files: FILES,
  states: STATES,
  whole: `${STATES}part gossip nodetool gossipinfo
part flush cassandra-cql --consistency ONE "SELECT value FROM system_views.settings WHERE name = 'hints_flush_period'"
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

function lookIn(node: RingNode, parts: ReadonlyMap<string, Part>): NodeLook {
  const good = (name: string): string => {
    const part = parts.get(name);
    return part?.status === 0 ? part.text.trim() : '';
  };
  const seconds = (name: string): number | undefined => (/^\d+$/.test(good(name)) ? Number(good(name)) : undefined);
  const members = membersIn(good('status'));
  return {
    node,
    unreachable: undefined,
    address: good('address').split(' ')[0] || undefined,
    unit: { state: good('unit') || 'unknown', startedSecondsAgo: seconds('process') },
    members: members.length > 0 ? members : undefined,
    silence: firstSentence(parts.get('status')?.text ?? ''),
    hints: hintsIn(good('hints')),
    restartPending: good('pending').split('\n').filter(Boolean),
    joinedAs: /^host_id=(\S+)$/m.exec(good('joined'))?.[1],
    joinedSecondsAgo: seconds('joined-age'),
    repairedSecondsAgo: seconds('repair-age'),
    says: good('says'),
    takesClients: good('clients') !== '',
    gossip: gossipIn(good('gossip')),
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

/** A duration as Cassandra writes it, for example `10s` or `10000ms`. */
function secondsIn(text: string): number | undefined {
  const [, number, unit] = /^(\d+)(ms|s|m|h|d)$/.exec(text) ?? [];
  return number === undefined ? undefined : Number(number) * { ms: 0.001, s: 1, m: 60, h: 3_600, d: 86_400 }[unit as 's'];
}

function firstSentence(text: string): string {
  return text.trim().split('\n')[0]!.slice(0, 200) || 'nodetool says nothing';
}
