import { setTimeout as sleep } from 'node:timers/promises';
import { OperationsError } from '../operations-error';

/** Environment variable with the endpoint of Secret Manager, as gcloud reads it. */
export const ENDPOINT_VARIABLE = 'CLOUDSDK_API_ENDPOINT_OVERRIDES_SECRETMANAGER';

const GOOGLE = 'https://secretmanager.googleapis.com/';

/** Attempts while Google is busy. */
const ATTEMPTS = 4;

/** Properties for `SecretManager`. */
export interface SecretManagerOptions {
  readonly project: string;

  /** Region of the secrets' only replica: an organization may not allow others. */
  readonly region: string;
  readonly token: string;

  /** @default 'https://secretmanager.googleapis.com/' */
  readonly endpoint?: string;

  /** Labels of new secrets. @default - none */
  readonly labels?: Readonly<Record<string, string>>;

  /** Milliseconds before the second attempt; doubled for each further one. @default 500 */
  readonly retryAfterMs?: number;
}

/** Client of Google Secret Manager for one project. */
export class SecretManager {
  constructor(private readonly options: SecretManagerOptions) {}

  /** Reads the newest version of a secret; `undefined` if the secret is missing or empty. */
  public async read(name: string): Promise<string | undefined> {
    const answer = await this.call('GET', `secrets/${name}/versions/latest:access`);
    if (answer.status === 404) return undefined;
    const { payload } = answer.ok('cannot be read', name) as { payload?: { data?: string } };
    return Buffer.from(payload?.data ?? '', 'base64').toString('utf8');
  }

  /** Reads the number of the newest version of a secret; `undefined` if the secret is missing or empty. */
  public async latestVersion(name: string): Promise<number | undefined> {
    const answer = await this.call('GET', `secrets/${name}/versions/latest`);
    return answer.status === 404 ? undefined : readVersion(answer.ok('cannot be read', name));
  }

  /** Reads the time at which the newest version of a secret was created, in milliseconds since 1970; `undefined` without a version. */
  public async latestVersionCreatedAt(name: string): Promise<number | undefined> {
    const answer = await this.call('GET', `secrets/${name}/versions/latest`);
    if (answer.status === 404) return undefined;
    const { createTime } = answer.ok('cannot be read', name) as { createTime?: string };
    return createTime === undefined ? undefined : Date.parse(createTime);
  }

  /** Creates a secret with a first version. An existing secret must be empty, as an interrupted creation leaves it. */
  public async create(name: string, value: string): Promise<void> {
    const { region, labels = {} } = this.options;
    const made = await this.call('POST', `secrets?secretId=${name}`, {
      replication: { userManaged: { replicas: [{ location: region }] } },
      labels,
    });
    if (made.status !== 409) made.ok('cannot be created', name);
    else if ((await this.read(name)) !== undefined) throw new OperationsError(`secret ${name} exists and is not overwritten`);
    await this.addVersion(name, value);
  }

  /** Adds a version to a secret, which readers get from now on. @returns its number */
  public async addVersion(name: string, value: string): Promise<number> {
    const payload = { data: Buffer.from(value).toString('base64') };
    return readVersion((await this.call('POST', `secrets/${name}:addVersion`, { payload })).ok('cannot be written', name));
  }

  private async call(method: string, path: string, body?: object): Promise<Answer> {
    const { project, token, endpoint = GOOGLE, retryAfterMs = 500 } = this.options;
    const url = `${endpoint.replace(/\/+$/, '')}/v1/projects/${project}/${path}`;
    for (let tries = 1; ; tries++) {
      const answer = await this.once(url, {
        method,
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: body === undefined ? undefined : JSON.stringify(body),
      });
      if (!answer.isBusy || tries === ATTEMPTS) return answer;
      await sleep(retryAfterMs * 2 ** (tries - 1));
    }
  }

  private async once(url: string, request: RequestInit): Promise<Answer> {
    try {
      const response = await fetch(url, { ...request, signal: AbortSignal.timeout(20_000) });
      return new Answer(response.status, await response.text(), this.options.project);
    } catch (error) {
      const { message, cause } = error as Error & { cause?: Error };
      return new Answer(503, JSON.stringify({ error: { message: cause?.message || message } }), this.options.project);
    }
  }
}

/** Response of Secret Manager. */
class Answer {
  constructor(
    public readonly status: number,
    private readonly text: string,
    private readonly project: string,
  ) {}

  public get isBusy(): boolean {
    return this.status === 429 || this.status >= 500;
  }

  /** Parses the body. @throws OperationsError if the response is an error */
  public ok(what: string, name: string): unknown {
    if (this.status < 300) return JSON.parse(this.text);
    const message = readMessage(this.text);
    const help = /has not been used|SERVICE_DISABLED/.test(this.text)
      ? `; enable it with 'gcloud services enable secretmanager.googleapis.com --project=${this.project}'`
      : '';
    throw new OperationsError(`secret ${name} of project ${this.project} ${what} (HTTP ${this.status}): ${message}${help}`);
  }
}

/** Reads the number at the end of a version's full name. */
function readVersion(answer: unknown): number {
  return Number((answer as { name: string }).name.split('/').at(-1));
}

function readMessage(text: string): string {
  try {
    return (JSON.parse(text) as { error: { message: string } }).error.message;
  } catch {
    return text.trim().slice(0, 200) || 'no answer';
  }
}
