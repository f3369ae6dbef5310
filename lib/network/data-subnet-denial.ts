import { ComputeFirewall, type ComputeFirewallConfig } from '@cdktf/provider-google/lib/compute-firewall';
import { Construct } from 'constructs';
import type { IProject } from '../core/project';
import { FirewallPriority } from './firewall-priority';
import { NOT_THE_INTERNET } from './not-the-internet';

/** Properties for `DataSubnetDenial`. */
export interface DataSubnetDenialProps {
  readonly project: IProject;
  readonly networkId: string;

  /** Beginning of the rules' names. */
  readonly name: string;

  /** Range of the subnet. */
  readonly range: string;

  /** Whether what is turned away is logged. */
  readonly logged: boolean;
}

/**
 * The subnet of virtual machines, closed in both directions but for what other rules let through.
 *
 * The rules mean a range and no machines, so they hold for one that nobody declared as well: an ingress rule may name
 * the addresses that packets go to and an egress rule those they come from, besides targets and whether or not there are
 * any (https://cloud.google.com/firewall/docs/firewalls, sources and destinations). The machines' metadata server, which is
 * their DNS and NTP server too, is always within reach: Google Cloud applies no rule to it.
 */
export class DataSubnetDenial extends Construct {
  constructor(scope: Construct, id: string, props: DataSubnetDenialProps) {
    super(scope, id);
    const { range } = props;
    const deny = (ruleId: string, name: string, config: Partial<ComputeFirewallConfig>) =>
      new ComputeFirewall(this, ruleId, {
        project: props.project.projectId,
        name: `${props.name}-${name}`,
        network: props.networkId,
        priority: FirewallPriority.UNDECLARED,
        ...config,
        deny: [{ protocol: 'all' }],
        logConfig: props.logged ? { metadata: 'INCLUDE_ALL_METADATA' } : undefined,
      });
    deny('Ingress', 'data-deny-in', {
      description: 'nobody reaches the data subnet but whom another rule lets in',
      direction: 'INGRESS',
      sourceRanges: ['0.0.0.0/0'],
      destinationRanges: [range],
    });
    deny('PrivateEgress', 'data-deny-priv', {
      description: 'reaching the internet is not reaching what is private',
      direction: 'EGRESS',
      priority: FirewallPriority.NOT_THE_INTERNET,
      sourceRanges: [range],
      destinationRanges: [...NOT_THE_INTERNET],
    });
    deny('Egress', 'data-deny-out', {
      description: 'the data subnet reaches nobody but whom another rule names',
      direction: 'EGRESS',
      sourceRanges: [range],
      destinationRanges: ['0.0.0.0/0'],
    });
  }
}
