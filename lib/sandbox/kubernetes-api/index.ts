export { requireKubernetesBinaries } from './binaries';
export { KubernetesApiServers, type StartOptions } from './kubernetes-api-servers';
export type { KubernetesRequest } from './request-recorder';
