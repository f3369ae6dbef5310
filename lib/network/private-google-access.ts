import { DnsManagedZone } from '@cdktf/provider-google/lib/dns-managed-zone';
import { DnsRecordSet } from '@cdktf/provider-google/lib/dns-record-set';
import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import type { IProject } from '../core/project';

/** Domains of Google that resolve to private addresses, and the name with the A record in each. */
const DOMAINS = { 'googleapis.com': 'private.googleapis.com', 'pkg.dev': 'pkg.dev', 'gcr.io': 'gcr.io' };

/** Addresses of private.googleapis.com, 199.36.153.8/30, which only VM instances without an external address can reach. */
const ADDRESSES = ['199.36.153.8', '199.36.153.9', '199.36.153.10', '199.36.153.11'];

/** Properties for `PrivateGoogleAccess`. */
export interface PrivateGoogleAccessProps {
  readonly project: IProject;

  /** Network in which the zones are visible. */
  readonly networkId: string;

  /** Prefix of the names of the zones. */
  readonly name: string;

  /**
   * Labels of the zones.
   *
   * @default - only the default labels of the provider
   */
  readonly labels?: Readonly<Record<string, string>>;
}

/**
 * Private DNS zones by which Google APIs and image registries resolve to addresses inside Google's network, without NAT.
 *
 * @see https://cloud.google.com/vpc/docs/configure-private-google-access#config-domain
 */
export class PrivateGoogleAccess extends Construct {
  /** Records of the zones. In a zone without records, names of Google do not exist, so that VM instances must be created after them. */
  public readonly ready: readonly ITerraformDependable[];

  constructor(scope: Construct, id: string, props: PrivateGoogleAccessProps) {
    super(scope, id);

    const project = props.project.projectId;
    const dnsApi = props.project.enable('dns.googleapis.com');

    this.ready = Object.entries(DOMAINS).flatMap(([domain, target]) => {
      const zone = new DnsManagedZone(this, domain, {
        project,
        name: `${props.name}-${domain.replace('.', '-')}`,
        dnsName: `${domain}.`,
        description: `${domain} by Google's private addresses`,
        visibility: 'private',
        privateVisibilityConfig: { networks: [{ networkUrl: props.networkId }] },
        labels: props.labels && { ...props.labels },
        dependsOn: dnsApi,
      });
      return [
        new DnsRecordSet(this, `${domain}-addresses`, {
          project,
          managedZone: zone.name,
          name: `${target}.`,
          type: 'A',
          ttl: 300,
          rrdatas: ADDRESSES,
        }),
        new DnsRecordSet(this, `${domain}-names`, {
          project,
          managedZone: zone.name,
          name: `*.${domain}.`,
          type: 'CNAME',
          ttl: 300,
          rrdatas: [`${target}.`],
        }),
      ];
    });
  }
}
