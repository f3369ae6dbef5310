import type { ITerraformDependable } from 'cdktf';
import type { Construct } from 'constructs';
import { ValidationError } from '../core/validation-error';
import type { Port } from '../network/port';
import { Edge } from './edge';
import type { Endpoint } from './endpoint';

/** Anything that can be named as a client or a server of a connection. */
export interface IConnectable {
  readonly connections: Connections;
}

/** Properties for `Connections`. */
export interface ConnectionsProps {
  /** How the construct appears to the rules. Asked when an edge is made. */
  readonly endpoint: () => Endpoint;

  /**
   * Port clients mean when they name none.
   *
   * @default - clients must name one
   */
  readonly defaultPort?: Port;

  /**
   * Name in rules and messages, unique in its stack.
   *
   * @default - the construct's path without the stack, in kebab case
   */
  readonly name?: string;
}

/**
 * What a construct may reach and be reached by.
 *
 * Nothing is reachable until somebody says so: one declaration makes every rule the connection needs, on both sides.
 */
export class Connections {
  public readonly defaultPort?: Port;
  public readonly name: string;

  /** Firewall rules by which a virtual machine reaches others: what it needs when it starts. Complete at synth. */
  public readonly waysOut: ITerraformDependable[] = [];

  constructor(
    public readonly construct: Construct,
    private readonly props: ConnectionsProps,
  ) {
    this.defaultPort = props.defaultPort;
    this.name = props.name ?? Edge.peerName(construct);
  }

  public get endpoint(): Endpoint {
    return this.props.endpoint();
  }

  /**
   * Lets a client reach this construct. Saying so twice changes nothing.
   *
   * @param port default: this construct's own port
   * @param reason written into the rules, for those who read them in Google Cloud
   */
  public allowFrom(client: IConnectable, port = this.defaultPort, reason?: string): void {
    if (port === undefined) {
      throw new ValidationError(
        this.construct,
        `'port' must be given, since '${this.name}' has no port of its own, got none for '${client.connections.name}'`,
      );
    }
    Edge.between(client.connections, this, port, reason);
  }

  /** Lets this construct reach a server: the same edge as `server.allowFrom(this)`. */
  public allowTo(server: IConnectable, port?: Port, reason?: string): void {
    server.connections.allowFrom({ connections: this }, port, reason);
  }
}
