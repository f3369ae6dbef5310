import path from 'node:path';
import { Construct } from 'constructs';
import type { CassandraRing } from '../lib/cassandra';
import type { ICluster } from '../lib/cluster';
import { Peer } from '../lib/connectivity';
import { ValidationError } from '../lib/core/validation-error';
import { Port } from '../lib/network';
import { AppNamespace, HelmApp, HelmChart, PublicEndpoint, ScheduledJob, Workload } from '../lib/workload';

/** Properties for `ParkingApps`. */
export interface ParkingAppsProps {
  readonly cluster: ICluster;
  readonly cassandra: CassandraRing;

  /** Domain of the environment. The host name of the API is `api.` in it. */
  readonly domain: string;

  /** Existing Cloud DNS zone of the domain. */
  readonly dnsZoneName: string;

  /** Version of the apps' images. */
  readonly version: string;

  /** Limits of the autoscaler of each app. */
  readonly minReplicas: number;
  readonly maxReplicas: number;

  /** Google group of the owners of the namespaces. */
  readonly ownerGroup: string;

  /** Names of namespaces whose workloads do not run. */
  readonly switchedOff: readonly string[];
}

/**
 * Apps of a SaaS for parking lots of cities, and the connections between them.
 *
 * Each app has a namespace of its own. The images are placeholders: public, small, run as a non-root user. Operators of the ring
 * create the Secret `cassandra` in two namespaces, so that Terraform never reads it.
 */
export class ParkingApps extends Construct {
  /** Public IP address of the gateway, a reference. */
  public readonly publicAddress: string;

  constructor(scope: Construct, id: string, props: ParkingAppsProps) {
    super(scope, id);

    const { cluster, cassandra, ownerGroup, minReplicas, maxReplicas } = props;
    const image = `ghcr.io/stefanprodan/podinfo:${props.version}`;
    const port = Port.tcp(9898);
    const app = { image, port, minReplicas, maxReplicas };
    const cassandraClient = {
      environment: { CASSANDRA_CONTACT_POINTS: [...cassandra.nodes.values()].map((node) => node.address).join(',') },
      secrets: { CASSANDRA_PASSWORD: { secretName: 'cassandra', key: 'password' } },
    };
    const namespace = (namespaceId: string, name: string, roles: string[] = []) =>
      new AppNamespace(this, namespaceId, { cluster, name, ownerGroup, roles, enabled: !props.switchedOff.includes(name) });

    const sessions = new Workload(this, 'ParkingSessions', {
      namespace: namespace('SessionsNamespace', 'parking-sessions'),
      ...app,
      ...cassandraClient,
    });

    const billing = new Workload(this, 'Billing', {
      namespace: namespace('BillingNamespace', 'billing'),
      ...app,
      ...cassandraClient,
    });

    const statements = new ScheduledJob(this, 'Statements', {
      namespace: namespace('StatementsNamespace', 'statements'),
      image: 'docker.io/curlimages/curl:8.11.0',
      schedule: '30 1 1 * *',
      command: ['curl', '--fail', '--silent', '--show-error', `http://billing.billing:${port.first}/api/info`],
      nodeLabels: { workload: 'batch' },
      tolerations: [{ key: 'workload', value: 'batch', effect: 'NoSchedule' }],
    });

    const search = new HelmApp(this, 'Search', {
      namespace: namespace('SearchNamespace', 'search'),
      chart: HelmChart.local(path.join(repositoryRoot(), 'stacks', 'charts', 'search')),
      port,
      values: { image, replicas: minReplicas },
    });

    const notifications = new Workload(this, 'Notifications', {
      namespace: namespace('NotificationsNamespace', 'notifications', ['roles/pubsub.publisher']),
      ...app,
    });

    const gateway = new Workload(this, 'Gateway', {
      namespace: namespace('GatewayNamespace', 'gateway'),
      ...app,
    });
    const publicEndpoint = new PublicEndpoint(this, 'PublicEndpoint', {
      workload: gateway,
      hostName: `api.${props.domain}`,
      dnsZoneName: props.dnsZoneName,
    });
    this.publicAddress = publicEndpoint.ipAddress;

    sessions.allowFrom(gateway);
    search.allowFrom(gateway);
    billing.allowFrom(sessions, { reason: 'a session that ends is charged' });
    billing.allowFrom(statements, { reason: 'monthly statements are read from billing' });
    notifications.allowFrom(sessions);
    notifications.allowFrom(billing);
    notifications.allowTo(Peer.internet(this), { port: Port.tcp(443), reason: "the mail provider's API, by name" });
    cassandra.allowFrom(sessions);
    cassandra.allowFrom(billing);

    this.requireKnownNamespaces(props.switchedOff);
  }

  private requireKnownNamespaces(names: readonly string[]): void {
    const known = this.node.children.flatMap((child) => (child instanceof AppNamespace ? [child.namespaceName] : []));
    const unknown = names.find((name) => !known.includes(name));
    if (unknown !== undefined) throw new ValidationError(this, `'switchedOff' must be one of ${known.join(', ')}, got '${unknown}'`);
  }
}

/** Folder of `package.json`, from the sources and from the compiled output. */
function repositoryRoot(): string {
  return path.resolve(__dirname, path.basename(path.dirname(__dirname)) === 'dist' ? '../..' : '..');
}
