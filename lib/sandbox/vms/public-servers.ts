import { createReadStream, existsSync, statSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join, normalize } from 'node:path';
import { json } from 'node:stream/consumers';
import { KEYS_HOST, KEYS_PATH, PACKAGE_HOST } from '../../cassandra-contract/package-source';
import { sendJson } from '../local-server';
import type { AccessCheck, StorageServer } from '../storage-server';

/** Address of Google's APIs for private access (`private.googleapis.com`). */
export const GOOGLE_ADDRESS = '199.36.153.8';

/** Internet address of the package servers. */
export const INTERNET_ADDRESS = '151.101.2.132';

/** Public host names that VMs resolve, with their addresses. */
export const PUBLIC_NAMES: Readonly<Record<string, string>> = {
  'secretmanager.googleapis.com': GOOGLE_ADDRESS,
  'storage.googleapis.com': GOOGLE_ADDRESS,
  'monitoring.googleapis.com': GOOGLE_ADDRESS,
  'logging.googleapis.com': GOOGLE_ADDRESS,
  [PACKAGE_HOST]: INTERNET_ADDRESS,
  [KEYS_HOST]: INTERNET_ADDRESS,
};

/** Secrets that VMs can read. */
export interface Secrets {
  /**
   * Reads a version of a secret, by default the latest; `undefined` if there is none.
   *
   * @param name full name, `projects/PROJECT/secrets/NAME`
   */
  read(name: string, version?: number): string | undefined | Promise<string | undefined>;
}

/** Options of `PublicServers`. */
export interface PublicServersOptions {
  /** Checks the access to a secret with a token. @returns the error response; `undefined` if the access is allowed */
  readonly refuse: (token: string, project: string, secret: string) => { readonly status: 401 | 403; readonly message: string } | undefined;
  readonly secrets?: Secrets;

  /** Objects of buckets, and the check of an access with a token. */
  readonly storage: StorageServer;
  readonly refuseObject: (token: string, ...access: Parameters<AccessCheck>) => ReturnType<AccessCheck>;

  /** Folder with an apt repository of Cassandra and its `KEYS`; `undefined` if there is none. */
  readonly repository: () => string | undefined;
}

/** Point of a time series that a VM has written. */
export interface MetricPoint {
  /** For example `custom.googleapis.com/cassandra/up`. */
  readonly type: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** Servers of Google and of the internet, as far as VMs need them. */
export class PublicServers {
  /** Points written to Cloud Monitoring, in order. */
  public readonly metrics: MetricPoint[] = [];

  constructor(private readonly options: PublicServersOptions) {}

  public async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname } = new URL(request.url ?? '/', 'https://host');
    switch (request.headers.host) {
      case 'secretmanager.googleapis.com':
        return this.answerSecret(request, pathname, response);
      case 'monitoring.googleapis.com':
        return this.answerMonitoring(request, pathname, response);
      case 'storage.googleapis.com':
        return this.options.storage.answer(request, response, (...access) => this.options.refuseObject(bearer(request), ...access));
      case PACKAGE_HOST:
        return this.sendFile(pathname, response);
      case KEYS_HOST:
        return this.sendFile(pathname === KEYS_PATH ? '/KEYS' : '/none', response);
      default:
        return refuse(response, 404, `the sandbox has no ${request.headers.host}${pathname}`);
    }
  }

  private async answerSecret(request: IncomingMessage, pathname: string, response: ServerResponse): Promise<void> {
    const [, project, name, version] = /^\/v1\/projects\/([^/]+)\/secrets\/([^/]+)\/versions\/([^/:]+):access$/.exec(pathname) ?? [];
    if (request.method !== 'GET' || !project || !name) return refuse(response, 404, `the sandbox has no ${request.method} ${pathname}`);
    const refusal = this.options.refuse(bearer(request), project, name);
    if (refusal) return refuse(response, refusal.status, refusal.message);
    const full = `projects/${project}/secrets/${name}`;
    const value = await this.options.secrets?.read(full, version === 'latest' ? undefined : Number(version));
    if (value === undefined) return refuse(response, 404, `Secret [${full}] not found or has no versions.`);
    sendJson(response, 200, {
      name: `${full}/versions/${version}`,
      payload: { data: Buffer.from(value).toString('base64') },
    });
  }

  private async answerMonitoring(request: IncomingMessage, pathname: string, response: ServerResponse): Promise<void> {
    if (request.method !== 'POST' || !/^\/v3\/projects\/[^/]+\/timeSeries$/.test(pathname)) {
      return refuse(response, 404, `the sandbox has no ${request.method} ${pathname}`);
    }
    const { timeSeries = [] } = (await json(request)) as { timeSeries?: TimeSeries[] };
    for (const { metric, points } of timeSeries) {
      for (const { value } of points) {
        this.metrics.push({ type: metric.type, labels: metric.labels ?? {}, value: Number(Object.values(value)[0]) });
      }
    }
    sendJson(response, 200, {});
  }

  private sendFile(pathname: string, response: ServerResponse): void {
    const repository = this.options.repository();
    const path = repository && join(repository, normalize(decodeURIComponent(pathname)));
    if (!path?.startsWith(`${repository}/`) || !existsSync(path) || !statSync(path).isFile()) {
      refuse(response, 404, `the sandbox has no ${pathname}`);
      return;
    }
    response.writeHead(200, { 'content-length': statSync(path).size });
    createReadStream(path).pipe(response);
  }
}

/** Subset of Cloud Monitoring's time series. */
interface TimeSeries {
  readonly metric: { readonly type: string; readonly labels?: Record<string, string> };
  readonly points: readonly { readonly value: Record<string, unknown> }[];
}

function bearer(request: IncomingMessage): string {
  return /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1] ?? '';
}

function refuse(response: ServerResponse, code: number, message: string): void {
  sendJson(response, code, { error: { code, message } });
}
