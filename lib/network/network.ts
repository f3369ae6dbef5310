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
import type { IProject } from '../core/project';
import { requireOneOf, requireWholeNumber } from '../core/require';
import { ValidationError } from '../core/validation-error';
import { waive } from '../core/waiver';
import { DataSubnetDenial } from './data-subnet-denial';
import { ImportedNetwork, type NetworkFromNameProps } from './imported-network';
import { DEFAULT_DATA_RANGE, IpPlan, type IpPlanProps } from './ip-plan';
import { NETWORK_NAME_LENGTH, POD_RANGE_NAME, SERVICE_RANGE_NAME, subnetNames } from './network-names';
import { FIREWALL_LOGGING, type FirewallLogging, type INetwork, type ISubnet } from './network-reference';
import { PrivateGoogleAccess } from './private-google-access';

/** Properties for `Network`. Ranges left out get the defaults of the IP plan: give your own where networks are joined. */
export interface NetworkProps extends IpPlanProps {
  /** Project of the network. */
  readonly project: IProject;

  /** Region of its subnets, for example `europe-west1`. */
  readonly region: string;

  /**
   * Name in GCP, at most 48 characters: subnets, router and zones begin with it.
   *
   * @default - the construct's path in kebab case
   */
  readonly name?: string;

  /**
   * Whether the subnets of nodes and machines log a sample of their traffic.
   *
   * @default true
   */
  readonly flowLogs?: boolean;

  /**
   * Part of the traffic that flow logs sample, over 0 and up to 1.
   *
   * @default 0.5
   */
  readonly flowLogsSampling?: number;

  /**
   * Which decisions of firewall rules are logged: `none`, connections turned away from and by the data subnet, or with
   * `all` every connection that was declared too, which on a busy ring is a log entry for each.
   *
   * @default denied
   */
  readonly firewallLogging?: FirewallLogging;

  /**
   * Largest packet in bytes, from 1300 to 8896.
   *
   * @default 1460
   */
  readonly mtuBytes?: number;

  /**
   * Ports the NAT gives a node or machine at least: each is one connection to one destination at a time. A power of two.
   *
   * @default 2048
   */
  readonly natMinPortsPerVm?: number;

  /**
   * Ports the NAT gives a node or machine at most, when it asks for more. A power of two.
   *
   * @default 65536
   */
  readonly natMaxPortsPerVm?: number;

  /**
   * Whether private DNS zones send googleapis.com, pkg.dev and gcr.io to Google's private addresses. Without them this
   * traffic still stays with Google, but by public addresses that an egress firewall cannot tell from others.
   *
   * @default true
   */
  readonly privateGoogleApis?: boolean;

  /**
   * Labels of what takes labels, which is the DNS zones.
   *
   * @default - those of the provider alone
   */
  readonly labels?: Readonly<Record<string, string>>;
}

/** Longer than the provider's 20 minutes: what Google Cloud made in a network for a cluster is given back after it. */
const TIMEOUTS = { create: '30m', update: '30m', delete: '45m' };

/**
 * The VPC of one environment: a subnet for nodes with ranges for pods and services, one for virtual machines, and with
 * `controlPlaneRange` one for the control plane's private endpoint. Nothing in it has an external address; what may leave goes through one NAT. The subnet
 * of machines is closed in both directions, but for connections that are declared.
 */
export class Network extends Construct implements INetwork {
  /** A network made elsewhere. Its references are computed from project and name, so it need not exist yet. */
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

    this.project = props.project;
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
    this.podRange = plan.podRange.toString();
    this.serviceRange = plan.serviceRange.toString();

    this.networkId = this.createNetwork().id;
    const names = subnetNames(this.networkName);
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
      // Without an external address, this is how machines reach Google's APIs.
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
      // The control plane's subnet has nothing that leaves.
      sourceSubnetworkIpRangesToNat: 'LIST_OF_SUBNETWORKS',
      subnetwork: [this.nodeSubnet, this.dataSubnet].map((subnet) => ({
        name: subnet.subnetId,
        sourceIpRangesToNat: ['ALL_IP_RANGES'],
      })),
      // 64 ports a machine, the default without this, run out unnoticed on nodes full of pods. Google Cloud gives ports
      // dynamically only when mapping depends on the endpoint.
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
