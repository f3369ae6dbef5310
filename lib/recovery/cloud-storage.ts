import { setTimeout as sleep } from 'node:timers/promises';
import { readEndpoint } from './api-endpoint';
import { countRetries, describeError } from './api-errors';
import type { ArchivedObject } from './commit-log-chain';
import { type ApiClient, connect } from './compute-engine';
import { RecoveryError } from './recovery-error';

/** Environment variable with the endpoint of Cloud Storage, as Terraform's google provider reads it. */
export const STORAGE_ENDPOINT_VARIABLE = 'GOOGLE_STORAGE_CUSTOM_ENDPOINT';

const GOOGLE = 'https://storage.googleapis.com/storage/v1/';

/** Properties for `CloudStorage`. */
export interface CloudStorageOptions {
  /** Project of the ring, for error messages. */
  readonly project: string;
  readonly environment: NodeJS.ProcessEnv;

  /** Aborts requests. @default - none */
  readonly signal?: AbortSignal;

  /** Delay before the first retry of a request, doubled before each further one, in milliseconds. @default 1000 */
  readonly retryDelayMs?: number;
}

/** Reader of buckets in Cloud Storage's JSON API. Credentials are those of `ComputeEngine`. */
export class CloudStorage {
  private readonly endpoint: string;
  private client?: Promise<ApiClient>;

  /** @throws RefusedError in a sandbox without VMs */
  constructor(private readonly options: CloudStorageOptions) {
    this.endpoint = readEndpoint(options.environment, STORAGE_ENDPOINT_VARIABLE, GOOGLE);
  }

  /** Lists the objects below a prefix, by their names below it. @throws RecoveryError */
  public async list(bucket: string, prefix: string): Promise<readonly ArchivedObject[]> {
    const found: ArchivedObject[] = [];
    let pageToken = '';
    do {
      const query = new URLSearchParams({
        ...{ prefix, maxResults: '1000', fields: 'nextPageToken,items(name,size,metadata)' },
        ...(pageToken && { pageToken }),
      });
      const answer = (await this.call(`b/${encodeURIComponent(bucket)}/o?${query}`)) as ListAnswer;
      for (const { name, size, metadata = {} } of answer.items ?? [])
        found.push({ name: name.slice(prefix.length), size: Number(size), metadata });
      pageToken = answer.nextPageToken ?? '';
    } while (pageToken !== '');
    return found;
  }

  private async call(path: string): Promise<unknown> {
    const { environment, project, signal, retryDelayMs = 1000 } = this.options;
    this.client ??= connect(environment);
    const client = await this.client;
    for (let attempt = 0; ; attempt++) {
      try {
        signal?.throwIfAborted();
        const url = this.endpoint + path;
        const { data } = await client.request({ url, signal, timeout: 60_000, retry: false, fetchImplementation: fetch });
        if (typeof data === 'object' && data !== null) return data;
        throw new RecoveryError(`GET ${path}: the answer is not JSON`);
      } catch (error) {
        if (signal?.aborted) throw new RecoveryError(`interrupted: GET ${path}`);
        if (error instanceof RecoveryError) throw error;
        if (attempt >= countRetries(error)) throw describeError(error, { method: 'GET', path }, project);
        await sleep(retryDelayMs * 2 ** attempt, undefined, { signal }).catch(() => undefined);
      }
    }
  }
}

interface ListAnswer {
  readonly items?: readonly { readonly name: string; readonly size: string; readonly metadata?: Readonly<Record<string, string>> }[];
  readonly nextPageToken?: string;
}
