import { Construct } from 'constructs';
import type { Port } from '../network/port';
import type { Connections, IConnectable } from './connections';

/** A construct that says itself whom it lets in and whom it calls. */
export abstract class Connectable extends Construct implements IConnectable {
  public abstract readonly connections: Connections;

  /**
   * Lets a client reach this construct. Saying so twice changes nothing.
   *
   * @param port default: this construct's own port
   * @param reason written into the rules
   */
  public allowFrom(client: IConnectable, port?: Port, reason?: string): void {
    this.connections.allowFrom(client, port, reason);
  }

  /** Lets this construct reach a server: the same edge as `server.allowFrom(this)`. */
  public allowTo(server: IConnectable, port?: Port, reason?: string): void {
    this.connections.allowTo(server, port, reason);
  }
}
