import type { ITerraformDependable } from 'cdktf';
import type { Construct } from 'constructs';
import { requireInstance, requireProps } from '../core/require-props';
import { ValidationError } from '../core/validation-error';
import { Port } from '../network/port';
import { AllowedConnection } from './allowed-connection';
import type { Endpoint, MachinesEndpoint } from './endpoint';
import type { Participant } from './participant';

/** Client or server of connections. */
export interface IConnectable {
  /** Connections of the construct. */
  readonly connections: Connections;
}

/** Port and reason of a connection. */
export interface ConnectionOptions {
  /**
   * Port of the server.
   *
   * @default - the server's default port
   */
  readonly port?: Port;

  /**
   * Reason for the connection: the description of its rules in Google Cloud and Kubernetes.
   *
   * @default - the names of client and server
   */
  readonly reason?: string;
}

/** Properties for `Connections`. */
export interface ConnectionsProps {
  /** Endpoint, as firewall rules and NetworkPolicies match it. Called when a connection is allowed. */
  readonly endpoint: () => Endpoint | MachinesEndpoint;

  /**
   * Port of connections that name none.
   *
   * @default - none: each connection must name its port
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
 * Connections of a construct, as a client and as a server.
 *
 * @remarks
 * All connections are denied by default. One declaration, on either side, creates all rules that the connection needs:
 * NetworkPolicies for pods and VPC firewall rules for VM instances. The endpoint of the construct determines which rules match
 * it.
 *
 * @example
 * ```ts
 * const office = new Peer(stack, 'Office', { ranges: ['10.200.0.0/16'], throughVpc: true });
 * billing.connections.allowFrom(office, { port: Port.tcp(8080), reason: 'backoffice' });
 * billing.connections.allowTo(Peer.internet(stack), { port: Port.tcp(443), reason: 'mail provider' });
 * ```
 */
export class Connections implements Participant {
  /** Port of connections that name none. */
  public readonly defaultPort?: Port;

  /** Name in rules and messages, unique in its stack. */
  public readonly name: string;

  /** VPC firewall rules that allow egress from VM instances, which need them at boot. Complete at synth. */
  public readonly egressRules: ITerraformDependable[] = [];

  constructor(
    public readonly construct: Construct,
    private readonly props: ConnectionsProps,
  ) {
    this.defaultPort = props.defaultPort;
    this.name = props.name ?? AllowedConnection.peerName(construct);
  }

  /** @deprecated Use `egressRules`. */
  public get waysOut(): ITerraformDependable[] {
    return this.egressRules;
  }

  /** Endpoint, as firewall rules and NetworkPolicies match it. */
  public get endpoint(): Endpoint {
    const endpoint = this.props.endpoint();
    return endpoint.kind === 'machines' ? Object.create(endpoint, { kind: { value: 'instances', enumerable: true } }) : endpoint;
  }

  /**
   * Allows connections from a client to this construct. Repeating the call changes nothing. The construct itself is a valid client: replicas of
   * a workload, or nodes of a ring, call each other.
   *
   * @param options port and reason, or the port alone
   * @throws ValidationError when there is no port, or when no rules can make the connection work
   */
  public allowFrom(client: IConnectable, options?: Port | ConnectionOptions): void;
  /** @deprecated Use `allowFrom(client, { port, reason })`. */
  public allowFrom(client: IConnectable, port: Port | undefined, reason: string | undefined): void;
  public allowFrom(client: IConnectable, portOrOptions?: Port | ConnectionOptions, reason?: string): void {
    const options = connectionOptions(portOrOptions, reason);
    requireInstance(this.construct, 'client', 'IConnectable', client);
    requireProps(this.construct, 'ConnectionOptions', options);
    const port = options.port ?? this.defaultPort;
    if (port === undefined) {
      throw new ValidationError(
        this.construct,
        `'port' must be given, since '${this.name}' has no port of its own, got none for '${client.connections.name}'`,
      );
    }
    AllowedConnection.between(client.connections, this, port, options.reason);
  }

  /**
   * Allows connections from this construct to a server: the same connection as `server.allowFrom(this)`.
   *
   * @param options port and reason, or the port alone
   * @throws ValidationError when there is no port, or when no rules can make the connection work
   */
  public allowTo(server: IConnectable, options?: Port | ConnectionOptions): void;
  /** @deprecated Use `allowTo(server, { port, reason })`. */
  public allowTo(server: IConnectable, port: Port | undefined, reason: string | undefined): void;
  public allowTo(server: IConnectable, portOrOptions?: Port | ConnectionOptions, reason?: string): void {
    requireInstance(this.construct, 'server', 'IConnectable', server);
    server.connections.allowFrom({ connections: this }, connectionOptions(portOrOptions, reason));
  }
}

/** Options of a connection from either form of the arguments. */
export function connectionOptions(portOrOptions: Port | ConnectionOptions | undefined, reason: string | undefined): ConnectionOptions {
  if (typeof portOrOptions !== 'object' || portOrOptions === null || isPort(portOrOptions)) return { port: portOrOptions, reason };
  return reason === undefined ? portOrOptions : { ...portOrOptions, reason };
}

/** True for a port, also one of another copy of this library, of which it is no instance. */
function isPort(value: Port | ConnectionOptions): value is Port {
  return 'protocol' in value && 'first' in value;
}
