export type { ClusterApis } from './container';
export { DiscoveryDocuments } from './discovery';
export { type AnsweredCall, GoogleApiServer } from './google-api-server';
export type { VmHost } from './vm-compute';
