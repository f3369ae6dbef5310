import { readEndpoint } from './api-endpoint';
import type { ArchivedObject } from './commit-log-chain';
import { GoogleApi, type GoogleApiOptions } from './google-api';

/** Environment variable with the endpoint of Cloud Storage, as Terraform's google provider reads it. */
export const STORAGE_ENDPOINT_VARIABLE = 'GOOGLE_STORAGE_CUSTOM_ENDPOINT';

const GOOGLE = 'https://storage.googleapis.com/storage/v1/';

const REQUEST_TIMEOUT_MS = 60_000;

/** Reader of buckets in Cloud Storage's JSON API. */
export class CloudStorage {
  private readonly api: GoogleApi;

  /**
   * @param options with the project of the ring, for error messages
   * @throws RefusedError in a sandbox without VMs
   */
  constructor(options: GoogleApiOptions) {
    const endpoint = readEndpoint(options.environment, STORAGE_ENDPOINT_VARIABLE, GOOGLE);
    this.api = new GoogleApi(endpoint, { ...options, requestTimeoutMs: REQUEST_TIMEOUT_MS });
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
      const answer = (await this.api.call('GET', `b/${encodeURIComponent(bucket)}/o?${query}`)) as ListAnswer;
      for (const { name, size, metadata = {} } of answer.items ?? [])
        found.push({ name: name.slice(prefix.length), size: Number(size), metadata });
      pageToken = answer.nextPageToken ?? '';
    } while (pageToken !== '');
    return found;
  }

  /** Reads the content of an object. @throws RecoveryError */
  public read(bucket: string, name: string): Promise<Uint8Array> {
    return this.api.read(`b/${encodeURIComponent(bucket)}/o/${encodeURIComponent(name)}?alt=media`);
  }
}

interface ListAnswer {
  readonly items?: readonly { readonly name: string; readonly size: string; readonly metadata?: Readonly<Record<string, string>> }[];
  readonly nextPageToken?: string;
}
