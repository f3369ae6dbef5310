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

  /** Domain of the environment; the API is at `api.` below it. */
  readonly domain: string;

  /** Cloud DNS zone that holds the domain; it exists before. */
  readonly dnsZoneName: string;

  /** Version of the apps' images. */
  readonly version: string;

  /** Replicas of each app, as its load asks for them. */
  readonly minReplicas: number;
  readonly maxReplicas: number;

  /** Google group whose members may work in the namespaces. */
  readonly ownerGroup: string;

  /** Namespaces in which nothing runs for now. */
  readonly switchedOff: readonly string[];
}

/**
 * A SaaS that runs parking lots for cities: who its apps are and who may call whom.
 *
 * Every app has a namespace of its own. The images stand for the real ones: public, small, run as non-root. The secret
 * `cassandra` of two namespaces exists before: whoever runs the ring puts it there, and Terraform never sees it.
 */
export class ParkingApps extends Construct {
  /** Address at which the internet reaches the gateway, known once it is deployed. */
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
    const known: string[] = [];
    const namespace = (namespaceId: string, name: string, roles: string[] = []) => {
      known.push(name);
      return new AppNamespace(this, namespaceId, { cluster, name, ownerGroup, roles, enabled: !props.switchedOff.includes(name) });
    };

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

    const unknown = props.switchedOff.find((name) => !known.includes(name));
    if (unknown !== undefined) throw new ValidationError(this, `'switchedOff' must be one of ${known.join(', ')}, got '${unknown}'`);
  }
}

/** The folder of `package.json`, from the sources and from the compiled output alike. */
function repositoryRoot(): string {
  return path.resolve(__dirname, path.basename(path.dirname(__dirname)) === 'dist' ? '../..' : '..');
}
