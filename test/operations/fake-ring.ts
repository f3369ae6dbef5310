import type { Clock, NodeShell, Ring, RingNode, ShellAnswer } from '../../lib/operations';
import { findRing, UnreachableError } from '../../lib/operations';
import { stackWithRing } from './rings';

/** A node of the fake ring: what its nodetool, its disk and its systemd say. */
export interface FakeNode {
  readonly name: string;
  readonly address: string;
  readonly rack: string;
  hostId: string;
  schema: string;
  release: string;

  /** Moment at which Cassandra is up; never, when it is infinite. */
  upFrom: number;
  unit: string;
  startedAt: number;

  /** Moments until which the others keep hints for it. */
  hintsUntil: number;

  /** Its setting `hints_flush_period`. */
  hintsFlush: string;
  pending: string[];
  says: string;

  /** Its guest attribute `cassandra/code`. */
  code: string;

  /** Restarts by systemd in the last hour. */
  restarts: number;

  /** Sizes of its disk and file system: bytes, and block size and count. */
  disk: string;
  certificateDays: number;

  /** Answer to whether its version of Cassandra can be installed. */
  packages: ShellAnswer;
  heartbeatAt: number;
  takesClients: boolean;
  unreachable?: string;
  repairedAt?: number;
  joinedAt: number;
  lock?: string;

  /** Names of nodes that see it as down whatever it does, until its gossip is restarted. */
  readonly unseenBy: Set<string>;

  /** Parts of a look that take too long, or fail. */
  readonly unread: Set<string>;

  /** Rows of its roles: name, login, superuser. */
  roles: string[];
}

const START = Date.parse('2026-11-25T20:00:00Z');

function nodeAtStart({ name, address, zone }: RingNode, index: number): FakeNode {
  return {
    name,
    address: address!,
    rack: zone,
    hostId: `0000000${index + 1}-aaaa-bbbb-cccc-000000000000`,
    schema: '59adb24e-f3cd-3e02-97f0-5b395827453f',
    release: '5.0.8',
    upFrom: 0,
    unit: 'active',
    startedAt: START - 86_400_000,
    hintsUntil: 0,
    hintsFlush: '10s',
    pending: [],
    says: `ready: Cassandra takes clients at ${address}`,
    code: 'ready',
    restarts: 0,
    disk: '10737418240\n4096 2621440',
    certificateDays: 700,
    packages: good(''),
    heartbeatAt: START,
    takesClients: true,
    joinedAt: START - 3 * 86_400_000,
    unseenBy: new Set(),
    unread: new Set(),
    roles: ['cassandra\tfalse\tfalse', 'operator\ttrue\ttrue'],
  };
}

/**
 * A ring of three nodes without VM instances: it answers the scripts that are run on nodes, in its own time, and remembers the commands that
 * change something.
 */
export class FakeRing implements NodeShell {
  public readonly nodes: FakeNode[];

  constructor(public readonly ring: Ring = findRing(stackWithRing())) {
    this.nodes = ring.nodes.map(nodeAtStart);
  }

  /** Commands with side effects that were run, as `b: nodetool drain`. */
  public readonly ran: string[] = [];

  /** Settings that were deployed, which the startup script writes. */
  public readonly deployed = new Map<string, string[]>();

  /** Called before such a command. */
  public before: (command: string) => void = () => {};

  /** Seconds a restarted node takes to be up, and to get what it missed. */
  public upAfter = 20;
  public hintsAfter = 40;

  private time = START;

  public readonly clock: Clock = {
    now: () => this.time,
    sleep: async (milliseconds) => {
      this.time += milliseconds;
    },
  };

  public of(name: string): FakeNode {
    return this.nodes.find((node) => node.name === name)!;
  }

  public get now(): number {
    return this.time;
  }

  public pass(seconds: number): void {
    this.time += seconds * 1000;
  }

  public async run({ name }: RingNode, script: string): Promise<ShellAnswer> {
    const node = this.of(name);
    if (node.unreachable !== undefined) throw new UnreachableError(node.unreachable);
    if (script.includes('==begin')) return good(this.look(node, script));
    if (script.includes('package_check')) return node.packages;
    if (script.includes('gke-platform-lock')) return good(locked(node, script));
    this.before(`${name}: ${script}`);
    if (node.unreachable !== undefined) throw new UnreachableError(node.unreachable);
    if (script === 'systemctl restart google-startup-scripts.service') {
      node.pending = [...node.pending, ...(this.deployed.get(name) ?? [])];
      return good('');
    }
    this.ran.push(`${name}: ${script}`);
    if (script === 'nodetool drain' && node.unit !== 'active') return { status: 1, stdout: '', stderr: 'nodetool: Failed to connect\n' };
    if (script === 'systemctl restart cassandra.service') this.restart(node);
    if (script.includes('nodetool enablegossip')) node.unseenBy.clear();
    this.pass(2);
    return good('');
  }

  public formatCommand({ name }: RingNode, script: string): string {
    return `on ${name}: ${script}`;
  }

  public restart(node: FakeNode): void {
    node.startedAt = this.time;
    node.upFrom = this.time + this.upAfter * 1000;
    node.hintsUntil = this.time + this.hintsAfter * 1000;
    node.pending = [];
  }

  private isUp(node: FakeNode): boolean {
    return node.unit === 'active' && this.time >= node.upFrom && node.unreachable !== 'dead';
  }

  private look(node: FakeNode, script: string): string {
    const age = (moment: number | undefined): string => (moment === undefined ? '' : String(Math.floor((this.time - moment) / 1000)));
    const answers: Record<string, string | undefined> = {
      status: this.isUp(node) ? this.status(node) : undefined,
      clients: this.isUp(node) && node.takesClients ? `LISTEN 0 4096 ${node.address}:9042 0.0.0.0:*` : '',
      gossip: this.isUp(node) ? this.gossip() : undefined,
      flush: this.isUp(node) ? node.hintsFlush : undefined,
      roles: this.isUp(node) ? node.roles.join('\n') : undefined,
      hints: this.nodes
        .filter((other) => other !== node && this.time < other.hintsUntil)
        .map(({ hostId }) => `${hostId}-1764100000000-2.hints 1536`)
        .join('\n'),
      unit: node.unit,
      process: node.unit === 'active' ? ` ${age(node.startedAt)}` : '',
      pending: node.pending.join('\n'),
      joined: `cluster_name=staging\nhost_id=${node.hostId}`,
      'joined-age': age(node.joinedAt),
      'repair-age': age(node.repairedAt),
      address: `${node.address} `,
      says: node.says,
      code: node.code,
      heartbeat: age(node.heartbeatAt),
      restarts: String(node.restarts),
      disk: node.disk,
      certificate: String(node.certificateDays * 86_400 + 60),
    };
    return [...script.matchAll(/^part (\S+) /gm)]
      .map(([, name]) => {
        if (node.unread.has(name!)) return `==begin ${name}\nsome error\n\n==end 124\n`;
        const answer = answers[name!];
        return `==begin ${name}\n${answer ?? REFUSED}\n\n==end ${answer === undefined ? 1 : 0}\n`;
      })
      .join('');
  }

  private status(observer: FakeNode): string {
    const lines = this.nodes.map(
      (node) =>
        `${this.isUp(node) && !node.unseenBy.has(observer.name) ? 'UN' : 'DN'}  ${node.address}  104.33 KiB  16      100.0%            ${node.hostId}  ${node.rack}`,
    );
    return [
      'Datacenter: europe-west1',
      '========================',
      'Status=Up/Down',
      '|/ State=Normal/Leaving/Joining/Moving',
      '--  Address      Load        Tokens  Owns (effective)  Host ID                               Rack',
      ...lines,
    ].join('\n');
  }

  private gossip(): string {
    return this.nodes
      .map(({ address, schema, hostId, release }) =>
        [
          `/${address}`,
          '  generation:1764100000',
          '  heartbeat:24',
          `  SCHEMA:11:${schema}`,
          `  RELEASE_VERSION:5:${release}`,
          `  HOST_ID:2:${hostId}`,
          '  STATUS_WITH_PORT:18:NORMAL,-123',
        ].join('\n'),
      )
      .join('\n');
  }
}

const REFUSED = "nodetool: Failed to connect to '127.0.0.1:7199' - ConnectException: 'Connection refused'.";

function good(stdout: string): ShellAnswer {
  return { status: 0, stdout, stderr: '' };
}

/** The three scripts of the lock, on a file that is a member of the node. */
function locked(node: FakeNode, script: string): string {
  const text = /'(\S+ at [^']+)'/.exec(script)![1]!;
  if (script.startsWith('if ')) {
    if (node.lock === text) node.lock = undefined;
    return '';
  }
  if (script.startsWith('rm ')) node.lock = undefined;
  if (node.lock !== undefined) return `${node.lock}\n`;
  node.lock = text;
  return 'taken\n';
}
