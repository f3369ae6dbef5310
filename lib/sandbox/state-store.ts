import { existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { basename, dirname, join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { describeFileError } from '../core/file-error';
import { hasEnded, type ProcessIdentity } from '../core/process-identity';
import { ReportedError } from '../core/reported-error';
import { readSavedFile, requireFile, saveFile, UNFINISHED } from '../core/saved-file';
import { findConnectedProcess } from './connected-process';
import { LocalServer, sendJson } from './local-server';
import { readSavedJson } from './saved-json';
import { isTerraformState } from './terraform-state';

/** Options of a state store. */
export interface StateStoreOptions {
  /** Access token that requests must carry. @default - none is required */
  readonly token?: string;

  /** Called with the file of each state that was written. @default - not called */
  readonly onState?: (file: string) => void;

  /** Called when a state could not be saved. @default - not called */
  readonly onStateLost?: () => void;

  /** Called with a description of each state lock of a killed run that was released. @default - not called */
  readonly onLockReleased?: (lock: string) => void;
}

/** Simulated Cloud Storage, as far as Terraform's `gcs` backend uses it: states and their locks, as files of a folder. */
export class StateStore {
  /** @throws SandboxError if a state is damaged */
  public static async start(directory: string, options: StateStoreOptions = {}): Promise<StateStore> {
    const store = new StateStore(directory, options);
    // Terraform takes an empty state for none at all.
    for (const file of store.stateFiles()) readSavedJson(file, 'a Terraform state of version 4', isTerraformState);
    await store.server.listen();
    return store;
  }

  private readonly server: LocalServer;

  /** Processes that hold state locks, by file, where they are known. */
  private readonly holders = new Map<string, ProcessIdentity>();

  private constructor(
    private readonly directory: string,
    private readonly options: StateStoreOptions,
  ) {
    this.server = new LocalServer((request, response) => {
      // The backend repeats a request after an internal error, for minutes.
      this.answer(request, response).catch((error: Error) => refuse(response, 400, describeError(error)));
    }, options.token);
  }

  /** URL of the API, for `GOOGLE_BACKEND_STORAGE_CUSTOM_ENDPOINT`. */
  public get endpoint(): string {
    return `${this.server.url}/storage/v1/`;
  }

  public async stop(): Promise<void> {
    await this.server.stop();
  }

  /** Lists the files of all states. */
  public stateFiles(): string[] {
    return this.listFiles('.tfstate');
  }

  /** True if a run holds a state lock, or has left one behind. */
  public hasLocks(): boolean {
    return this.listFiles(LOCK_ENDING).length > 0;
  }

  /** Releases all state locks: at the start of a sandbox, their runs are those of an earlier one, and cannot write a state. */
  public releaseLocks(): void {
    for (const file of this.listFiles(LOCK_ENDING)) this.releaseLock(file);
  }

  private releaseLock(file: string): void {
    this.options.onLockReleased?.(describeLock(file));
    this.holders.delete(file);
    rmSync(file);
  }

  /** Releases a lock if the process that took it has ended. */
  private releaseLockOfEnded(file: string): void {
    const holder = this.holders.get(file);
    if (holder && hasEnded(holder) === true && existsSync(file)) this.releaseLock(file);
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
    requireFile(path);
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
    // Terraform refuses any other damaged state.
    if (content.length === 0 && isStateName(name))
      throw new ReportedError(`${path} is empty: restore it, or delete the sandbox with --reset`);
    const headers = { 'content-type': 'application/json', 'content-length': content.length, 'x-goog-generation': generation };
    return void response.writeHead(200, headers).end(content);
  }

  private write(response: ServerResponse, bucket: string, name: string, content: Buffer, query: URLSearchParams): void {
    const path = this.path(bucket, name);
    if (content.length === 0 && isStateName(name)) throw new ReportedError(`the state '${bucket}/${name}' must not be empty`);
    requireFile(path);
    if (name.endsWith(LOCK_ENDING)) this.releaseLockOfEnded(path);
    const expected = query.get('ifGenerationMatch');
    const present = existsSync(path) ? readGeneration(path) : '0';
    if (expected !== null && expected !== present) {
      refuse(response, 412, CONDITION_NOT_MET);
      return;
    }
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    try {
      saveFile(path, content);
    } catch (error) {
      if (isStateName(name)) this.options.onStateLost?.();
      throw error;
    }
    if (isStateName(name)) this.options.onState?.(path);
    const holder = name.endsWith(LOCK_ENDING) ? findConnectedProcess(response.req.socket) : undefined;
    if (holder) this.holders.set(path, holder);
    sendJson(response, 200, this.metadata(bucket, name));
  }

  private metadata(bucket: string, name: string): object {
    const { size, mtime } = statSync(this.path(bucket, name));
    const generation = readGeneration(this.path(bucket, name));
    return { kind: 'storage#object', bucket, name, generation, metageneration: '1', size: String(size), updated: mtime.toISOString() };
  }

  private names(bucket: string): string[] {
    const folder = join(this.directory, encodeName(bucket));
    return listFiles(folder)
      .flatMap((file) => decodeName(file))
      .sort();
  }

  /** Lists the objects of all buckets whose names have an ending. */
  private listFiles(ending: string): string[] {
    return readEntries(this.directory).flatMap((bucket) =>
      readEntries(join(this.directory, bucket))
        .filter((name) => name.endsWith(ending))
        .map((name) => join(this.directory, bucket, name)),
    );
  }

  private path(bucket: string, name: string): string {
    return join(this.directory, encodeName(bucket), encodeName(name));
  }
}

const LOCK_ENDING = '.tflock';

/** Describes a lock of Terraform: operation, user and time, as far as they can be read. */
function describeLock(file: string): string {
  const [state = ''] = decodeName(basename(file));
  try {
    const { Operation, Who, Created } = JSON.parse(readSavedFile(file) ?? '');
    return `${state} (${Operation} by ${Who} at ${Created})`;
  } catch {
    return state;
  }
}

function isStateName(name: string): boolean {
  return name.endsWith('.tfstate');
}

const CONDITION_NOT_MET = 'At least one of the pre-conditions you specified did not hold.';

/** Encodes the name of a bucket or an object as that of a file. */
function encodeName(name: string): string {
  const encoded = encodeURIComponent(name);
  return /^\.+$/.test(encoded) ? encoded.replaceAll('.', '%2E') : encoded;
}

/** Decodes the name of a file; nothing for one that is not of the store. */
function decodeName(file: string): string[] {
  try {
    return file.endsWith(UNFINISHED) ? [] : [decodeURIComponent(file)];
  } catch {
    return [];
  }
}

/** Lists the regular files of a folder: others are not of the store. */
function listFiles(folder: string): string[] {
  return readEntries(folder).filter((name) => lstatSync(join(folder, name)).isFile());
}

function readEntries(folder: string): string[] {
  return lstatSync(folder, { throwIfNoEntry: false })?.isDirectory() ? readdirSync(folder) : [];
}

/** Reads the generation of an object, which changes with each write. */
function readGeneration(path: string): string {
  return String(statSync(path, { bigint: true }).mtimeNs / 1000n);
}

/**
 * Reads a multipart upload: the object's metadata as JSON, and its content.
 *
 * @throws ReportedError if it is not complete
 */
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
  if (metadata === undefined || content === undefined) throw new ReportedError('the upload is not complete');
  return { name: JSON.parse(String(metadata)).name ?? '', content };
}

function describeError(error: Error): string {
  return error instanceof ReportedError ? error.message : describeFileError(error);
}

function refuse(response: ServerResponse, code: number, message: string): void {
  const reason = code === 412 ? 'conditionNotMet' : code === 404 ? 'notFound' : 'backendError';
  sendJson(response, code, { error: { code, message, errors: [{ domain: 'global', reason, message }] } });
}
