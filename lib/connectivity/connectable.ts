import { Construct } from 'constructs';
import type { Port } from '../network/port';
import { type ConnectionOptions, type Connections, connectionOptions, type IConnectable } from './connections';

/**
 * Construct that is a client or a server of connections.
 *
 * @remarks
 * Base class of workloads, namespaces, rings and peers. A subclass sets `connections` with the endpoint that rules match:
 * pods by labels, VM instances by service account, or ranges of addresses.
 *
 * @example
 * ```ts
 * class Printer extends Connectable {
 *   public readonly connections = new Connections(this, {
 *     endpoint: () => ({ kind: 'ranges', ranges: ['10.200.7.9/32'], throughVpc: true }),
 *     defaultPort: Port.tcp(631),
 *   });
 * }
 * billing.allowTo(new Printer(stack, 'Printer'));
 * ```
 */
export abstract class Connectable extends Construct implements IConnectable {
  public abstract readonly connections: Connections;

  /**
   * Allows connections from a client to this construct. Repeating the call changes nothing.
   *
   * @param options port and reason, or the port alone; by default the construct's own port
   * @throws ValidationError when there is no port, or when no rules can make the connection work
   */
  public allowFrom(client: IConnectable, options?: Port | ConnectionOptions): void;
  /** @deprecated Use `allowFrom(client, { port, reason })`. */
  public allowFrom(client: IConnectable, port: Port | undefined, reason: string | undefined): void;
  public allowFrom(client: IConnectable, portOrOptions?: Port | ConnectionOptions, reason?: string): void {
    this.connections.allowFrom(client, connectionOptions(portOrOptions, reason));
  }

  /**
   * Allows connections from this construct to a server: the same connection as `server.allowFrom(this)`.
   *
   * @param options port and reason, or the port alone; by default the server's own port
   * @throws ValidationError when there is no port, or when no rules can make the connection work
   */
  public allowTo(server: IConnectable, options?: Port | ConnectionOptions): void;
  /** @deprecated Use `allowTo(server, { port, reason })`. */
  public allowTo(server: IConnectable, port: Port | undefined, reason: string | undefined): void;
  public allowTo(server: IConnectable, portOrOptions?: Port | ConnectionOptions, reason?: string): void {
    this.connections.allowTo(server, connectionOptions(portOrOptions, reason));
  }
}
