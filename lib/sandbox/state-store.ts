import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { dirname, join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { LocalServer, sendJson } from './local-server';

/** Simulated Cloud Storage, as far as Terraform's `gcs` backend uses it: states and their locks, as files of a folder. */
export class StateStore {
  public static async start(directory: string): Promise<StateStore> {
    const store = new StateStore(directory);
    await store.server.listen();
    return store;
  }

  private readonly server: LocalServer;

  private constructor(private readonly directory: string) {
    this.server = new LocalServer((request, response) => {
      this.answer(request, response).catch((error: Error) => refuse(response, 500, error.message));
    });
  }

  /** URL of the API, for `GOOGLE_BACKEND_STORAGE_CUSTOM_ENDPOINT`. */
  public get endpoint(): string {
    return `${this.server.url}/storage/v1/`;
  }

  public async stop(): Promise<void> {
    await this.server.stop();
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
    const body = await buffer(request);
    const upload = /^\/upload\/storage\/v1\/b\/([^/]+)\/o$/.exec(pathname);
    if (upload && request.method === 'POST') {
      const { name, content } = readMultipart(request, body);
      return this.write(response, decodeURIComponent(upload[1]!), searchParams.get('name') ?? name, content, searchParams);
    }
    const list = /^\/storage\/v1\/b\/([^/]+)\/o$/.exec(pathname);
    if (list && request.method === 'GET') {
      const bucket = decodeURIComponent(list[1]!);
      const prefix = searchParams.get('prefix') ?? '';
      const items = this.names(bucket).filter((name) => name.startsWith(prefix));
      return sendJson(response, 200, { kind: 'storage#objects', items: items.map((name) => this.metadata(bucket, name)) });
    }
    const object = /^\/storage\/v1\/b\/([^/]+)\/o\/(.+)$/.exec(pathname) ?? /^\/([^/]+)\/(.+)$/.exec(pathname);
    if (!object) return refuse(response, 404, `the sandbox has no ${request.method} ${pathname}`);
    const [bucket, name] = [decodeURIComponent(object[1]!), decodeURIComponent(object[2]!)];
    const path = this.path(bucket, name);
    if (!existsSync(path)) return refuse(response, 404, `No such object: ${bucket}/${name}`);
    const generation = readGeneration(path);

    if (request.method === 'DELETE') {
      const expected = searchParams.get('ifGenerationMatch');
      if (expected !== null && expected !== generation) return refuse(response, 412, CONDITION_NOT_MET);
      rmSync(path);
      return void response.writeHead(204).end();
    }
    if (request.method !== 'GET') return refuse(response, 405, `the sandbox has no ${request.method} of objects`);
    if (pathname.startsWith('/storage/v1/') && searchParams.get('alt') !== 'media')
      return sendJson(response, 200, this.metadata(bucket, name));
    const content = readFileSync(path);
    const headers = { 'content-type': 'application/json', 'content-length': content.length, 'x-goog-generation': generation };
    return void response.writeHead(200, headers).end(content);
  }

  private write(response: ServerResponse, bucket: string, name: string, content: Buffer, query: URLSearchParams): void {
    const path = this.path(bucket, name);
    const expected = query.get('ifGenerationMatch');
    const present = existsSync(path) ? readGeneration(path) : '0';
    if (expected !== null && expected !== present) {
      refuse(response, 412, CONDITION_NOT_MET);
      return;
    }
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
    sendJson(response, 200, this.metadata(bucket, name));
  }

  private metadata(bucket: string, name: string): object {
    const { size, mtime } = statSync(this.path(bucket, name));
    const generation = readGeneration(this.path(bucket, name));
    return { kind: 'storage#object', bucket, name, generation, metageneration: '1', size: String(size), updated: mtime.toISOString() };
  }

  private names(bucket: string): string[] {
    const folder = join(this.directory, encodeURIComponent(bucket));
    return existsSync(folder) ? readdirSync(folder).map(decodeURIComponent).sort() : [];
  }

  private path(bucket: string, name: string): string {
    return join(this.directory, encodeURIComponent(bucket), encodeURIComponent(name));
  }
}

const CONDITION_NOT_MET = 'At least one of the pre-conditions you specified did not hold.';

/** Reads the generation of an object, which changes with each write. */
function readGeneration(path: string): string {
  return String(statSync(path, { bigint: true }).mtimeNs / 1000n);
}

/** Reads a multipart upload: the object's metadata as JSON, and its content. */
function readMultipart(request: IncomingMessage, body: Buffer): { name: string; content: Buffer } {
  const boundary = /boundary="?([^";]+)"?/.exec(request.headers['content-type'] ?? '')?.[1];
  if (!boundary) return { name: '', content: body };
  const parts: Buffer[] = [];
  let from = body.indexOf(`--${boundary}`);
  for (;;) {
    const begin = body.indexOf('\r\n\r\n', from) + 4;
    const end = body.indexOf(`\r\n--${boundary}`, begin);
    if (begin < 4 || end < 0) break;
    parts.push(body.subarray(begin, end));
    from = end + 2;
  }
  const [metadata, content] = parts;
  return { name: JSON.parse(String(metadata ?? '{}')).name ?? '', content: content ?? Buffer.alloc(0) };
}

function refuse(response: ServerResponse, code: number, message: string): void {
  const reason = code === 412 ? 'conditionNotMet' : code === 404 ? 'notFound' : 'backendError';
  sendJson(response, code, { error: { code, message, errors: [{ domain: 'global', reason, message }] } });
}
