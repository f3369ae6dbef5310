import type { ITerraformDependable } from 'cdktf';
import type { Construct } from 'constructs';
import type { Port } from '../network/port';
import type { Endpoint } from './endpoint';

/** Client or server of a connection. */
export interface Participant {
  /** Construct that declares the connections. */
  readonly construct: Construct;

  /** Name in rules and messages, unique in its stack. */
  readonly name: string;

  /** Endpoint, as firewall rules and NetworkPolicies match it. */
  readonly endpoint: Endpoint;

  /** VPC firewall rules that allow egress from its VM instances. Complete at synth. */
  readonly egressRules: ITerraformDependable[];
}

/** Connection that is allowed: the scope of its rules. */
export interface IConnection extends Construct {
  readonly client: Participant;
  readonly server: Participant;
  readonly port: Port;

  /** Description in the rules. */
  readonly reason: string;

  /** Names of its rules in each direction. */
  readonly ruleName: { readonly ingress: string; readonly egress: string };
}
