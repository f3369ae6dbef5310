import type { Finding } from './findings';
import {
  crashLoopFindings,
  DECISIVE_PARTS,
  isStoppedByOperator,
  type NodeState,
  type ProbeScope,
  probeNode,
  type Role,
  unreadFindings,
  type WaitingHints,
} from './node-state';
import type { Member } from './nodetool';
import type { Ring, RingNode } from './ring';
import type { NodeShell } from './shell/node-shell';

/** States of all nodes of a ring, collected at about the same time. */
export class RingState {
  /** Probes all nodes of a ring. */
  public static async collect(shell: NodeShell, ring: Ring, scope: ProbeScope = 'all'): Promise<RingState> {
    return new RingState(await Promise.all(ring.nodes.map((node) => probeNode(shell, node, scope))), ring.joins);
  }

  /** @param joins data center whose nodes are members, and not of the stack. @default - there is none */
  constructor(
    public readonly nodes: readonly NodeState[],
    private readonly joins?: string,
  ) {}

  /** State of a node. */
  public of(node: RingNode): NodeState {
    return this.nodes.find((state) => state.node.name === node.name)!;
  }

  /** Host id of a node: as the ring knows it, otherwise as recorded on its disk. */
  public hostIdOf(node: RingNode): string | undefined {
    return this.memberOf(node)?.hostId || this.of(node).hostIdOnDisk;
  }

  /** Membership of a node: as it sees itself, otherwise as another node sees it. */
  public memberOf(node: RingNode): Member | undefined {
    const address = this.addressOf(node);
    return [...(this.of(node).members ?? []), ...this.members].find((member) => member.address === address);
  }

  /** States of a node as each responding node sees it: `UN` for example, or `no member`. */
  public statesOf(node: RingNode): string[] {
    return this.nodes.filter(responds).map((state) => this.stateOf(node, state));
  }

  /** Release of Cassandra that a node runs, from gossip; `undefined` when unknown. */
  public releaseOf(node: RingNode): string | undefined {
    const address = this.addressOf(node) ?? '';
    const states = [this.of(node), ...this.nodes].map(({ gossip }) => gossip.get(address));
    return states.find((state) => state?.release)?.release;
  }

  /** Problems to resolve before a node may be stopped. Hints and pending restarts are none. */
  public get problems(): Finding[] {
    return this.problemsWithout();
  }

  /** Nodes that are unreachable or take no clients, as a probe of files already shows. */
  public get nodesDown(): Finding[] {
    return this.nodes.flatMap(({ node, unreachable, unit, takesClients }): Finding[] => {
      if (unreachable !== undefined) return [{ code: 'vm-unreachable', node: node.name, reason: unreachable }];
      return takesClients ? [] : [{ code: 'no-clients', node: node.name, unit: unit.state }];
    });
  }

  /** Names of the nodes that see a node as DN, although it answers and sees itself as UN. */
  public unseenBy(node: RingNode): string[] {
    if (this.stateOf(node, this.of(node)) !== 'UN') return [];
    return this.nodes.filter((observer) => this.stateOf(node, observer) === 'DN').map((observer) => observer.node.name);
  }

  /** Crash loops of all nodes but the given ones. */
  public crashLoopsWithout(nodes: readonly RingNode[] = []): Finding[] {
    return this.nodes.filter((state) => nodes.every(({ name }) => name !== state.node.name)).flatMap(crashLoopFindings);
  }

  /** Problems of all nodes but the given one. */
  public problemsWithout(node?: RingNode): Finding[] {
    const states = this.nodes.filter((state) => state.node.name !== node?.name);
    return [
      ...unresponsive(states),
      ...this.unhealthy(states),
      ...this.unknownMembers(),
      ...this.schemaDisagreement(states),
      ...states.flatMap((state) => (isStoppedByOperator(state) ? [] : unreadFindings(state, DECISIVE_PARTS))),
    ];
  }

  /** Roles in the ring, sorted by name, as any node reads them. */
  public get roles(): Role[] {
    const byName = new Map<string, Role>();
    for (const { name, canLogin, isSuperuser } of this.nodes.flatMap(({ roles }) => roles)) {
      const other = byName.get(name);
      byName.set(name, {
        name,
        canLogin: canLogin || other?.canLogin === true,
        isSuperuser: isSuperuser || other?.isSuperuser === true,
      });
    }
    return [...byName.values()].sort((one, other) => (one.name < other.name ? -1 : 1));
  }

  /** Hints that other nodes store for the given nodes. */
  public hintsFor(nodes: readonly RingNode[]): { readonly node: RingNode; readonly on: RingNode; readonly hints: WaitingHints }[] {
    return nodes.flatMap((node) => {
      const hostId = this.hostIdOf(node);
      return this.nodes.flatMap(({ node: on, hints }) =>
        hints.filter((one) => one.hostId === hostId).map((one) => ({ node, on, hints: one })),
      );
    });
  }

  /** Longest `hints_flush_period` of the nodes in seconds; `undefined` when unknown. */
  public get hintsFlushSeconds(): number | undefined {
    const known = this.nodes.flatMap(({ hintsFlushSeconds }) => hintsFlushSeconds ?? []);
    return known.length > 0 ? Math.max(...known) : undefined;
  }

  private get members(): readonly Member[] {
    return this.nodes.flatMap(({ members = [] }) => members);
  }

  private stateOf(node: RingNode, { members = [] }: NodeState): string {
    return members.find(({ address }) => address === this.addressOf(node))?.state ?? 'no member';
  }

  /** Static address of a node, otherwise the one that the VM reports. */
  private addressOf(node: RingNode): string | undefined {
    return node.address ?? this.of(node).address;
  }

  private unhealthy(states: readonly NodeState[]): Finding[] {
    return states.flatMap(({ node, members, takesClients }) => {
      const seenAs = new Map<string, string[]>();
      for (const observer of states.filter(responds)) {
        const state = this.stateOf(node, observer);
        if (state !== 'UN') seenAs.set(state, [...(seenAs.get(state) ?? []), observer.node.name]);
      }
      const found = [...seenAs].map(([state, seenBy]): Finding => ({ code: 'not-up-and-normal', node: node.name, state, seenBy }));
      return members !== undefined && !takesClients ? [...found, { code: 'no-clients', node: node.name } as const] : found;
    });
  }

  private unknownMembers(): Finding[] {
    const known = this.nodes.map(({ node }) => this.addressOf(node));
    // A node whose address is unknown may be any of them.
    if (known.includes(undefined)) return [];
    const unknown = this.members.filter(({ address, datacenter }) => !known.includes(address) && datacenter !== this.joins);
    const byState = new Map(unknown.map((member) => [`${member.address} ${member.state}`, member]));
    return [...byState.values()].map(({ address, state }) => ({ code: 'unknown-member', address, state }));
  }

  private schemaDisagreement(states: readonly NodeState[]): Finding[] {
    const versions = new Map<string, string[]>();
    const unknown: Finding[] = [];
    for (const { node, gossip } of states) {
      const own = gossip.get(this.addressOf(node) ?? '');
      if (own !== undefined) versions.set(own.schema, [...(versions.get(own.schema) ?? []), node.name]);
      else if (gossip.size > 0) unknown.push({ code: 'not-readable', node: node.name, parts: ['gossip'] });
    }
    if (versions.size < 2) return unknown;
    return [...unknown, { code: 'schema-disagreement', versions: [...versions].map(([schema, nodes]) => ({ schema, nodes })) }];
  }
}

function responds({ members }: NodeState): boolean {
  return members !== undefined;
}

function unresponsive(states: readonly NodeState[]): Finding[] {
  return states.flatMap((state): Finding[] => {
    const { unreachable, members, unit, nodetoolError } = state;
    const node = state.node.name;
    if (unreachable !== undefined) return [{ code: 'vm-unreachable', node, reason: unreachable }];
    if (isStoppedByOperator(state)) return [{ code: 'stopped-by-operator', node }];
    return members === undefined ? [{ code: 'cassandra-silent', node, unit: unit.state, reason: nodetoolError }] : [];
  });
}

/** Describes hints: `hints for c wait on b (3 files, 1.5 MiB)`. */
export function describeHints({ node, on, hints }: ReturnType<RingState['hintsFor']>[number]): string {
  return `hints for ${node.name} wait on ${on.name} (${hints.files} ${hints.files === 1 ? 'file' : 'files'}, ${formatBytes(hints.bytes)})`;
}

function formatBytes(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  return bytes < 1024 ** 2 ? `${(bytes / 1024).toFixed(1)} KiB` : `${(bytes / 1024 ** 2).toFixed(1)} MiB`;
}
