import type { SimulatedCloud } from '../../lib/sandbox/simulated-cloud';

/** Name of a cluster. */
export interface ClusterPlace {
  readonly projectId: string;
  readonly region: string;
  readonly clusterName: string;
}

/** Attributes of a cluster for stacks that refer to it by name. */
export interface DeployedCluster {
  readonly endpoint: string;

  /** Certificate authority, PEM; undefined for Google's own. */
  readonly caCertificate?: string;
}

/** Describes a cluster like `gcloud container clusters describe`; returns placeholders before it is deployed. */
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
