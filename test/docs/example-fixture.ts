import { GoogleProvider } from '@cdktf/provider-google/lib/provider';
import { App, TerraformStack } from 'cdktf';
import {
  AppNamespace,
  CassandraRing,
  type INetwork,
  Network,
  Port,
  PrivateCluster,
  Project,
  SnapshotSchedule,
  Workload,
} from 'cdktf-gke-platform';

/** Objects that an `@example` can use without making them. Each is created when it is first used. */
export class ExampleFixture {
  public readonly app: App;
  readonly #created = new Map<string, unknown>();

  /** @param outdir folder of what the app synthesizes */
  constructor(outdir: string) {
    this.app = new App({ outdir });
  }

  public get stack(): TerraformStack {
    return this.#once('stack', () => {
      const stack = new TerraformStack(this.app, 'staging');
      new GoogleProvider(stack, 'Google', { project: 'example-123456', region: 'europe-west1' });
      return stack;
    });
  }

  public get project(): Project {
    return this.#once(
      'project',
      () => new Project(this.stack, 'FixtureProject', { projectId: 'example-123456', projectNumber: '123456789012' }),
    );
  }

  public get network(): INetwork {
    return this.#once('network', () => new Network(this.stack, 'FixtureNetwork', { project: this.project, region: 'europe-west1' }));
  }

  public get cluster(): PrivateCluster {
    return this.#once('cluster', () => {
      const cluster = new PrivateCluster(this.stack, 'FixtureCluster', { network: this.network });
      cluster.addNodePool('FixturePool', { maxNodes: 6 });
      return cluster;
    });
  }

  public get namespace(): AppNamespace {
    return this.#once('namespace', () => new AppNamespace(this.stack, 'FixtureNamespace', { cluster: this.cluster, name: 'billing' }));
  }

  /** A workload that serves port 8080. */
  public get billing(): Workload {
    return this.#once(
      'billing',
      () =>
        new Workload(this.stack, 'FixtureBilling', {
          namespace: this.namespace,
          name: 'billing',
          image: 'europe-docker.pkg.dev/example-123456/apps/billing:1.4.0',
          port: Port.tcp(8080),
        }),
    );
  }

  public get ring(): CassandraRing {
    return this.#once(
      'ring',
      () =>
        new CassandraRing(this.stack, 'FixtureRing', {
          network: this.network,
          nodes: { b: { zone: 'europe-west1-b' }, c: { zone: 'europe-west1-c' }, d: { zone: 'europe-west1-d' } },
        }),
    );
  }

  public get schedule(): SnapshotSchedule {
    return this.#once(
      'schedule',
      () => new SnapshotSchedule(this.stack, 'FixtureSchedule', { project: this.project, region: 'europe-west1' }),
    );
  }

  #once<T>(name: string, create: () => T): T {
    if (!this.#created.has(name)) this.#created.set(name, create());
    return this.#created.get(name) as T;
  }
}

/** Names of those objects. */
export const FIXTURE_NAMES = ['app', 'stack', 'project', 'network', 'cluster', 'namespace', 'billing', 'ring', 'schedule'] as const;
