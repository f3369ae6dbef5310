import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { readEndpoint } from './api-endpoint';
import { describeQuota, readStatus } from './api-errors';
import { GoogleApi, type GoogleApiOptions } from './google-api';
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
export interface ComputeEngineOptions extends GoogleApiOptions {
  /** Time limit of an operation, in milliseconds. @default 3600000 */
  readonly operationTimeoutMs?: number;

  /** Time limit of one request, in milliseconds: the API holds a request for an operation up to two minutes. @default 180000 */
  readonly requestTimeoutMs?: number;
}

/** Client of Compute Engine's REST API for one project. Every change is complete when its promise resolves. */
export class ComputeEngine {
  private readonly api: GoogleApi;

  /** @throws RefusedError in a sandbox without VMs */
  constructor(private readonly options: ComputeEngineOptions) {
    const { project, environment, requestTimeoutMs = REQUEST_TIMEOUT_MS } = options;
    const endpoint = readEndpoint(environment, COMPUTE_ENDPOINT_VARIABLE, GOOGLE);
    this.api = new GoogleApi(`${endpoint}projects/${project}/`, { ...options, requestTimeoutMs });
  }

  /** Reads a disk; `undefined` if there is none. */
  public disk({ zone, name }: Zonal): Promise<ComputeResource | undefined> {
    return this.find(path`zones/${zone}/disks/${name}`);
  }

  /** @param body as in `disks.insert`, for example `{ name, sourceSnapshot, type, labels }` */
  public async createDisk(zone: string, body: ComputeResource): Promise<ComputeResource> {
    await this.change('POST', path`zones/${zone}/disks`, body);
    return requireCreated(await this.disk({ zone, name: body.name }), `disk ${body.name}`);
  }

  /** Deletes a disk. No effect if there is none. */
  public deleteDisk({ zone, name }: Zonal): Promise<void> {
    return this.remove(path`zones/${zone}/disks/${name}`);
  }

  /** Lists disks of a zone. @param filter as in the API, for example `labels.cassandra-recovery:*` */
  public disks(zone: string, filter?: string): Promise<readonly ComputeResource[]> {
    return this.list(path`zones/${zone}/disks`, filter);
  }

  /** Takes a snapshot of a disk, and waits until it is READY. @param body as in `disks.createSnapshot` */
  public async createSnapshot({ zone, name }: Zonal, body: ComputeResource, query = ''): Promise<ComputeResource> {
    await this.change('POST', path`zones/${zone}/disks/${name}/createSnapshot` + query, body);
    return this.waitUntilReady(body.name);
  }

  /** Reads a snapshot; `undefined` if there is none. */
  public snapshot(name: string): Promise<ComputeResource | undefined> {
    return this.find(path`global/snapshots/${name}`);
  }

  /** Lists snapshots. @param filter as in the API */
  public snapshots(filter?: string): Promise<readonly ComputeResource[]> {
    return this.list('global/snapshots', filter);
  }

  public deleteSnapshot(name: string): Promise<void> {
    return this.remove(path`global/snapshots/${name}`);
  }

  /** Reads a VM instance; `undefined` if there is none. */
  public instance({ zone, name }: Zonal): Promise<ComputeResource | undefined> {
    return this.find(path`zones/${zone}/instances/${name}`);
  }

  /** Lists VM instances of a zone. */
  public instances(zone: string, filter?: string): Promise<readonly ComputeResource[]> {
    return this.list(path`zones/${zone}/instances`, filter);
  }

  /** @param body as in `instances.insert` */
  public async createInstance(zone: string, body: ComputeResource): Promise<ComputeResource> {
    await this.change('POST', path`zones/${zone}/instances`, body);
    return requireCreated(await this.instance({ zone, name: body.name }), `instance ${body.name}`);
  }

  /** Deletes a VM instance. No effect if there is none. */
  public deleteInstance({ zone, name }: Zonal): Promise<void> {
    return this.remove(path`zones/${zone}/instances/${name}`);
  }

  /** @param body as in `instances.attachDisk`, for example `{ source, deviceName, mode: 'READ_ONLY' }` */
  public async attachDisk({ zone, name }: Zonal, body: Readonly<Record<string, unknown>>): Promise<void> {
    await this.change('POST', path`zones/${zone}/instances/${name}/attachDisk`, body);
  }

  public async detachDisk({ zone, name }: Zonal, deviceName: string): Promise<void> {
    await this.change('POST', path`zones/${zone}/instances/${name}/detachDisk?deviceName=${deviceName}`, {});
  }

  /** Reads the guest attributes of a namespace, by key; empty if there are none. */
  public async guestAttributes({ zone, name }: Zonal, namespace: string): Promise<ReadonlyMap<string, string>> {
    const queryPath = `${namespace}/`;
    const answer = await this.find(path`zones/${zone}/instances/${name}/getGuestAttributes?queryPath=${queryPath}`);
    const items = (answer?.queryValue as { items?: readonly { key: string; value: string }[] } | undefined)?.items ?? [];
    return new Map(items.map(({ key, value }) => [key, value]));
  }

  /** Output on the serial console of a VM, at most the last MiB. */
  public async serialConsole({ zone, name }: Zonal): Promise<string> {
    return String((await this.find(path`zones/${zone}/instances/${name}/serialPort?port=1`))?.contents ?? '');
  }

  /** Adds labels to a disk or snapshot, and keeps the others. @param resource for example `zones/Z/disks/NAME` */
  public async addLabels(resource: string, labels: Readonly<Record<string, string>>): Promise<void> {
    const now = await this.find(resource);
    if (now === undefined) throw new RecoveryError(`${resource} does not exist`);
    await this.change('POST', `${resource}/setLabels`, {
      labels: { ...(now.labels as Readonly<Record<string, string>>), ...labels },
      labelFingerprint: now.labelFingerprint,
    });
  }

  private async remove(resource: string): Promise<void> {
    try {
      await this.change('DELETE', resource);
    } catch (error) {
      // There is none. A read before would not prove that: it may miss a resource for a moment.
      if (readStatus(error) !== 404) throw error;
    }
  }

  /** Waits until a snapshot is READY: its operation may end while the snapshot is uploaded. */
  private async waitUntilReady(name: string): Promise<ComputeResource> {
    const deadline = this.createDeadline();
    while (true) {
      const snapshot = requireCreated(await this.snapshot(name), `snapshot ${name}`);
      if (snapshot.status === 'READY') return snapshot;
      if (snapshot.status === 'FAILED' || snapshot.status === 'DELETING') throw new RecoveryError(`snapshot ${name} is ${snapshot.status}`);
      await this.pause(deadline, `snapshot ${name} is ${snapshot.status}`);
    }
  }

  private async list(resource: string, filter?: string): Promise<readonly ComputeResource[]> {
    const found: ComputeResource[] = [];
    let pageToken = '';
    do {
      const query = new URLSearchParams({ maxResults: '500', ...(filter && { filter }), ...(pageToken && { pageToken }) });
      const answer = (await this.api.call('GET', `${resource}?${query}`)) as { items?: readonly ComputeResource[]; nextPageToken?: string };
      found.push(...(answer.items ?? []));
      pageToken = answer.nextPageToken ?? '';
    } while (pageToken !== '');
    return found;
  }

  private async find(resource: string): Promise<ComputeResource | undefined> {
    try {
      return (await this.api.call('GET', resource)) as ComputeResource;
    } catch (error) {
      if (readStatus(error) === 404) return undefined;
      throw error;
    }
  }

  /**
   * Starts a change, and waits for the end of its operation. A change has an id, so that a repeated request is not a second change.
   *
   * @throws RecoveryError with the errors of the operation, or if it takes too long
   */
  private async change(method: 'POST' | 'DELETE', resource: string, body?: unknown): Promise<void> {
    const deadline = this.createDeadline();
    const withId = `${resource}${resource.includes('?') ? '&' : '?'}requestId=${randomUUID()}`;
    let operation = (await this.api.call(method, withId, body)) as Operation;
    const scope = resource.startsWith('zones/') ? resource.split('/').slice(0, 2).join('/') : 'global';
    while (operation.status !== 'DONE') {
      const { name, status } = operation;
      if (name === undefined) throw new RecoveryError(`${method} ${resource}: the answer is no operation`);
      await this.pause(deadline, `${method} ${resource}: operation ${name} is ${status}`);
      operation = (await this.api.call('POST', `${scope}/operations/${encodeURIComponent(name)}/wait`, {})) as Operation;
    }
    const errors = operation.error?.errors ?? [];
    if (errors.length === 0) return;
    const quota = errors.some(({ code }) => code === 'QUOTA_EXCEEDED') ? `; ${describeQuota(this.options.project)}` : '';
    throw new RecoveryError(`${method} ${resource}: ${errors.map(({ message, code }) => message ?? code).join('; ')}${quota}`);
  }

  private createDeadline(): number {
    return Date.now() + (this.options.operationTimeoutMs ?? OPERATION_TIMEOUT_MS);
  }

  /** @param state for the errors, for example `operation X is RUNNING` */
  private async pause(deadline: number, state: string): Promise<void> {
    const { signal, operationTimeoutMs = OPERATION_TIMEOUT_MS } = this.options;
    if (Date.now() >= deadline) throw new RecoveryError(`${state} after ${operationTimeoutMs / 1000} s`);
    try {
      await sleep(POLL_MS, undefined, { signal });
    } catch {
      throw new RecoveryError(`interrupted: ${state}`);
    }
  }
}

interface Operation {
  readonly name?: string;
  readonly status?: string;
  readonly error?: { readonly errors?: readonly { readonly code?: string; readonly message?: string }[] };
}

const POLL_MS = 200;
const REQUEST_TIMEOUT_MS = 180_000;
const OPERATION_TIMEOUT_MS = 3_600_000;

/** Path with encoded names. */
function path(parts: TemplateStringsArray, ...names: readonly string[]): string {
  return String.raw({ raw: parts }, ...names.map(encodeURIComponent));
}

function requireCreated(resource: ComputeResource | undefined, what: string): ComputeResource {
  if (resource === undefined) throw new RecoveryError(`${what} was created, and does not exist`);
  return resource;
}
