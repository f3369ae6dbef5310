import { PRIVATE, testRanges } from './addresses';
import { Allowance } from './allowance';
import { type CheckpointFactory, createHttpsCheckpoint, relax } from './checkpoints';
import type { Endpoint } from './endpoint';
import { isDeclared, isNotEvaluated, isOfCluster } from './endpoint-kinds';
import { PortSet } from './port-set';
import { type Checkpoint, createUndeterminedRoute, createUnevaluatedRoute, type Trace } from './trace';

/** Finds the direct traces between endpoints. */
export class Tracer {
  constructor(private readonly checkpoints: CheckpointFactory) {}

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

  private traceFromPods(client: Endpoint, server: Endpoint): Trace | undefined {
    const out = this.checkpoints.createPolicyCheckpoint(client, 'egress', server);
    switch (server.kind) {
      case 'pods':
        return {
          checkpoints: [
            out,
            ...this.checkpoints.createVpcCheckpoints(client, server),
            this.checkpoints.createPolicyCheckpoint(server, 'ingress', client),
          ],
        };
      case 'machine':
        return { checkpoints: [out, ...this.checkpoints.createVpcCheckpoints(client, server)] };
      case 'node':
        return isOfCluster(client, server)
          ? {
              checkpoints: [out, ...this.checkpoints.createVpcCheckpoints(client, server)].map((checkpoint) =>
                relax(checkpoint, `${client.label} ${client.isPlural ? 'reach their' : 'reaches its'} own node`),
              ),
              byPlatform: 'pods reach their own node, whatever NetworkPolicies apply',
            }
          : { checkpoints: [out, ...this.checkpoints.createVpcCheckpoints(client, server)] };
      case 'control-plane':
        return {
          checkpoints: [
            out,
            this.checkpoints.createFirewallCheckpoint('egress', client, server),
            isOfCluster(client, server)
              ? createHttpsCheckpoint('the Kubernetes API')
              : this.checkpoints.createControlPlaneCheckpoint(client, server),
          ],
        };
      case 'metadata-server':
        return { checkpoints: [out] };
      case 'google-apis':
      case 'internet':
      case 'range':
        return {
          checkpoints: [
            out,
            this.checkpoints.createFirewallCheckpoint('egress', client, server),
            ...this.checkpoints.createInternetCheckpoints(client, server),
          ],
        };
      default:
        return undefined;
    }
  }

  private traceFromVm(client: Endpoint, server: Endpoint): Trace | undefined {
    const out = this.checkpoints.createFirewallCheckpoint('egress', client, server);
    switch (server.kind) {
      case 'pods':
        return {
          checkpoints: [
            ...this.checkpoints.createVpcCheckpoints(client, server),
            this.checkpoints.createPolicyCheckpoint(server, 'ingress', client),
          ],
        };
      case 'machine':
      case 'node':
        return { checkpoints: this.checkpoints.createVpcCheckpoints(client, server) };
      case 'control-plane':
        return { checkpoints: [out, this.checkpoints.createControlPlaneCheckpoint(client, server)] };
      case 'google-apis':
      case 'internet':
      case 'range':
        return { checkpoints: [out, ...this.checkpoints.createInternetCheckpoints(client, server)] };
      default:
        return undefined;
    }
  }

  private traceFromNode(client: Endpoint, server: Endpoint): Trace | undefined {
    if (!isOfCluster(client, server)) return this.traceFromVm(client, server);
    if (server.kind === 'pods') return { checkpoints: [], byPlatform: 'a node reaches its own pods, whatever NetworkPolicies apply' };
    if (server.kind === 'node') {
      return {
        checkpoints: this.checkpoints.createVpcCheckpoints(client, server),
        byPlatform: 'GKE allows traffic between the nodes of a cluster',
      };
    }
    if (server.kind === 'control-plane') return { checkpoints: [], byPlatform: 'nodes reach their control plane' };
    return this.traceFromVm(client, server);
  }

  private traceFromControlPlane(client: Endpoint, server: Endpoint): Trace | undefined {
    if (!isOfCluster(client, server)) return undefined;
    if (server.kind === 'node') return { checkpoints: [], byPlatform: 'GKE allows traffic from the control plane to its nodes' };
    if (server.kind !== 'pods') return undefined;
    const caller = client.callsAs ?? client;
    return {
      checkpoints: [
        ...this.checkpoints.createVpcCheckpoints(caller, server),
        this.checkpoints.createPolicyCheckpoint(server, 'ingress', caller),
      ],
    };
  }

  /** @param caller client whose address the pods see, when the load balancer preserves it */
  public traceFromLoadBalancer(client: Endpoint, server: Endpoint, caller = client): Trace | undefined {
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
        ...(client.passesCallers === undefined ? [this.checkpoints.createFirewallCheckpoint('ingress', server, client)] : []),
        this.relaxForNodes(
          client,
          this.checkpoints.createPolicyCheckpoint(server, 'ingress', client.passesCallers === undefined ? client : caller),
        ),
      ],
    };
  }

  public traceFromInternet(client: Endpoint, server: Endpoint): Trace | undefined {
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
        return { checkpoints: [this.checkpoints.createControlPlaneCheckpoint(client, server)] };
      case 'machine':
      case 'node':
        return {
          checkpoints: [
            this.checkpoints.createExternalAddressCheckpoint(server, client),
            this.checkpoints.createFirewallCheckpoint('ingress', server, client),
          ],
        };
      default:
        return undefined;
    }
  }

  /** Traces from addresses that are routed to the VPC otherwise: by a VPN, or from Google's services. */
  public traceFromRange(client: Endpoint, server: Endpoint): Trace | undefined {
    switch (server.kind) {
      case 'machine':
      case 'node':
        return { checkpoints: [this.checkpoints.createFirewallCheckpoint('ingress', server, client)] };
      case 'pods':
        return {
          checkpoints: [
            this.checkpoints.createFirewallCheckpoint('ingress', server, client),
            this.checkpoints.createPolicyCheckpoint(server, 'ingress', client),
          ],
        };
      case 'control-plane':
        return { checkpoints: [this.checkpoints.createControlPlaneCheckpoint(client, server)] };
      default:
        return undefined;
    }
  }

  /** Without preserved client addresses, pods see the address of a node, which policies may allow. */
  private relaxForNodes({ passesCallers }: Endpoint, checkpoint: Checkpoint): Checkpoint {
    return passesCallers === 'perhaps'
      ? { ...checkpoint, allowance: new Allowance(checkpoint.allowance.certain, PortSet.all) }
      : checkpoint;
  }
}

/** Makes each `no` of a trace `unknown`, since the traffic may use another address. */
function withOtherAddresses(trace: Trace, reason: string): Trace {
  return { ...trace, checkpoints: trace.checkpoints.map((checkpoint) => relax(checkpoint, reason)) };
}
