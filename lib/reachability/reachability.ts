import { ReportedError } from '../core/reported-error';
import { TerraformDocument } from '../terraform/document';
import type { Allowance } from './allowance';
import { type Answer, all, any } from './answer';
import type { Cell } from './cell';
import { CheckpointFactory } from './checkpoints';
import { type Change, compare } from './compare';
import type { Endpoint } from './endpoint';
import { type Explanation, explain } from './explanation';
import { describeExposures } from './exposures';
import { Inventory } from './inventory';
import type { Direction } from './network-policy';
import { type OneSided, type Side, summarizeSides } from './one-sided';
import { EndpointIndex, PolicyIndex } from './policy-index';
import { PolicySide } from './policy-side';
import type { PortNumber } from './port-set';
import { RouteFinder } from './routes';
import type { Route, Trace } from './trace';
import { Tracer } from './tracer';
import type { ReachabilityView } from './view';

/** Name that no endpoint has. */
export class UnknownEndpointError extends ReportedError {
  public override readonly name = 'UnknownPeerError';

  constructor(
    name: string,
    public readonly known: readonly string[],
  ) {
    super(`unknown endpoint '${name}'; known: ${known.join(', ')}`);
  }
}

/**
 * Reachability between the endpoints of one stack, computed from Terraform's JSON alone.
 *
 * Rules are evaluated as the platform does: firewall rules by priority, NetworkPolicies as the union of those that select
 * a pod, and both ends of a connection have to allow it. Where the JSON does not determine the answer it is "unknown",
 * never "no".
 */
export class Reachability implements ReachabilityView {
  public readonly isFocused = false;

  /**
   * Reads a synthesized stack (`cdk.tf.json`) or a plan (`terraform show -json`).
   *
   * @param synthesized the `cdk.tf.json` that a plan was made from, for what a plan leaves out
   */
  public static read(json: unknown, synthesized?: unknown): Reachability {
    return new Reachability(new Inventory(TerraformDocument.read(json, synthesized)));
  }

  /** All endpoints, in the order of the stack. */
  public readonly endpoints: readonly Endpoint[];

  /** @deprecated Use `endpoints`. */
  public get peers(): readonly Endpoint[] {
    return this.endpoints;
  }

  /** Pairs with at least one possible port, without those that the platform alone decides. */
  public readonly cells: readonly Cell[];

  /** Limits of the analysis that apply to this stack. */
  public readonly notes: readonly string[];

  private readonly tracer: Tracer;
  private readonly routes: RouteFinder;
  private readonly policyIndex: PolicyIndex;
  private readonly endpointIndex: EndpointIndex;
  private readonly sides = new Map<string, PolicySide>();
  private readonly byPair = new Map<Endpoint, Map<Endpoint, Cell>>();

  private constructor(public readonly inventory: Inventory) {
    this.endpoints = inventory.endpoints;
    this.notes = inventory.notes;
    this.policyIndex = new PolicyIndex(inventory.policies);
    this.endpointIndex = new EndpointIndex(
      this.endpoints.flatMap((endpoint) => (endpoint.callsAs ? [endpoint, endpoint.callsAs] : [endpoint])),
    );
    this.tracer = new Tracer(new CheckpointFactory(inventory, (endpoint, direction) => this.side(endpoint, direction)));
    this.routes = new RouteFinder(inventory, this.tracer);

    const cells: Cell[] = [];
    for (const [from, to] of this.pairs()) {
      const trace = this.trace(from, to);
      if (!trace || trace.byPlatform !== undefined) continue;
      const allowance = allowanceOf(trace);
      if (allowance.isEmpty) continue;
      const cell = { from, to, allowance };
      cells.push(cell);
      const row = this.byPair.get(from);
      if (row) row.set(to, cell);
      else this.byPair.set(from, new Map([[to, cell]]));
    }
    this.cells = cells;
  }

  /** Cell of a pair; undefined without a possible port. */
  public cell(from: Endpoint, to: Endpoint): Cell | undefined {
    return this.byPair.get(from)?.get(to);
  }

  /** Servers that an endpoint reaches or may reach. */
  public from(endpoint: Endpoint): readonly Cell[] {
    return [...(this.byPair.get(endpoint)?.values() ?? [])];
  }

  /** Names that `named` accepts. */
  public get names(): readonly string[] {
    return [...new Set(this.endpoints.flatMap(({ group, label, otherHostNames = [] }) => [group ?? label, ...otherHostNames]))];
  }

  /**
   * Endpoints of a name: the name of an endpoint, a group, or a namespace with one workload.
   *
   * @throws UnknownEndpointError for any other name
   */
  public named(name: string): readonly Endpoint[] {
    const wanted = name.toLowerCase();
    const tests: ((endpoint: Endpoint) => boolean)[] = [
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
      const found = this.endpoints.filter(test);
      if (found.length > 0) return found;
    }
    throw new UnknownEndpointError(name, this.names);
  }

  /**
   * Tests if a client reaches a server at a port of the server, directly or through a load balancer. For groups, all members
   * have to agree; otherwise the answer is `unknown`.
   */
  public ask(from: string, to: string, port: PortNumber): Answer {
    const answers = new Set<Answer>();
    for (const client of this.named(from)) {
      for (const server of this.named(to))
        if (client !== server || client.kind === 'pods' || client.isReplicated) answers.add(this.answer(client, server, port));
    }
    const [only = 'no'] = answers;
    return answers.size > 1 ? 'unknown' : only;
  }

  /** Explains the answer for a client, a server and a port: the steps of the trace, up to the first that denies it. */
  public explain(from: string, to: string, port: PortNumber): Explanation {
    const clients = this.named(from);
    const servers = this.named(to);
    const client = clients[0]!;
    const server = servers.find((candidate) => candidate !== client) ?? servers[0]!;
    return explain(client, server, port, this.routes.findRoutes(client, server));
  }

  /** Ports that the rules at each endpoint allow, whatever the rules at the other end are. */
  public oneSided(): OneSided {
    return summarizeSides(this.inventory, (endpoint, direction) => this.side(endpoint, direction));
  }

  /** Sentences on ports that are open to endpoints that the stack does not declare, with the reason. */
  public exposures(): string[] {
    return describeExposures(this, (from, to) => this.trace(from, to));
  }

  /** @deprecated Use `exposures`. */
  public openings(): string[] {
    return this.exposures();
  }

  /** Reasons for undetermined ports. */
  public unknowns(): string[] {
    return this.explainUnknown(this.cells);
  }

  private explainUnknown(cells: readonly Cell[]): string[] {
    const reasons = new Set<string>();
    for (const { from, to, allowance } of cells) {
      const port = allowance.unknown.isEmpty ? undefined : allowance.unknown.first;
      for (const checkpoint of port ? (this.trace(from, to)?.checkpoints ?? []) : []) {
        if (checkpoint.allowance.at(port!) === 'unknown') reasons.add(checkpoint.reason(port!));
      }
    }
    return [...reasons];
  }

  /**
   * Connections of the endpoints of a name, from and to them.
   *
   * @throws UnknownEndpointError for a name that no endpoint has
   */
  public focusOn(name: string): ReachabilityView {
    const focus = new Set(this.named(name));
    const isShown = ({ from, to }: Cell) => focus.has(from) || focus.has(to);
    const cells = this.cells.filter(isShown);
    const shown = new Set([...focus, ...cells.flatMap(({ from, to }) => [from, to])]);
    const ids = new Set([...focus].map(({ id }) => id));
    const view: ReachabilityView = {
      isFocused: true,
      endpoints: this.endpoints.filter((endpoint) => shown.has(endpoint)),
      cells,
      notes: this.notes,
      cell: (from, to) => (isShown({ from, to } as Cell) ? this.cell(from, to) : undefined),
      exposures: () => describeExposures(view, (from, to) => this.trace(from, to)),
      unknowns: () => this.explainUnknown(cells),
      oneSided: () => {
        const { egress, ingress } = this.oneSided();
        const isOfFocus = ({ endpoint }: Side) => ids.has(endpoint);
        return { egress: egress.filter(isOfFocus), ingress: ingress.filter(isOfFocus) };
      },
    };
    return view;
  }

  /** Changes since another state of the stack. */
  public comparedTo(base: Reachability): Change[] {
    return compare(base, this);
  }

  private answer(from: Endpoint, to: Endpoint, port: PortNumber): Answer {
    return any(this.routes.findRoutes(from, to).map((route) => answerOf(route, port)));
  }

  private trace(from: Endpoint, to: Endpoint): Trace | undefined {
    return this.tracer.trace(from, to);
  }

  private side(endpoint: Endpoint, direction: Direction): PolicySide {
    const key = `${direction} ${endpoint.id}`;
    const known = this.sides.get(key);
    if (known) return known;
    const side = new PolicySide(
      endpoint,
      direction,
      this.policyIndex.findCandidates(endpoint.pods!),
      this.endpointIndex,
      this.inventory.hiddenPolicies.find(endpoint.pods!),
    );
    this.sides.set(key, side);
    return side;
  }

  /**
   * Pairs to evaluate. Of pods only those that a policy at either end matches, unless neither end is isolated: in an
   * isolated cluster their number grows with the connections and not with the square of the pods.
   */
  private *pairs(): Iterable<[Endpoint, Endpoint]> {
    const pods = this.endpoints.filter(({ kind }) => kind === 'pods');
    const others = this.endpoints.filter(({ kind }) => kind !== 'pods');
    const known = new Set(this.endpoints);

    const open: Endpoint[] = [];
    for (const client of pods) {
      const side = this.side(client, 'egress');
      if (side.allowsUnnamed) open.push(client);
      else for (const server of side.named) if (server.kind === 'pods' && known.has(server)) yield* unlessPlatform(client, server);
    }
    const isOpen = new Set(open);
    for (const server of pods) {
      const side = this.side(server, 'ingress');
      for (const client of side.allowsUnnamed ? open : side.named) if (isOpen.has(client)) yield* unlessPlatform(client, server);
    }
    for (const other of others) {
      for (const endpoint of pods) {
        yield* unlessPlatform(endpoint, other);
        yield* unlessPlatform(other, endpoint);
      }
      for (const endpoint of others) if (endpoint !== other || other.isReplicated) yield* unlessPlatform(other, endpoint);
    }
  }
}

/** Leaves out pairs of endpoints of the platform, except from outside to nodes and the control plane. */
function* unlessPlatform(from: Endpoint, to: Endpoint): Iterable<[Endpoint, Endpoint]> {
  const fromOutside = from.kind === 'internet' || from.kind === 'iap' || from.kind === 'range' || from.kind === 'google-proxies';
  const ours = to.kind === 'node' || to.kind === 'control-plane';
  if (!from.platform || !to.platform || (fromOutside && ours)) yield [from, to];
}

function answerOf({ trace }: Route, port: PortNumber): Answer {
  return all(trace.checkpoints.map(({ allowance }) => allowance.at(port)));
}

function allowanceOf({ checkpoints }: Trace): Allowance {
  return checkpoints.map(({ allowance }) => allowance).reduce((sum, allowance) => sum.intersect(allowance));
}
