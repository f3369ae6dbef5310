import type { IncomingMessage, ServerResponse } from 'node:http';
import { ReportedError } from '../core/reported-error';
import { saveFile } from '../core/saved-file';
import { LocalServer, readJson, sendJson } from './local-server';
import { isObject, isRecordOf, readSavedJson } from './saved-json';

interface Version {
  /** Payload as sent, base64. */
  data: string;
  state: 'ENABLED' | 'DISABLED' | 'DESTROYED';
  createTime: string;
}

interface Secret {
  labels: Record<string, string>;
  replication: unknown;
  createTime: string;
  versions: Version[];
}

/** Error answer, in Google's words. */
class Refusal extends Error {
  constructor(
    public readonly code: number,
    public readonly status: string,
    message: string,
  ) {
    super(message);
  }
}

/**
 * Simulated Secret Manager: secrets and their versions, without access control. They are stored in a file that only its owner can read.
 */
export class SecretManager {
  /** Reads the secrets of a file, without serving them. */
  public static open(file: string): SecretManager {
    return new SecretManager(file);
  }

  /**
   * Serves the secrets of a file over HTTP.
   *
   * @param file file with the secrets; created with the first one
   * @param token access token that requests must carry. @default - none is required
   */
  public static async start(file: string, token?: string): Promise<SecretManager> {
    const manager = new SecretManager(file, token);
    await manager.server.listen();
    return manager;
  }

  private readonly server: LocalServer;
  private secrets: Readonly<Record<string, Secret>>;

  private constructor(
    private readonly file: string,
    token?: string,
  ) {
    this.secrets = readSavedJson(file, 'the secrets of a sandbox', isSecrets) ?? {};
    this.server = new LocalServer((request, response) => {
      this.answer(request, response).catch((error: Error) => refuse(response, error));
    }, token);
  }

  /** URL of the API, for `CLOUDSDK_API_ENDPOINT_OVERRIDES_SECRETMANAGER`. */
  public get endpoint(): string {
    return `${this.server.url}/`;
  }

  /** Full names of the secrets, `projects/PROJECT/secrets/NAME`. */
  public get names(): string[] {
    return Object.keys(this.secrets).sort();
  }

  /**
   * Reads a version of a secret.
   *
   * @param name full name, or its last part
   * @param number number of the version. @default - the latest version
   * @returns payload as text; undefined if the version does not exist or is not enabled
   */
  public read(name: string, number?: number): string | undefined {
    const full = name.includes('/') ? name : this.names.find((one) => one.endsWith(`/${name}`));
    const version = full === undefined ? undefined : this.secrets[full]?.versions.at(number === undefined ? -1 : number - 1);
    return version?.state === 'ENABLED' ? Buffer.from(version.data, 'base64').toString('utf8') : undefined;
  }

  /** Stops serving. */
  public async stop(): Promise<void> {
    await this.server.stop();
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
    const body = await readJson<Record<string, never>>(request, invalidBody);
    const [, path = '', verb = ''] = /^\/v1\/([^:]+)(?::(\w+))?$/.exec(decodeURIComponent(pathname)) ?? [];
    const [, parent, collection, name, of, number] =
      /^(projects\/[^/]+)\/(secrets)(?:\/([^/]+)(?:\/(versions)(?:\/([^/]+))?)?)?$/.exec(path) ?? [];
    if (collection === undefined) throw new Refusal(404, 'NOT_FOUND', `the sandbox has no ${request.method} ${pathname}`);
    if (name === undefined) {
      if (request.method === 'POST')
        return sendJson(response, 200, this.create(`${parent}/secrets/${searchParams.get('secretId') ?? ''}`, body));
      const names = this.names.filter((one) => one.startsWith(`${parent}/`));
      return sendJson(response, 200, { secrets: names.map((one) => this.describe(one)), totalSize: names.length });
    }
    const full = `${parent}/secrets/${name}`;
    const secret = this.secrets[full];
    if (secret === undefined) throw new Refusal(404, 'NOT_FOUND', `Secret [${full}] not found or has no versions.`);
    if (number !== undefined) return sendJson(response, 200, this.version(request.method!, full, number, verb));
    if (of !== undefined)
      return sendJson(response, 200, { versions: secret.versions.map((_, index) => this.describeVersion(full, index)).reverse() });
    if (request.method === 'POST' && verb === 'addVersion') return sendJson(response, 200, this.add(full, body));
    if (request.method === 'DELETE') {
      this.change((secrets) => delete secrets[full]);
      return sendJson(response, 200, {});
    }
    if (request.method !== 'GET' || verb !== '')
      throw new Refusal(501, 'UNIMPLEMENTED', `the sandbox has no ${request.method} ${pathname}`);
    sendJson(response, 200, this.describe(full));
  }

  private create(name: string, body: { labels?: Record<string, string>; replication?: unknown }): object {
    if (!/\/secrets\/[A-Za-z0-9_-]{1,255}$/.test(name))
      throw new Refusal(400, 'INVALID_ARGUMENT', 'The secret id must match [a-zA-Z_0-9-]+.');
    if (body.replication === undefined) throw new Refusal(400, 'INVALID_ARGUMENT', "The field 'secret.replication' must be set.");
    if (this.secrets[name] !== undefined) throw new Refusal(409, 'ALREADY_EXISTS', `Secret [${name}] already exists.`);
    const { labels = {}, replication } = body;
    this.change((secrets) => {
      secrets[name] = { labels, replication, createTime: new Date().toISOString(), versions: [] };
    });
    return this.describe(name);
  }

  private add(name: string, body: { payload?: { data?: string } }): object {
    const data = body.payload?.data ?? '';
    if (Buffer.byteLength(data, 'base64') > MAX_BYTES) throw new Refusal(400, 'INVALID_ARGUMENT', 'The payload must be at most 64 KiB.');
    this.change((secrets) => secrets[name]!.versions.push({ data, state: 'ENABLED', createTime: new Date().toISOString() }));
    return this.describeVersion(name, this.secrets[name]!.versions.length - 1);
  }

  private version(method: string, name: string, number: string, verb: string): object {
    const { versions } = this.secrets[name]!;
    const index = number === 'latest' ? versions.length - 1 : Number(number) - 1;
    const version = versions[index];
    if (version === undefined) throw new Refusal(404, 'NOT_FOUND', `Secret [${name}] not found or has no versions.`);
    const full = `${name}/versions/${index + 1}`;
    if (verb === 'access') {
      if (version.state !== 'ENABLED')
        throw new Refusal(400, 'FAILED_PRECONDITION', `Secret Version [${full}] is in ${version.state} state.`);
      return { name: full, payload: { data: version.data } };
    }
    const state = CHANGES[verb];
    if (method === 'POST' && state !== undefined) {
      this.change((secrets) => {
        const changed = secrets[name]!.versions[index]!;
        changed.state = state;
        if (state === 'DESTROYED') changed.data = '';
      });
    } else if (method !== 'GET' || verb !== '') {
      throw new Refusal(501, 'UNIMPLEMENTED', `the sandbox has no ${verb} of versions`);
    }
    return this.describeVersion(name, index);
  }

  private describe(name: string): object {
    const { labels, replication, createTime } = this.secrets[name]!;
    return { name, labels, replication, createTime };
  }

  private describeVersion(name: string, index: number): object {
    const { state, createTime } = this.secrets[name]!.versions[index]!;
    return { name: `${name}/versions/${index + 1}`, state, createTime };
  }

  /** Changes the secrets and saves them. If they cannot be saved, nothing has changed. */
  private change(edit: (secrets: Record<string, Secret>) => void): void {
    const changed = structuredClone(this.secrets);
    edit(changed);
    saveFile(this.file, JSON.stringify(changed));
    this.secrets = changed;
  }
}

/** Maximum payload size in Secret Manager. */
const MAX_BYTES = 65_536;

const CHANGES: Readonly<Record<string, Version['state']>> = { enable: 'ENABLED', disable: 'DISABLED', destroy: 'DESTROYED' };

function isSecrets(value: unknown): value is Record<string, Secret> {
  const isVersion = (version: unknown): version is Version =>
    isObject(version) && typeof version.data === 'string' && ['ENABLED', 'DISABLED', 'DESTROYED'].includes(String(version.state));
  return isRecordOf(
    value,
    (secret): secret is Secret =>
      isObject(secret) && isObject(secret.labels) && Array.isArray(secret.versions) && secret.versions.every(isVersion),
  );
}

function invalidBody(): Refusal {
  return new Refusal(400, 'INVALID_ARGUMENT', 'Invalid JSON payload received.');
}

function refuse(response: ServerResponse, error: Error): void {
  // Clients repeat a request after an internal error, which cannot help where a file cannot be saved.
  const unexpected = error instanceof ReportedError ? { code: 400, status: 'FAILED_PRECONDITION' } : { code: 500, status: 'INTERNAL' };
  const { code, status } = error instanceof Refusal ? error : unexpected;
  sendJson(response, code, { error: { code, message: error.message, status } });
}
