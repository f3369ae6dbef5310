export type { ControlPlaneKind, ICluster, INodePoolCluster } from './cluster-reference';
export { type AuthorizedRanges, ControlPlaneAccess, type PeeringAccessOptions, type PrivateIpAccessOptions } from './control-plane-access';
export type { ClusterFromNameProps } from './imported-cluster';
export type { LoadPeriod, LoadProfile, Weekday } from './load-profile';
export type { Maintenance, MaintenanceDay, MaintenanceExclusion, MaintenanceExclusionScope, MaintenanceOptions } from './maintenance';
export { NodePool, type NodePoolProps } from './node-pool';
export type { LocationPolicy, NodePoolOptions, NodeTaint, UpgradeStrategy } from './node-pool-options';
export type { NodePools, PoolOfNodes } from './node-pools';
export type { NodeTemplate, PodRequirements } from './placement';
export {
  type LoggingComponent,
  type MonitoringComponent,
  PrivateCluster,
  type PrivateClusterProps,
  type ReleaseChannel,
} from './private-cluster';
