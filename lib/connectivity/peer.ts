import { Construct } from 'constructs';
import { Cidr } from '../core/cidr';
import { Port } from '../network/port';
import { Connections, type IConnectable } from './connections';

/** Peers that are no construct of ours: ranges of addresses, named. */
export class Peer extends Construct implements IConnectable {
  public readonly connections: Connections;

  /** Ranges in CIDR notation, as a client or a server. */
  constructor(scope: Construct, id: string, props: { readonly ranges: readonly string[]; readonly defaultPort?: Port }) {
    super(scope, id);
    const ranges = props.ranges.map((range) => Cidr.parse(this, 'ranges', range).toString());
    this.connections = new Connections(this, { endpoint: () => ({ kind: 'ranges', ranges }), defaultPort: props.defaultPort });
  }
}
