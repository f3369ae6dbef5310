import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { markOwnedFolder, type OwnedFolderKind, removeOwnedFolder, requireOwnedFolder } from '../../terraform/owned-folder';
import { SandboxError } from '../sandbox-error';
import { isObject, readSavedJson } from '../saved-json';
import { ApiClient } from './api-client';
import type { KubernetesBinaries } from './binaries';
import { CONTROLLERS } from './controllers';
import { type Credentials, writePrivate } from './credentials';
import { choosePort, isFreePort } from './free-port';
import { installGkeDefinitions } from './gke-definitions';
import { type Controller, Reconciliation } from './reconciliation';
import { provisionDisks } from './simulated-disks';
import { runPods } from './simulated-kubelet';
import { balanceLoad } from './simulated-load-balancers';
import { SupervisedProcess } from './supervised-process';

/** Properties for `ClusterApiServer.start`. */
export interface ClusterApiServerOptions {
  /** Name of the cluster, for messages. */
  readonly cluster: string;

  /** Folder of the cluster's objects. A later API server with the same folder continues from them. */
  readonly folder: string;

  /** IP range of services, CIDR. */
  readonly serviceRange: string;
  readonly binaries: KubernetesBinaries;
  readonly credentials: Credentials;
}

/** Control plane of a cluster: kube-apiserver with etcd and controllers, without nodes. */
export class ClusterApiServer {
  public static async start(options: ClusterApiServerOptions): Promise<ClusterApiServer> {
    const { folder } = options;
    requireOwnedFolder(folder, CLUSTER_FOLDER);
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    markOwnedFolder(folder, CLUSTER_FOLDER);
    for (let attempt = 1; ; attempt += 1) {
      const port = await choosePort(rememberedPort(folder));
      const server = new ClusterApiServer(options, port);
      try {
        await server.begin();
        return server;
      } catch (error) {
        await server.stop();
        // Another program has taken the port in the meantime.
        if (attempt < ATTEMPTS && !(await isFreePort(port))) continue;
        throw error;
      }
    }
  }

  /** Deletes the objects of a stopped cluster. */
  public static remove(folder: string): void {
    removeOwnedFolder(folder, CLUSTER_FOLDER);
  }

  private readonly api: ApiClient;
  private readonly processes: SupervisedProcess[] = [];
  private reconciliation?: Reconciliation;
  private readonly reported = new Set<string>();
  private isStopping = false;

  private constructor(
    private readonly options: ClusterApiServerOptions,
    private readonly port: number,
  ) {
    const { caCertificate, token } = options.credentials;
    this.api = new ApiClient(port, caCertificate, token);
  }

  /** Address and port. */
  public get endpoint(): string {
    return `127.0.0.1:${this.port}`;
  }

  /** Stops the control plane; its objects are kept. */
  public async stop(): Promise<void> {
    this.isStopping = true;
    await this.reconciliation?.stop();
    this.api.close();
    // Stop clients before their servers.
    for (const process of [...this.processes].reverse()) await process.stop();
  }

  private async begin(): Promise<void> {
    const { folder, credentials, binaries } = this.options;
    writePrivate(join(folder, KUBECONFIG), credentials.kubeconfig(this.endpoint));
    this.run('etcd', [binaries.etcd, ...ETCD_FLAGS], process.arch === 'arm64' ? { ETCD_UNSUPPORTED_ARCH: 'arm64' } : {});
    const apiServer = this.run('kube-apiserver', [binaries.apiServer, ...this.apiServerFlags()]);
    await this.waitUntilReady(apiServer);
    writePrivate(join(folder, PORT_FILE), JSON.stringify({ port: this.port }));
    await installGkeDefinitions(this.api);
    if (binaries.controllerManager) this.run('kube-controller-manager', [binaries.controllerManager, ...this.controllerManagerFlags()]);
    const controllers: Controller[] = [...(binaries.controllerManager ? [] : CONTROLLERS), provisionDisks, runPods, balanceLoad];
    this.reconciliation = new Reconciliation(this.api, controllers, ({ message }) => this.report(message));
  }

  private run(name: string, words: readonly string[], environment?: Readonly<Record<string, string>>): SupervisedProcess {
    const { folder } = this.options;
    const process = new SupervisedProcess({ words, folder, log: join(folder, `${name}.log`), environment });
    this.processes.push(process);
    process.ended.then(() => {
      if (this.reconciliation) this.report(`${name} has ended: ${process.lastOutput}`);
    });
    return process;
  }

  private async waitUntilReady(apiServer: SupervisedProcess): Promise<void> {
    const deadline = Date.now() + START_LIMIT_MS;
    while (!(await this.api.isReady())) {
      const ended = this.processes.find((process) => process.hasEnded);
      if (ended || Date.now() > deadline) {
        const { cluster } = this.options;
        throw new SandboxError(`the Kubernetes API server of '${cluster}' does not start: ${(ended ?? apiServer).lastOutput}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }

  /** Reports each error once: a failing controller retries twice a second. */
  private report(message: string): void {
    if (this.isStopping || this.reported.has(message)) return;
    this.reported.add(message);
    process.stderr.write(`the Kubernetes API server of '${this.options.cluster}': ${message}\n`);
  }

  private apiServerFlags(): string[] {
    const { credentials, serviceRange } = this.options;
    return [
      `--etcd-servers=${ETCD_SOCKET}`,
      '--bind-address=127.0.0.1',
      `--secure-port=${this.port}`,
      `--tls-cert-file=${credentials.serverCertificatePath}`,
      `--tls-private-key-file=${credentials.serverKeyPath}`,
      `--client-ca-file=${credentials.caCertificatePath}`,
      `--token-auth-file=${credentials.tokensPath}`,
      '--authorization-mode=RBAC',
      '--allow-privileged=true',
      '--service-account-issuer=https://kubernetes.default.svc',
      `--service-account-key-file=${credentials.serviceAccountPublicKeyPath}`,
      `--service-account-signing-key-file=${credentials.serviceAccountKeyPath}`,
      `--service-cluster-ip-range=${serviceRange}`,
      // The service 'kubernetes' cannot have a loopback address as an endpoint.
      '--endpoint-reconciler-type=none',
      '--profiling=false',
    ];
  }

  private controllerManagerFlags(): string[] {
    const { credentials } = this.options;
    return [
      `--kubeconfig=${KUBECONFIG}`,
      `--authentication-kubeconfig=${KUBECONFIG}`,
      `--authorization-kubeconfig=${KUBECONFIG}`,
      '--bind-address=127.0.0.1',
      '--secure-port=0',
      `--controllers=*,${NODE_CONTROLLERS.map((name) => `-${name}`).join(',')}`,
      '--leader-elect=false',
      `--service-account-private-key-file=${credentials.serviceAccountKeyPath}`,
      `--root-ca-file=${credentials.caCertificatePath}`,
    ];
  }
}

const CLUSTER_FOLDER: OwnedFolderKind = {
  name: "a cluster's API server",
  marker: 'Made by gke-platform sandbox, which removes it with its cluster.\n',
  isKnown: () => false,
};

const KUBECONFIG = 'kubeconfig';
const PORT_FILE = 'port.json';

/** Builds the URL of etcd's socket, in a folder that only the owner can enter: its data includes secrets, and a port is open to all local users. */
const ETCD_SOCKET = 'unix://etcd:0';
const ETCD_PEER_SOCKET = 'unix://peer:0';

const ETCD_FLAGS = [
  '--name=sandbox',
  '--data-dir=etcd.data',
  `--listen-client-urls=${ETCD_SOCKET}`,
  `--advertise-client-urls=${ETCD_SOCKET}`,
  `--listen-peer-urls=${ETCD_PEER_SOCKET}`,
  `--initial-advertise-peer-urls=${ETCD_PEER_SOCKET}`,
  `--initial-cluster=sandbox=${ETCD_PEER_SOCKET}`,
];

/** Disabled controllers of kube-controller-manager: there are no nodes and no cloud load balancers. */
const NODE_CONTROLLERS = [
  'node-ipam-controller',
  'node-lifecycle-controller',
  'cloud-node-lifecycle-controller',
  'service-lb-controller',
  'node-route-controller',
];

const START_LIMIT_MS = 180_000;

const ATTEMPTS = 3;

/** Reads the port of the cluster's previous API server, which is part of the provider configuration in Terraform's plans. */
function rememberedPort(folder: string): number | undefined {
  const isPort = (value: unknown): value is { port: number } =>
    isObject(value) && Number.isInteger(value.port) && Number(value.port) > 0 && Number(value.port) < 65_536;
  return readSavedJson(join(folder, PORT_FILE), 'the port of an API server', isPort)?.port;
}
