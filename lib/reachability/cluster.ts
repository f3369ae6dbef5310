import type { Resource, TerraformDocument } from '../terraform/document';
import { type DataPlaneNote, readDataPlaneNote, readNote } from '../terraform/notes';
import { isKnown } from '../terraform/references';
import { blocksAt, hasBlock, isBlock, isUndetermined, known, listAt, textAt, toList, valueAt, written } from '../terraform/values';
import { AddressSet, type Location, PRIVATE, parseLocation } from './addresses';
import { type Answer, all, not, toAnswer } from './answer';
import { type DataPlane, readDataPlane } from './data-plane';
import { formatReason } from './labels';
import { GKE_MASQUERADE, type Masquerade, readMasquerade } from './masquerade';
import { findOtherAddresses, readAdditionalNodeRanges, readAdditionalPodRanges, readNodes } from './node-pools';
import { createUnknownRange, findSecondaryRange, mergeLocations } from './ranges';
import type { References } from './references';
import type { VmIdentity } from './vm-identity';

/** GKE cluster, as far as it affects reachability. */
export interface Cluster {
  /** Name of its kubernetes provider: `kubernetes`, or `kubernetes.ALIAS`. */
  readonly key: string;
  readonly name: string;

  /** Undefined when the cluster belongs to another stack. */
  readonly network?: string;

  /** Shared VPC: the network belongs to another project, where GKE creates no firewall rules for its load balancers. */
  readonly sharedVpc?: boolean;
  readonly nodes: Location;
  readonly pods: Location;

  /** ClusterIP range of services. It holds no endpoints. */
  readonly services: Location;
  readonly vms: readonly VmIdentity[];

  readonly dataPlane: DataPlane;
  readonly masquerade: Masquerade;

  /** Reason why its pods and nodes may have addresses that are not evaluated. */
  readonly otherAddresses?: string;
  readonly controlPlane: ControlPlane;
  readonly address?: string;
}

/** Control plane of a cluster. */
export interface ControlPlane {
  /** Connection to the VPC. With Private Service Connect its calls come from the konnectivity agents, with peering from its own range. */
  readonly kind: 'psc' | 'peering';
  readonly location: Location;

  /** DNS endpoint that accepts external traffic, protected by IAM alone. */
  readonly answersOutside: Answer;

  /** Authorized networks of its IP endpoints, besides nodes and pods. */
  readonly authorized: readonly Location[];

  /** Public addresses of Google Cloud count as authorized networks, besides those that are listed: by default they do. */
  readonly acceptsGoogleCloud: Answer;

  /** IP endpoints are enabled. */
  readonly hasAddress: Answer;

  /** IP endpoint on the internet, besides the private one. */
  readonly isPublic: Answer;

  /** Reason why one of these settings is not known. */
  readonly undetermined?: string;
}

/** True for a network that is known to belong to another project. */
function isOfOtherProject(network: string, project: string): boolean {
  const [, owner] = /^projects\/([^/]+)\//.exec(network) ?? [];
  return owner !== undefined && isKnown(owner) && isKnown(project) && owner !== project;
}

/** Providers of resources of Kubernetes. */
const PROVIDERS = ['kubernetes', 'helm', 'kubectl'];

/** Clusters of a stack, by the names of the providers that are configured for them. */
export class Clusters {
  private readonly byProvider = new Map<string, Cluster>();
  private readonly byHost = new Map<string, Cluster>();

  constructor(
    private readonly document: TerraformDocument,
    private readonly references: References,
  ) {
    const clusters = document.ofType('google_container_cluster').map((resource) => ({ ...this.readCluster(resource), key: '' }));
    for (const type of PROVIDERS) {
      for (const provider of toList(document.providers[type])) {
        const name = known(textAt(provider, 'alias'));
        const alias = name === undefined ? '' : `.${name}`;
        const cluster =
          this.findCluster(provider, clusters) ??
          this.byHost.get(this.readHost(provider)) ??
          this.findDefault(`kubernetes${alias}`, provider, clusters) ??
          createUnknownCluster(`kubernetes${alias}`, readDataPlaneNote(provider));
        this.add(`${type}${alias}`, cluster, this.readHost(provider));
      }
    }
    if (this.byProvider.size === 0) this.add('kubernetes', clusters[0] ?? createUnknownCluster('kubernetes'), '');
  }

  public list(): Cluster[] {
    return [...new Set(this.byProvider.values())];
  }

  /** Cluster of a resource of the kubernetes, the helm or the kubectl provider. */
  public of({ address, body }: Resource): Cluster {
    const [, type] = /^(helm|kubectl)_/.exec(address) ?? [];
    const provider = written(textAt(body, 'provider')) || (type ?? 'kubernetes');
    const key = provider.replace(/^(helm|kubectl)(?=\.|$)/, 'kubernetes');
    const cluster = this.byProvider.get(provider) ?? this.byProvider.get(key) ?? createUnknownCluster(key);
    this.byProvider.set(provider, cluster);
    return cluster;
  }

  /** Adds a provider. Its cluster has the key of the first provider that is configured for it. */
  private add(provider: string, cluster: Cluster, host: string): void {
    const same = this.list().find(
      ({ key, address }) => key === cluster.key || (cluster.address !== undefined && address === cluster.address),
    );
    const keys = this.list().map(({ key }) => key);
    const wanted = provider.replace(/^(helm|kubectl)/, 'kubernetes');
    const added = same ?? { ...cluster, key: keys.includes(wanted) ? provider : wanted };
    this.byProvider.set(provider, added);
    if (host !== '' && !this.byHost.has(host)) this.byHost.set(host, added);
  }

  /** Cluster of the stack that the configuration of a provider refers to. */
  private findCluster(provider: unknown, clusters: readonly Cluster[]): Cluster | undefined {
    const text = `${JSON.stringify(provider)} ${this.readHost(provider)}`;
    // Not `data.google_container_cluster`, whose cluster is of another stack.
    return clusters.find(({ address = '' }) => new RegExp(`(?<![\\w.-])${address}(?:\\.|")`).test(text));
  }

  /** Cluster of a provider that refers to none: that of the kubernetes provider of its alias, or the only one of the stack. */
  private findDefault(key: string, provider: unknown, clusters: readonly Cluster[]): Cluster | undefined {
    const cluster = this.byProvider.get(key) ?? (clusters.length === 1 && key === 'kubernetes' ? clusters[0] : undefined);
    return cluster?.address !== undefined && this.isElsewhere(provider) ? undefined : cluster;
  }

  /** True for a provider with the address of a cluster that is not in the stack. */
  private isElsewhere(provider: unknown): boolean {
    const host = this.readHost(provider);
    return host !== '' && (isKnown(host) || /\bdata\.(google_container_cluster|terraform_remote_state)\./.test(host));
  }

  /** Address of the API server in the configuration of a provider. In a plan it is a reference. */
  private readHost(provider: unknown): string {
    const settings = valueAt(provider, 'expressions') ?? provider;
    const host = valueAt(settings, 'kubernetes', 'host') ?? valueAt(settings, 'host');
    if (!isBlock(host)) return this.references.text(host);
    const [reference] = listAt(host, 'references');
    return typeof reference === 'string' ? `\${${reference}}` : this.references.text(valueAt(host, 'constant_value'));
  }

  private readCluster(resource: Resource): Cluster {
    const { values, address } = resource;
    const { references } = this;
    const subnet = references.findSubnetwork(valueAt(values, 'subnetwork'));
    const network = references.network(valueAt(values, 'network'), values);
    return {
      key: 'kubernetes',
      name: references.textAt(values, 'name'),
      network,
      sharedVpc: isOfOtherProject(network, references.readProject(values)),
      nodes: mergeLocations([
        subnet ? this.readPrimaryRange(subnet) : this.readNotedRange(resource, 'nodes'),
        ...readAdditionalNodeRanges(resource, this.findPools(resource), references),
      ])!,
      pods: mergeLocations([
        this.readPodRanges(resource, subnet),
        ...readAdditionalPodRanges(resource, this.findPools(resource), subnet, references),
      ])!,
      services: this.readServiceRange(resource),
      vms: readNodes(resource, this.findPools(resource), references),
      dataPlane: readDataPlane(resource, this.document, references),
      masquerade: readMasquerade(resource, this.document, references),
      otherAddresses: findOtherAddresses(resource, this.findPools(resource), references),
      controlPlane: this.readControlPlane(resource, subnet),
      address,
    };
  }

  private readPrimaryRange({ values }: Resource): Location {
    return parseLocation(this.references.textAt(values, 'ip_cidr_range'));
  }

  /** Pod ranges: named secondary ranges, or else a CIDR block. */
  private readPodRanges(resource: Resource, subnet: Resource | undefined): Location {
    const { values } = resource;
    const ofCluster = valueAt(values, 'ip_allocation_policy', 'cluster_secondary_range_name');
    const more = blocksAt(values, 'ip_allocation_policy', 'additional_pod_ranges_config').flatMap((config) =>
      isUndetermined(config) ? [config] : listAt(config, 'pod_range_names'),
    );
    const names = [ofCluster, ...more].map((name) => this.references.text(name)).filter((name) => name !== '');
    const ranges = names.map((name) => findSecondaryRange(subnet, name, this.references) ?? this.readNotedRange(resource, 'pods'));
    const block =
      this.references.textAt(values, 'ip_allocation_policy', 'cluster_ipv4_cidr_block') ||
      this.references.textAt(values, 'cluster_ipv4_cidr');
    if (ranges.length === 0 && block !== '') return parseLocation(block);
    return mergeLocations(ranges) ?? createUnknownRange(`pods of ${resource.address}`);
  }

  /** Private endpoint in an unknown subnet of the network. Pods call it by the first service address, before translation. */
  private locateUnknownEndpoint(resource: Resource): Location {
    const { values, address } = resource;
    const { references } = this;
    const networkOf = (user: unknown) => references.network(valueAt(user, 'network'), user);
    const subnets = this.document
      .ofType('google_compute_subnetwork')
      .filter((subnet) => networkOf(subnet.values) === networkOf(values))
      .map((subnet) => this.readPrimaryRange(subnet).addresses);
    return {
      addresses:
        subnets.length === 0 ? PRIVATE : AddressSet.union([...subnets, this.readServiceRange(resource).addresses]).intersect(PRIVATE),
      reference: `\${private endpoint of ${address}}`,
      text: 'an address that Google assigns',
      unknown:
        'without IP endpoints, Google assigns the address of the private endpoint, by default in the node subnet, which is not confirmed',
    };
  }

  private readServiceRange(resource: Resource): Location {
    const { values } = resource;
    const name = this.references.textAt(values, 'ip_allocation_policy', 'services_secondary_range_name');
    if (name !== '') {
      const subnet = this.references.findSubnetwork(valueAt(values, 'subnetwork'));
      return findSecondaryRange(subnet, name, this.references) ?? this.readNotedRange(resource, 'services');
    }
    const range = this.references.textAt(values, 'ip_allocation_policy', 'services_ipv4_cidr_block');
    return range === '' ? createUnknownRange(`services of ${resource.address}`) : parseLocation(range);
  }

  /** Range of a subnet of another stack, from the note of the cluster's construct. */
  private readNotedRange(resource: Resource, what: 'nodes' | 'pods' | 'services'): Location {
    const range = readNote(resource, 'ranges')?.[what];
    return typeof range === 'string' ? parseLocation(range) : createUnknownRange(`${what} of ${resource.address}`);
  }

  /** Node pools of the stack that belong, or may belong, to a cluster. */
  private findPools({ address }: Resource): Resource[] {
    return this.document.ofType('google_container_node_pool').filter((pool) => {
      const cluster = written(textAt(pool.body, 'cluster'));
      return isKnown(cluster) || cluster.includes(`${address}.`);
    });
  }

  /** Authorized networks. Without a block, every address is one. */
  private readAuthorizedNetworks(values: unknown): Location[] {
    if (!hasBlock(values, 'master_authorized_networks_config')) return [parseLocation('0.0.0.0/0')];
    return blocksAt(values, 'master_authorized_networks_config', 'cidr_blocks').map((range) =>
      parseLocation(this.references.textAt(range, 'cidr_block')),
    );
  }

  private readControlPlane(resource: Resource, nodeSubnet: Resource | undefined): ControlPlane {
    const { values, address } = resource;
    const { references } = this;
    const peering = references.textAt(values, 'private_cluster_config', 'master_ipv4_cidr_block');
    const subnetwork = valueAt(values, 'private_cluster_config', 'private_endpoint_subnetwork');
    const reasons: string[] = [];
    const read = (byDefault: boolean, ...path: string[]): Answer => {
      const value = references.booleanAt(values, ...path) ?? byDefault;
      if (isUndetermined(value)) reasons.push(formatReason(address, path, value));
      return toAnswer(value);
    };
    const hasAddress = read(true, 'control_plane_endpoints_config', 'ip_endpoints_config', 'enabled');
    const answersOutside = read(false, 'control_plane_endpoints_config', 'dns_endpoint_config', 'allow_external_traffic');
    const isPrivate = read(false, 'private_cluster_config', 'enable_private_endpoint');
    const rangeOf = (subnet: Resource | undefined) =>
      subnet ? this.readPrimaryRange(subnet) : createUnknownRange(`control plane of ${address}`);
    const location = (): Location => {
      if (peering !== '') return parseLocation(peering);
      // Without IP endpoints, the provider does not send the subnet of the private endpoint.
      if (hasAddress === 'no') return this.locateUnknownEndpoint(resource);
      if (subnetwork !== undefined) return rangeOf(references.findSubnetwork(subnetwork));
      return rangeOf(isPrivate === 'yes' ? nodeSubnet : undefined);
    };
    return {
      kind: peering === '' ? 'psc' : 'peering',
      location: location(),
      answersOutside,
      authorized: this.readAuthorizedNetworks(values),
      acceptsGoogleCloud: toAnswer(
        references.booleanAt(values, 'master_authorized_networks_config', 'gcp_public_cidrs_access_enabled') ?? true,
      ),
      hasAddress,
      isPublic: all([not(isPrivate), hasAddress]),
      undetermined: reasons[0],
    };
  }
}

function createUnknownCluster(key: string, dataPlane?: DataPlaneNote): Cluster {
  return {
    key,
    name: key,
    nodes: createUnknownRange(`nodes of ${key}`),
    pods: createUnknownRange(`pods of ${key}`),
    services: createUnknownRange(`services of ${key}`),
    vms: [],
    dataPlane: {
      isV2: dataPlane === 'v2' ? 'yes' : 'unknown',
      enforces: dataPlane === 'v2' ? 'yes' : 'unknown',
      enforcesClusterwide: 'unknown',
      reason: `the cluster of ${key} is not in this stack: it is not known whether it enforces NetworkPolicies`,
    },
    masquerade: GKE_MASQUERADE,
    controlPlane: {
      kind: 'psc',
      location: createUnknownRange(`control plane of ${key}`),
      answersOutside: 'no',
      authorized: [],
      acceptsGoogleCloud: 'no',
      hasAddress: 'no',
      isPublic: 'no',
    },
  };
}
