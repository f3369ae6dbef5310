import { setTimeout as sleep } from 'node:timers/promises';
import { GoogleAuth, OAuth2Client } from 'google-auth-library';
import { RecoveryError } from './recovery-error';

/** Environment variable with the endpoint of Compute Engine, as Terraform's google provider reads it. */
export const COMPUTE_ENDPOINT_VARIABLE = 'GOOGLE_COMPUTE_CUSTOM_ENDPOINT';

const GOOGLE = 'https://compute.googleapis.com/compute/v1/';

/** Resource of Compute Engine, as its API returns it. */
export type ComputeResource = Readonly<Record<string, unknown>> & { readonly name: string };

/** Zonal resource. */
export interface Zonal {
  /** Zone, for example `europe-west1-b`. */
  readonly zone: string;
  readonly name: string;
}

/** Properties for `ComputeEngine`. */
export interface ComputeEngineOptions {
  readonly project: string;
  readonly environment: NodeJS.ProcessEnv;

  /** Aborts waiting requests. @default - none */
  readonly signal?: AbortSignal;
}

/**
 * Client of Compute Engine's REST API for one project. Every change is complete when its promise resolves.
 *
 * Credentials: `GOOGLE_OAUTH_ACCESS_TOKEN`, otherwise Application Default Credentials.
 */
export class ComputeEngine {
  private readonly endpoint: string;
  private client?: Promise<{ request: OAuth2Client['request'] }>;

  constructor(private readonly options: ComputeEngineOptions) {
    this.endpoint = options.environment[COMPUTE_ENDPOINT_VARIABLE] || GOOGLE;
  }

  /** Reads a disk; `undefined` if there is none. */
  public disk({ zone, name }: Zonal): Promise<ComputeResource | undefined> {
    return this.find(`zones/${zone}/disks/${name}`);
  }

  /** @param body as in `disks.insert`, for example `{ name, sourceSnapshot, type, labels }` */
  public async createDisk(zone: string, body: ComputeResource): Promise<ComputeResource> {
    await this.change('POST', `zones/${zone}/disks`, body);
    return (await this.disk({ zone, name: body.name }))!;
  }

  /** Deletes a disk. No effect if there is none. */
  public deleteDisk({ zone, name }: Zonal): Promise<void> {
    return this.remove(`zones/${zone}/disks/${name}`);
  }

  /** Lists disks of a zone. @param filter as in the API, for example `labels.cassandra-recovery:*` */
  public disks(zone: string, filter?: string): Promise<readonly ComputeResource[]> {
    return this.list(`zones/${zone}/disks`, filter);
  }

  /** Takes a snapshot of a disk, and waits until it is READY. @param body as in `disks.createSnapshot` */
  public async createSnapshot({ zone, name }: Zonal, body: ComputeResource, query = ''): Promise<ComputeResource> {
    await this.change('POST', `zones/${zone}/disks/${name}/createSnapshot${query}`, body);
    return (await this.snapshot(body.name))!;
  }

  /** Reads a snapshot; `undefined` if there is none. */
  public snapshot(name: string): Promise<ComputeResource | undefined> {
    return this.find(`global/snapshots/${name}`);
  }

  /** Lists snapshots. @param filter as in the API */
  public snapshots(filter?: string): Promise<readonly ComputeResource[]> {
    return this.list('global/snapshots', filter);
  }

  public deleteSnapshot(name: string): Promise<void> {
    return this.remove(`global/snapshots/${name}`);
  }

  /** Reads a VM instance; `undefined` if there is none. */
  public instance({ zone, name }: Zonal): Promise<ComputeResource | undefined> {
    return this.find(`zones/${zone}/instances/${name}`);
  }

  /** Lists VM instances of a zone. */
  public instances(zone: string, filter?: string): Promise<readonly ComputeResource[]> {
    return this.list(`zones/${zone}/instances`, filter);
  }

  /** @param body as in `instances.insert` */
  public async createInstance(zone: string, body: ComputeResource): Promise<ComputeResource> {
    await this.change('POST', `zones/${zone}/instances`, body);
    return (await this.instance({ zone, name: body.name }))!;
  }

  /** Deletes a VM instance. No effect if there is none. */
  public deleteInstance({ zone, name }: Zonal): Promise<void> {
    return this.remove(`zones/${zone}/instances/${name}`);
  }

  /** @param body as in `instances.attachDisk`, for example `{ source, deviceName, mode: 'READ_ONLY' }` */
  public async attachDisk({ zone, name }: Zonal, body: Readonly<Record<string, unknown>>): Promise<void> {
    await this.change('POST', `zones/${zone}/instances/${name}/attachDisk`, body);
  }

  public async detachDisk({ zone, name }: Zonal, deviceName: string): Promise<void> {
    await this.change('POST', `zones/${zone}/instances/${name}/detachDisk?deviceName=${encodeURIComponent(deviceName)}`, {});
  }

  /** Reads the guest attributes of a namespace, by key; empty if there are none. */
  public async guestAttributes({ zone, name }: Zonal, namespace: string): Promise<ReadonlyMap<string, string>> {
    const path = `zones/${zone}/instances/${name}/getGuestAttributes?queryPath=${encodeURIComponent(`${namespace}/`)}`;
    const answer = await this.find(path);
    const items = (answer?.queryValue as { items?: readonly { key: string; value: string }[] } | undefined)?.items ?? [];
    return new Map(items.map(({ key, value }) => [key, value]));
  }

  /** Output on the serial console of a VM, at most the last MiB. */
  public async serialConsole({ zone, name }: Zonal): Promise<string> {
    return String((await this.find(`zones/${zone}/instances/${name}/serialPort?port=1`))?.contents ?? '');
  }

  /** Adds labels to a disk or snapshot, and keeps the others. @param path for example `zones/Z/disks/NAME` */
  public async addLabels(path: string, labels: Readonly<Record<string, string>>): Promise<void> {
    const now = await this.find(path);
    if (now === undefined) throw new RecoveryError(`${path} does not exist`);
    await this.change('POST', `${path}/setLabels`, {
      labels: { ...(now.labels as Readonly<Record<string, string>>), ...labels },
      labelFingerprint: now.labelFingerprint,
    });
  }

  private async remove(path: string): Promise<void> {
    if ((await this.find(path)) !== undefined) await this.change('DELETE', path);
  }

  private async list(path: string, filter?: string): Promise<readonly ComputeResource[]> {
    const found: ComputeResource[] = [];
    let pageToken = '';
    do {
      const query = new URLSearchParams({ maxResults: '500', ...(filter && { filter }), ...(pageToken && { pageToken }) });
      const answer = (await this.call('GET', `${path}?${query}`)) as { items?: readonly ComputeResource[]; nextPageToken?: string };
      found.push(...(answer.items ?? []));
      pageToken = answer.nextPageToken ?? '';
    } while (pageToken !== '');
    return found;
  }

  private async find(path: string): Promise<ComputeResource | undefined> {
    try {
      return (await this.call('GET', path)) as ComputeResource;
    } catch (error) {
      if (error instanceof RecoveryError && statuses.get(error) === 404) return undefined;
      throw error;
    }
  }

  /** Starts a change, and waits for the end of its operation. @throws RecoveryError with the error of the operation */
  private async change(method: 'POST' | 'DELETE', path: string, body?: unknown): Promise<void> {
    let operation = (await this.call(method, path, body)) as Operation;
    const scope = path.startsWith('zones/') ? path.split('/').slice(0, 2).join('/') : 'global';
    while (operation.status !== 'DONE') {
      await sleep(POLL_MS, undefined, { signal: this.options.signal });
      operation = (await this.call('POST', `${scope}/operations/${operation.name}/wait`, {})) as Operation;
    }
    const [error] = operation.error?.errors ?? [];
    if (error !== undefined) throw new RecoveryError(`${method} ${path}: ${error.message}`);
  }

  private async call(method: string, path: string, data?: unknown): Promise<unknown> {
    const { project, signal } = this.options;
    this.client ??= connect(this.options.environment);
    const client = await this.client;
    try {
      const url = `${this.endpoint}projects/${project}/${path}`;
      const retry = {
        retry: 4,
        httpMethodsToRetry: ['GET', 'DELETE'],
        statusCodesToRetry: [
          [429, 429],
          [500, 599],
        ],
      };
      return (await client.request({ url, method: method as 'GET', data, signal, retry: true, retryConfig: retry })).data;
    } catch (error) {
      throw describe(error, `${method} ${path}`);
    }
  }
}

interface Operation {
  readonly name: string;
  readonly status: string;
  readonly error?: { readonly errors?: readonly { readonly message: string }[] };
}

const POLL_MS = 200;

/** HTTP statuses of errors that were answers. */
const statuses = new WeakMap<RecoveryError, number>();

async function connect(environment: NodeJS.ProcessEnv): Promise<{ request: OAuth2Client['request'] }> {
  const token = environment.GOOGLE_OAUTH_ACCESS_TOKEN || environment.CLOUDSDK_AUTH_ACCESS_TOKEN;
  if (!token) return new GoogleAuth({ scopes: 'https://www.googleapis.com/auth/cloud-platform' }).getClient();
  const client = new OAuth2Client();
  client.setCredentials({ access_token: token });
  return client;
}

function describe(error: unknown, what: string): RecoveryError {
  const { response, message } = error as { response?: { status: number; data?: { error?: { message?: string } } }; message: string };
  const described = new RecoveryError(`${what}: ${response?.data?.error?.message ?? message}`);
  if (response !== undefined) statuses.set(described, response.status);
  return described;
}
