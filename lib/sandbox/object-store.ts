import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isObject, readSavedJson } from './saved-json';
import type { Cloud } from './type-description';

/** Object of a bucket, as Cloud Storage's JSON API returns it. */
export interface StoredObject {
  readonly kind: 'storage#object';
  readonly bucket: string;
  readonly name: string;
  readonly generation: string;

  /** Number of bytes. */
  readonly size: string;

  /** In Base64. */
  readonly md5Hash: string;
  readonly timeCreated: string;
  readonly metadata: Readonly<Record<string, string>>;
}

/** Options of `ObjectStore.insert`. */
export interface InsertOptions {
  readonly metadata?: Readonly<Record<string, string>>;

  /** Digest that the content has to have. @default - not compared */
  readonly md5Hash?: string;

  /** `0`: the object must not exist. @default - an existing object is overwritten */
  readonly ifGenerationMatch?: string;
}

/** Refusal of Cloud Storage. */
export class StorageRefusal extends Error {
  constructor(
    public readonly code: number,
    message: string,
    public readonly reason: string,
  ) {
    super(message);
  }
}

/** Objects of the buckets of a simulated cloud, in files. Programs can share a folder: nothing is kept in memory. */
export class ObjectStore {
  constructor(
    private readonly directory: string,
    private readonly cloud: Cloud,
  ) {}

  /** @throws StorageRefusal also while an object that would be overwritten is under the retention policy of its bucket */
  public insert(bucket: string, name: string, content: Buffer, options: InsertOptions = {}): StoredObject {
    this.requireBucket(bucket);
    const md5Hash = createHash('md5').update(content).digest('base64');
    if (options.md5Hash !== undefined && options.md5Hash !== md5Hash)
      throw new StorageRefusal(400, `Provided MD5 hash "${options.md5Hash}" doesn't match calculated MD5 hash "${md5Hash}".`, 'invalid');
    const before = this.find(bucket, name);
    if (options.ifGenerationMatch !== undefined && options.ifGenerationMatch !== (before?.generation ?? '0'))
      throw new StorageRefusal(412, 'At least one of the pre-conditions you specified did not hold.', 'conditionNotMet');
    if (before !== undefined) this.requireUnretained(before);
    const now = new Date();
    const object: StoredObject = {
      ...{ kind: 'storage#object', bucket, name, md5Hash, generation: `${now.getTime()}000`, size: String(content.length) },
      ...{ timeCreated: now.toISOString(), metadata: options.metadata ?? {} },
    };
    const path = this.path(bucket, name);
    mkdirSync(join(this.directory, bucket), { recursive: true, mode: 0o700 });
    for (const [file, data] of [
      [`${path}.data`, content],
      [`${path}.json`, `${JSON.stringify(object)}\n`],
    ] as const) {
      writeFileSync(`${file}.new`, data, { mode: 0o600 });
      renameSync(`${file}.new`, file);
    }
    return object;
  }

  /** @throws StorageRefusal if there is none */
  public get(bucket: string, name: string): StoredObject {
    this.requireBucket(bucket);
    const found = this.find(bucket, name);
    if (found === undefined) throw new StorageRefusal(404, `No such object: ${bucket}/${name}`, 'notFound');
    return found;
  }

  public read(bucket: string, name: string): Buffer {
    this.get(bucket, name);
    return readFileSync(`${this.path(bucket, name)}.data`);
  }

  /** Objects whose names begin with a prefix, sorted by name. */
  public list(bucket: string, prefix = ''): StoredObject[] {
    this.requireBucket(bucket);
    const folder = join(this.directory, bucket);
    if (!existsSync(folder)) return [];
    return readdirSync(folder)
      .filter((file) => file.endsWith('.json'))
      .flatMap((file) => readSavedJson(join(folder, file), 'an object of a bucket', isStoredObject) ?? [])
      .filter(({ name }) => name.startsWith(prefix))
      .sort((one, other) => (one.name < other.name ? -1 : 1));
  }

  /** @throws StorageRefusal while the object is under the retention policy of its bucket */
  public delete(bucket: string, name: string): void {
    this.requireUnretained(this.get(bucket, name));
    for (const end of ['.json', '.data']) rmSync(this.path(bucket, name) + end, { force: true });
  }

  private find(bucket: string, name: string): StoredObject | undefined {
    return readSavedJson(`${this.path(bucket, name)}.json`, 'an object of a bucket', isStoredObject);
  }

  private requireBucket(bucket: string): void {
    if (this.cloud.get('google_storage_bucket', bucket) === undefined)
      throw new StorageRefusal(404, 'The specified bucket does not exist.', 'notFound');
  }

  private requireUnretained({ bucket, name, timeCreated }: StoredObject): void {
    const seconds = Number(this.cloud.get('google_storage_bucket', bucket)?.text('retention_policy.retention_period') || 0);
    const end = Date.parse(timeCreated) + seconds * 1000;
    if (Date.now() >= end) return;
    const until = new Date(end).toISOString();
    throw new StorageRefusal(
      403,
      `Object '${bucket}/${name}' is subject to bucket's retention policy or object retention and cannot be deleted or overwritten until ${until}`,
      'retentionPolicyNotMet',
    );
  }

  private path(bucket: string, name: string): string {
    return join(this.directory, bucket, createHash('sha256').update(name).digest('hex'));
  }
}

function isStoredObject(value: unknown): value is StoredObject {
  return isObject(value) && value.kind === 'storage#object' && typeof value.name === 'string' && typeof value.timeCreated === 'string';
}
