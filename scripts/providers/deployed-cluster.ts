import type { SimulatedCloud } from '../../lib/sandbox/simulated-cloud';

/** Name of a cluster. */
export interface ClusterPlace {
  readonly projectId: string;
  readonly region: string;
  readonly clusterName: string;
}

/** What a stack that names a cluster has to know of it. */
export interface DeployedCluster {
  readonly endpoint: string;

  /** PEM; undefined where the certificate is Google's. */
  readonly caCertificate?: string;
}

/** Returns the endpoint of a cluster, as `gcloud container clusters describe` does; a placeholder while it is not deployed. */
export function clusterIn(cloud: SimulatedCloud | undefined, { projectId, region, clusterName }: ClusterPlace): DeployedCluster {
  const identity = `projects/${projectId}/locations/${region}/clusters/${clusterName}`;
  const cluster = cloud?.get('google_container_cluster', identity);
  if (!cloud || !cluster) return { endpoint: 'not-deployed.example' };
  const body = cloud.body('google_container_cluster', identity) as ClusterBody | undefined;
  if (!body) return { endpoint: cluster.text('control_plane_endpoints_config.dns_endpoint_config.endpoint') };
  return {
    endpoint: body.controlPlaneEndpointsConfig.dnsEndpointConfig.endpoint,
    caCertificate: Buffer.from(body.masterAuth.clusterCaCertificate, 'base64').toString(),
  };
}

interface ClusterBody {
  readonly controlPlaneEndpointsConfig: { readonly dnsEndpointConfig: { readonly endpoint: string } };
  readonly masterAuth: { readonly clusterCaCertificate: string };
}
