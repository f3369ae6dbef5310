import { setTimeout as sleep } from 'node:timers/promises';
import { OperationsError } from '../operations-error';

/** Variable by which gcloud, and so this, is sent to another Secret Manager. */
export const ENDPOINT_VARIABLE = 'CLOUDSDK_API_ENDPOINT_OVERRIDES_SECRETMANAGER';

const GOOGLE = 'https://secretmanager.googleapis.com/';

/** A try, and three more when Google is busy. */
const TRIES = 4;

/** Properties for `SecretManager`. */
export interface SecretManagerOptions {
  readonly project: string;

  /** Where the secrets are kept: one region, since an organization may not allow others. */
  readonly region: string;
  readonly token: string;

  /** @default 'https://secretmanager.googleapis.com/' */
  readonly endpoint?: string;

  /** Labels of every secret that is made. @default - none */
  readonly labels?: Readonly<Record<string, string>>;

  /** Milliseconds before a second try; each further one waits twice as long. @default 500 */
  readonly retryAfterMs?: number;
}

/** The secrets of a project, in Google Secret Manager. */
export class SecretManager {
  constructor(private readonly options: SecretManagerOptions) {}

  /** The newest version of a secret; `undefined` when there is no secret, or nothing in it. */
  public async read(name: string): Promise<string | undefined> {
    const answer = await this.call('GET', `secrets/${name}/versions/latest:access`);
    if (answer.status === 404) return undefined;
    const { payload } = answer.ok('cannot be read', name) as { payload?: { data?: string } };
    return Buffer.from(payload?.data ?? '', 'base64').toString('utf8');
  }

  /** Number of the newest version of a secret; `undefined` when there is no secret, or nothing in it. */
  public async latestVersion(name: string): Promise<number | undefined> {
    const answer = await this.call('GET', `secrets/${name}/versions/latest`);
    return answer.status === 404 ? undefined : versionIn(answer.ok('cannot be read', name));
  }

  /** Makes a secret with a first version. One that is there already must be empty: it was begun and not finished. */
  public async create(name: string, value: string): Promise<void> {
    const { region, labels = {} } = this.options;
    const made = await this.call('POST', `secrets?secretId=${name}`, {
      replication: { userManaged: { replicas: [{ location: region }] } },
      labels,
    });
    if (made.status !== 409) made.ok('cannot be made', name);
    else if ((await this.read(name)) !== undefined) throw new OperationsError(`secret ${name} is there already and is not overwritten`);
    await this.addVersion(name, value);
  }

  /** Gives a secret a new version, which readers get from now on. @returns its number */
  public async addVersion(name: string, value: string): Promise<number> {
    const payload = { data: Buffer.from(value).toString('base64') };
    return versionIn((await this.call('POST', `secrets/${name}:addVersion`, { payload })).ok('cannot be written', name));
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
      if (!answer.isBusy || tries === TRIES) return answer;
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

/** What Secret Manager answered. */
class Answer {
  constructor(
    public readonly status: number,
    private readonly text: string,
    private readonly project: string,
  ) {}

  public get isBusy(): boolean {
    return this.status === 429 || this.status >= 500;
  }

  /** What it says, when it is no error. */
  public ok(what: string, name: string): unknown {
    if (this.status < 300) return JSON.parse(this.text);
    const message = messageIn(this.text);
    const help = /has not been used|SERVICE_DISABLED/.test(this.text)
      ? `; enable it with 'gcloud services enable secretmanager.googleapis.com --project=${this.project}'`
      : '';
    throw new OperationsError(`secret ${name} of project ${this.project} ${what} (HTTP ${this.status}): ${message}${help}`);
  }
}

/** Number at the end of a version's full name. */
function versionIn(answer: unknown): number {
  return Number((answer as { name: string }).name.split('/').at(-1));
}

function messageIn(text: string): string {
  try {
    return (JSON.parse(text) as { error: { message: string } }).error.message;
  } catch {
    return text.trim().slice(0, 200) || 'no answer';
  }
}
