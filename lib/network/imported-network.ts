import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import { requireRegion } from '../core/google-cloud-names';
import { requireName } from '../core/physical-name';
import { type IProject, requireProject } from '../core/project';
import { requireOneOf } from '../core/require';
import { requireProps } from '../core/require-props';
import { ValidationError } from '../core/validation-error';
import { IpPlan, type IpPlanProps } from './ip-plan';
import { deriveSubnetNames, POD_RANGE_NAME, SERVICE_RANGE_NAME } from './network-names';
import { FIREWALL_LOGGING, type FirewallLogging, type INetwork, type ISubnet } from './network-reference';

/** Properties for `Network.fromName`. The ranges must be those of the network. */
export interface NetworkFromNameProps extends IpPlanProps {
  /**
   * Range of the data subnet, which holds VM instances.
   *
   * @default - no data subnet: this stack cannot add VM instances
   */
  readonly dataRange?: string;

  /** Project of the network. For a Shared VPC: the host project; clusters and rings have a `project` of their own. */
  readonly project: IProject;

  /** Region of its subnets. */
  readonly region: string;

  /** Name of the VPC in Google Cloud. */
  readonly name: string;

  /**
   * Logging of the firewall rules that this stack adds.
   *
   * @default denied
   */
  readonly firewallLogging?: FirewallLogging;

  /**
   * Name of the node subnet.
   *
   * @default - the name of the network with the suffix `-nodes`, as `Network` creates it
   */
  readonly nodeSubnetName?: string;

  /**
   * Name of the data subnet. Requires `dataRange`.
   *
   * @default - the name of the network with the suffix `-data`, as `Network` creates it
   */
  readonly dataSubnetName?: string;

  /**
   * Name of the control-plane subnet. Requires `controlPlaneRange`.
   *
   * @default - the name of the network with the suffix `-control-plane`, as `Network` creates it
   */
  readonly controlPlaneSubnetName?: string;

  /**
   * Name of the secondary range for pods in the node subnet.
   *
   * @default pods
   */
  readonly podRangeName?: string;

  /**
   * Name of the secondary range for services in the node subnet.
   *
   * @default services
   */
  readonly serviceRangeName?: string;
}

/** Network of another stack, of which only names and ranges are known. */
export class ImportedNetwork extends Construct implements INetwork {
  public readonly project: IProject;
  public readonly region: string;
  public readonly networkName: string;
  public readonly networkId: string;
  public readonly nodeSubnet: ISubnet;
  public readonly podRange: string;
  public readonly podRangeName: string;
  public readonly serviceRange: string;
  public readonly serviceRangeName: string;
  public readonly dataSubnet?: ISubnet;
  public readonly controlPlaneSubnet?: ISubnet;
  public readonly firewallLogging: FirewallLogging;

  /** Empty: the stack of the network orders its resources. */
  public readonly egressReady: readonly ITerraformDependable[] = [];

  constructor(scope: Construct, id: string, props: NetworkFromNameProps) {
    super(scope, id);
    requireProps(this, 'NetworkFromNameProps', props);

    this.project = requireProject(this, props.project);
    this.region = requireRegion(this, 'region', props.region);
    this.networkName = requireName(this, 'name', props.name);
    this.networkId = `projects/${this.project.projectId}/global/networks/${this.networkName}`;

    this.firewallLogging = requireOneOf(this, 'firewallLogging', props.firewallLogging ?? 'denied', FIREWALL_LOGGING);

    const plan = new IpPlan(this, props);
    const names = deriveSubnetNames(this.networkName);
    const subnet = (subnetName: string, range: { toString(): string }): ISubnet => ({
      subnetName,
      subnetId: `projects/${this.project.projectId}/regions/${this.region}/subnetworks/${subnetName}`,
      range: range.toString(),
    });
    this.nodeSubnet = subnet(requireName(this, 'nodeSubnetName', props.nodeSubnetName ?? names.node), plan.nodeRange);
    const given = (prop: 'dataRange' | 'controlPlaneRange', nameProp: 'dataSubnetName' | 'controlPlaneSubnetName', name: string) => {
      const range = plan[prop];
      if (range) return subnet(requireName(this, nameProp, props[nameProp] ?? name), range);
      if (props[nameProp] === undefined) return undefined;
      throw new ValidationError(this, `'${prop}' must be given with '${nameProp}', got '${props[nameProp]}' alone`);
    };
    this.dataSubnet = given('dataRange', 'dataSubnetName', names.data);
    this.controlPlaneSubnet = given('controlPlaneRange', 'controlPlaneSubnetName', names.controlPlane);
    this.podRange = plan.podRange.toString();
    this.podRangeName = requireName(this, 'podRangeName', props.podRangeName ?? POD_RANGE_NAME);
    this.serviceRange = plan.serviceRange.toString();
    this.serviceRangeName = requireName(this, 'serviceRangeName', props.serviceRangeName ?? SERVICE_RANGE_NAME);
  }
}
