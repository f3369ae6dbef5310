import { isKnown } from '../terraform/references';
import { blocksAt, valueAt } from '../terraform/values';
import { AddressSet, holds, type Location, PRIVATE } from './addresses';
import { Allowance } from './allowance';
import { type Answer, all, any } from './answer';
import { type FarEnd, type Firewall, KEEPS_POD_ADDRESS, type NearEnd, priorityText } from './firewall';
import type { Inventory } from './inventory';
import type { Direction } from './network-policy';
import { portsOf, wordsFor } from './network-policy';
import type { Backend, Peer } from './peer';
import { type Permission, type PolicySide } from './policy-side';
import { type PortNumber, PortSet } from './port-set';
import type { UnreadWay } from './unread';

/** One thing that traffic has to pass, with its reason for letting a port through or not. */
export interface Gate {
  readonly allowance: Allowance;

  /** A sentence about one port: what lets it through, or what stops it. */
  reason(port: PortNumber): string;

  /** Whether nothing restricts traffic here: no policy selects the peer in this direction. */
  readonly isUnrestricted?: boolean;
}

/** Everything between two peers, in the order in which traffic meets it. */
export interface Way {
  readonly gates: readonly Gate[];

  /** Whether the platform alone decides, whatever the stack says. */
  readonly byPlatform?: string;
}

/** A way that can be composed of several: through a load balancer, or over the internet. */
export interface Route {
  readonly way: Way;

  /** Load balancer that receives the requests and sends them on. */
  readonly through?: { readonly balancer: Peer; readonly frontPorts: PortSet; readonly ports: PortSet };
}

const EVERYTHING: Allowance = Allowance.everything;

/** Finds the way from one peer to another. */
export class Ways {
  private readonly firewallAnswers = new Map<string, Allowance>();
  private readonly balancers: readonly Peer[];
  private readonly internet: Peer;
  private readonly proxies: Peer;
  private readonly nat: (subnetwork: string) => Answer;

  constructor(
    private readonly inventory: Inventory,
    private readonly side: (peer: Peer, direction: Direction) => PolicySide,
  ) {
    this.balancers = inventory.peers.filter(({ kind }) => kind === 'load-balancer');
    this.internet = inventory.peers.find(({ kind }) => kind === 'internet')!;
    this.proxies = inventory.peers.find(({ kind }) => kind === 'google-proxies')!;
    this.nat = natOf(inventory);
  }

  /** The way, or nothing when nothing leads from one to the other. */
  public between(client: Peer, server: Peer): Way | undefined {
    const way = this.evaluated(client, server);
    const reason = client.otherAddresses ?? server.otherAddresses;
    return way && reason !== undefined ? perhapsElsewhere(way, reason) : way;
  }

  private evaluated(client: Peer, server: Peer): Way | undefined {
    switch (client.kind) {
      case 'pods':
        return this.fromPods(client, server);
      case 'machine':
        return this.fromMachine(client, server);
      case 'node':
        return this.fromNode(client, server);
      case 'control-plane':
        return this.fromControlPlane(client, server);
      case 'load-balancer':
        return this.fromLoadBalancer(client, server);
      case 'internet':
        return this.fromInternet(client, server);
      case 'range':
        return PRIVATE.contains(client.location.addresses) ? this.fromRange(client, server) : this.fromInternet(client, server);
      case 'iap':
        return server.kind === 'machine' || server.kind === 'node' ? this.fromRange(client, server) : undefined;
      case 'google-proxies':
        // GKE opens the nodes to its own load balancers.
        return server.kind === 'machine' ? this.fromRange(client, server) : undefined;
      default:
        return undefined;
    }
  }

  /** Every route from one peer to the other: the way between them, and those that are composed. */
  public routes(client: Peer, server: Peer): Route[] {
    const direct = this.between(client, server);
    return [
      ...(direct ? [{ way: direct }] : []),
      ...(server.kind === 'load-balancer' ? this.overInternet(client, server) : []),
      ...this.balancers.flatMap((balancer) => this.throughBalancer(client, balancer, server)),
      ...this.inventory.unread.flatMap((unread) => this.unread(unread, client, server)),
    ];
  }

  /** A way that is not evaluated, when it may lead from the client to the server. */
  private unread(unread: UnreadWay, client: Peer, server: Peer): Route[] {
    if (client === server || !(isDeclared(server) || server.kind === 'node') || !unread.leadsTo(server)) return [];
    const isOfNetwork = isInside(client) || (client.kind === 'range' && !isOutside(client));
    const isLed = {
      internet: isOutside(client) || (isInside(client) && this.reachesInternet(client)),
      network: isOfNetwork,
      all: isOfNetwork || isOutside(client),
    };
    if (!isLed[unread.clients]) return [];
    const route = cannotBeTold(unread.reason(server));
    if (!unread.isFiltered || server.kind === 'pods') return [route];
    return [this.internet, this.proxies].map((caller) => ({
      way: { gates: [...route.way.gates, ...(this.fromRange(caller, server)?.gates ?? [])] },
    }));
  }

  private reachesInternet(client: Peer): boolean {
    return (this.between(client, this.internet)?.gates ?? []).every(({ allowance }) => !allowance.isEmpty);
  }

  /** Requests that a load balancer receives from a client and sends on to pods. */
  private throughBalancer(client: Peer, balancer: Peer, server: Peer): Route[] {
    const backends = (balancer.backends ?? []).filter(({ pods }) => pods === server);
    const unread = isDeclared(server) ? (balancer.unknownBackends ?? []) : [];
    if (isNotEvaluated(balancer)) {
      if (!this.mayCall(client, balancer)) return [];
      if (backends.length === 0) return unread.map(cannotBeTold);
      return [notEvaluated(balancer, server, PortSet.union(backends.map((backend) => backend.ports)))];
    }
    const byHand = unread.flatMap((reason): Route[] => {
      const call = this.call(client, balancer, balancer.serves ?? PortSet.none);
      return call ? [{ way: { gates: [...call, ...cannotBeTold(reason).way.gates] } }] : [];
    });
    if (backends.length === 0) return byHand;
    const ports = PortSet.union(backends.map((backend) => backend.ports));
    const back = this.fromLoadBalancer(balancer, server, isInside(client) ? this.internet : client);
    if (!back) return byHand;
    // The balancer's own calls.
    if (client.kind === 'google-proxies') return balancer.passesCallers === undefined ? [{ way: back }] : [];
    const frontPorts = PortSet.union(backends.map((backend) => backend.frontPorts));
    const call = this.call(client, balancer, frontPorts);
    if (!call) return byHand;
    const [sends, ...others] = back.gates;
    const gates = [...call, sends!, ...cloudArmorGate(backends), ...others];
    return [{ way: { gates }, through: { balancer, frontPorts, ports } }, ...byHand];
  }

  /**
   * Gates of a call to a load balancer on the internet, at the port that lets most through. From inside the network it comes
   * by a NAT or from the machine's own address, which is somewhere on the internet. Nothing when the client has no way to it.
   */
  private call(client: Peer, balancer: Peer, frontPorts: PortSet): readonly Gate[] | undefined {
    if (isOutside(client)) return [answersAt(balancer, client, frontPorts, this.fromInternet(client, balancer)?.gates ?? [])];
    // A cluster's own pods call the pods behind a service directly: the node translates its address.
    const isDirect = client.kind === 'pods' && balancer.passesCallers !== undefined && client.cluster?.key === balancer.cluster?.key;
    if (!isInside(client) || isDirect) return undefined;
    const out = this.between(client, this.internet)?.gates;
    if (!out) return undefined;
    const isSure = balancer.answersOnly === undefined && balancer.passesCallers !== 'always';
    const front = (this.fromInternet(this.internet, balancer)?.gates ?? []).map((gate) =>
      isSure ? gate : { ...gate, allowance: gate.allowance.given('unknown') },
    );
    const { certain, possible } = [...out, ...front].reduce((sum, { allowance }) => sum.intersect(allowance), Allowance.of(frontPorts));
    const port = [certain, possible, frontPorts].find((ports) => !ports.isEmpty)?.first;
    if (port === undefined) return undefined;
    const atPort = out.map((gate) => ({ allowance: EVERYTHING.given(gate.allowance.at(port)), reason: () => gate.reason(port) }));
    return [...atPort, answersAt(balancer, this.internet, frontPorts, front)];
  }

  /** Whether a client may call a load balancer whose clients are not evaluated. */
  private mayCall(client: Peer, balancer: Peer): boolean {
    if (balancer.otherClass !== undefined) return isInside(client) || client.kind === 'range' || client.kind === 'internet';
    // A cluster's own pods call the pods behind an internal service directly: the node translates its address.
    const isDirect = client.kind === 'pods' && balancer.passesCallers !== undefined && client.cluster?.key === balancer.cluster?.key;
    return this.mayCallInternal(client, balancer) && !isDirect;
  }

  /** Whether the client may be in the network of an internal load balancer, in one joined to it, or in a private range. */
  private mayCallInternal(client: Peer, balancer: Peer): boolean {
    if (isInside(client)) return client.otherAddresses !== undefined || this.inventory.joined(client.network, balancer.network) !== 'no';
    return client.kind === 'range' && !isOutside(client);
  }

  /** From the network out to a load balancer on the internet, which sees the address of a NAT or of the machine. */
  private overInternet(client: Peer, balancer: Peer): Route[] {
    if (balancer.isInternal) return this.mayCallInternal(client, balancer) ? [notEvaluated(balancer, balancer, PortSet.all)] : [];
    if (!isInside(client)) return [];
    if (isNotEvaluated(balancer)) return [notEvaluated(balancer, balancer, PortSet.all)];
    const out = this.between(client, this.internet);
    const front = this.fromInternet(this.internet, balancer);
    if (!out || !front) return [];
    const answer: Answer = balancer.answersOnly ? 'unknown' : 'yes';
    const ports = Allowance.of(balancer.serves ?? PortSet.none).given(answer);
    return [{ way: { gates: [...out.gates, ...front.gates.map((gate) => ({ ...gate, allowance: ports }))] } }];
  }

  private fromPods(client: Peer, server: Peer): Way | undefined {
    const out = this.policyGate(client, 'egress', server);
    switch (server.kind) {
      case 'pods':
        return { gates: [out, ...this.throughVpc(client, server), this.policyGate(server, 'ingress', client)] };
      case 'machine':
        return { gates: [out, ...this.throughVpc(client, server)] };
      case 'node':
        return { gates: [], byPlatform: 'pods reach the node they are on, whatever policies say' };
      case 'control-plane':
        return { gates: [out, this.vpcGate('egress', client, server), port443('the Kubernetes API')] };
      case 'metadata-server':
        return { gates: [out] };
      case 'google-apis':
      case 'internet':
      case 'range':
        return { gates: [out, this.vpcGate('egress', client, server), ...this.wayOut(client, server)] };
      default:
        return undefined;
    }
  }

  private fromMachine(client: Peer, server: Peer): Way | undefined {
    const out = this.vpcGate('egress', client, server);
    switch (server.kind) {
      case 'pods':
        return { gates: [...this.throughVpc(client, server), this.policyGate(server, 'ingress', client)] };
      case 'machine':
      case 'node':
        return { gates: this.throughVpc(client, server) };
      case 'control-plane':
        return { gates: [out, this.controlPlaneGate(client, server)] };
      case 'google-apis':
      case 'internet':
      case 'range':
        return { gates: [out, ...this.wayOut(client, server)] };
      default:
        return undefined;
    }
  }

  private fromNode(client: Peer, server: Peer): Way | undefined {
    if (server.kind === 'pods' && server.cluster?.key === client.cluster?.key) {
      return { gates: [], byPlatform: 'a node reaches the pods that are on it, whatever policies say' };
    }
    if (server.kind === 'node') return { gates: [], byPlatform: 'GKE lets the nodes of a cluster reach each other' };
    if (server.kind === 'control-plane') return { gates: [], byPlatform: 'nodes belong to their control plane' };
    return this.fromMachine(client, server);
  }

  private fromControlPlane(client: Peer, server: Peer): Way | undefined {
    if (server.kind === 'node') return { gates: [], byPlatform: 'GKE lets the control plane reach its nodes' };
    if (server.kind !== 'pods' || server.cluster?.key !== client.cluster?.key) return undefined;
    const caller = client.callsAs ?? client;
    return { gates: [...this.throughVpc(caller, server), this.policyGate(server, 'ingress', caller)] };
  }

  /** @param caller the client whose address pods see when the load balancer keeps it */
  private fromLoadBalancer(client: Peer, server: Peer, caller = client): Way | undefined {
    const backends = (client.backends ?? []).filter(({ pods }) => pods === server);
    const ports = PortSet.union(backends.map((backend) => backend.ports));
    if (ports.isEmpty) {
      const unread = isDeclared(server) ? (client.unknownBackends ?? []) : [];
      return unread.length > 0 ? { gates: unread.flatMap((reason) => cannotBeTold(reason).way.gates) } : undefined;
    }
    if (isNotEvaluated(client)) {
      const reason = () => `${client.label} sends requests to ${server.label} at ${ports}: from which addresses is not evaluated`;
      return { gates: [{ allowance: Allowance.of(ports).given('unknown'), reason }] };
    }
    const certain = PortSet.union(backends.flatMap((backend) => (backend.answer === 'yes' ? [backend.ports] : [])));
    return {
      gates: [
        {
          allowance: new Allowance(certain, ports),
          reason: (port) =>
            ports.has(port)
              ? `${client.label} ${certain.has(port) ? 'sends' : 'may send'} requests to ${server.label} at ${ports}`
              : `${client.label} sends requests to ${server.label} at ${ports} only`,
        },
        ...(client.passesCallers === undefined ? [this.vpcGate('ingress', server, client)] : []),
        this.fromCaller(client, this.policyGate(server, 'ingress', client.passesCallers === undefined ? client : caller)),
      ],
    };
  }

  /** Unless callers keep their address, pods see that of a node, which policies may let in. */
  private fromCaller({ passesCallers }: Peer, gate: Gate): Gate {
    return passesCallers === 'perhaps' ? { ...gate, allowance: new Allowance(gate.allowance.certain, PortSet.all) } : gate;
  }

  private fromInternet(client: Peer, server: Peer): Way | undefined {
    switch (server.kind) {
      case 'load-balancer': {
        if (server.otherClass !== undefined) return notEvaluated(server, server, server.serves ?? PortSet.none).way;
        const ports = server.serves ?? PortSet.none;
        return {
          gates: [
            {
              allowance: Allowance.of(ports).given(server.answersOnly ? holds(server.answersOnly, client.location) : 'yes'),
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
        return { gates: [this.controlPlaneGate(client, server)] };
      case 'machine':
      case 'node':
        return { gates: [externalGate(server), this.vpcGate('ingress', server, client)] };
      default:
        return undefined;
    }
  }

  /** From addresses that reach the VPC by a road of their own: a VPN, Google's own services. */
  private fromRange(client: Peer, server: Peer): Way | undefined {
    switch (server.kind) {
      case 'machine':
      case 'node':
        return { gates: [this.vpcGate('ingress', server, client)] };
      case 'pods':
        return { gates: [this.vpcGate('ingress', server, client), this.policyGate(server, 'ingress', client)] };
      case 'control-plane':
        return { gates: [this.controlPlaneGate(client, server)] };
      default:
        return undefined;
    }
  }

  private throughVpc(client: Peer, server: Peer): Gate[] {
    return [...this.networkGate(client, server), this.vpcGate('egress', client, server), this.vpcGate('ingress', server, client)];
  }

  private networkGate({ network: from }: Peer, { network: to }: Peer): Gate[] {
    const answer = this.inventory.joined(from, to);
    if (answer === 'yes') return [];
    const areKnown = isKnown(`${from}${to}`);
    return [
      {
        allowance: EVERYTHING.given(answer),
        reason: () => {
          if (answer === 'no') return `they are in different networks, ${from} and ${to}`;
          return areKnown
            ? `networks are joined in this stack: what passes between ${from} and ${to} is not evaluated`
            : `whether ${from} and ${to} are one network is not known`;
        },
      },
    ];
  }

  private policyGate(peer: Peer, direction: Direction, other: Peer): Gate {
    const side = this.side(peer, direction);
    const isUnrestricted = peer.pods?.onNodeNetwork === 'no' && side.isolated === 'no' && side.hidden === undefined;
    return { allowance: side.allowance(other), reason: (port) => policyReason(side, other, port), isUnrestricted };
  }

  private vpcGate(direction: Direction, near: Peer, far: Peer): Gate {
    const { firewall } = this.inventory;
    const { location } = direction === 'egress' ? farEndOf(near, far) : near;
    const nearEnd: NearEnd = { network: near.network, location, machines: near.machines ?? [], cluster: near.cluster?.key };
    const farEnd = farEndOf(far, near);
    const key = `${direction} ${firewallKey(near)} ${firewallKey(far)}`;
    let allowance = this.firewallAnswers.get(key);
    if (!allowance) {
      allowance = near.network === undefined ? EVERYTHING : firewall.allowance(direction, nearEnd, farEnd);
      this.firewallAnswers.set(key, allowance);
    }
    return { allowance, reason: (port) => firewallReason(firewall, direction, nearEnd, farEnd, near, far, port) };
  }

  private controlPlaneGate(client: Peer, server: Peer): Gate {
    const { answersOutside, authorized, hasAddress, isPublic } = server.cluster!.controlPlane;
    const byAddress = all([hasAddress, client.kind === 'internet' ? isPublic : 'yes', holds(authorized, client.location)]);
    const answer = any([answersOutside, byAddress]);
    return {
      allowance: Allowance.of(PortSet.tcp(443)).given(answer),
      reason: (port) => {
        if (port.protocol !== 'tcp' || port.number !== 443) return 'the Kubernetes API answers at 443 only';
        if (answersOutside === 'yes') return 'its DNS name answers from anywhere, to callers that IAM lets in (container.clusters.connect)';
        if (byAddress === 'yes') return `its address answers ${client.location.text}, as an authorized network`;
        if (answer === 'unknown')
          return `it may answer ${client.location.text}: ${server.cluster!.controlPlane.undetermined ?? 'its authorized networks are not known'}`;
        return hasAddress === 'yes'
          ? `${client.location.text} is no authorized network of it`
          : 'it has no address to call, and its DNS name does not answer from outside';
      },
    };
  }

  /** From the VPC to addresses outside of it. */
  private wayOut(client: Peer, server: Peer): Gate[] {
    if (server.kind === 'range' && PRIVATE.contains(server.location.addresses)) {
      return [{ allowance: EVERYTHING, reason: () => `what ${server.label} lets in is not in this stack` }];
    }
    if (server.kind === 'google-apis') return [];
    const machines = client.machines ?? [];
    const isOwnNetwork = this.inventory.ownNetworks.has(client.network ?? '');
    const answers = new Set(
      machines.map(({ external, subnetwork }): Answer => {
        const leaves = any([external, this.nat(subnetwork)]);
        return leaves === 'no' && !isOwnNetwork ? 'unknown' : leaves;
      }),
    );
    const [only = 'unknown'] = answers;
    const answer = answers.size > 1 ? 'unknown' : only;
    const external = machines.some((machine) => machine.external === 'yes');
    return [
      {
        allowance: EVERYTHING.given(answer),
        reason: () => {
          if (answer === 'yes')
            return external ? 'it has an address of its own on the internet' : 'a NAT leads its subnet out to the internet';
          return answer === 'no'
            ? 'no NAT leads its subnet out to the internet'
            : 'whether a NAT leads its subnet out is not in this stack';
        },
      },
    ];
  }
}

function isInside({ kind }: Peer): boolean {
  return kind === 'pods' || kind === 'machine' || kind === 'node';
}

function isOutside({ kind, location }: Peer): boolean {
  return kind === 'internet' || (kind === 'range' && !PRIVATE.contains(location.addresses));
}

/** Whether the load balancer answers the client at any port that leads to the pods. */
function answersAt(balancer: Peer, client: Peer, frontPorts: PortSet, gates: readonly Gate[]): Gate {
  const { certain, possible } = gates.reduce((sum, { allowance }) => sum.intersect(allowance), Allowance.of(frontPorts));
  const answer: Answer = gates.length === 0 || possible.isEmpty ? 'no' : certain.isEmpty ? 'unknown' : 'yes';
  const verb = { yes: 'answers', unknown: 'may answer', no: 'does not answer' }[answer];
  return {
    allowance: EVERYTHING.given(answer),
    reason: () => `${balancer.label} ${verb} ${client.location.text} at ${answer === 'no' ? frontPorts : possible}`,
  };
}

function cloudArmorGate(backends: readonly Backend[]): Gate[] {
  const unsure = backends.find(({ cloudArmor }) => cloudArmor?.answer === 'unknown') ?? backends[0];
  const { cloudArmor } = unsure ?? {};
  return cloudArmor ? [{ allowance: EVERYTHING.given(cloudArmor.answer), reason: () => cloudArmor.reason }] : [];
}

/** Whether it cannot be told which clients a load balancer answers. */
function isNotEvaluated({ isInternal, otherClass }: Peer): boolean {
  return isInternal === true || otherClass !== undefined;
}

/** A way of which a `no` is not certain: the same traffic may take another address. */
function perhapsElsewhere(way: Way, reason: string): Way {
  return {
    ...way,
    gates: way.gates.map((gate) => ({
      ...gate,
      allowance: new Allowance(gate.allowance.certain, PortSet.all),
      reason: (port) => (gate.allowance.at(port) === 'yes' ? gate.reason(port) : `${gate.reason(port)}; but ${reason}`),
    })),
  };
}

function notEvaluated(balancer: Peer, server: Peer, ports: PortSet): Route {
  const { label, otherClass } = balancer;
  const isIngress = otherClass !== undefined;
  const what = isIngress
    ? `${label} is an ingress of class ${otherClass} for a controller other than GKE's`
    : `${label} is an internal load balancer`;
  const leads = `${isIngress ? ', and leads' : ' that leads'} to ${server.label} at ${ports}`;
  const reason = `${what}${balancer === server ? '' : leads}: which clients it answers is not evaluated`;
  return { way: { gates: [{ allowance: Allowance.of(ports).given('unknown'), reason: () => reason }] } };
}

/** A route that may exist or not. */
function cannotBeTold(reason: string): Route {
  return { way: { gates: [{ allowance: Allowance.cannotTell, reason: () => reason }] } };
}

/** Whether the stack declares the pods or the machine. */
function isDeclared({ kind, platform }: Peer): boolean {
  return !platform && (kind === 'pods' || kind === 'machine');
}

/** Pods of one cluster look alike to a VPC, and so do machines of one identity and address. */
function firewallKey({ kind, id, cluster, pods }: Peer): string {
  return kind === 'pods' && pods?.onNodeNetwork === 'no' ? `pods of ${cluster?.key}` : id;
}

/** Outside of private ranges pods have their node's address. Otherwise tags and accounts of the node do not tell of them. */
function farEndOf(far: Peer, near: Peer): FarEnd {
  if (far.kind !== 'pods') return { location: far.location, machines: far.machines };
  if (near.location.reference !== undefined || KEEPS_POD_ADDRESS.contains(near.location.addresses)) return { location: far.location };
  const nodes: Location = far.cluster?.nodes ?? { addresses: AddressSet.all, text: 'nodes' };
  return { location: nodes, machines: far.machines };
}

function externalGate({ label, machines = [] }: Peer): Gate {
  const answer = any(machines.map(({ external }) => external));
  const has = { yes: 'has an address', no: 'has no address', unknown: 'may have an address' }[answer];
  return { allowance: EVERYTHING.given(answer), reason: () => `${label} ${has} on the internet` };
}

function port443(what: string): Gate {
  return {
    allowance: Allowance.of(PortSet.tcp(443)),
    reason: ({ protocol, number }) => (protocol === 'tcp' && number === 443 ? `${what} answers at 443` : `${what} answers at 443 only`),
  };
}

/** Answers to whether a NAT translates the addresses of a subnet. */
function natOf({ document, references }: Inventory): (subnetwork: string) => Answer {
  const nats = document.ofType('google_compute_router_nat').map(({ values }) => ({
    subnets: references.textAt(values, 'source_subnetwork_ip_ranges_to_nat'),
    listed: blocksAt(values, 'subnetwork').map((subnet) => references.subnetwork(valueAt(subnet, 'name'))),
  }));
  return (subnetwork) =>
    any(
      nats.map(({ subnets, listed }) => {
        if (subnets.startsWith('ALL_SUBNETWORKS') || listed.includes(subnetwork)) return 'yes';
        return [subnets, subnetwork, ...listed].every(isKnown) ? 'no' : 'unknown';
      }),
    );
}

function policyReason(side: PolicySide, other: Peer, port: PortNumber): string {
  const { peer, direction } = side;
  const [lets, whom] = direction === 'egress' ? ['lets it out', `to ${other.label}`] : ['lets it in', `from ${other.label}`];
  if (peer.pods?.onNodeNetwork !== 'no') return `${peer.label} is on its node's network, where NetworkPolicies may not hold`;
  if (side.isolated === 'no') {
    return (
      side.hidden ?? `no NetworkPolicy closes ${direction} of ${peer.label}, so everything is let ${direction === 'egress' ? 'out' : 'in'}`
    );
  }

  const called = direction === 'ingress' ? peer.pods : other.pods;
  const best = strongest(side.permissions(other), (permission) => portsOf(permission.rule, called).given(permission.answer).at(port));
  if (best?.answer === 'yes') {
    const { policy, entry, rule } = best.permission;
    return `NetworkPolicy ${policy.name} ${lets} ${entry ? `${direction === 'egress' ? 'to' : 'from'} ${wordsFor(entry, other)}` : `${direction === 'egress' ? 'to' : 'from'} everybody`} at ${portsOf(rule, called).possible.inWords()}`;
  }
  if (peer.pods?.silent) return peer.pods.silent;
  if (side.hidden) return side.hidden;
  if (best) {
    const reason = undeterminedReason(best.permission, peer, other);
    return `NetworkPolicy ${best.permission.policy.name} may ${lets.replace('lets', 'let')} ${whom}: ${reason}`;
  }
  const closing = side.policies.filter((policy) => policy[direction]?.length === 0);
  const closed = (closing.length > 0 ? closing : side.policies).map(({ name }) => name);
  const shown = closed.length > 3 ? `${closed.slice(0, 3).join(', ')} and ${closed.length - 3} more` : closed.join(', ');
  return `no NetworkPolicy of ${peer.pods.namespace.name ?? peer.label} ${lets} ${whom} at ${portText(port)} (${shown} close${closed.length === 1 ? 's' : ''} ${direction})`;
}

/** What a permission that is not certain depends on. */
function undeterminedReason({ rule, entry }: Permission, { pods }: Peer, other: Peer): string {
  const labels = [pods?.labels, other.pods?.labels, other.pods?.namespace.labels];
  return (
    other.location.unknown ??
    rule.undetermined ??
    entry?.undetermined ??
    labels.find((candidate) => candidate?.undetermined !== undefined)?.undetermined ??
    'what it depends on is not known before it is deployed'
  );
}

function strongest(
  permissions: readonly Permission[],
  ask: (permission: Permission) => Answer,
): { readonly permission: Permission; readonly answer: Answer } | undefined {
  const answers = permissions.map((permission) => ({ permission, answer: ask(permission) })).filter(({ answer }) => answer !== 'no');
  return answers.find(({ answer }) => answer === 'yes') ?? answers[0];
}

function firewallReason(
  firewall: Firewall,
  direction: Direction,
  near: NearEnd,
  far: FarEnd,
  nearPeer: Peer,
  farPeer: Peer,
  port: PortNumber,
): string {
  if (near.network === undefined) return `the network of ${nearPeer.label} is not in this stack`;
  if (firewall.hasOtherPolicies) return 'there are firewall policies, which are not evaluated';
  const nearName = nearPeer.group ?? nearPeer.label;
  const farName = farPeer.group ?? farPeer.label;
  const caller = farPeer.kind === 'pods' && !far.machines ? `every pod (${far.location.text})` : `${farName} (${far.location.text})`;
  const whom = direction === 'ingress' ? `${caller} to ${nearName}` : `${nearName} to ${farName}`;
  const deciding = firewall.matching(direction, near, far).filter(({ rule, answer }) => rule.ports.given(answer).at(port) !== 'no');
  const [first] = deciding;
  // Of several that do the same, the one that speaks of the caller.
  const alike = deciding.filter(
    ({ rule, answer }) => first && rule.priority === first.rule.priority && rule.action === first.rule.action && answer === first.answer,
  );
  const { rule, answer } = alike.find((match) => match.rule.name.includes(farPeer.label)) ?? first ?? {};
  if (rule && answer) {
    const at = rule.ports.given(answer).at(port);
    const name = rule.address === undefined ? rule.name : `firewall rule ${rule.name}`;
    const verb = rule.action === 'allow' ? 'admits' : 'stops';
    const tail = `${whom} at ${rule.ports.possible.inWords()} (priority ${priorityText(rule)})`;
    if (at === 'yes') return `${name} ${verb} ${tail}`;
    return `${name} may ${verb.replace(/s$/, '')} ${tail}: ${rule.undetermined ?? 'what it depends on is not known'}`;
  }
  return direction === 'egress'
    ? `no firewall rule stops ${whom}: what is not denied may leave`
    : `no firewall rule admits ${whom} at ${portText(port)}`;
}

/** For example `tcp/9042`. */
export function portText({ protocol, number }: PortNumber): string {
  return `${protocol}/${number}`;
}
