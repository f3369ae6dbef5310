import { TerraformStack } from 'cdktf';
import { Construct } from 'constructs';
import { Owners } from '../core/owners';
import { kebabCase } from '../core/physical-name';
import { ValidationError } from '../core/validation-error';
import type { Port } from '../network/port';
import { requirePossible } from './connection-checks';
import { requireEndpoint } from './endpoint-checks';
import { createInstanceEgressRules, createInstanceIngressRules, createNodeIngressRule } from './firewall-rule';
import { createEgressPolicy, createIngressPolicy } from './network-policies';
import type { IConnection, Participant } from './participant';

/** Owner of each name in a stack: two participants of one name would share rules. */
const participants = new Owners<Participant>();

/**
 * Allowed connection from a client to a server at a port. Its children are the rules that allow it.
 *
 * @remarks
 * `allowFrom` and `allowTo` create it as a child of the server, named after the client and the port, so that a change of one
 * connection is one line of a plan. Between pods it has NetworkPolicies on both sides; from pods to VM instances, a VPC firewall
 * rule for the pod range and an egress policy; between VM instances, VPC firewall rules for their service accounts.
 *
 * @example
 * ```ts
 * ring.allowFrom(billing, { port: Port.tcp(9042), reason: 'invoices' });
 * const connections = stack.node.findAll().filter((node) => node instanceof AllowedConnection);
 * new TerraformOutput(stack, 'reasons', { value: connections.map(({ reason }) => reason) });
 * ```
 */
export class AllowedConnection extends Construct implements IConnection {
  /** Returns the connection from client to server, and creates it when it does not exist. */
  public static between(client: Participant, server: Participant, port: Port, reason?: string): AllowedConnection {
    claimName(client);
    claimName(server);
    const id = `From-${client.name}-${port.toString().replace('/', '-')}`;
    const existing = server.construct.node.tryFindChild(id) as AllowedConnection | undefined;
    return existing ?? new AllowedConnection(server.construct, id, client, server, port, reason);
  }

  /** Default name of a participant in rules and messages: its path without the stack, in kebab case. */
  public static peerName(construct: Construct): string {
    return construct.node.path.split('/').slice(1).map(kebabCase).join('-');
  }

  /** Description of the rules. */
  public readonly reason: string;

  private constructor(
    scope: Construct,
    id: string,
    public readonly client: Participant,
    public readonly server: Participant,
    public readonly port: Port,
    reason?: string,
  ) {
    super(scope, id);
    this.reason = reason ?? `${client.name} to ${server.name}`;

    const from = client.endpoint;
    const to = server.endpoint;
    requireEndpoint(client, from);
    requireEndpoint(server, to);
    requirePossible(this, from, to);

    if (to.kind === 'pods' && !to.unrestricted) createIngressPolicy(this, to, from);
    if (from.kind === 'pods' && !from.unrestricted) createEgressPolicy(this, from, to);
    if (from.kind === 'instances') client.egressRules.push(...createInstanceEgressRules(this, from, to));
    if (to.kind === 'instances') createInstanceIngressRules(this, to, from);
    if (to.kind === 'pods' && from.kind !== 'pods' && (from.kind === 'instances' || from.throughVpc || to.sharedVpc)) {
      createNodeIngressRule(this, to, from);
    }
  }

  /** Names of its rules. Names of participants have no doubled hyphen, so the names of two connections always differ. */
  public get ruleName(): { readonly ingress: string; readonly egress: string } {
    const port = this.port.toString().replace('/', '-');
    return {
      ingress: `${this.server.name}--from--${this.client.name}--${port}`,
      egress: `${this.client.name}--to--${this.server.name}--${port}`,
    };
  }
}

/** Fails for paths that differ in case or hyphens only: both would have one name, and so share rules. */
function claimName(participant: Participant): void {
  const owner = participants.claim(TerraformStack.of(participant.construct), participant.name, () => participant);
  if (owner.construct !== participant.construct) {
    throw new ValidationError(
      participant.construct,
      `'id' must differ in more than case and hyphens from the ids of other peers, got the name '${participant.name}' of ${owner.construct.node.path} again`,
    );
  }
}
