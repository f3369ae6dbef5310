import type { Values } from '../values';
import { ApiError } from './api-error';
import type { ApiAnswer, ApiRequest, Body } from './api-request';
import { type ApiResources, type ApiType, applyPatch, type Place } from './api-resources';
import { isBody } from './conversion';
import { ApiOperations } from './operations';

/** Kubernetes API servers of the clusters in a simulated cloud. */
export interface ClusterApis {
  /** Certificate of the authority that signed the servers' certificates, PEM. */
  readonly caCertificate: string;

  /**
   * Starts the API server of a cluster, with the objects of its previous one.
   *
   * @returns host and port
   */
  start(cluster: string, options: { readonly serviceRange: string }): Promise<{ readonly endpoint: string }>;

  /** Stops the API server of a cluster and deletes its objects. */
  remove(cluster: string): Promise<void>;
}

const SELF_LINK = 'https://container.googleapis.com/v1/';

/** Reads the plugin's block `private_cluster_config`, which the API splits into several fields. */
function readPrivateClusterConfig({ privateClusterConfig: own, networkConfig, controlPlaneEndpointsConfig }: Body): Body {
  const { ipEndpointsConfig: ip } = (controlPlaneEndpointsConfig ?? {}) as { readonly ipEndpointsConfig?: Body };
  return {
    ...(own as Body | undefined),
    enablePrivateNodes: (networkConfig as Body | undefined)?.defaultEnablePrivateNodes,
    ...(ip?.enablePublicEndpoint !== undefined && { enablePrivateEndpoint: !ip.enablePublicEndpoint }),
    privateEndpointSubnetwork: ip?.privateEndpointSubnetwork,
  };
}

function networkingMode({ ipAllocationPolicy }: Body): string | undefined {
  if (!isBody(ipAllocationPolicy)) return undefined;
  return ipAllocationPolicy.useIpAliases === true ? 'VPC_NATIVE' : 'ROUTES';
}

/** Reads a boolean of the API that is TRUE or FALSE in the plugin. */
function readInsecureKubeletPort({ nodeKubeletConfig }: Body): string | undefined {
  const isEnabled = isBody(nodeKubeletConfig) ? nodeKubeletConfig.insecureKubeletReadonlyPortEnabled : undefined;
  return isEnabled === undefined ? undefined : String(isEnabled).toUpperCase();
}

const CLUSTER: ApiType = {
  type: 'google_container_cluster',
  names: {
    cluster_autoscaling: 'autoscaling',
    datapath_provider: 'networkConfig.datapathProvider',
    default_max_pods_per_node: 'defaultMaxPodsConstraint.maxPodsPerNode',
    enable_intranode_visibility: 'networkConfig.enableIntraNodeVisibility',
    enable_shielded_nodes: 'shieldedNodes.enabled',
    gateway_api_config: 'networkConfig.gatewayApiConfig',
    'logging_config.enable_components': 'componentConfig.enableComponents',
    'maintenance_policy.daily_maintenance_window': 'window.dailyMaintenanceWindow',
    'maintenance_policy.recurring_window': 'window.recurringWindow',
    'maintenance_policy.recurring_window.end_time': 'window.endTime',
    'maintenance_policy.recurring_window.start_time': 'window.startTime',
    master_authorized_networks_config: 'controlPlaneEndpointsConfig.ipEndpointsConfig.authorizedNetworksConfig',
    min_master_version: 'initialClusterVersion',
    'monitoring_config.enable_components': 'componentConfig.enableComponents',
    'monitoring_config.managed_prometheus': 'managedPrometheusConfig',
    networking_mode: networkingMode,
    node_locations: 'locations',
    'node_pool_defaults.node_config_defaults.insecure_kubelet_readonly_port_enabled': readInsecureKubeletPort,
    private_cluster_config: readPrivateClusterConfig,
    // Node pools are resources of their own.
    node_pool: () => undefined,
  },
  own: () => ({ deletion_protection: false }),
};

const NODE_POOL: ApiType = {
  type: 'google_container_node_pool',
  names: {
    // Zero is omitted from the body.
    initial_node_count: ({ initialNodeCount = 0 }) => initialNodeCount,
    max_pods_per_node: 'maxPodsConstraint.maxPodsPerNode',
    node_config: 'config',
    'node_config.taint': 'taints',
    node_locations: 'locations',
  },
  adds: ({ values, identity }) => ({
    initialNodeCount: values.initial_node_count,
    instanceGroupUrls: [],
    locations: values.node_locations,
    selfLink: SELF_LINK + identity,
    status: 'RUNNING',
    version: values.version,
  }),
};

/** Fields of a cluster, by field of an update, that are not named like it without `desired`. */
const READ_BACK_AS: Readonly<Record<string, string>> = {
  desiredClusterAutoscaling: 'autoscaling',
  desiredDatapathProvider: 'networkConfig.datapathProvider',
  desiredDefaultEnablePrivateNodes: 'networkConfig.defaultEnablePrivateNodes',
  desiredDnsConfig: 'networkConfig.dnsConfig',
  desiredGatewayApiConfig: 'networkConfig.gatewayApiConfig',
  desiredMasterVersion: 'currentMasterVersion',
  desiredServiceExternalIpsConfig: 'networkConfig.serviceExternalIpsConfig',
};

/** Fields of an update that are merged with the present value. Others replace it. */
const MERGED: ReadonlySet<string> = new Set(['desiredAddonsConfig', 'desiredControlPlaneEndpointsConfig']);

/** Name of the initial node pool if the request names none. */
const DEFAULT_POOL = 'default-pool';

/** Google Kubernetes Engine API, for the resource types of this library. */
export class ContainerApi {
  private readonly operations = new ApiOperations('container');

  constructor(
    private readonly resources: ApiResources,
    private readonly kubernetes: ClusterApis,
  ) {}

  public async answer(request: ApiRequest): Promise<ApiAnswer | undefined> {
    const { method, path, verb, body } = request;
    const [, project, location, kind, name, pools, pool] =
      /^projects\/([^/]+)\/locations\/([^/]+)\/(clusters|operations)(?:\/([^/]+)(?:\/(nodePools)(?:\/([^/]+))?)?)?$/.exec(path) ?? [];
    if (project === undefined || location === undefined) return undefined;
    if (kind === 'operations') return this.operations.get(name!);
    const place: Place = { project, location };
    if (name === undefined) return method === 'POST' ? this.createCluster(place, body.cluster as Body) : undefined;

    const identity = `projects/${project}/locations/${location}/clusters/${name}`;
    if (pools !== undefined) return this.answerPools(request, place, identity, pool);
    if (method === 'GET') return this.cluster(identity);
    if (method === 'DELETE') return this.deleteCluster(place, identity);
    const before = this.resources.get(CLUSTER, identity);
    if (verb === '' && method === 'PUT') return this.update(place, identity, before, body.update);
    return verb in VERBS ? this.updateCluster(place, identity, { ...before, ...VERBS[verb]!(body) }) : undefined;
  }

  /** Starts the API servers of existing clusters, whose ports may have changed. */
  public async resume(): Promise<void> {
    for (const { identity } of this.resources.cloud.list(CLUSTER.type)) {
      const body = this.resources.get(CLUSTER, identity);
      const { endpoint } = await this.kubernetes.start(identity, { serviceRange: String(body.servicesIpv4Cidr) });
      this.resources.setBody(
        CLUSTER,
        identity,
        applyPatch(body, { endpoint, controlPlaneEndpointsConfig: { dnsEndpointConfig: { endpoint } } }),
      );
    }
  }

  private async createCluster(place: Place, sent: Body): Promise<ApiAnswer> {
    const identity = `projects/${place.project}/locations/${place.location}/clusters/${sent.name}`;
    const { failure, resource } = this.resources.create(CLUSTER, place, sent);
    if (!resource) return this.operations.done('CREATE_CLUSTER', SELF_LINK + identity, {}, failure);
    const serviceRange = resource.text('ip_allocation_policy.services_ipv4_cidr_block') || resource.text('services_ipv4_cidr');
    const { endpoint } = await this.kubernetes.start(identity, { serviceRange });
    const { values } = resource;
    const endpoints = (sent.controlPlaneEndpointsConfig ?? {}) as Body;
    const dns = endpoints.dnsEndpointConfig as Body | undefined;
    this.resources.setBody(CLUSTER, identity, {
      ...sent,
      id: createdId(this.resources.cloud.next('number')),
      selfLink: SELF_LINK + identity,
      location: place.location,
      locations: values.node_locations,
      status: 'RUNNING',
      endpoint,
      currentMasterVersion: values.master_version,
      currentNodeVersion: values.master_version,
      servicesIpv4Cidr: serviceRange,
      labelFingerprint: 'a9dc16a7',
      networkConfig: { ...(sent.networkConfig as Body | undefined), network: sent.network, subnetwork: sent.subnetwork },
      masterAuth: {
        ...(sent.masterAuth as Body | undefined),
        clusterCaCertificate: Buffer.from(this.kubernetes.caCertificate).toString('base64'),
      },
      controlPlaneEndpointsConfig: {
        ...endpoints,
        ipEndpointsConfig: { enabled: true, ...(endpoints.ipEndpointsConfig as Body | undefined) },
        dnsEndpointConfig: { ...dns, endpoint },
      },
      nodePools: Array.isArray(sent.nodePools) ? sent.nodePools : [defaultPool(identity, String(values.master_version))],
    });
    return this.operations.done('CREATE_CLUSTER', SELF_LINK + identity, { zone: place.location }, failure);
  }

  private cluster(identity: string): Body {
    const body = this.resources.get(CLUSTER, identity);
    return { ...body, nodePools: [...(body.nodePools as Body[]), ...this.resources.list(NODE_POOL, `${identity}/nodePools/`)] };
  }

  private update(place: Place, identity: string, before: Body, update: unknown): ApiAnswer {
    if (!isBody(update)) throw new ApiError(400, 'Must specify a field to update.', 'badRequest');
    const { desiredNodePoolId: pool, desiredNodePoolAutoscaling: autoscaling, desiredImageType: imageType, ...rest } = update;
    // Autoscaling limits and the node image of a pool are changed by an update of its cluster.
    if (autoscaling === undefined && imageType === undefined) return this.updateCluster(place, identity, applyUpdate(before, rest));
    const named = `${identity}/nodePools/${pool}`;
    const body = this.resources.get(NODE_POOL, named);
    const changes = autoscaling === undefined ? { config: { ...(body.config as Body), imageType } } : { autoscaling };
    return this.updatePool(place, identity, named, { ...body, ...changes });
  }

  private updatePool(place: Place, cluster: string, identity: string, body: Body): ApiAnswer {
    const { failure } = this.resources.update(NODE_POOL, place, identity, body, { cluster });
    return this.operations.done('UPDATE_NODE_POOL', SELF_LINK + identity, { zone: place.location }, failure);
  }

  private updateCluster(place: Place, identity: string, body: Body): ApiAnswer {
    const { failure } = this.resources.update(CLUSTER, place, identity, body);
    return this.operations.done('UPDATE_CLUSTER', SELF_LINK + identity, { zone: place.location }, failure);
  }

  private async deleteCluster(place: Place, identity: string): Promise<ApiAnswer> {
    const { failure } = this.resources.delete(CLUSTER, place, identity);
    if (failure === undefined) await this.kubernetes.remove(identity);
    return this.operations.done('DELETE_CLUSTER', SELF_LINK + identity, { zone: place.location }, failure);
  }

  private answerPools({ method, verb, body }: ApiRequest, place: Place, cluster: string, pool?: string): ApiAnswer | undefined {
    const scope: Values = { cluster };
    const done = (kind: string, identity: string, failure?: string) =>
      this.operations.done(kind, SELF_LINK + identity, { zone: place.location }, failure);
    if (pool === undefined) {
      if (method === 'GET') return { nodePools: this.cluster(cluster).nodePools };
      if (method !== 'POST') return undefined;
      const sent = body.nodePool as Body;
      this.resources.get(CLUSTER, cluster);
      const { failure } = this.resources.create(NODE_POOL, place, sent, scope);
      return done('CREATE_NODE_POOL', `${cluster}/nodePools/${sent.name}`, failure);
    }
    const identity = `${cluster}/nodePools/${pool}`;
    const ofCluster = (this.resources.get(CLUSTER, cluster).nodePools as Body[]).find(({ name }) => name === pool);
    if (ofCluster) {
      if (method === 'GET') return ofCluster;
      if (method !== 'DELETE') return undefined;
      const body = this.resources.get(CLUSTER, cluster);
      this.resources.setBody(CLUSTER, cluster, { ...body, nodePools: (body.nodePools as Body[]).filter((each) => each !== ofCluster) });
      return done('DELETE_NODE_POOL', identity);
    }
    const before = this.resources.get(NODE_POOL, identity);
    if (method === 'GET') return before;
    if (method === 'DELETE') return done('DELETE_NODE_POOL', identity, this.resources.delete(NODE_POOL, place, identity).failure);
    const changes = readPoolChanges(verb, body);
    if (!changes) return undefined;
    const after = { ...before, ...changes, config: { ...(before.config as Body | undefined), ...(changes.config as Body | undefined) } };
    return this.updatePool(place, cluster, identity, after);
  }
}

/** Field changes of a cluster's custom methods. */
const VERBS: Readonly<Record<string, (body: Body) => Body>> = {
  setMaintenancePolicy: ({ maintenancePolicy }) => ({ maintenancePolicy }),
  setResourceLabels: ({ resourceLabels }) => ({ resourceLabels }),
  setLegacyAbac: ({ enabled }) => ({ legacyAbac: { enabled } }),
  setNetworkPolicy: ({ networkPolicy }) => ({ networkPolicy }),
};

/** Applies an update to a cluster. */
function applyUpdate(cluster: Body, update: Body): Body {
  return Object.entries(update).reduce<Body>((body, [name, value]) => {
    if (name === 'desiredIntraNodeVisibilityConfig') {
      return withField(body, ['networkConfig', 'enableIntraNodeVisibility'], (value as Body).enabled);
    }
    const path = (READ_BACK_AS[name] ?? lowerFirst(name.replace(/^desired/, ''))).split('.');
    return MERGED.has(name) ? withField(body, path, mergeField(body[path[0]!], value as Body)) : withField(body, path, value);
  }, cluster);
}

/** Merges changes into a field. Output-only values inside it, such as an endpoint, are kept. */
function mergeField(before: unknown, changes: Body): Body {
  const fields: Body = isBody(before) ? { ...before } : {};
  for (const [name, value] of Object.entries(changes)) {
    const was = fields[name];
    fields[name] = isBody(value) && isBody(was) ? { ...was, ...value } : value;
  }
  return fields;
}

function withField(body: Body, [name, ...rest]: readonly string[], value: unknown): Body {
  const inner = body[name!];
  return { ...body, [name!]: rest.length === 0 ? value : withField(isBody(inner) ? inner : {}, rest, value) };
}

/** Reads the field changes of a request on a node pool, whose update has its own field names. */
function readPoolChanges(verb: string, body: Body): Body | undefined {
  if (verb === 'setAutoscaling') return { autoscaling: body.autoscaling };
  if (verb === 'setManagement') return { management: body.management };
  if (verb === 'setSize') return { initialNodeCount: body.nodeCount };
  if (verb !== '') return undefined;
  const { name, clusterId, nodePoolId, projectId, zone, etag, locations, upgradeSettings, nodeNetworkConfig, nodeVersion, ...config } =
    body;
  // A string in the request, a number in the resource.
  const disk = config.diskSizeGb === undefined ? {} : { diskSizeGb: Number(config.diskSizeGb) };
  const taints = isBody(config.taints) ? { taints: config.taints.taints ?? [] } : {};
  const labels = isBody(config.labels) ? { labels: config.labels.labels ?? {} } : {};
  const tags = isBody(config.tags) ? { tags: config.tags.tags ?? [] } : {};
  const resourceLabels = isBody(config.resourceLabels) ? { resourceLabels: config.resourceLabels.labels ?? {} } : {};
  return {
    ...(locations !== undefined && { locations }),
    ...(upgradeSettings !== undefined && { upgradeSettings }),
    ...(nodeNetworkConfig !== undefined && { networkConfig: nodeNetworkConfig }),
    ...(nodeVersion !== undefined && nodeVersion !== '' && nodeVersion !== '-' && { version: nodeVersion }),
    config: { ...config, ...disk, ...taints, ...labels, ...tags, ...resourceLabels },
  };
}

function defaultPool(cluster: string, version: string): Body {
  return {
    name: DEFAULT_POOL,
    config: { machineType: 'e2-medium' },
    initialNodeCount: 1,
    selfLink: `${SELF_LINK}${cluster}/nodePools/${DEFAULT_POOL}`,
    status: 'RUNNING',
    version,
  };
}

function createdId(number: number): string {
  return number.toString(16).padStart(32, '0');
}

function lowerFirst(name: string): string {
  return name.charAt(0).toLowerCase() + name.slice(1);
}
