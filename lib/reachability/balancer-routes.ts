import { Allowance } from './allowance';
import type { Answer } from './answer';
import type { Backend, Endpoint } from './endpoint';
import { isDeclared, isInside, isNotEvaluated, isOutside, isTranslatedOnNode } from './endpoint-kinds';
import type { Inventory } from './inventory';
import { PortSet } from './port-set';
import { type Checkpoint, createUndeterminedRoute, createUnevaluatedRoute, type Route } from './trace';
import type { Tracer } from './tracer';

/** Finds routes to load balancers, and through them to pods. */
export class BalancerRoutes {
  private readonly internet: Endpoint;

  constructor(
    private readonly inventory: Inventory,
    private readonly tracer: Tracer,
  ) {
    this.internet = inventory.endpoints.find(({ kind }) => kind === 'internet')!;
  }

  /** Routes from a client to pods through a load balancer. */
  public routeThroughBalancer(client: Endpoint, balancer: Endpoint, server: Endpoint): Route[] {
    const backends = (balancer.backends ?? []).filter(({ pods }) => pods === server);
    const reasons = isDeclared(server) ? (balancer.unknownBackends ?? []) : [];
    if (isNotEvaluated(balancer)) {
      if (!this.mayCall(client, balancer)) return [];
      if (backends.length === 0) return reasons.map(createUndeterminedRoute);
      return [createUnevaluatedRoute(balancer, server, PortSet.union(backends.map((backend) => backend.ports)))];
    }
    const undetermined = reasons.flatMap((reason): Route[] => {
      const call = this.createCall(client, balancer, balancer.serves ?? PortSet.none);
      return call ? [{ trace: { checkpoints: [...call, ...createUndeterminedRoute(reason).trace.checkpoints] } }] : [];
    });
    if (backends.length === 0) return undetermined;
    const ports = PortSet.union(backends.map((backend) => backend.ports));
    const back = this.tracer.traceFromLoadBalancer(balancer, server, isInside(client) ? this.internet : client);
    if (!back) return undetermined;
    // Google's proxies are the load balancer itself.
    if (client.kind === 'google-proxies') return balancer.passesCallers === undefined ? [{ trace: back }] : [];
    const frontPorts = PortSet.union(backends.map((backend) => backend.frontPorts));
    const call = this.createCall(client, balancer, frontPorts);
    if (!call) return undetermined;
    const [sends, ...others] = back.checkpoints;
    const checkpoints = [...call, sends!, ...createCloudArmorCheckpoints(backends), ...others];
    return [{ trace: { checkpoints }, through: { balancer, frontPorts, ports } }, ...undetermined];
  }

  /**
   * Checkpoints of a call to an external load balancer, at its port with the best verdict. From inside the network, the call
   * has the address of a NAT or of the VM. Undefined without a path from the client.
   */
  private createCall(client: Endpoint, balancer: Endpoint, frontPorts: PortSet): readonly Checkpoint[] | undefined {
    if (isOutside(client))
      return [createFrontCheckpoint(balancer, client, frontPorts, this.tracer.traceFromInternet(client, balancer)?.checkpoints ?? [])];
    if (!isInside(client) || isTranslatedOnNode(client, balancer)) return undefined;
    const out = this.tracer.trace(client, this.internet)?.checkpoints;
    if (!out) return undefined;
    const isSure = balancer.answersOnly === undefined && balancer.passesCallers !== 'always';
    const front = (this.tracer.traceFromInternet(this.internet, balancer)?.checkpoints ?? []).map((checkpoint) =>
      isSure ? checkpoint : { ...checkpoint, allowance: checkpoint.allowance.given('unknown') },
    );
    const { certain, possible } = [...out, ...front].reduce((sum, { allowance }) => sum.intersect(allowance), Allowance.of(frontPorts));
    const port = [certain, possible, frontPorts].find((ports) => !ports.isEmpty)?.first;
    if (port === undefined) return undefined;
    const atPort = out.map((checkpoint) => ({
      allowance: Allowance.everything.given(checkpoint.allowance.at(port)),
      reason: () => checkpoint.reason(port),
    }));
    return [...atPort, createFrontCheckpoint(balancer, this.internet, frontPorts, front)];
  }

  /** True when a client may call a load balancer whose clients are not evaluated. */
  private mayCall(client: Endpoint, balancer: Endpoint): boolean {
    if (balancer.otherClass !== undefined) return isInside(client) || client.kind === 'range' || client.kind === 'internet';
    return this.mayCallInternal(client, balancer) && !isTranslatedOnNode(client, balancer);
  }

  /** True for clients in a network that is, or may be, connected with that of an internal load balancer, and for private ranges. */
  private mayCallInternal(client: Endpoint, balancer: Endpoint): boolean {
    if (isInside(client))
      return client.otherAddresses !== undefined || this.inventory.connections.areConnected(client.network, balancer.network) !== 'no';
    return client.kind === 'range' && !isOutside(client);
  }

  /** Routes from inside the network to an external load balancer, which sees the address of a NAT or of the VM. */
  public routeOverInternet(client: Endpoint, balancer: Endpoint): Route[] {
    if (balancer.isInternal) return this.mayCallInternal(client, balancer) ? [createUnevaluatedRoute(balancer, balancer, PortSet.all)] : [];
    if (!isInside(client)) return [];
    if (isNotEvaluated(balancer)) return [createUnevaluatedRoute(balancer, balancer, PortSet.all)];
    const out = this.tracer.trace(client, this.internet);
    const front = this.tracer.traceFromInternet(this.internet, balancer);
    if (!out || !front) return [];
    const answer: Answer = balancer.answersOnly ? 'unknown' : 'yes';
    const ports = Allowance.of(balancer.serves ?? PortSet.none).given(answer);
    return [
      { trace: { checkpoints: [...out.checkpoints, ...front.checkpoints.map((checkpoint) => ({ ...checkpoint, allowance: ports }))] } },
    ];
  }
}

/** Checkpoint of a load balancer: it answers the client at a port that forwards to the pods. */
function createFrontCheckpoint(balancer: Endpoint, client: Endpoint, frontPorts: PortSet, checkpoints: readonly Checkpoint[]): Checkpoint {
  const { certain, possible } = checkpoints.reduce((sum, { allowance }) => sum.intersect(allowance), Allowance.of(frontPorts));
  const answer: Answer = checkpoints.length === 0 || possible.isEmpty ? 'no' : certain.isEmpty ? 'unknown' : 'yes';
  const verb = { yes: 'answers', unknown: 'may answer', no: 'does not answer' }[answer];
  return {
    allowance: Allowance.everything.given(answer),
    reason: () => `${balancer.label} ${verb} ${client.location.text} at ${answer === 'no' ? frontPorts : possible}`,
  };
}

function createCloudArmorCheckpoints(backends: readonly Backend[]): Checkpoint[] {
  const unsure = backends.find(({ cloudArmor }) => cloudArmor?.answer === 'unknown') ?? backends[0];
  const { cloudArmor } = unsure ?? {};
  return cloudArmor ? [{ allowance: Allowance.everything.given(cloudArmor.answer), reason: () => cloudArmor.reason }] : [];
}
