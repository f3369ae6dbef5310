import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import { requireRegion } from '../core/google-cloud-names';
import { requireName } from '../core/physical-name';
import type { IProject } from '../core/project';
import { requireOneOf } from '../core/require';
import { ValidationError } from '../core/validation-error';
import { IpPlan, type IpPlanProps } from './ip-plan';
import { POD_RANGE_NAME, SERVICE_RANGE_NAME, subnetNames } from './network-names';
import { FIREWALL_LOGGING, type FirewallLogging, type INetwork, type ISubnet } from './network-reference';

/** Properties for `Network.fromName`: the ranges are those the network was made with. */
export interface NetworkFromNameProps extends IpPlanProps {
  /**
   * Range of the subnet of virtual machines.
   *
   * @default - no such subnet: the network takes no virtual machines from here
   */
  readonly dataRange?: string;

  /** Project of the network: the host project of a Shared VPC, whose clusters and rings have a `project` of their own. */
  readonly project: IProject;

  /** Region of its subnets. */
  readonly region: string;

  /** Name in GCP. */
  readonly name: string;

  /**
   * Which decisions of firewall rules that are added here are logged.
   *
   * @default denied
   */
  readonly firewallLogging?: FirewallLogging;

  /**
   * Name of the subnet of nodes.
   *
   * @default - the name followed by `-nodes`, as `Network` names it
   */
  readonly nodeSubnetName?: string;

  /**
   * Name of the subnet of virtual machines, when `dataRange` is given.
   *
   * @default - the name followed by `-data`, as `Network` names it
   */
  readonly dataSubnetName?: string;

  /**
   * Name of the subnet of the control plane's endpoint, when `controlPlaneRange` is given.
   *
   * @default - the name followed by `-control-plane`, as `Network` names it
   */
  readonly controlPlaneSubnetName?: string;

  /**
   * Name of the node subnet's secondary range for pods.
   *
   * @default pods
   */
  readonly podRangeName?: string;

  /**
   * Name of the node subnet's secondary range for services.
   *
   * @default services
   */
  readonly serviceRangeName?: string;
}

/** A network made elsewhere, of which only names are known. */
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

  /** Nothing: whoever made the network orders it. */
  public readonly egressReady: readonly ITerraformDependable[] = [];

  constructor(scope: Construct, id: string, props: NetworkFromNameProps) {
    super(scope, id);

    this.project = props.project;
    this.region = requireRegion(this, 'region', props.region);
    this.networkName = requireName(this, 'name', props.name);
    this.networkId = `projects/${this.project.projectId}/global/networks/${this.networkName}`;

    this.firewallLogging = requireOneOf(this, 'firewallLogging', props.firewallLogging ?? 'denied', FIREWALL_LOGGING);

    const plan = new IpPlan(this, props);
    const names = subnetNames(this.networkName);
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
