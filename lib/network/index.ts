export type { NetworkFromNameProps } from './imported-network';
export type { IpPlanProps } from './ip-plan';
export { Network, type NetworkProps } from './network';
export type { FirewallLogging, INetwork, ISubnet } from './network-reference';
export { Port, type Protocol } from './port';
