import type { Resource, TerraformDocument } from '../terraform/document';
import { noteOf } from '../terraform/notes';
import { isKnown } from '../terraform/references';
import { block, blocks, booleanAt, isBlock, known, listOf } from '../terraform/values';
import { AddressSet, type Location, locationOf, PRIVATE } from './addresses';
import type { References } from './references';
import type { VmIdentity } from './vm-identity';

/** What of a GKE cluster matters for who reaches whom. */
export interface Cluster {
  /** Name of its kubernetes provider: `kubernetes`, or `kubernetes.ALIAS`. */
  readonly key: string;
  readonly name: string;

  /** Nothing when the cluster is made in another stack. */
  readonly network?: string;

  /** Whether the network is of another project, where GKE may write no firewall rule for its load balancers. */
  readonly sharedVpc?: boolean;
  readonly nodes: Location;
  readonly pods: Location;

  /** Virtual addresses of services: no peers of their own. */
  readonly services: Location;
  readonly machines: readonly VmIdentity[];

  /** Whether Dataplane V2 (Cilium) enforces policies: an ipBlock then never matches a pod or a node. */
  readonly dataplaneV2: boolean;
  readonly controlPlane: ControlPlane;
  readonly address?: string;
}

/** The control plane of a cluster. */
export interface ControlPlane {
  /** By Private Service Connect its calls come from the konnectivity agents, by peering from its own range. */
  readonly kind: 'psc' | 'peering';
  readonly location: Location;

  /** Whether its DNS name answers from outside the VPC, guarded by IAM alone. */
  readonly answersOutside: boolean;

  /** Ranges whose machines may call its private address, besides nodes and pods. */
  readonly authorized: readonly Location[];

  /** Whether it has an address that machines can call at all. */
  readonly hasAddress: boolean;

  /** Whether that address is on the internet too. */
  readonly isPublic: boolean;
}

const UNKNOWN: Location = { addresses: AddressSet.all, text: 'a range that is not in this stack' };

/** Whether a network is known to be of another project. */
function isOfOtherProject(network: string, project: string): boolean {
  const [, owner] = /^projects\/([^/]+)\//.exec(network) ?? [];
  return owner !== undefined && isKnown(owner) && isKnown(project) && owner !== project;
}

/** The clusters of a stack, by the names of the providers that reach them. */
export class Clusters {
  private readonly byProvider = new Map<string, Cluster>();

  constructor(
    private readonly document: TerraformDocument,
    private readonly references: References,
  ) {
    const clusters = document.ofType('google_container_cluster').map((resource) => [resource, this.model(resource)] as const);
    for (const type of ['kubernetes', 'helm']) {
      for (const provider of listOf(document.providers[type])) {
        const text = JSON.stringify(provider);
        const alias = isBlock(provider) && typeof provider.alias === 'string' ? `.${provider.alias}` : '';
        const own = clusters.find(([{ address }]) => text.includes(`${address}.`) || text.includes(`"${address}"`))?.[1];
        const key = `kubernetes${alias}`;
        const cluster = own ?? (clusters.length === 1 && alias === '' ? clusters[0]?.[1] : undefined) ?? elsewhere(key);
        const known = this.byProvider.get(key);
        this.byProvider.set(key, known ?? { ...cluster, key });
      }
    }
    if (this.byProvider.size === 0)
      this.byProvider.set('kubernetes', { ...(clusters[0]?.[1] ?? elsewhere('kubernetes')), key: 'kubernetes' });
  }

  public list(): Cluster[] {
    return [...this.byProvider.values()];
  }

  /** Cluster of a resource of the kubernetes or the helm provider. */
  public of({ body }: Resource): Cluster {
    const key = String(body.provider ?? 'kubernetes').replace(/^helm/, 'kubernetes');
    const cluster = this.byProvider.get(key) ?? elsewhere(key);
    this.byProvider.set(key, cluster);
    return cluster;
  }

  private model(resource: Resource): Cluster {
    const { body, address } = resource;
    const { references } = this;
    const subnet = references.findSubnetwork(body.subnetwork);
    const policy = block(body, 'ip_allocation_policy');
    const podRanges = [
      policy?.cluster_secondary_range_name,
      ...blocks(policy, 'additional_pod_ranges_config').flatMap((more) => listOf(more.pod_range_names)),
    ].flatMap((name) =>
      name === undefined || name === null ? [] : (this.secondaryRange(subnet, references.text(name)) ?? this.named(resource, 'pods')),
    );
    const podBlock = policy?.cluster_ipv4_cidr_block ?? body.cluster_ipv4_cidr;
    return {
      key: 'kubernetes',
      name: references.text(body.name),
      network: references.network(body.network, body),
      sharedVpc: isOfOtherProject(references.network(body.network, body), references.projectOf(body)),
      nodes: subnet ? locationOf(references.text(subnet.body.ip_cidr_range)) : this.named(resource, 'nodes'),
      pods: joined([...podRanges, ...(podRanges.length === 0 && podBlock ? [locationOf(references.text(podBlock))] : [])]),
      services: this.services(resource),
      machines: this.nodes(address, body),
      dataplaneV2: body.datapath_provider === 'ADVANCED_DATAPATH',
      controlPlane: this.controlPlane(resource, subnet),
      address,
    };
  }

  /** An address in some subnet of the network; pods call it by the first address of services, before it is translated. */
  private chosenByGoogle(resource: Resource): Location {
    const { body, address } = resource;
    const { references } = this;
    const network = references.network(body.network, body);
    const subnets = this.document
      .ofType('google_compute_subnetwork')
      .filter((subnet) => references.network(subnet.body.network, subnet.body) === network)
      .map((subnet) => locationOf(references.text(subnet.body.ip_cidr_range)).addresses);
    return {
      addresses: subnets.length === 0 ? PRIVATE : AddressSet.union([...subnets, this.services(resource).addresses]).intersect(PRIVATE),
      reference: `\${private endpoint of ${address}}`,
      text: 'an address that Google chooses',
      unknown:
        'without IP endpoints Google chooses where the private endpoint of the control plane is: by default in the node subnet, which is not confirmed',
    };
  }

  private services(resource: Resource): Location {
    const { body } = resource;
    const policy = block(body, 'ip_allocation_policy');
    const name = policy?.services_secondary_range_name;
    const range = policy?.services_ipv4_cidr_block;
    if (name) {
      return (
        this.secondaryRange(this.references.findSubnetwork(body.subnetwork), this.references.text(name)) ?? this.named(resource, 'services')
      );
    }
    return range ? locationOf(this.references.text(range)) : UNKNOWN;
  }

  /** A range of a subnet that is not in this stack, as the cluster's construct wrote it down. */
  private named(resource: Resource, what: 'nodes' | 'pods' | 'services'): Location {
    const range = noteOf(resource, 'ranges')?.[what];
    return typeof range === 'string' ? locationOf(range) : { ...UNKNOWN, reference: `\${${what} of ${resource.address}}` };
  }

  private secondaryRange(subnet: Resource | undefined, name: string): Location | undefined {
    const range = blocks(subnet?.body, 'secondary_ip_range').find((candidate) => this.references.text(candidate.range_name) === name);
    return range && locationOf(this.references.text(range.ip_cidr_range));
  }

  /** The nodes of its pools; when they are made elsewhere, as the cluster describes its own. */
  private nodes(address: string, body: Resource['body']): VmIdentity[] {
    const isPrivate = known(booleanAt(body, 'private_cluster_config', 'enable_private_nodes')) === true;
    const pools = this.document
      .ofType('google_container_node_pool')
      .filter((pool) => typeof pool.body.cluster !== 'string' || isKnown(pool.body.cluster) || pool.body.cluster.includes(`${address}.`));
    const configs = pools.map(
      (pool) => [block(pool.body, 'node_config'), known(booleanAt(pool.body, 'network_config', 'enable_private_nodes'))] as const,
    );
    return (configs.length > 0 ? configs : [[block(body, 'node_config'), undefined] as const]).map(([config, hasPrivateNodes]) => ({
      tags: listOf(config?.tags).map((tag) => this.references.text(tag)),
      serviceAccount: this.references.text(config?.service_account),
      external: !(hasPrivateNodes ?? isPrivate),
      subnetwork: this.references.subnetwork(body.subnetwork),
    }));
  }

  private controlPlane(resource: Resource, nodeSubnet: Resource | undefined): ControlPlane {
    const { body } = resource;
    const { references } = this;
    const access = block(body, 'private_cluster_config');
    const endpoints = block(body, 'control_plane_endpoints_config');
    const peering = access?.master_ipv4_cidr_block;
    const hasAddress = known(booleanAt(endpoints, 'ip_endpoints_config', 'enabled')) !== false;
    const isPrivate = known(booleanAt(access, 'enable_private_endpoint')) === true;
    const rangeOf = (subnet: Resource | undefined) => (subnet ? locationOf(references.text(subnet.body.ip_cidr_range)) : UNKNOWN);
    const location = (): Location => {
      if (peering) return locationOf(references.text(peering));
      // The provider does not send the subnet of an endpoint without IP endpoints.
      if (!hasAddress) return this.chosenByGoogle(resource);
      if (access?.private_endpoint_subnetwork) return rangeOf(references.findSubnetwork(access.private_endpoint_subnetwork));
      return isPrivate ? rangeOf(nodeSubnet) : UNKNOWN;
    };
    return {
      kind: peering ? 'peering' : 'psc',
      location: location(),
      answersOutside: known(booleanAt(endpoints, 'dns_endpoint_config', 'allow_external_traffic')) === true,
      authorized: blocks(block(body, 'master_authorized_networks_config'), 'cidr_blocks').map((range) =>
        locationOf(references.text(range.cidr_block)),
      ),
      hasAddress,
      isPublic: !isPrivate && hasAddress,
    };
  }
}

function joined(locations: readonly Location[]): Location {
  if (locations.length === 0) return UNKNOWN;
  const [only] = locations;
  if (locations.length === 1 && only) return only;
  return { addresses: AddressSet.union(locations.map(({ addresses }) => addresses)), text: locations.map(({ text }) => text).join(', ') };
}

function elsewhere(key: string): Cluster {
  return {
    key,
    name: key,
    nodes: UNKNOWN,
    pods: UNKNOWN,
    services: UNKNOWN,
    machines: [],
    dataplaneV2: true,
    controlPlane: { kind: 'psc', location: UNKNOWN, answersOutside: false, authorized: [], hasAddress: false, isPublic: false },
  };
}
