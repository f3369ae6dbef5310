import { isKnown } from '../terraform/references';
import { AddressSet, PRIVATE, testRanges } from './addresses';
import { Allowance } from './allowance';
import { type Answer, all, any } from './answer';
import type { Backend, Endpoint } from './endpoint';
import { NOT_ON_THE_INTERNET } from './external-endpoints';
import { type FarEnd, KEEPS_POD_ADDRESS, type NearEnd } from './firewall';
import { InternetEgress } from './internet-egress';
import type { Inventory } from './inventory';
import type { Direction } from './network-policy';
import type { PolicySide } from './policy-side';
import { PortSet } from './port-set';
import { explainFirewall, explainPolicies } from './reasons';
import type { Checkpoint, Route, Trace } from './trace';
import type { UnevaluatedPath } from './unevaluated';

const EVERYTHING: Allowance = Allowance.everything;
const EXTERNAL = AddressSet.all.minus(NOT_ON_THE_INTERNET);

/** Finds the checkpoints between endpoints. */
export class Tracer {
  private readonly firewallAnswers = new Map<string, Allowance>();
  private readonly balancers: readonly Endpoint[];
  private readonly internet: Endpoint;
  private readonly proxies: Endpoint;
  private readonly egress: InternetEgress;

  constructor(
    private readonly inventory: Inventory,
    private readonly side: (endpoint: Endpoint, direction: Direction) => PolicySide,
  ) {
    this.balancers = inventory.endpoints.filter(({ kind }) => kind === 'load-balancer');
    this.internet = inventory.endpoints.find(({ kind }) => kind === 'internet')!;
    this.proxies = inventory.endpoints.find(({ kind }) => kind === 'google-proxies')!;
    this.egress = new InternetEgress(inventory, inventory.ownNetworks);
  }

  /** Direct trace between two endpoints; undefined without a path. */
  public trace(client: Endpoint, server: Endpoint): Trace | undefined {
    const trace = this.traceDirect(client, server);
    // Policies between pods select them, whatever their addresses are.
    const areSelected = client.kind === 'pods' && server.kind === 'pods' && client.cluster?.key === server.cluster?.key;
    const reason = areSelected ? undefined : (client.otherAddresses ?? server.otherAddresses);
    return trace && reason !== undefined ? withOtherAddresses(trace, reason) : trace;
  }

  private traceDirect(client: Endpoint, server: Endpoint): Trace | undefined {
    switch (client.kind) {
      case 'pods':
        return this.traceFromPods(client, server);
      case 'machine':
        return this.traceFromVm(client, server);
      case 'node':
        return this.traceFromNode(client, server);
      case 'control-plane':
        return this.traceFromControlPlane(client, server);
      case 'load-balancer':
        return this.traceFromLoadBalancer(client, server);
      case 'internet':
        return this.traceFromInternet(client, server);
      case 'range':
        return PRIVATE.contains(client.location.addresses) ? this.traceFromRange(client, server) : this.traceFromInternet(client, server);
      case 'iap':
        return server.kind === 'machine' || server.kind === 'node' ? this.traceFromRange(client, server) : undefined;
      case 'google-proxies':
        // For nodes, GKE creates a firewall rule.
        return server.kind === 'machine' ? this.traceFromRange(client, server) : undefined;
      default:
        return undefined;
    }
  }

  /** All routes between two endpoints: the direct trace, and composed ones. */
  public findRoutes(client: Endpoint, server: Endpoint): Route[] {
    const direct = this.trace(client, server);
    return [
      ...(direct ? [{ trace: direct }] : []),
      ...(server.kind === 'load-balancer' ? this.routeOverInternet(client, server) : []),
      ...this.balancers.flatMap((balancer) => this.routeThroughBalancer(client, balancer, server)),
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
      trace: { checkpoints: [...route.trace.checkpoints, ...(this.traceFromRange(caller, server)?.checkpoints ?? [])] },
    }));
  }

  /** Tests that a client may reach nodes at their ports. Pods of the cluster reach the pods of a service directly. */
  private reachesNodes(client: Endpoint, { cluster, ports }: NonNullable<UnevaluatedPath['nodePorts']>): boolean {
    const nodes = this.inventory.endpoints.find((endpoint) => endpoint.kind === 'node' && endpoint.cluster?.key === cluster);
    if (!nodes) return true;
    if (client === nodes || (client.kind === 'pods' && client.cluster?.key === cluster)) return false;
    const trace = this.trace(client, nodes);
    return trace !== undefined && !trace.checkpoints.reduce((sum, { allowance }) => sum.intersect(allowance), Allowance.of(ports)).isEmpty;
  }

  /** Undetermined route to the external address of a VM or a node, for clients that reach the internet. */
  private routeToExternalAddress(client: Endpoint, server: Endpoint): Route[] {
    if (client === server || !isInside(client) || !(server.kind === 'machine' || server.kind === 'node')) return [];
    const isExternal = server.vms?.some(({ external }) => external !== 'no') ?? false;
    if (!isExternal || !this.reachesInternet(client)) return [];
    // The address of a NAT may be in any external range.
    const caller: Endpoint = { ...this.internet, id: 'external address', location: { addresses: EXTERNAL, text: 'external addresses' } };
    const open = this.traceFromInternet(caller, server)?.checkpoints ?? [];
    const reason = `${client.label} may call the external address of ${server.label} over the internet, which is not evaluated`;
    return [{ trace: { checkpoints: [...createUndeterminedRoute(reason).trace.checkpoints, ...open] } }];
  }

  private reachesInternet(client: Endpoint): boolean {
    return (this.trace(client, this.internet)?.checkpoints ?? []).every(({ allowance }) => !allowance.isEmpty);
  }

  /** Routes from a client to pods through a load balancer. */
  private routeThroughBalancer(client: Endpoint, balancer: Endpoint, server: Endpoint): Route[] {
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
    const back = this.traceFromLoadBalancer(balancer, server, isInside(client) ? this.internet : client);
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
      return [createFrontCheckpoint(balancer, client, frontPorts, this.traceFromInternet(client, balancer)?.checkpoints ?? [])];
    if (!isInside(client) || isTranslatedOnNode(client, balancer)) return undefined;
    const out = this.trace(client, this.internet)?.checkpoints;
    if (!out) return undefined;
    const isSure = balancer.answersOnly === undefined && balancer.passesCallers !== 'always';
    const front = (this.traceFromInternet(this.internet, balancer)?.checkpoints ?? []).map((checkpoint) =>
      isSure ? checkpoint : { ...checkpoint, allowance: checkpoint.allowance.given('unknown') },
    );
    const { certain, possible } = [...out, ...front].reduce((sum, { allowance }) => sum.intersect(allowance), Allowance.of(frontPorts));
    const port = [certain, possible, frontPorts].find((ports) => !ports.isEmpty)?.first;
    if (port === undefined) return undefined;
    const atPort = out.map((checkpoint) => ({
      allowance: EVERYTHING.given(checkpoint.allowance.at(port)),
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
  private routeOverInternet(client: Endpoint, balancer: Endpoint): Route[] {
    if (balancer.isInternal) return this.mayCallInternal(client, balancer) ? [createUnevaluatedRoute(balancer, balancer, PortSet.all)] : [];
    if (!isInside(client)) return [];
    if (isNotEvaluated(balancer)) return [createUnevaluatedRoute(balancer, balancer, PortSet.all)];
    const out = this.trace(client, this.internet);
    const front = this.traceFromInternet(this.internet, balancer);
    if (!out || !front) return [];
    const answer: Answer = balancer.answersOnly ? 'unknown' : 'yes';
    const ports = Allowance.of(balancer.serves ?? PortSet.none).given(answer);
    return [
      { trace: { checkpoints: [...out.checkpoints, ...front.checkpoints.map((checkpoint) => ({ ...checkpoint, allowance: ports }))] } },
    ];
  }

  private traceFromPods(client: Endpoint, server: Endpoint): Trace | undefined {
    const out = this.createPolicyCheckpoint(client, 'egress', server);
    switch (server.kind) {
      case 'pods':
        return { checkpoints: [out, ...this.createVpcCheckpoints(client, server), this.createPolicyCheckpoint(server, 'ingress', client)] };
      case 'machine':
        return { checkpoints: [out, ...this.createVpcCheckpoints(client, server)] };
      case 'node':
        return isOfCluster(client, server)
          ? {
              checkpoints: [out, ...this.createVpcCheckpoints(client, server)].map((checkpoint) =>
                relax(checkpoint, `${client.label} ${client.isPlural ? 'reach their' : 'reaches its'} own node`),
              ),
              byPlatform: 'pods reach their own node, whatever NetworkPolicies apply',
            }
          : { checkpoints: [out, ...this.createVpcCheckpoints(client, server)] };
      case 'control-plane':
        return {
          checkpoints: [
            out,
            this.createFirewallCheckpoint('egress', client, server),
            isOfCluster(client, server) ? createHttpsCheckpoint('the Kubernetes API') : this.createControlPlaneCheckpoint(client, server),
          ],
        };
      case 'metadata-server':
        return { checkpoints: [out] };
      case 'google-apis':
      case 'internet':
      case 'range':
        return {
          checkpoints: [out, this.createFirewallCheckpoint('egress', client, server), ...this.createInternetCheckpoints(client, server)],
        };
      default:
        return undefined;
    }
  }

  private traceFromVm(client: Endpoint, server: Endpoint): Trace | undefined {
    const out = this.createFirewallCheckpoint('egress', client, server);
    switch (server.kind) {
      case 'pods':
        return { checkpoints: [...this.createVpcCheckpoints(client, server), this.createPolicyCheckpoint(server, 'ingress', client)] };
      case 'machine':
      case 'node':
        return { checkpoints: this.createVpcCheckpoints(client, server) };
      case 'control-plane':
        return { checkpoints: [out, this.createControlPlaneCheckpoint(client, server)] };
      case 'google-apis':
      case 'internet':
      case 'range':
        return { checkpoints: [out, ...this.createInternetCheckpoints(client, server)] };
      default:
        return undefined;
    }
  }

  private traceFromNode(client: Endpoint, server: Endpoint): Trace | undefined {
    if (!isOfCluster(client, server)) return this.traceFromVm(client, server);
    if (server.kind === 'pods') return { checkpoints: [], byPlatform: 'a node reaches its own pods, whatever NetworkPolicies apply' };
    if (server.kind === 'node') {
      return { checkpoints: this.createVpcCheckpoints(client, server), byPlatform: 'GKE allows traffic between the nodes of a cluster' };
    }
    if (server.kind === 'control-plane') return { checkpoints: [], byPlatform: 'nodes reach their control plane' };
    return this.traceFromVm(client, server);
  }

  private traceFromControlPlane(client: Endpoint, server: Endpoint): Trace | undefined {
    if (!isOfCluster(client, server)) return undefined;
    if (server.kind === 'node') return { checkpoints: [], byPlatform: 'GKE allows traffic from the control plane to its nodes' };
    if (server.kind !== 'pods') return undefined;
    const caller = client.callsAs ?? client;
    return { checkpoints: [...this.createVpcCheckpoints(caller, server), this.createPolicyCheckpoint(server, 'ingress', caller)] };
  }

  /** @param caller client whose address the pods see, when the load balancer preserves it */
  private traceFromLoadBalancer(client: Endpoint, server: Endpoint, caller = client): Trace | undefined {
    const backends = (client.backends ?? []).filter(({ pods }) => pods === server);
    const ports = PortSet.union(backends.map((backend) => backend.ports));
    if (ports.isEmpty) {
      const reasons = isDeclared(server) ? (client.unknownBackends ?? []) : [];
      return reasons.length > 0
        ? { checkpoints: reasons.flatMap((reason) => createUndeterminedRoute(reason).trace.checkpoints) }
        : undefined;
    }
    if (isNotEvaluated(client)) {
      const reason = () => `${client.label} sends requests to ${server.label} at ${ports}: from which addresses is not evaluated`;
      return { checkpoints: [{ allowance: Allowance.of(ports).given('unknown'), reason }] };
    }
    const certain = PortSet.union(backends.flatMap((backend) => (backend.answer === 'yes' ? [backend.ports] : [])));
    return {
      checkpoints: [
        {
          allowance: new Allowance(certain, ports),
          reason: (port) =>
            ports.has(port)
              ? `${client.label} ${certain.has(port) ? 'sends' : 'may send'} requests to ${server.label} at ${ports}`
              : `${client.label} sends requests to ${server.label} at ${ports} only`,
        },
        ...(client.passesCallers === undefined ? [this.createFirewallCheckpoint('ingress', server, client)] : []),
        this.relaxForNodes(client, this.createPolicyCheckpoint(server, 'ingress', client.passesCallers === undefined ? client : caller)),
      ],
    };
  }

  /** Without preserved client addresses, pods see the address of a node, which policies may allow. */
  private relaxForNodes({ passesCallers }: Endpoint, checkpoint: Checkpoint): Checkpoint {
    return passesCallers === 'perhaps'
      ? { ...checkpoint, allowance: new Allowance(checkpoint.allowance.certain, PortSet.all) }
      : checkpoint;
  }

  private traceFromInternet(client: Endpoint, server: Endpoint): Trace | undefined {
    switch (server.kind) {
      case 'load-balancer': {
        if (server.otherClass !== undefined) return createUnevaluatedRoute(server, server, server.serves ?? PortSet.none).trace;
        const ports = server.serves ?? PortSet.none;
        return {
          checkpoints: [
            {
              allowance: Allowance.of(ports).given(server.answersOnly ? testRanges(server.answersOnly, client.location) : 'yes'),
              reason: (port) => {
                if (server.isInternal) return `${server.label} is an internal load balancer: it does not answer the internet`;
                return ports.has(port)
                  ? `${server.label} answers ${server.answersOnly?.map(({ text }) => text).join(', ') ?? 'the internet'} at ${ports}`
                  : `${server.label} answers at ${ports} only`;
              },
            },
          ],
        };
      }
      case 'control-plane':
        return { checkpoints: [this.createControlPlaneCheckpoint(client, server)] };
      case 'machine':
      case 'node':
        return {
          checkpoints: [this.createExternalAddressCheckpoint(server, client), this.createFirewallCheckpoint('ingress', server, client)],
        };
      default:
        return undefined;
    }
  }

  /** Traces from addresses that are routed to the VPC otherwise: by a VPN, or from Google's services. */
  private traceFromRange(client: Endpoint, server: Endpoint): Trace | undefined {
    switch (server.kind) {
      case 'machine':
      case 'node':
        return { checkpoints: [this.createFirewallCheckpoint('ingress', server, client)] };
      case 'pods':
        return {
          checkpoints: [this.createFirewallCheckpoint('ingress', server, client), this.createPolicyCheckpoint(server, 'ingress', client)],
        };
      case 'control-plane':
        return { checkpoints: [this.createControlPlaneCheckpoint(client, server)] };
      default:
        return undefined;
    }
  }

  private createVpcCheckpoints(client: Endpoint, server: Endpoint): Checkpoint[] {
    return [
      ...this.createNetworkCheckpoints(client, server),
      this.createFirewallCheckpoint('egress', client, server),
      this.createFirewallCheckpoint('ingress', server, client),
    ];
  }

  private createNetworkCheckpoints(client: Endpoint, server: Endpoint): Checkpoint[] {
    const [{ network: from }, { network: to }] = [client, server];
    const answer = this.inventory.connections.areConnected(from, to);
    if (answer === 'yes') return [];
    const elsewhere = [client, server].find(({ network }) => network === undefined);
    const areKnown = isKnown(`${from}${to}`);
    return [
      {
        allowance: EVERYTHING.given(answer),
        reason: () => {
          if (answer === 'no') return `they are in different networks, ${from} and ${to}`;
          if (elsewhere) return `the network of ${elsewhere.label} is not in this stack`;
          return areKnown
            ? `networks are connected in this stack: traffic between ${from} and ${to} is not evaluated`
            : `it is not known whether ${from} and ${to} are one network`;
        },
      },
    ];
  }

  private createPolicyCheckpoint(endpoint: Endpoint, direction: Direction, other: Endpoint): Checkpoint {
    const side = this.side(endpoint, direction);
    const isUnrestricted =
      endpoint.pods?.onNodeNetwork === 'no' &&
      (side.isolated === 'no' || side.enforces === 'no') &&
      side.ordered.length === 0 &&
      side.hidden === undefined;
    return { allowance: side.evaluate(other), reason: (port) => explainPolicies(side, other, port), isUnrestricted };
  }

  private createFirewallCheckpoint(direction: Direction, near: Endpoint, far: Endpoint): Checkpoint {
    const { firewall } = this.inventory;
    const key = `${direction} ${formatFirewallKey(near)} ${formatFirewallKey(far)}`;
    const ends = createEnds(direction, near, far);
    let allowance = this.firewallAnswers.get(key);
    if (!allowance) {
      allowance =
        near.network === undefined
          ? EVERYTHING
          : ends
              .map(({ nearEnd, farEnd }) => firewall.evaluate(direction, nearEnd, farEnd))
              .reduce((one, other) => new Allowance(one.certain.intersect(other.certain), one.possible.union(other.possible)));
      this.firewallAnswers.set(key, allowance);
    }
    return {
      allowance,
      reason: (port) => {
        const [{ nearEnd, farEnd }] = ends;
        const differ =
          ends.length > 1 && new Set(ends.map((end) => firewall.evaluate(direction, end.nearEnd, end.farEnd).at(port))).size > 1;
        const masquerade = differ ? [near, far].find(({ kind }) => kind === 'pods')?.cluster?.masquerade.reason : undefined;
        return masquerade ?? explainFirewall(firewall, direction, nearEnd, farEnd, near, far, port);
      },
    };
  }

  private createControlPlaneCheckpoint(client: Endpoint, server: Endpoint): Checkpoint {
    const { answersOutside, authorized, hasAddress, isPublic } = server.cluster!.controlPlane;
    const byAddress = all([hasAddress, client.kind === 'internet' ? isPublic : 'yes', testRanges(authorized, client.location)]);
    const answer = any([answersOutside, byAddress]);
    return {
      allowance: Allowance.of(PortSet.tcp(443)).given(answer),
      reason: (port) => {
        if (port.protocol !== 'tcp' || port.number !== 443) return 'the Kubernetes API answers at 443 only';
        if (answersOutside === 'yes') return 'its DNS endpoint accepts external traffic, authorized by IAM (container.clusters.connect)';
        if (byAddress === 'yes') return `its IP endpoint accepts ${client.location.text} as an authorized network`;
        if (answer === 'unknown')
          return `it may accept ${client.location.text}: ${server.cluster!.controlPlane.undetermined ?? 'its authorized networks are not known'}`;
        return hasAddress === 'yes'
          ? `${client.location.text} is not an authorized network`
          : 'it has no IP endpoint, and its DNS endpoint does not accept external traffic';
      },
    };
  }

  /** Checkpoints from the VPC to external addresses. */
  private createInternetCheckpoints(client: Endpoint, server: Endpoint): Checkpoint[] {
    if (server.kind === 'range' && PRIVATE.contains(server.location.addresses)) {
      return [{ allowance: EVERYTHING, reason: () => `the ingress rules of ${server.label} are not in this stack` }];
    }
    if (server.kind === 'google-apis') {
      const answer = this.egress.answersTo(client, server.location);
      const reason = `it is not known whether the network has a route to ${server.label}`;
      return answer === 'yes' ? [] : [{ allowance: EVERYTHING.given('unknown'), reason: () => reason }];
    }
    const { answer, reason } = this.egress.evaluate(client, server.location);
    return [{ allowance: EVERYTHING.given(answer), reason: () => reason }];
  }

  private createExternalAddressCheckpoint(server: Endpoint, client: Endpoint): Checkpoint {
    const { label, vms = [] } = server;
    const answer = any(vms.map(({ external }) => external));
    const routed = this.egress.answersTo(server, client.location);
    if (answer === 'yes' && routed !== 'yes') {
      const reason = `${label} has an external IP address, but it is not known whether its network has a route for the answers`;
      return { allowance: EVERYTHING.given('unknown'), reason: () => reason };
    }
    const has = { yes: 'has an external IP address', no: 'has no external IP address', unknown: 'may have an external IP address' }[answer];
    return { allowance: EVERYTHING.given(answer), reason: () => `${label} ${has}` };
  }
}

function isInside({ kind }: Endpoint): boolean {
  return kind === 'pods' || kind === 'machine' || kind === 'node';
}

function isOfCluster({ cluster: one }: Endpoint, { cluster: other }: Endpoint): boolean {
  return one?.key === other?.key;
}

/** Makes each `no` of a checkpoint `unknown`, for a part of the traffic that it does not decide. */
function relax(checkpoint: Checkpoint, but: string): Checkpoint {
  return {
    ...checkpoint,
    allowance: new Allowance(checkpoint.allowance.certain, PortSet.all),
    reason: (port) => (checkpoint.allowance.at(port) === 'yes' ? checkpoint.reason(port) : `${checkpoint.reason(port)}; but ${but}`),
  };
}

/** True for pods that reach the pods of a service directly: kube-proxy on the node translates its address. */
function isTranslatedOnNode(client: Endpoint, balancer: Endpoint): boolean {
  return client.kind === 'pods' && balancer.passesCallers !== undefined && client.cluster?.key === balancer.cluster?.key;
}

function isOutside({ kind, location }: Endpoint): boolean {
  return kind === 'internet' || (kind === 'range' && !PRIVATE.contains(location.addresses));
}

/** Checkpoint of a load balancer: it answers the client at a port that forwards to the pods. */
function createFrontCheckpoint(balancer: Endpoint, client: Endpoint, frontPorts: PortSet, checkpoints: readonly Checkpoint[]): Checkpoint {
  const { certain, possible } = checkpoints.reduce((sum, { allowance }) => sum.intersect(allowance), Allowance.of(frontPorts));
  const answer: Answer = checkpoints.length === 0 || possible.isEmpty ? 'no' : certain.isEmpty ? 'unknown' : 'yes';
  const verb = { yes: 'answers', unknown: 'may answer', no: 'does not answer' }[answer];
  return {
    allowance: EVERYTHING.given(answer),
    reason: () => `${balancer.label} ${verb} ${client.location.text} at ${answer === 'no' ? frontPorts : possible}`,
  };
}

function createCloudArmorCheckpoints(backends: readonly Backend[]): Checkpoint[] {
  const unsure = backends.find(({ cloudArmor }) => cloudArmor?.answer === 'unknown') ?? backends[0];
  const { cloudArmor } = unsure ?? {};
  return cloudArmor ? [{ allowance: EVERYTHING.given(cloudArmor.answer), reason: () => cloudArmor.reason }] : [];
}

/** True for a load balancer whose clients are not evaluated. */
function isNotEvaluated({ isInternal, otherClass }: Endpoint): boolean {
  return isInternal === true || otherClass !== undefined;
}

/** Makes each `no` of a trace `unknown`, since the traffic may use another address. */
function withOtherAddresses(trace: Trace, reason: string): Trace {
  return { ...trace, checkpoints: trace.checkpoints.map((checkpoint) => relax(checkpoint, reason)) };
}

function createUnevaluatedRoute(balancer: Endpoint, server: Endpoint, ports: PortSet): Route {
  const { label, otherClass } = balancer;
  const isIngress = otherClass !== undefined;
  const what = isIngress
    ? `${label} is an ingress of class ${otherClass} for a controller other than GKE's`
    : `${label} is an internal load balancer`;
  const leads = `${isIngress ? ', and leads' : ' that leads'} to ${server.label} at ${ports}`;
  const reason = `${what}${balancer === server ? '' : leads}: which clients it answers is not evaluated`;
  return { trace: { checkpoints: [{ allowance: Allowance.of(ports).given('unknown'), reason: () => reason }] } };
}

/** Creates a route that may exist. */
function createUndeterminedRoute(reason: string): Route {
  return { trace: { checkpoints: [{ allowance: Allowance.undetermined, reason: () => reason }] } };
}

/** True for pods and VMs of the stack. */
function isDeclared({ kind, platform }: Endpoint): boolean {
  return !platform && (kind === 'pods' || kind === 'machine');
}

/** Key of an endpoint for the VPC firewall, which is equal for all pods of a cluster. */
function formatFirewallKey({ kind, id, cluster, pods }: Endpoint): string {
  return kind === 'pods' && pods?.onNodeNetwork === 'no' ? `pods of ${cluster?.key}` : id;
}

interface Ends {
  readonly nearEnd: NearEnd;
  readonly farEnd: FarEnd;
}

/** Ends of traffic, as firewall rules match them: two alternatives when it is not known which address pods call with. */
function createEnds(direction: Direction, near: Endpoint, far: Endpoint): readonly [Ends, ...Ends[]] {
  const locations = direction === 'egress' ? createFarEnds(near, far).map(({ location }) => location) : [near.location];
  const [first, ...others] = locations.flatMap((location) =>
    (direction === 'egress' ? [createFarEnds(far, near)[0]] : createFarEnds(far, near)).map((farEnd) => ({
      nearEnd: { network: near.network, location, vms: near.vms ?? [], cluster: near.cluster?.key },
      farEnd,
    })),
  );
  return [first!, ...others];
}

/** Pods as the far end: with their own address, where tags of their node do not match, or with that of the node. */
function createFarEnds(far: Endpoint, near: Endpoint): readonly [FarEnd, ...FarEnd[]] {
  if (far.kind !== 'pods') return [{ location: far.location, vms: far.vms }];
  const isInside = near.location.reference !== undefined || KEEPS_POD_ADDRESS.contains(near.location.addresses);
  const { inside, outside } = far.cluster!.masquerade;
  const ofPods: FarEnd = { location: far.location };
  const ofNodes: FarEnd = { location: far.cluster!.nodes, vms: far.vms };
  return { yes: [ofNodes], no: [ofPods], unknown: [ofPods, ofNodes] }[isInside ? inside : outside] as [FarEnd, ...FarEnd[]];
}

function createHttpsCheckpoint(what: string): Checkpoint {
  return {
    allowance: Allowance.of(PortSet.tcp(443)),
    reason: ({ protocol, number }) => (protocol === 'tcp' && number === 443 ? `${what} answers at 443` : `${what} answers at 443 only`),
  };
}
