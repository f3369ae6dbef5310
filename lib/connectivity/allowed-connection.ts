import { TerraformStack } from 'cdktf';
import { Construct } from 'constructs';
import { Owners } from '../core/owners';
import { kebabCase } from '../core/physical-name';
import { ValidationError } from '../core/validation-error';
import type { Port } from '../network/port';
import type { Connections } from './connections';
import { firewallFromMachines, firewallToMachines, firewallToNodes } from './firewall-rule';
import { egressPolicy, ingressPolicy } from './network-policies';
import { requirePossible } from './possible';

/** Who carries a name in the edges of a stack: two peers of one name would share rules. */
const peers = new Owners<Connections>();

/**
 * One connection that is allowed: a client, a server, a port. Its children are the rules that make it so.
 *
 * It is a child of the server, named after the client and the port, so that a change of one connection is one line of a plan.
 */
export class Edge extends Construct {
  /** The edge from client to server, made when it is not there yet. */
  public static between(client: Connections, server: Connections, port: Port, reason?: string): Edge {
    claimName(client);
    claimName(server);
    const id = `From-${client.name}-${port.toString().replace('/', '-')}`;
    return (server.construct.node.tryFindChild(id) as Edge | undefined) ?? new Edge(server.construct, id, client, server, port, reason);
  }

  /** Name of a peer in rules and messages: its path without the stack. */
  public static peerName(construct: Construct): string {
    return construct.node.path.split('/').slice(1).map(kebabCase).join('-');
  }

  /** Written into the rules. */
  public readonly reason: string;

  private constructor(
    scope: Construct,
    id: string,
    public readonly client: Connections,
    public readonly server: Connections,
    public readonly port: Port,
    reason?: string,
  ) {
    super(scope, id);
    this.reason = reason ?? `${client.name} to ${server.name}`;

    const from = client.endpoint;
    const to = server.endpoint;
    requirePossible(this, from, to);

    if (to.kind === 'pods' && !to.unrestricted) ingressPolicy(this, to, from);
    if (from.kind === 'pods' && !from.unrestricted) egressPolicy(this, from, to);
    if (from.kind === 'machines') client.waysOut.push(firewallFromMachines(this, from, to));
    if (to.kind === 'machines') firewallToMachines(this, to, from);
    if (to.kind === 'pods' && from.kind !== 'pods' && (from.kind === 'machines' || from.throughVpc || to.sharedVpc)) {
      firewallToNodes(this, to, from);
    }
  }

  /** Names of its rules. The doubled hyphen does not occur in names of peers, so no two edges spell the same name. */
  public get ruleName(): { readonly ingress: string; readonly egress: string } {
    const port = this.port.toString().replace('/', '-');
    return {
      ingress: `${this.server.name}--from--${this.client.name}--${port}`,
      egress: `${this.client.name}--to--${this.server.name}--${port}`,
    };
  }
}

/** Paths that differ in case or hyphens only would give two peers one name, and so one edge. */
function claimName(peer: Connections): void {
  const owner = peers.claim(TerraformStack.of(peer.construct), peer.name, () => peer);
  if (owner.construct !== peer.construct) {
    throw new ValidationError(
      peer.construct,
      `'id' must differ in more than case and hyphens from the ids of other peers, got the name '${peer.name}' of ${owner.construct.node.path} again`,
    );
  }
}
