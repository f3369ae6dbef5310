import { mkdirSync, readFileSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';
import { findKubernetesBinaries, type KubernetesBinaries } from './binaries';
import { ClusterApiServer } from './cluster-api-server';
import { Credentials } from './credentials';
import { type KubernetesRequest, RequestRecorder } from './request-recorder';

/** Properties for `KubernetesApiServers.start`. */
export interface StartOptions {
  /** IP range of services, for example `10.11.0.0/20`. */
  readonly serviceRange: string;
}

/**
 * Real Kubernetes API servers on 127.0.0.1, one per simulated cluster. They validate, default and admit objects as a GKE cluster does. There
 * are no nodes: pods are reported as running.
 */
export class KubernetesApiServers {
  /**
   * Opens the folder of the clusters' objects, or creates it.
   *
   * @param variables environment variables, to find binaries and certificate authorities
   * @param onRequest called with each accepted write request of clients. @default - not called: clients use the API servers directly
   * @throws SandboxError if a binary is missing
   */
  public static async open(
    directory: string,
    variables: NodeJS.ProcessEnv = process.env,
    onRequest?: (request: KubernetesRequest) => void,
  ): Promise<KubernetesApiServers> {
    const binaries = findKubernetesBinaries(variables);
    const folder = resolve(directory);
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    return new KubernetesApiServers(folder, variables, binaries, await Credentials.open(folder), onRequest);
  }

  private readonly starting = new Map<string, Promise<ClusterApiServer>>();
  private readonly recorders = new Map<string, Promise<RequestRecorder>>();
  private readonly trustBundle: string;

  /** Folder with the replacement for `gke-gcloud-auth-plugin`, to be first on PATH. */
  public readonly commandsPath: string;

  private constructor(
    private readonly folder: string,
    private readonly variables: NodeJS.ProcessEnv,
    private readonly binaries: KubernetesBinaries,
    private readonly credentials: Credentials,
    private readonly onRequest?: (request: KubernetesRequest) => void,
  ) {
    this.trustBundle = credentials.writeTrustBundle(variables);
    this.commandsPath = credentials.writeAuthPlugin();
  }

  /** Certificate authority of the API servers, PEM. */
  public get caCertificate(): string {
    return this.credentials.caCertificate;
  }

  /**
   * Environment variables for Terraform's kubernetes and helm plugins. On macOS, Go ignores `SSL_CERT_FILE`: providers without a certificate
   * authority in their configuration, such as those of DNS endpoints, cannot connect there.
   */
  public get environment(): Record<string, string> {
    return { PATH: [this.commandsPath, this.variables.PATH ?? ''].join(delimiter), SSL_CERT_FILE: this.trustBundle };
  }

  /**
   * Starts the API server of a cluster, unless it runs, with the cluster's objects and on the previous port if that is free.
   *
   * @returns address and port
   */
  public async start(cluster: string, { serviceRange }: StartOptions): Promise<{ endpoint: string }> {
    let server = this.starting.get(cluster);
    if (server === undefined) {
      const { binaries, credentials } = this;
      server = ClusterApiServer.start({ cluster, folder: this.findFolder(cluster), serviceRange, binaries, credentials });
      this.starting.set(cluster, server);
      server.catch(() => this.starting.delete(cluster));
    }
    const { endpoint } = await server;
    return { endpoint: this.onRequest ? (await this.record(cluster, endpoint, this.onRequest)).endpoint : endpoint };
  }

  /** Stops the API server of a cluster and deletes the cluster's objects. */
  public async remove(cluster: string): Promise<void> {
    await this.stopCluster(cluster);
    ClusterApiServer.remove(this.findFolder(cluster));
  }

  /** Stops all API servers; objects are kept. */
  public async stop(): Promise<void> {
    await Promise.all([...this.starting.keys()].map((cluster) => this.stopCluster(cluster)));
  }

  private async stopCluster(cluster: string): Promise<void> {
    const server = this.starting.get(cluster);
    this.starting.delete(cluster);
    await (await this.recorders.get(cluster))?.stop();
    this.recorders.delete(cluster);
    // A failed start is reported to its caller.
    await (await server?.catch(() => undefined))?.stop();
  }

  private record(cluster: string, endpoint: string, onRequest: (request: KubernetesRequest) => void): Promise<RequestRecorder> {
    const { caCertificate: ca, serverCertificatePath, serverKeyPath } = this.credentials;
    const [cert, key] = [serverCertificatePath, serverKeyPath].map((path) => readFileSync(path, 'utf8')) as [string, string];
    const recorder = this.recorders.get(cluster) ?? RequestRecorder.start({ endpoint, cert, key, ca, onRequest });
    this.recorders.set(cluster, recorder);
    return recorder;
  }

  private findFolder(cluster: string): string {
    // encodeURIComponent keeps dots, and '..' is not a valid folder name.
    return join(this.folder, 'clusters', encodeURIComponent(cluster).replaceAll('.', '%2E'));
  }
}
