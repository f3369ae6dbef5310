import { ComputeNetwork } from '@cdktf/provider-google/lib/compute-network';
import { ComputeRouter } from '@cdktf/provider-google/lib/compute-router';
import { ComputeRouterNat } from '@cdktf/provider-google/lib/compute-router-nat';
import { ComputeSubnetwork, type ComputeSubnetworkConfig } from '@cdktf/provider-google/lib/compute-subnetwork';
import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import type { Cidr } from '../core/cidr';
import { requireRegion } from '../core/google-cloud-names';
import { requireLabels } from '../core/labels';
import { nameOrPhysical } from '../core/physical-name';
import { type IProject, requireProject } from '../core/project';
import { requireOneOf, requireWholeNumber } from '../core/require';
import { requireProps } from '../core/require-props';
import { ValidationError } from '../core/validation-error';
import { waive } from '../core/waiver';
import { DataSubnetDenial } from './data-subnet-denial';
import { ImportedNetwork, type NetworkFromNameProps } from './imported-network';
import { DEFAULT_DATA_RANGE, IpPlan, type IpPlanProps } from './ip-plan';
import { deriveSubnetNames, NETWORK_NAME_LENGTH, POD_RANGE_NAME, SERVICE_RANGE_NAME } from './network-names';
import { FIREWALL_LOGGING, type FirewallLogging, type INetwork, type ISubnet } from './network-reference';
import { PrivateGoogleAccess } from './private-google-access';

/** Properties for `Network`. Set all ranges where networks are peered: the defaults are the same for each network. */
export interface NetworkProps extends IpPlanProps {
  /** Project of the network. */
  readonly project: IProject;

  /** Region of the subnets, for example `europe-west1`. */
  readonly region: string;

  /**
   * Name in Google Cloud, at most 48 characters. It is the prefix of the names of subnets, router and zones.
   *
   * @default - the construct's path in kebab case
   */
  readonly name?: string;

  /**
   * Enables VPC flow logs of the node subnet and the data subnet.
   *
   * @default true
   */
  readonly flowLogs?: boolean;

  /**
   * Sampling rate of flow logs, over 0 and up to 1.
   *
   * @default 0.5
   */
  readonly flowLogsSampling?: number;

  /**
   * Logging of firewall rules: `none`, `denied` connections of the data subnet, or `all`, which adds allowed connections. On a
   * busy Cassandra ring, `all` writes a log entry per connection.
   *
   * @default denied
   */
  readonly firewallLogging?: FirewallLogging;

  /**
   * Maximum transmission unit (MTU) in bytes, from 1300 to 8896.
   *
   * @default 1460
   */
  readonly mtuBytes?: number;

  /**
   * Minimum number of NAT ports per VM instance, a power of two from 32 to 32768. Each port is one connection to a destination.
   *
   * @default 2048
   */
  readonly natMinPortsPerVm?: number;

  /**
   * Maximum number of NAT ports per VM instance, a power of two from twice the minimum to 65536, allocated dynamically.
   *
   * @default 65536
   */
  readonly natMaxPortsPerVm?: number;

  /**
   * Creates private DNS zones by which googleapis.com, pkg.dev and gcr.io resolve to private.googleapis.com. Without them the
   * traffic stays in Google's network too, but to public addresses that egress rules cannot match.
   *
   * @default true
   */
  readonly privateGoogleApis?: boolean;

  /**
   * Labels of the DNS zones; other resources of a network have no labels.
   *
   * @default - only the default labels of the provider
   */
  readonly labels?: Readonly<Record<string, string>>;
}

/** Longer than the provider's default of 20 minutes: Google Cloud releases the resources of a cluster after its deletion. */
const TIMEOUTS = { create: '30m', update: '30m', delete: '45m' };

/**
 * VPC with a node subnet, a data subnet for VM instances, Cloud NAT and private DNS zones for Google APIs.
 *
 * @remarks
 * The node subnet has secondary ranges for pods and services. With `controlPlaneRange` there is also a subnet for the control
 * plane's private endpoint. No resource has an external IP address: egress to the internet uses Cloud NAT. Firewall rules deny
 * all ingress and egress of the data subnet, except declared connections.
 *
 * @example
 * ```ts
 * const vpc = new Network(stack, 'Network', {
 *   project,
 *   region: 'europe-west1',
 *   nodeRange: '10.10.0.0/22',
 *   podRange: '10.16.0.0/16',
 *   serviceRange: '10.11.0.0/20',
 *   dataRange: '10.10.8.0/24',
 * });
 * new PrivateCluster(stack, 'Cluster', { network: vpc }).addNodePool('Apps', { maxNodes: 6 });
 * ```
 */
export class Network extends Construct implements INetwork {
  /** References a network of another stack. Its identifiers are computed from project and name, so it need not exist when the stack is planned. */
  public static fromName(scope: Construct, id: string, props: NetworkFromNameProps): INetwork {
    return new ImportedNetwork(scope, id, props);
  }

  public readonly project: IProject;
  public readonly region: string;
  public readonly networkName: string;
  public readonly networkId: string;
  public readonly nodeSubnet: ISubnet;
  public readonly podRange: string;
  public readonly podRangeName = POD_RANGE_NAME;
  public readonly serviceRange: string;
  public readonly serviceRangeName = SERVICE_RANGE_NAME;
  public readonly dataSubnet: ISubnet;
  public readonly controlPlaneSubnet?: ISubnet;
  public readonly egressReady: readonly ITerraformDependable[];

  public readonly flowLogs: boolean;
  public readonly flowLogsSampling: number;
  public readonly firewallLogging: FirewallLogging;
  public readonly mtuBytes: number;
  public readonly natMinPortsPerVm: number;
  public readonly natMaxPortsPerVm: number;
  public readonly privateGoogleApis: boolean;

  constructor(scope: Construct, id: string, props: NetworkProps) {
    super(scope, id);
    requireProps(this, 'NetworkProps', props);

    this.project = requireProject(this, props.project);
    this.region = requireRegion(this, 'region', props.region);
    this.networkName = nameOrPhysical(this, props.name, { maxLength: NETWORK_NAME_LENGTH });
    this.flowLogs = props.flowLogs ?? true;
    this.flowLogsSampling = requireSampling(this, props.flowLogsSampling ?? 0.5);
    this.firewallLogging = requireOneOf(this, 'firewallLogging', props.firewallLogging ?? 'denied', FIREWALL_LOGGING);
    this.mtuBytes = requireWholeNumber(this, 'mtuBytes', props.mtuBytes ?? 1460, { min: 1300, max: 8896 });
    this.natMinPortsPerVm = requirePorts(this, 'natMinPortsPerVm', props.natMinPortsPerVm ?? 2048, 32, 32768);
    this.natMaxPortsPerVm = requirePorts(this, 'natMaxPortsPerVm', props.natMaxPortsPerVm ?? 65536, this.natMinPortsPerVm * 2, 65536);
    this.privateGoogleApis = props.privateGoogleApis ?? true;

    const plan = new IpPlan(this, { ...props, dataRange: props.dataRange ?? DEFAULT_DATA_RANGE });
    plan.requirePrivate(this);
    this.podRange = plan.podRange.toString();
    this.serviceRange = plan.serviceRange.toString();

    this.networkId = this.createNetwork().id;
    const names = deriveSubnetNames(this.networkName);
    this.nodeSubnet = this.addSubnet('NodeSubnet', names.node, plan.nodeRange.toString(), {
      secondaryIpRange: [
        { rangeName: this.podRangeName, ipCidrRange: this.podRange },
        { rangeName: this.serviceRangeName, ipCidrRange: this.serviceRange },
      ],
      logConfig: this.renderFlowLogs(),
    });
    this.dataSubnet = this.addSubnet('DataSubnet', names.data, plan.dataRange!.toString(), { logConfig: this.renderFlowLogs() });
    this.controlPlaneSubnet = plan.controlPlaneRange && this.addControlPlaneSubnet(names.controlPlane, plan.controlPlaneRange);

    new DataSubnetDenial(this, 'DataSubnetDenial', {
      project: this.project,
      networkId: this.networkId,
      name: this.networkName,
      range: this.dataSubnet.range,
      logged: this.firewallLogging !== 'none',
    });
    this.egressReady = [this.addNat(), ...(this.privateGoogleApis ? this.addPrivateGoogleAccess(props.labels) : [])];
  }

  private createNetwork(): ComputeNetwork {
    return new ComputeNetwork(this, 'Resource', {
      project: this.project.projectId,
      name: this.networkName,
      autoCreateSubnetworks: false,
      routingMode: 'REGIONAL',
      mtu: this.mtuBytes,
      timeouts: TIMEOUTS,
      dependsOn: this.project.enable('compute.googleapis.com'),
    });
  }

  private addSubnet(id: string, name: string, range: string, extra: Partial<ComputeSubnetworkConfig> = {}): ISubnet {
    const subnet = new ComputeSubnetwork(this, id, {
      project: this.project.projectId,
      name,
      region: this.region,
      network: this.networkId,
      ipCidrRange: range,
      // VM instances without an external address reach Google APIs by Private Google Access.
      privateIpGoogleAccess: true,
      timeouts: TIMEOUTS,
      ...extra,
    });
    return { subnetName: name, subnetId: subnet.id, range };
  }

  private addControlPlaneSubnet(name: string, range: Cidr): ISubnet {
    const subnet = this.addSubnet('ControlPlaneSubnet', name, range.toString());
    waive(this.node.findChild('ControlPlaneSubnet'), {
      rule: 'subnet-flow-logs',
      reason: 'it holds nothing but the endpoint of the control plane, whose callers are in the audit log',
      owner: 'cdktf-gke-platform',
    });
    return subnet;
  }

  private addPrivateGoogleAccess(labels: NetworkProps['labels']): readonly ITerraformDependable[] {
    const access = new PrivateGoogleAccess(this, 'GoogleApis', {
      project: this.project,
      networkId: this.networkId,
      name: this.networkName,
      labels: requireLabels(this, 'labels', labels),
    });
    return access.ready;
  }

  private renderFlowLogs() {
    if (!this.flowLogs) return undefined;
    return { aggregationInterval: 'INTERVAL_5_SEC', flowSampling: this.flowLogsSampling, metadata: 'INCLUDE_ALL_METADATA' };
  }

  private addNat(): ITerraformDependable {
    const router = new ComputeRouter(this, 'Router', {
      project: this.project.projectId,
      name: `${this.networkName}-router`,
      region: this.region,
      network: this.networkId,
    });
    return new ComputeRouterNat(this, 'Nat', {
      project: this.project.projectId,
      name: `${this.networkName}-nat`,
      region: this.region,
      router: router.name,
      natIpAllocateOption: 'AUTO_ONLY',
      // Not the control-plane subnet, which has no egress.
      sourceSubnetworkIpRangesToNat: 'LIST_OF_SUBNETWORKS',
      subnetwork: [this.nodeSubnet, this.dataSubnet].map((subnet) => ({
        name: subnet.subnetId,
        sourceIpRangesToNat: ['ALL_IP_RANGES'],
      })),
      // The static default of 64 ports per VM instance is exhausted by nodes with many pods. Dynamic allocation requires
      // endpoint-dependent mapping.
      enableDynamicPortAllocation: true,
      minPortsPerVm: this.natMinPortsPerVm,
      maxPortsPerVm: this.natMaxPortsPerVm,
      enableEndpointIndependentMapping: false,
      logConfig: { enable: true, filter: 'ERRORS_ONLY' },
    });
  }
}

function requireSampling(scope: Construct, value: number): number {
  if (!(value > 0 && value <= 1)) throw new ValidationError(scope, `'flowLogsSampling' must be over 0 and up to 1, got ${value}`);
  return value;
}

function requirePorts(scope: Construct, prop: string, value: number, min: number, max: number): number {
  requireWholeNumber(scope, prop, value, { min, max });
  if (!Number.isInteger(Math.log2(value))) throw new ValidationError(scope, `'${prop}' must be a power of two, got ${value}`);
  return value;
}
