import { ComputeFirewall, type ComputeFirewallConfig } from '@cdktf/provider-google/lib/compute-firewall';
import { Construct } from 'constructs';
import type { IProject } from '../core/project';
import { FirewallPriority } from './firewall-priority';
import { NOT_THE_INTERNET } from './not-the-internet';

/** Properties for `DataSubnetDenial`. */
export interface DataSubnetDenialProps {
  readonly project: IProject;
  readonly networkId: string;

  /** Prefix of the names of the rules. */
  readonly name: string;

  /** Range of the subnet in CIDR notation. */
  readonly range: string;

  /** Logs denied connections. */
  readonly logged: boolean;
}

/**
 * Default-deny firewall rules of the data subnet, in both directions.
 *
 * The rules match the range of the subnet and have no targets, so that they apply to undeclared VM instances as well: an ingress
 * rule can match destination ranges and an egress rule source ranges, with or without targets
 * (https://cloud.google.com/firewall/docs/firewalls, sources and destinations). The metadata server, which is also the DNS and
 * NTP server of VM instances, is always allowed: Google Cloud applies no firewall rule to it.
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
      description: 'denies ingress to the data subnet, except what rules of higher priority allow',
      direction: 'INGRESS',
      sourceRanges: ['0.0.0.0/0'],
      destinationRanges: [range],
    });
    deny('PrivateEgress', 'data-deny-priv', {
      description: 'denies egress of the data subnet to private ranges, which rules for the internet would include',
      direction: 'EGRESS',
      priority: FirewallPriority.NOT_THE_INTERNET,
      sourceRanges: [range],
      destinationRanges: [...NOT_THE_INTERNET],
    });
    deny('Egress', 'data-deny-out', {
      description: 'denies egress of the data subnet, except what rules of higher priority allow',
      direction: 'EGRESS',
      sourceRanges: [range],
      destinationRanges: ['0.0.0.0/0'],
    });
  }
}
