import type { Finding } from './findings';
import { crashLoopFindings, DECISIVE_PARTS, type LookAtWhat, lookAt, type NodeLook, unreadFindings, type WaitingHints } from './node-look';
import type { Member } from './nodetool';
import type { Ring, RingNode } from './ring';
import type { NodeShell } from './shell/node-shell';

/** What was seen on all nodes of a ring, at about one time. */
export class RingLook {
  public static async take(shell: NodeShell, ring: Ring, what: LookAtWhat = 'whole'): Promise<RingLook> {
    return new RingLook(await Promise.all(ring.nodes.map((node) => lookAt(shell, node, what))));
  }

  constructor(public readonly looks: readonly NodeLook[]) {}

  public of(node: RingNode): NodeLook {
    return this.looks.find((look) => look.node.name === node.name)!;
  }

  /** Host id of a node: as the ring knows it, or as its disk says. */
  public hostIdOf(node: RingNode): string | undefined {
    return this.memberOf(node)?.hostId || this.of(node).joinedAs;
  }

  /** The node as one of the ring: as it sees itself, otherwise as others see it. */
  public memberOf(node: RingNode): Member | undefined {
    const address = this.addressOf(node);
    return [...(this.of(node).members ?? []), ...this.members].find((member) => member.address === address);
  }

  /** What each node that answers sees it as: `UN` for example, or that it sees it not at all. */
  public statesOf(node: RingNode): string[] {
    return this.looks.filter(answers).map((look) => this.stateOf(node, look));
  }

  /** Version of Cassandra that runs on it, as it or others publish; `undefined` when none does. */
  public releaseOf(node: RingNode): string | undefined {
    const address = this.addressOf(node) ?? '';
    const states = [this.of(node), ...this.looks].map(({ gossip }) => gossip.get(address));
    return states.find((state) => state?.release)?.release;
  }

  /**
   * What is in doubt: everything that has to be right before a node may be stopped. Hints and waiting
   * restarts are not among it.
   */
  public get doubts(): Finding[] {
    return this.doubtsWithout();
  }

  /** What is in doubt already by a look at files. */
  public get absences(): Finding[] {
    return this.looks.flatMap(({ node, unreachable, unit, takesClients }): Finding[] => {
      if (unreachable !== undefined) return [{ code: 'vm-unreachable', node: node.name, reason: unreachable }];
      return takesClients ? [] : [{ code: 'no-clients', node: node.name, unit: unit.state }];
    });
  }

  /** Nodes whose Cassandra ends again and again, of all others than those given. */
  public crashLoopsWithout(nodes: readonly RingNode[] = []): Finding[] {
    return this.looks.filter((look) => nodes.every(({ name }) => name !== look.node.name)).flatMap(crashLoopFindings);
  }

  /** What is in doubt about all others than a node, which may be as it is. */
  public doubtsWithout(node?: RingNode): Finding[] {
    const looks = this.looks.filter((look) => look.node.name !== node?.name);
    return [
      ...silent(looks),
      ...this.unwell(looks),
      ...this.strangers(),
      ...this.disagreement(looks),
      ...looks.flatMap((look) => unreadFindings(look, DECISIVE_PARTS)),
    ];
  }

  /** Hints that wait on others for the nodes named. */
  public hintsFor(nodes: readonly RingNode[]): { readonly node: RingNode; readonly on: RingNode; readonly hints: WaitingHints }[] {
    return nodes.flatMap((node) => {
      const hostId = this.hostIdOf(node);
      return this.looks.flatMap(({ node: on, hints }) =>
        hints.filter((one) => one.hostId === hostId).map((one) => ({ node, on, hints: one })),
      );
    });
  }

  /** How long hints may be in memory on any node, in seconds, as far as this look knows. */
  public get hintsFlushSeconds(): number | undefined {
    const known = this.looks.flatMap(({ hintsFlushSeconds }) => hintsFlushSeconds ?? []);
    return known.length > 0 ? Math.max(...known) : undefined;
  }

  private get members(): readonly Member[] {
    return this.looks.flatMap(({ members = [] }) => members);
  }

  private stateOf(node: RingNode, { members = [] }: NodeLook): string {
    return members.find(({ address }) => address === this.addressOf(node))?.state ?? 'no member';
  }

  /** Its static address; the one it says it has when Google chose it. */
  private addressOf(node: RingNode): string | undefined {
    return node.address ?? this.of(node).address;
  }

  private unwell(looks: readonly NodeLook[]): Finding[] {
    return looks.flatMap(({ node, members, takesClients }) => {
      const states = new Map<string, string[]>();
      for (const look of looks.filter(answers)) {
        const state = this.stateOf(node, look);
        if (state !== 'UN') states.set(state, [...(states.get(state) ?? []), look.node.name]);
      }
      const seen = [...states].map(([state, seenBy]): Finding => ({ code: 'not-up-and-normal', node: node.name, state, seenBy }));
      return members !== undefined && !takesClients ? [...seen, { code: 'no-clients', node: node.name } as const] : seen;
    });
  }

  private strangers(): Finding[] {
    const known = this.looks.map(({ node }) => this.addressOf(node));
    // One whose address is not known may be any of them.
    if (known.includes(undefined)) return [];
    const strangers = this.members.filter(({ address }) => !known.includes(address));
    const byState = new Map(strangers.map((member) => [`${member.address} ${member.state}`, member]));
    return [...byState.values()].map(({ address, state }) => ({ code: 'unknown-member', address, state }));
  }

  private disagreement(looks: readonly NodeLook[]): Finding[] {
    const versions = new Map<string, string[]>();
    const unknown: Finding[] = [];
    for (const { node, gossip } of looks) {
      const own = gossip.get(this.addressOf(node) ?? '');
      if (own !== undefined) versions.set(own.schema, [...(versions.get(own.schema) ?? []), node.name]);
      else if (gossip.size > 0) unknown.push({ code: 'not-readable', node: node.name, parts: ['gossip'] });
    }
    if (versions.size < 2) return unknown;
    return [...unknown, { code: 'schema-disagreement', versions: [...versions].map(([schema, nodes]) => ({ schema, nodes })) }];
  }
}

function answers({ members }: NodeLook): boolean {
  return members !== undefined;
}

function silent(looks: readonly NodeLook[]): Finding[] {
  return looks.flatMap(({ node: { name: node }, unreachable, members, unit, silence }): Finding[] => {
    if (unreachable !== undefined) return [{ code: 'vm-unreachable', node, reason: unreachable }];
    return members === undefined ? [{ code: 'cassandra-silent', node, unit: unit.state, reason: silence }] : [];
  });
}

/** Hints in words, for example `c: 3 files, 1.5 MiB, on b`. */
export function hintsInWords({ node, on, hints }: ReturnType<RingLook['hintsFor']>[number]): string {
  return `hints for ${node.name} wait on ${on.name} (${hints.files} ${hints.files === 1 ? 'file' : 'files'}, ${inBytes(hints.bytes)})`;
}

function inBytes(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  return bytes < 1024 ** 2 ? `${(bytes / 1024).toFixed(1)} KiB` : `${(bytes / 1024 ** 2).toFixed(1)} MiB`;
}
