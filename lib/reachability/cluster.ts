import type { Resource, TerraformDocument } from '../terraform/document';
import { noteOf } from '../terraform/notes';
import { isKnown } from '../terraform/references';
import { blocksAt, isUndetermined, known, listAt, listOf, textAt, valueAt, written } from '../terraform/values';
import { AddressSet, type Location, locationOf, PRIVATE } from './addresses';
import { type Answer, all, not, toAnswer } from './answer';
import { reasonFor } from './labels';
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
  readonly dataplaneV2: Answer;
  readonly controlPlane: ControlPlane;
  readonly address?: string;
}

/** The control plane of a cluster. */
export interface ControlPlane {
  /** By Private Service Connect its calls come from the konnectivity agents, by peering from its own range. */
  readonly kind: 'psc' | 'peering';
  readonly location: Location;

  /** Whether its DNS name answers from outside the VPC, guarded by IAM alone. */
  readonly answersOutside: Answer;

  /** Ranges whose machines may call its private address, besides nodes and pods. */
  readonly authorized: readonly Location[];

  /** Whether it has an address that machines can call at all. */
  readonly hasAddress: Answer;

  /** Whether that address is on the internet too. */
  readonly isPublic: Answer;

  /** Reason why some of it is not known. */
  readonly undetermined?: string;
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
        const name = known(textAt(provider, 'alias'));
        const alias = name === undefined ? '' : `.${name}`;
        const own = clusters.find(([{ address }]) => text.includes(`${address}.`) || text.includes(`"${address}"`))?.[1];
        const key = `kubernetes${alias}`;
        const cluster = own ?? (clusters.length === 1 && alias === '' ? clusters[0]?.[1] : undefined) ?? elsewhere(key);
        this.byProvider.set(key, this.byProvider.get(key) ?? { ...cluster, key });
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
    const key = (written(textAt(body, 'provider')) || 'kubernetes').replace(/^helm/, 'kubernetes');
    const cluster = this.byProvider.get(key) ?? elsewhere(key);
    this.byProvider.set(key, cluster);
    return cluster;
  }

  private model(resource: Resource): Cluster {
    const { values, address } = resource;
    const { references } = this;
    const subnet = references.findSubnetwork(valueAt(values, 'subnetwork'));
    const network = references.network(valueAt(values, 'network'), values);
    const dataplane = references.textAt(values, 'datapath_provider');
    return {
      key: 'kubernetes',
      name: references.textAt(values, 'name'),
      network,
      sharedVpc: isOfOtherProject(network, references.projectOf(values)),
      nodes: subnet ? this.primaryRange(subnet) : this.named(resource, 'nodes'),
      pods: this.pods(resource, subnet),
      services: this.services(resource),
      machines: this.nodes(resource),
      dataplaneV2: isKnown(dataplane) ? (dataplane === 'ADVANCED_DATAPATH' ? 'yes' : 'no') : 'unknown',
      controlPlane: this.controlPlane(resource, subnet),
      address,
    };
  }

  private primaryRange({ values }: Resource): Location {
    return locationOf(this.references.textAt(values, 'ip_cidr_range'));
  }

  /** Ranges of its pods: by name, or else as a block of addresses. */
  private pods(resource: Resource, subnet: Resource | undefined): Location {
    const { values } = resource;
    const ofCluster = valueAt(values, 'ip_allocation_policy', 'cluster_secondary_range_name');
    const more = blocksAt(values, 'ip_allocation_policy', 'additional_pod_ranges_config').flatMap((config) =>
      isUndetermined(config) ? [config] : listAt(config, 'pod_range_names'),
    );
    const names = [ofCluster, ...more].map((name) => this.references.text(name)).filter((name) => name !== '');
    const ranges = names.map((name) => this.secondaryRange(subnet, name) ?? this.named(resource, 'pods'));
    const block =
      this.references.textAt(values, 'ip_allocation_policy', 'cluster_ipv4_cidr_block') ||
      this.references.textAt(values, 'cluster_ipv4_cidr');
    return joined(ranges.length === 0 && block !== '' ? [locationOf(block)] : ranges);
  }

  /** An address in some subnet of the network; pods call it by the first address of services, before it is translated. */
  private chosenByGoogle(resource: Resource): Location {
    const { values, address } = resource;
    const { references } = this;
    const networkOf = (user: unknown) => references.network(valueAt(user, 'network'), user);
    const subnets = this.document
      .ofType('google_compute_subnetwork')
      .filter((subnet) => networkOf(subnet.values) === networkOf(values))
      .map((subnet) => this.primaryRange(subnet).addresses);
    return {
      addresses: subnets.length === 0 ? PRIVATE : AddressSet.union([...subnets, this.services(resource).addresses]).intersect(PRIVATE),
      reference: `\${private endpoint of ${address}}`,
      text: 'an address that Google chooses',
      unknown:
        'without IP endpoints Google chooses where the private endpoint of the control plane is: by default in the node subnet, which is not confirmed',
    };
  }

  private services(resource: Resource): Location {
    const { values } = resource;
    const name = this.references.textAt(values, 'ip_allocation_policy', 'services_secondary_range_name');
    if (name !== '') {
      const subnet = this.references.findSubnetwork(valueAt(values, 'subnetwork'));
      return this.secondaryRange(subnet, name) ?? this.named(resource, 'services');
    }
    const range = this.references.textAt(values, 'ip_allocation_policy', 'services_ipv4_cidr_block');
    return range === '' ? UNKNOWN : locationOf(range);
  }

  /** A range of a subnet that is not in this stack, as the cluster's construct wrote it down. */
  private named(resource: Resource, what: 'nodes' | 'pods' | 'services'): Location {
    const range = noteOf(resource, 'ranges')?.[what];
    return typeof range === 'string' ? locationOf(range) : { ...UNKNOWN, reference: `\${${what} of ${resource.address}}` };
  }

  private secondaryRange(subnet: Resource | undefined, name: string): Location | undefined {
    const range = blocksAt(subnet?.values, 'secondary_ip_range').find(
      (candidate) => this.references.textAt(candidate, 'range_name') === name,
    );
    return range && locationOf(this.references.textAt(range, 'ip_cidr_range'));
  }

  /** The nodes of its pools; when they are made elsewhere, as the cluster describes its own. */
  private nodes({ address, values }: Resource): VmIdentity[] {
    const { references } = this;
    const isPrivate = references.booleanAt(values, 'private_cluster_config', 'enable_private_nodes') ?? false;
    const subnetwork = references.subnetwork(valueAt(values, 'subnetwork'));
    const pools = this.document.ofType('google_container_node_pool').filter((pool) => {
      const cluster = written(textAt(pool.body, 'cluster'));
      return isKnown(cluster) || cluster.includes(`${address}.`);
    });
    return (pools.length > 0 ? pools.map((pool) => pool.values) : [values]).map((nodes) => {
      const hasPrivateNodes = nodes === values ? undefined : references.booleanAt(nodes, 'network_config', 'enable_private_nodes');
      return {
        tags: references.textsAt(nodes, 'node_config', 'tags'),
        serviceAccount: references.textAt(nodes, 'node_config', 'service_account'),
        external: not(toAnswer(hasPrivateNodes ?? isPrivate)),
        subnetwork,
      };
    });
  }

  private controlPlane(resource: Resource, nodeSubnet: Resource | undefined): ControlPlane {
    const { values, address } = resource;
    const { references } = this;
    const peering = references.textAt(values, 'private_cluster_config', 'master_ipv4_cidr_block');
    const subnetwork = valueAt(values, 'private_cluster_config', 'private_endpoint_subnetwork');
    const reasons: string[] = [];
    const read = (byDefault: boolean, ...path: string[]): Answer => {
      const value = references.booleanAt(values, ...path) ?? byDefault;
      if (isUndetermined(value)) reasons.push(reasonFor(address, path, value));
      return toAnswer(value);
    };
    const hasAddress = read(true, 'control_plane_endpoints_config', 'ip_endpoints_config', 'enabled');
    const answersOutside = read(false, 'control_plane_endpoints_config', 'dns_endpoint_config', 'allow_external_traffic');
    const isPrivate = read(false, 'private_cluster_config', 'enable_private_endpoint');
    const rangeOf = (subnet: Resource | undefined) => (subnet ? this.primaryRange(subnet) : UNKNOWN);
    const location = (): Location => {
      if (peering !== '') return locationOf(peering);
      // The provider does not send the subnet of an endpoint without IP endpoints.
      if (hasAddress === 'no') return this.chosenByGoogle(resource);
      if (subnetwork !== undefined) return rangeOf(references.findSubnetwork(subnetwork));
      return isPrivate === 'yes' ? rangeOf(nodeSubnet) : UNKNOWN;
    };
    return {
      kind: peering === '' ? 'psc' : 'peering',
      location: location(),
      answersOutside,
      authorized: blocksAt(values, 'master_authorized_networks_config', 'cidr_blocks').map((range) =>
        locationOf(references.textAt(range, 'cidr_block')),
      ),
      hasAddress,
      isPublic: all([not(isPrivate), hasAddress]),
      undetermined: reasons[0],
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
    dataplaneV2: 'yes',
    controlPlane: { kind: 'psc', location: UNKNOWN, answersOutside: 'no', authorized: [], hasAddress: 'no', isPublic: 'no' },
  };
}
