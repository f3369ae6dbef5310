export { Connectable } from './connectable';
export { Connections, type ConnectionsProps, type IConnectable } from './connections';
export { Edge } from './edge';
export type { Endpoint, MachinesEndpoint, PodsEndpoint, RangesEndpoint } from './endpoint';
export { Peer, type PeerProps } from './peer';
