import type { IncomingMessage, ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { parseJson } from '../terraform/json';
import { sendJson } from './local-server';
import { type InsertOptions, type ObjectStore, StorageRefusal } from './object-store';

/** Permission on objects, without the prefix `storage.objects.`. */
export type ObjectPermission = 'create' | 'get' | 'list' | 'delete';

/** Checks an access. @returns the refusal; `undefined` if it is allowed */
export type AccessCheck = (
  permission: ObjectPermission,
  bucket: string,
  name: string,
) => { readonly status: 401 | 403; readonly message: string } | undefined;

const PAGE_SIZE = 1000;

/** Requests for objects in Cloud Storage's JSON API: uploads in one request, metadata, lists, downloads and deletions. */
export class StorageServer {
  constructor(private readonly objects: ObjectStore) {}

  /** Tests if a path is one of this API. */
  public static accepts(url: string): boolean {
    return /^\/(upload\/|download\/)?storage\/v1\/b\/[^/]+\/o(\/|\?|$)/.test(url);
  }

  public async answer(request: IncomingMessage, response: ServerResponse, check: AccessCheck): Promise<void> {
    try {
      await this.handle(request, response, check);
    } catch (error) {
      if (!(error instanceof StorageRefusal)) throw error;
      // The rest of a body that is refused.
      request.resume();
      const { code, message, reason } = error;
      sendJson(response, code, { error: { code, message, errors: [{ message, reason, domain: 'global' }] } });
    }
  }

  private async handle(request: IncomingMessage, response: ServerResponse, check: AccessCheck): Promise<void> {
    const url = new URL(request.url ?? '/', 'https://host');
    const { searchParams: query } = url;
    const [, kind = '', bucket = '', name = ''] =
      /^\/(upload\/|download\/)?storage\/v1\/b\/([^/]+)\/o(?:\/([^/]+))?$/
        .exec(url.pathname)
        ?.map((part) => part && decodeURIComponent(part)) ?? [];
    const require = (permission: ObjectPermission, of: string): void => {
      const refusal = check(permission, bucket, of);
      if (refusal !== undefined)
        throw new StorageRefusal(refusal.status, refusal.message, refusal.status === 401 ? 'required' : 'forbidden');
    };
    if (request.method === 'POST' && kind === 'upload/') {
      const upload = await readUpload(request, query);
      require('create', upload.name);
      return sendJson(response, 200, this.objects.insert(bucket, upload.name, upload.content, upload.options));
    }
    if (request.method === 'DELETE' && name !== '') {
      require('delete', name);
      this.objects.delete(bucket, name);
      response.writeHead(204).end();
      return;
    }
    if (request.method !== 'GET') throw new StorageRefusal(404, `the sandbox has no ${request.method} ${url.pathname}`, 'notFound');
    if (name === '') {
      require('list', '');
      return sendJson(response, 200, this.list(bucket, query));
    }
    require('get', name);
    const object = this.objects.get(bucket, name);
    if (query.get('alt') !== 'media') return sendJson(response, 200, object);
    response.writeHead(200, { 'content-length': object.size, 'x-goog-hash': `md5=${object.md5Hash}` }).end(this.objects.read(bucket, name));
  }

  private list(bucket: string, query: URLSearchParams): object {
    const after = query.get('pageToken') ?? '';
    const size = Number(query.get('maxResults')) || PAGE_SIZE;
    const left = this.objects.list(bucket, query.get('prefix') ?? '').filter(({ name }) => name > after);
    const items = left.slice(0, size);
    return {
      kind: 'storage#objects',
      ...(items.length > 0 && { items }),
      ...(items.length < left.length && { nextPageToken: items.at(-1)!.name }),
    };
  }
}

interface Upload {
  readonly name: string;
  readonly content: Buffer;
  readonly options: InsertOptions;
}

/** @throws StorageRefusal for a body that is not the content, or metadata and content */
async function readUpload(request: IncomingMessage, query: URLSearchParams): Promise<Upload> {
  const body = await buffer(request);
  const ifGenerationMatch = query.get('ifGenerationMatch') ?? undefined;
  const match = ifGenerationMatch === undefined ? {} : { ifGenerationMatch };
  if (query.get('uploadType') === 'media') return { name: query.get('name') ?? '', content: body, options: match };
  const [, boundary] = /^multipart\/related;\s*boundary="?([^";]+)"?/.exec(request.headers['content-type'] ?? '') ?? [];
  const parts = boundary === undefined ? [] : splitParts(body, boundary);
  if (query.get('uploadType') !== 'multipart' || parts.length !== 2)
    throw new StorageRefusal(400, 'Malformed multipart body.', 'badRequest');
  const { name, md5Hash, metadata } = parseJson(parts[0]!.toString()) as { name?: string } & InsertOptions;
  return {
    name: name ?? query.get('name') ?? '',
    content: parts[1]!,
    options: { ...match, ...(md5Hash !== undefined && { md5Hash }), ...(metadata !== undefined && { metadata }) },
  };
}

/** Contents of the parts of a multipart body, without their headers. */
function splitParts(body: Buffer, boundary: string): Buffer[] {
  const first = Buffer.from(`--${boundary}\r\n`);
  const next = Buffer.from(`\r\n--${boundary}`);
  const parts: Buffer[] = [];
  let begin = body.indexOf(first) + first.length;
  for (let end = body.indexOf(next, begin); end >= 0; end = body.indexOf(next, begin)) {
    parts.push(body.subarray(body.indexOf('\r\n\r\n', begin) + 4, end));
    begin = end + next.length;
    if (body.subarray(begin, begin + 2).toString() === '--') break;
    begin += 2;
  }
  return parts;
}
