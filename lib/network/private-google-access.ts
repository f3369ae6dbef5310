import { DnsManagedZone } from '@cdktf/provider-google/lib/dns-managed-zone';
import { DnsRecordSet } from '@cdktf/provider-google/lib/dns-record-set';
import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import type { IProject } from '../core/project';

/** Domains of Google's that are sent to private addresses, and the name that holds the addresses in each. */
const DOMAINS = { 'googleapis.com': 'private.googleapis.com', 'pkg.dev': 'pkg.dev', 'gcr.io': 'gcr.io' };

/** Addresses of private.googleapis.com, 199.36.153.8/30: reachable from machines without an external address only. */
const ADDRESSES = ['199.36.153.8', '199.36.153.9', '199.36.153.10', '199.36.153.11'];

/** Properties for `PrivateGoogleAccess`. */
export interface PrivateGoogleAccessProps {
  readonly project: IProject;

  /** Network that sees the zones. */
  readonly networkId: string;

  /** Beginning of the zones' names. */
  readonly name: string;
  readonly labels?: Readonly<Record<string, string>>;
}

/**
 * Private DNS zones that send Google's APIs and image registries to addresses inside Google's network, past the NAT.
 *
 * See https://cloud.google.com/vpc/docs/configure-private-google-access#config-domain
 */
export class PrivateGoogleAccess extends Construct {
  /** The records: a zone without them answers that Google's names do not exist, so nothing may start before. */
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
