import { setTimeout as sleep } from 'node:timers/promises';
import { GoogleAuth, OAuth2Client } from 'google-auth-library';
import { type ApiCall, countRetries, describeError, describeMissingCredentials } from './api-errors';
import { RecoveryError } from './recovery-error';

/** Properties for a client of one of Google's REST APIs. */
export interface GoogleApiOptions {
  readonly project: string;
  readonly environment: NodeJS.ProcessEnv;

  /** Aborts requests, also those that wait. @default - none */
  readonly signal?: AbortSignal;

  /** Delay before the first retry of a request, doubled before each further one, in milliseconds. @default 1000 */
  readonly retryDelayMs?: number;
}

/**
 * Requests to one of Google's REST APIs, with retries of those that can succeed later.
 *
 * Credentials: `GOOGLE_OAUTH_ACCESS_TOKEN`, otherwise Application Default Credentials.
 */
export class GoogleApi {
  private client?: Promise<Pick<OAuth2Client, 'request'>>;

  /** @param url beginning of all URLs, with a slash at its end */
  constructor(
    private readonly url: string,
    private readonly options: GoogleApiOptions & { readonly requestTimeoutMs: number },
  ) {}

  /** @returns the JSON of the answer @throws RecoveryError */
  public call(method: ApiCall['method'], path: string, data?: unknown): Promise<object> {
    return this.request(method, path, { data });
  }

  /** Reads content that is not the JSON of the API. @throws RecoveryError */
  public async read(path: string): Promise<Uint8Array> {
    return new Uint8Array((await this.request('GET', path, { responseType: 'arraybuffer' })) as ArrayBuffer);
  }

  private async request(
    method: ApiCall['method'],
    path: string,
    content: { readonly data?: unknown; readonly responseType?: 'arraybuffer' },
  ): Promise<object> {
    const { project, environment, signal, requestTimeoutMs, retryDelayMs = 1_000 } = this.options;
    // The id of a change is not of interest in an error.
    const shown = { method, path: path.replace(/[?&]requestId=.*/, '') };
    this.client ??= connect(environment);
    const client = await this.client;
    const url = this.url + path;
    for (let attempt = 0; ; attempt++) {
      try {
        signal?.throwIfAborted();
        const request = { ...content, url, method, signal, timeout: requestTimeoutMs, retry: false, fetchImplementation: fetch };
        const { data: answer } = await client.request(request);
        if (typeof answer === 'object' && answer !== null) return answer;
        throw new RecoveryError(`${method} ${shown.path}: the answer is not JSON`);
      } catch (error) {
        if (signal?.aborted) throw new RecoveryError(`interrupted: ${method} ${shown.path}`);
        if (error instanceof RecoveryError) throw error;
        if (attempt >= countRetries(error)) throw describeError(error, shown, project);
        // An aborted pause ends in the next attempt.
        await sleep(retryDelayMs * 2 ** attempt, undefined, { signal }).catch(() => undefined);
      }
    }
  }
}

/** @throws RecoveryError if there are no credentials */
async function connect(environment: NodeJS.ProcessEnv): Promise<Pick<OAuth2Client, 'request'>> {
  const token = environment.GOOGLE_OAUTH_ACCESS_TOKEN || environment.CLOUDSDK_AUTH_ACCESS_TOKEN;
  if (token) {
    const client = new OAuth2Client();
    client.setCredentials({ access_token: token });
    return client;
  }
  try {
    return await new GoogleAuth({ scopes: 'https://www.googleapis.com/auth/cloud-platform' }).getClient();
  } catch (error) {
    throw describeMissingCredentials(error);
  }
}
