import type { IncomingMessage, ServerResponse } from 'node:http';
import { ApiFaults } from '../api-faults';
import { LocalServer, readJson, sendJson } from '../local-server';
import { StorageServer } from '../storage-server';
import { ApiError } from './api-error';
import { type ApiAnswer, type ApiName, type ApiRequest, type Body, parseRequest } from './api-request';
import { type ApiContext, ApiResources } from './api-resources';
import { CloudSchedulerApi } from './cloud-scheduler';
import { ComputeApi } from './compute';
import { type ClusterApis, ContainerApi } from './container';
import { removeNulls } from './conversion';
import type { RequestValidator } from './discovery';
import { DnsApi } from './dns';
import { MonitoringApi } from './monitoring';
import { IamApi, ResourceManagerApi, ServiceUsageApi } from './projects';
import { SecretsApi } from './secrets';
import { VmComputeApi, type VmHost } from './vm-compute';
import { WorkflowsApi } from './workflows';

/** One of Google's APIs: undefined for a call that it does not have here. */
interface Api {
  answer(request: ApiRequest): ApiAnswer | undefined | Promise<ApiAnswer | undefined>;
}

/** API call with the outcome. */
export interface AnsweredCall extends ApiRequest {
  /** HTTP status code of the answer. */
  readonly code: number;

  /** Mismatches with Google's discovery documents, such as unknown fields; empty without `discoveryDocuments`. */
  readonly problems: readonly string[];

  /** @deprecated Use `problems`. */
  readonly doubts: readonly string[];
}

/** Properties for `GoogleApiServer.start`. */
export interface GoogleApiOptions extends ApiContext {
  /** Kubernetes API servers of the clusters. @default - the API of clusters is not simulated */
  readonly kubernetes?: ClusterApis;

  /** Local VMs: their disks and snapshots are those of Compute Engine, and no other API is simulated. @default - no VMs run */
  readonly vms?: VmHost;

  /** Objects of buckets, with `vms`. @default - no bucket has objects */
  readonly storage?: StorageServer;

  /** Faults of calls, with `vms`. @default - none */
  readonly apiFaults?: ApiFaults;

  /**
   * Names of the google provider's custom endpoint variables without `GOOGLE_` and `_CUSTOM_ENDPOINT`, for example `STORAGE`. Endpoints of
   * APIs that are not simulated also lead to this server, which answers with an error, so that no request reaches Google.
   */
  readonly services: readonly string[];

  /** Access token that requests must carry. @default - none is required */
  readonly token?: string;

  /** Waits until changes of the cloud are saved. @default - changes are not saved */
  readonly saved?: () => Promise<void>;

  /** Validates each request against Google's discovery documents. @default - requests are not validated */
  readonly validator?: RequestValidator;

  /** Called with each answered call. @default - not called */
  readonly onCall?: (call: AnsweredCall) => void;
}

/** Paths of the simulated APIs, by the google provider's custom endpoint variable. */
const ENDPOINTS: Readonly<Record<string, string>> = {
  CLOUD_SCHEDULER: 'cloudscheduler/v1/',
  COMPUTE: 'compute/v1/',
  CONTAINER: 'container/v1/',
  // The provider removes the text `/dns/` from this one.
  DNS: 'x/dns/v1/',
  IAM: 'iam/v1/',
  // Service accounts, in google 7 and later.
  IAM_BETA: 'iam/v1/',
  LOGGING: 'logging/v2/',
  MONITORING: 'monitoring/',
  CLOUD_RESOURCE_MANAGER: 'cloudresourcemanager/v1/',
  RESOURCE_MANAGER: 'cloudresourcemanager/v1/',
  SECRET_MANAGER: 'secretmanager/v1/',
  SERVICE_USAGE: 'serviceusage/v1/',
  WORKFLOWS: 'workflows/v1/',
};

/** HTTP server with the part of Google's REST APIs that this library's resource types use, on a simulated cloud. */
export class GoogleApiServer {
  public static async start(options: GoogleApiOptions): Promise<GoogleApiServer> {
    const server = new GoogleApiServer(options);
    await server.server.listen();
    return server;
  }

  private readonly server: LocalServer;
  private readonly apis: Readonly<Partial<Record<ApiName, Api>>>;
  private readonly container: ContainerApi | undefined;

  private constructor(private readonly options: GoogleApiOptions) {
    const resources = new ApiResources(options);
    this.server = this.createServer();
    if (options.vms !== undefined) {
      this.apis = { compute: new VmComputeApi(resources, options.vms, options.apiFaults ?? new ApiFaults()) };
      return;
    }
    this.container = options.kubernetes && new ContainerApi(resources, options.kubernetes);
    const monitoring = new MonitoringApi(resources);
    this.apis = {
      cloudscheduler: new CloudSchedulerApi(resources),
      cloudresourcemanager: new ResourceManagerApi(resources),
      compute: new ComputeApi(resources),
      container: this.container,
      dns: new DnsApi(resources),
      iam: new IamApi(resources),
      logging: monitoring,
      monitoring,
      secretmanager: new SecretsApi(resources),
      serviceusage: new ServiceUsageApi(resources),
      workflows: new WorkflowsApi(resources),
    };
  }

  private createServer(): LocalServer {
    return new LocalServer((request, response) => {
      const { storage } = this.options;
      // Uploads and downloads are no JSON.
      const isObject = storage !== undefined && StorageServer.accepts(request.url ?? '/');
      (isObject ? storage.answer(request, response, () => undefined) : this.handle(request, response)).catch((error: Error) => {
        const refusal = error instanceof ApiError ? error : new ApiError(500, error.stack ?? error.message, 'backendError');
        sendJson(response, refusal.code, refusal.body());
      });
    }, this.options.token);
  }

  /** Endpoint of Compute Engine. */
  public get computeEndpoint(): string {
    return `${this.server.url}/${ENDPOINTS.COMPUTE}`;
  }

  /** Endpoint of Cloud Storage. */
  public get storageEndpoint(): string {
    return `${this.server.url}/storage/v1/`;
  }

  /** Environment variables that point every API endpoint of the google provider to this server. */
  public get environment(): Record<string, string> {
    const names = [...new Set([...this.options.services, ...Object.keys(ENDPOINTS)])];
    return Object.fromEntries(
      names.map((name) => [`GOOGLE_${name}_CUSTOM_ENDPOINT`, `${this.server.url}/${ENDPOINTS[name] ?? `${name.toLowerCase()}/`}`]),
    );
  }

  /** Starts the Kubernetes API servers of existing clusters. */
  public async resume(): Promise<void> {
    await this.container?.resume();
  }

  public async stop(): Promise<void> {
    await this.server.stop();
  }

  private async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const call = parseRequest(request.method ?? 'GET', request.url ?? '/', removeNulls(await readJson<Body>(request, invalidBody)));
    if (!call) throw new ApiError(404, `the sandbox has no ${request.method} ${request.url}`, 'notFound');
    const { validator, onCall } = this.options;
    const found = validator?.validate(call) ?? [];
    const problems = found.map(({ text }) => text);
    try {
      const refused = found.find(({ isRefused }) => isRefused);
      if (refused) throw new ApiError(400, `Invalid JSON payload received. ${refused.text}`, 'badRequest');
      const answer = await this.apis[call.api]?.answer(call);
      if (!answer) throw new ApiError(501, `the sandbox has no ${call.method} ${request.url}`, 'notImplemented');
      await this.options.saved?.().catch((error: Error) => {
        throw new ApiError(507, error.message, 'backendError');
      });
      onCall?.({ ...call, code: 200, problems, doubts: problems });
      sendJson(response, 200, removeNulls(answer));
    } catch (error) {
      onCall?.({ ...call, code: error instanceof ApiError ? error.code : 500, problems, doubts: problems });
      throw error;
    }
  }
}

function invalidBody(): ApiError {
  return new ApiError(400, 'Invalid JSON payload received.', 'badRequest');
}
