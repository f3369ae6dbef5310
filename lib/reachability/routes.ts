import { AddressSet } from './addresses';
import { Allowance } from './allowance';
import { BalancerRoutes } from './balancer-routes';
import type { Endpoint } from './endpoint';
import { isDeclared, isInside, isOutside } from './endpoint-kinds';
import { NOT_ON_THE_INTERNET } from './external-endpoints';
import type { Inventory } from './inventory';
import { createUndeterminedRoute, type Route } from './trace';
import type { Tracer } from './tracer';
import type { UnevaluatedPath } from './unevaluated';

const EXTERNAL = AddressSet.all.minus(NOT_ON_THE_INTERNET);

/** Finds all routes between endpoints: the direct trace, and composed ones. */
export class RouteFinder {
  private readonly balancers: readonly Endpoint[];
  private readonly internet: Endpoint;
  private readonly proxies: Endpoint;
  private readonly throughBalancers: BalancerRoutes;

  constructor(
    private readonly inventory: Inventory,
    private readonly tracer: Tracer,
  ) {
    this.balancers = inventory.endpoints.filter(({ kind }) => kind === 'load-balancer');
    this.internet = inventory.endpoints.find(({ kind }) => kind === 'internet')!;
    this.proxies = inventory.endpoints.find(({ kind }) => kind === 'google-proxies')!;
    this.throughBalancers = new BalancerRoutes(inventory, tracer);
  }

  /** All routes between two endpoints: the direct trace, and composed ones. */
  public findRoutes(client: Endpoint, server: Endpoint): Route[] {
    const direct = this.tracer.trace(client, server);
    return [
      ...(direct ? [{ trace: direct }] : []),
      ...(server.kind === 'load-balancer' ? this.throughBalancers.routeOverInternet(client, server) : []),
      ...this.balancers.flatMap((balancer) => this.throughBalancers.routeThroughBalancer(client, balancer, server)),
      ...this.routeToExternalAddress(client, server),
      ...this.inventory.unevaluated.flatMap((path) => this.routeUnevaluated(path, client, server)),
    ];
  }

  /** Undetermined routes of a path that is not evaluated, when it may lead from the client to the server. */
  private routeUnevaluated(path: UnevaluatedPath, client: Endpoint, server: Endpoint): Route[] {
    if (client === server || !(isDeclared(server) || server.kind === 'node') || !path.leadsTo(server)) return [];
    const isOfNetwork = isInside(client) || (client.kind === 'range' && !isOutside(client));
    const isLed = {
      internet: isOutside(client) || client.kind === 'google-proxies' || (isInside(client) && this.reachesInternet(client)),
      network: isOfNetwork,
      all: isOfNetwork || isOutside(client) || client.kind === 'google-proxies',
    };
    if (!isLed[path.clients] || (path.nodePorts && !this.reachesNodes(client, path.nodePorts))) return [];
    const route = createUndeterminedRoute(path.reason(server));
    if (!path.isFiltered || server.kind === 'pods') return [route];
    return [this.internet, this.proxies].map((caller) => ({
      trace: { checkpoints: [...route.trace.checkpoints, ...(this.tracer.traceFromRange(caller, server)?.checkpoints ?? [])] },
    }));
  }

  /** Tests that a client may reach nodes at their ports. Pods of the cluster reach the pods of a service directly. */
  private reachesNodes(client: Endpoint, { cluster, ports }: NonNullable<UnevaluatedPath['nodePorts']>): boolean {
    const nodes = this.inventory.endpoints.find((endpoint) => endpoint.kind === 'node' && endpoint.cluster?.key === cluster);
    if (!nodes) return true;
    if (client === nodes || (client.kind === 'pods' && client.cluster?.key === cluster)) return false;
    const trace = this.tracer.trace(client, nodes);
    return trace !== undefined && !trace.checkpoints.reduce((sum, { allowance }) => sum.intersect(allowance), Allowance.of(ports)).isEmpty;
  }

  /** Undetermined route to the external address of a VM or a node, for clients that reach the internet. */
  private routeToExternalAddress(client: Endpoint, server: Endpoint): Route[] {
    if (client === server || !isInside(client) || !(server.kind === 'machine' || server.kind === 'node')) return [];
    const isExternal = server.vms?.some(({ external }) => external !== 'no') ?? false;
    if (!isExternal || !this.reachesInternet(client)) return [];
    // The address of a NAT may be in any external range.
    const caller: Endpoint = { ...this.internet, id: 'external address', location: { addresses: EXTERNAL, text: 'external addresses' } };
    const open = this.tracer.traceFromInternet(caller, server)?.checkpoints ?? [];
    const reason = `${client.label} may call the external address of ${server.label} over the internet, which is not evaluated`;
    return [{ trace: { checkpoints: [...createUndeterminedRoute(reason).trace.checkpoints, ...open] } }];
  }

  private reachesInternet(client: Endpoint): boolean {
    return (this.tracer.trace(client, this.internet)?.checkpoints ?? []).every(({ allowance }) => !allowance.isEmpty);
  }
}
