import { Agent, request } from 'node:https';
import { buildPath, type KubernetesObject, type ObjectMetadata } from './objects';

/** Error answer of the API server. */
export class ApiError extends Error {
  constructor(
    /** HTTP status code. */
    public readonly code: number,
    message: string,
  ) {
    super(message);
  }
}

/** Client of an API server, with the permissions of a cluster administrator. */
export class ApiClient {
  private readonly agent: Agent;

  constructor(
    private readonly port: number,
    caCertificate: string,
    private readonly token: string,
  ) {
    this.agent = new Agent({ ca: caCertificate, keepAlive: true, maxSockets: 8 });
  }

  /** Reads an object; undefined if it does not exist. */
  public async get<Answer>(path: string): Promise<Answer | undefined> {
    try {
      return await this.ask<Answer>('GET', path);
    } catch (error) {
      if (error instanceof ApiError && error.code === 404) return undefined;
      throw error;
    }
  }

  /** Lists the objects of a collection, for example `/api/v1/pods`; none if the collection does not exist. */
  public async list<Item extends KubernetesObject>(collection: string): Promise<Item[]> {
    const list = await this.get<{ items?: Item[] }>(collection);
    return list?.items ?? [];
  }

  /** Creates an object if there is none of the same name. */
  public async create(collection: string, object: object): Promise<void> {
    await this.tolerating([409], () => this.ask('POST', collection, object));
  }

  /** Applies a JSON merge patch to an object. Ignores a deleted object and a conflict. */
  public async patch(path: string, fields: object): Promise<void> {
    await this.tolerating([404, 409], () => this.ask('PATCH', path, fields, 'application/merge-patch+json'));
  }

  /** Replaces an object or a subresource. Ignores a deleted object and a conflict. */
  public async replace(path: string, object: object): Promise<void> {
    await this.tolerating([404, 409], () => this.ask('PUT', path, object));
  }

  /** Deletes an object or a collection. Ignores one that does not exist. */
  public async delete(path: string, options: object = {}): Promise<void> {
    await this.tolerating([404, 405, 409], () => this.ask('DELETE', path, options));
  }

  /** Checks that the API server is ready to serve all its APIs. */
  public async isReady(): Promise<boolean> {
    try {
      await this.ask('GET', '/readyz');
      return true;
    } catch {
      return false;
    }
  }

  public close(): void {
    this.agent.destroy();
  }

  private async tolerating(codes: readonly number[], asking: () => Promise<unknown>): Promise<void> {
    try {
      await asking();
    } catch (error) {
      if (!(error instanceof ApiError && codes.includes(error.code))) throw error;
    }
  }

  private ask<Answer>(method: string, path: string, body?: object, type = 'application/json'): Promise<Answer> {
    const content = body === undefined ? '' : JSON.stringify(body);
    // Node omits the length from a DELETE, which would corrupt the rest of the connection.
    const length = Buffer.byteLength(content);
    const headers = { authorization: `Bearer ${this.token}`, ...(length > 0 && { 'content-type': type, 'content-length': length }) };
    return new Promise((resolve, reject) => {
      const options = { host: '127.0.0.1', port: this.port, path, method, headers, agent: this.agent, timeout: TIMEOUT_MS };
      const asking = request(options, (response) => {
        const chunks: Buffer[] = [];
        response.once('error', reject);
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () => {
          const text = Buffer.concat(chunks).toString();
          const code = response.statusCode ?? 0;
          if (code >= 400) reject(new ApiError(code, refusalIn(text) ?? `${method} ${path}: ${code} ${text.slice(0, 500)}`));
          else resolve((text.startsWith('{') ? JSON.parse(text) : {}) as Answer);
        });
      });
      asking.once('error', reject);
      asking.once('timeout', () => asking.destroy(new Error(`${method} ${path}: no answer`)));
      asking.end(content);
    });
  }
}

/** Reads the message of the status object in an error answer. */
function refusalIn(text: string): string | undefined {
  return text.startsWith('{') ? (JSON.parse(text) as { message?: string }).message : undefined;
}

/** Removes one finalizer of an object. */
export async function removeFinalizer(api: ApiClient, collection: string, metadata: ObjectMetadata, finalizer: string): Promise<void> {
  const finalizers = (metadata.finalizers ?? []).filter((each) => each !== finalizer);
  await api.patch(buildPath(collection, metadata), { metadata: { finalizers, resourceVersion: metadata.resourceVersion } });
}

const TIMEOUT_MS = 30_000;
