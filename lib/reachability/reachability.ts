import { ReportedError } from '../core/reported-error';
import { TerraformDocument } from '../terraform/document';
import type { Allowance } from './allowance';
import { type Answer, all, any } from './answer';
import type { Cell, Cells } from './cell';
import { type Change, compare } from './compare';
import { type Explanation, explain } from './explanation';
import { Inventory } from './inventory';
import type { Direction } from './network-policy';
import { type OneSided, oneSided } from './one-sided';
import { openings } from './openings';
import type { Peer } from './peer';
import { namespaceKey, PeerIndex, PolicyIndex, PolicySide } from './policy-side';
import type { PortNumber } from './port-set';
import { type Route, type Way, Ways } from './way';

/** A name that means nobody, or several who differ. */
export class UnknownPeerError extends ReportedError {
  public override readonly name = 'UnknownPeerError';

  constructor(
    name: string,
    public readonly known: readonly string[],
  ) {
    super(`'${name}' is nobody here: there are ${known.join(', ')}`);
  }
}

/**
 * Who reaches whom in one stack, proved from Terraform's JSON alone.
 *
 * The rules are read as the platform reads them: firewall rules by priority, NetworkPolicies as the union of those that
 * select a pod, and both sides of a connection have to allow it. It knows nothing of how the rules came to be. Where
 * the JSON cannot tell the answer is "unknown", never "no".
 */
export class Reachability implements Cells {
  /**
   * Reads a synthesized stack (`cdk.tf.json`) or a plan (`terraform show -json`).
   *
   * @param synthesized the `cdk.tf.json` that a plan was made from, for what a plan leaves out
   */
  public static read(json: unknown, synthesized?: unknown): Reachability {
    return new Reachability(new Inventory(TerraformDocument.read(json, synthesized)));
  }

  /** Everybody there is, in the order of the stack. */
  public readonly peers: readonly Peer[];

  /** Every pair of which one reaches or may reach the other, but those that the platform alone decides. */
  public readonly cells: readonly Cell[];

  /** What this view leaves out. */
  public readonly notes: readonly string[];

  private readonly ways: Ways;
  private readonly policyIndex: PolicyIndex;
  private readonly peerIndex: PeerIndex;
  private readonly sides = new Map<string, PolicySide>();
  private readonly byPair = new Map<Peer, Map<Peer, Cell>>();

  private constructor(public readonly inventory: Inventory) {
    this.peers = inventory.peers;
    this.notes = inventory.notes;
    this.policyIndex = new PolicyIndex(inventory.policies);
    this.peerIndex = new PeerIndex(this.peers.flatMap((peer) => (peer.callsAs ? [peer, peer.callsAs] : [peer])));
    this.ways = new Ways(inventory, (peer, direction) => this.side(peer, direction));

    const cells: Cell[] = [];
    for (const [from, to] of this.pairs()) {
      const way = this.way(from, to);
      if (!way || way.byPlatform !== undefined) continue;
      const allowance = allowanceOf(way);
      if (allowance.isEmpty) continue;
      const cell = { from, to, allowance };
      cells.push(cell);
      const row = this.byPair.get(from);
      if (row) row.set(to, cell);
      else this.byPair.set(from, new Map([[to, cell]]));
    }
    this.cells = cells;
  }

  /** Ports at which one reaches the other; nothing when there are none. */
  public cell(from: Peer, to: Peer): Cell | undefined {
    return this.byPair.get(from)?.get(to);
  }

  /** Everybody a peer reaches. */
  public from(peer: Peer): readonly Cell[] {
    return [...(this.byPair.get(peer)?.values() ?? [])];
  }

  /** Names that `named` takes. */
  public get names(): readonly string[] {
    return [...new Set(this.peers.flatMap(({ group, label, otherHostNames = [] }) => [group ?? label, ...otherHostNames]))];
  }

  /** The peers of a name: of one peer, of a group, or of a namespace with one workload. */
  public named(name: string): readonly Peer[] {
    const wanted = name.toLowerCase();
    const tests: ((peer: Peer) => boolean)[] = [
      ({ id, label }) => id.toLowerCase() === wanted || label.toLowerCase() === wanted,
      ({ otherHostNames }) => otherHostNames?.some((hostName) => hostName.toLowerCase() === wanted) ?? false,
      ({ group }) => group?.toLowerCase() === wanted,
      ({ id, label }) => id.toLowerCase() === wanted.replaceAll('-', ' ') || label.toLowerCase() === wanted.replaceAll('-', ' '),
      ({ pods, platform }) => !platform && pods?.namespace.name?.toLowerCase() === wanted,
      ({ path }) =>
        path
          ?.toLowerCase()
          .replace(/\/resource$/, '')
          .endsWith(`/${wanted}`) ?? false,
    ];
    for (const test of tests) {
      const found = this.peers.filter(test);
      if (found.length > 0) return found;
    }
    throw new UnknownPeerError(name, this.names);
  }

  /**
   * Whether one reaches the other at a port of the server: directly, or through a load balancer that sends requests there.
   * Of groups it has to hold for every member, and is unknown when they differ.
   */
  public ask(from: string, to: string, port: PortNumber): Answer {
    const answers = new Set<Answer>();
    for (const client of this.named(from)) {
      for (const server of this.named(to)) if (client !== server || client.kind === 'pods') answers.add(this.answer(client, server, port));
    }
    const [only = 'no'] = answers;
    return answers.size > 1 ? 'unknown' : only;
  }

  /** Everything between two peers that lets a port through, or the first thing that stops it. */
  public explain(from: string, to: string, port: PortNumber): Explanation {
    const clients = this.named(from);
    const servers = this.named(to);
    const client = clients[0]!;
    const server = servers.find((candidate) => candidate !== client) ?? servers[0]!;
    return explain(client, server, port, this.ways.routes(client, server));
  }

  /** What each side alone lets through: a rule that changes nothing in the matrix may still change this. */
  public oneSided(): OneSided {
    return oneSided(this.inventory, (peer, direction) => this.side(peer, direction));
  }

  /** What is open to those of whom the stack does not tell, and why. */
  public openings(): string[] {
    return openings(this, (from, to) => this.way(from, to));
  }

  /** What cannot be told, and why. */
  public unknowns(): string[] {
    const reasons = new Set<string>();
    for (const { from, to, allowance } of this.cells) {
      const port = allowance.unknown.isEmpty ? undefined : allowance.unknown.first;
      for (const gate of port ? (this.way(from, to)?.gates ?? []) : []) {
        if (gate.allowance.at(port!) === 'unknown') reasons.add(gate.reason(port!));
      }
    }
    return [...reasons];
  }

  /** What changed since another state of the stack. */
  public comparedTo(base: Reachability): Change[] {
    return compare(base, this);
  }

  private answer(from: Peer, to: Peer, port: PortNumber): Answer {
    return any(this.ways.routes(from, to).map((route) => answerOf(route, port)));
  }

  private way(from: Peer, to: Peer): Way | undefined {
    return this.ways.between(from, to);
  }

  private side(peer: Peer, direction: Direction): PolicySide {
    const key = `${direction} ${peer.id}`;
    const known = this.sides.get(key);
    if (known) return known;
    const { cluster, namespace } = peer.pods!;
    const { hiddenPolicies, hiddenInCluster } = this.inventory;
    const ofNamespace = namespace.name === undefined ? undefined : hiddenPolicies.get(namespaceKey(cluster.key, namespace.name));
    const hidden = ofNamespace ?? hiddenInCluster.get(cluster.key);
    const side = new PolicySide(peer, direction, this.policyIndex.candidates(peer.pods!), this.peerIndex, peer.pods!.silent ?? hidden);
    this.sides.set(key, side);
    return side;
  }

  /**
   * Pairs worth asking about. Of pods only those that a policy on either side names, unless neither side is closed: in a
   * closed cluster their number grows with the connections and not with the square of the pods.
   */
  private *pairs(): Iterable<[Peer, Peer]> {
    const pods = this.peers.filter(({ kind }) => kind === 'pods');
    const others = this.peers.filter(({ kind }) => kind !== 'pods');
    const known = new Set(this.peers);

    const open: Peer[] = [];
    for (const client of pods) {
      const side = this.side(client, 'egress');
      if (side.meansEverybody) open.push(client);
      else for (const server of side.named) if (server.kind === 'pods' && known.has(server)) yield* unlessPlatform(client, server);
    }
    const isOpen = new Set(open);
    for (const server of pods) {
      const side = this.side(server, 'ingress');
      for (const client of side.meansEverybody ? open : side.named) if (isOpen.has(client)) yield* unlessPlatform(client, server);
    }
    for (const other of others) {
      for (const peer of pods) {
        yield* unlessPlatform(peer, other);
        yield* unlessPlatform(other, peer);
      }
      for (const peer of others) if (peer !== other) yield* unlessPlatform(other, peer);
    }
  }
}

/** What two of the platform's own do with each other is not the stack's to say, but for the way in from outside. */
function* unlessPlatform(from: Peer, to: Peer): Iterable<[Peer, Peer]> {
  const fromOutside = from.kind === 'internet' || from.kind === 'iap' || from.kind === 'range' || from.kind === 'google-proxies';
  const ours = to.kind === 'node' || to.kind === 'control-plane';
  if (!from.platform || !to.platform || (fromOutside && ours)) yield [from, to];
}

function answerOf({ way }: Route, port: PortNumber): Answer {
  return all(way.gates.map(({ allowance }) => allowance.at(port)));
}

function allowanceOf({ gates }: Way): Allowance {
  return gates.map(({ allowance }) => allowance).reduce((sum, allowance) => sum.intersect(allowance));
}
