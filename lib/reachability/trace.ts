import { Allowance } from './allowance';
import type { Endpoint } from './endpoint';
import type { PortNumber, PortSet } from './port-set';

/** Point of a trace that allows or denies traffic: a NetworkPolicy, the VPC firewall, a NAT, a load balancer. */
export interface Checkpoint {
  readonly allowance: Allowance;

  /** Reason why a port is allowed or denied, as a sentence. */
  reason(port: PortNumber): string;

  /** True when no NetworkPolicy selects the endpoint in this direction. */
  readonly isUnrestricted?: boolean;
}

/** Checkpoints between two endpoints, in the order in which traffic passes them. */
export interface Trace {
  readonly checkpoints: readonly Checkpoint[];

  /** Reason why the platform allows the traffic, whatever the rules of the stack are. */
  readonly byPlatform?: string;
}

/** Trace from client to server, possibly composed: through a load balancer, or over the internet. */
export interface Route {
  readonly trace: Trace;

  /** Load balancer between client and server, with its ports and those of the server. */
  readonly through?: { readonly balancer: Endpoint; readonly frontPorts: PortSet; readonly ports: PortSet };
}

/** Creates a route that may exist. */
export function createUndeterminedRoute(reason: string): Route {
  return { trace: { checkpoints: [{ allowance: Allowance.undetermined, reason: () => reason }] } };
}

export function createUnevaluatedRoute(balancer: Endpoint, server: Endpoint, ports: PortSet): Route {
  const { label, otherClass } = balancer;
  const isIngress = otherClass !== undefined;
  const what = isIngress
    ? `${label} is an ingress of class ${otherClass} for a controller other than GKE's`
    : `${label} is an internal load balancer`;
  const leads = `${isIngress ? ', and leads' : ' that leads'} to ${server.label} at ${ports}`;
  const reason = `${what}${balancer === server ? '' : leads}: which clients it answers is not evaluated`;
  return { trace: { checkpoints: [{ allowance: Allowance.of(ports).given('unknown'), reason: () => reason }] } };
}
