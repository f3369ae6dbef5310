export {
  AllowedConnection,
  /** @deprecated Use `AllowedConnection`. */
  AllowedConnection as Edge,
} from './allowed-connection';
export { Connectable } from './connectable';
export { type ConnectionOptions, Connections, type ConnectionsProps, type IConnectable } from './connections';
export type { Endpoint, InstancesEndpoint, MachinesEndpoint, PodsEndpoint, RangesEndpoint } from './endpoint';
export type { IConnection, Participant } from './participant';
export { Peer, type PeerProps } from './peer';
