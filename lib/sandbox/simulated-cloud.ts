import { createHash } from 'node:crypto';
import { CloudResource, type ProviderSettings } from './cloud-resource';
import { lastPart, relativeName } from './references';
import { isObject, isRecordOf } from './saved-json';
import type { Cloud } from './type-description';
import type { Values } from './values';

/** Stored form of a resource. */
interface Stored {
  values: Values;
  provider: ProviderSettings;
  /** Representation in its Google API, if it was created over HTTP. */
  body?: Record<string, unknown>;
  /** The creation took effect, but no state has it, since Terraform was killed or received no answer: the next creation adopts the resource. */
  unanswered?: boolean;
  /** Run of Terraform that created it, until a state with it is written. */
  creator?: string;
}

/** Content of the cloud, as saved to disk. */
export interface CloudContent {
  /** Kind of plugins it was deployed with; undefined for simulated ones. */
  providers?: 'real';
  resources: Record<string, Record<string, Stored>>;
  series: Record<string, number>;
}

/** Checks the structure of a saved cloud. */
export function isCloudContent(value: unknown): value is CloudContent {
  if (!isObject(value) || (value.providers !== undefined && value.providers !== 'real')) return false;
  const isNumber = (member: unknown): member is number => typeof member === 'number';
  return (
    isRecordOf(value.series, isNumber) &&
    isRecordOf(value.resources, (all): all is Record<string, Stored> =>
      isRecordOf(all, (stored): stored is Stored => isObject(stored) && isObject(stored.values) && isObject(stored.provider)),
    )
  );
}

/** Initial state of the simulated cloud. */
export interface CloudOptions {
  /** Project numbers by project id. @default - derived from the id */
  readonly projectNumbers?: Readonly<Record<string, string>>;

  /**
   * APIs that are initially enabled in every project, or `'all'`.
   *
   * @default - APIs of a new project
   */
  readonly enabledApis?: readonly string[] | 'all';
}

/** APIs that Google enables in a new project. */
const DEFAULT_APIS: readonly string[] = [
  'cloudapis.googleapis.com',
  'logging.googleapis.com',
  'monitoring.googleapis.com',
  'servicemanagement.googleapis.com',
  'serviceusage.googleapis.com',
  'storage-api.googleapis.com',
  'storage-component.googleapis.com',
  'storage.googleapis.com',
];

/** Resources of the simulated Google Cloud and its clusters, by type and identity. */
export class SimulatedCloud implements Cloud {
  constructor(
    private readonly content: CloudContent = { resources: {}, series: {} },
    private readonly options: CloudOptions = {},
    private readonly changed: () => void = () => {},
    private readonly locate: (path: string) => string | undefined = (path) => path,
  ) {}

  public list(type: string, below = ''): CloudResource[] {
    const identities = Object.keys(this.content.resources[type] ?? {}).filter((identity) => identity.startsWith(below));
    return identities.map((identity) => this.get(type, identity)!);
  }

  /** Types with at least one resource. */
  public types(): string[] {
    return Object.entries(this.content.resources).flatMap(([type, all]) => (Object.keys(all).length > 0 ? [type] : []));
  }

  public get(type: string, identity: string): CloudResource | undefined {
    const stored = this.content.resources[type]?.[identity];
    return stored && new CloudResource(type, identity, stored.values, stored.provider);
  }

  public find(type: string, reference: string): CloudResource | undefined {
    if (reference === '') return undefined;
    const name = relativeName(reference);
    const all = this.list(type);
    const exact = all.find(({ identity, values }) =>
      [identity, values.id, values.self_link].some((key) => key === reference || key === name),
    );
    return exact ?? all.find(({ identity }) => identity.endsWith(`/${name}`));
  }

  public put(resource: CloudResource): void {
    const { type, identity, values, provider } = resource;
    this.content.resources[type] ??= {};
    const { body, creator } = this.content.resources[type][identity] ?? {};
    this.content.resources[type][identity] = { values, provider, ...(body && { body }), ...(creator !== undefined && { creator }) };
    this.changed();
  }

  /** Representation of a resource in its Google API; undefined if it does not exist or was not created over HTTP. */
  public body(type: string, identity: string): Record<string, unknown> | undefined {
    return this.content.resources[type]?.[identity]?.body;
  }

  public setBody(type: string, identity: string, body: Record<string, unknown>): void {
    const stored = this.content.resources[type]?.[identity];
    if (stored) stored.body = body;
    this.changed();
  }

  public patch(type: string, identity: string, values: Values): void {
    const stored = this.content.resources[type]?.[identity];
    if (!stored) return;
    stored.values = { ...stored.values, ...values };
    this.changed();
  }

  public remove(type: string, identity: string): void {
    delete this.content.resources[type]?.[identity];
    this.changed();
  }

  public removeBelow(prefix: string): void {
    for (const type of this.types()) {
      for (const { identity } of this.list(type)) if (identity.startsWith(prefix)) this.remove(type, identity);
    }
  }

  public markUnanswered(type: string, identity: string): void {
    const stored = this.content.resources[type]?.[identity];
    if (!stored) return;
    stored.unanswered = true;
    delete stored.creator;
    this.changed();
  }

  public isUnanswered(type: string, identity: string): boolean {
    return this.content.resources[type]?.[identity]?.unanswered === true;
  }

  /** Records the run of Terraform that created a resource. */
  public setCreator(type: string, identity: string, run: string): void {
    const stored = this.content.resources[type]?.[identity];
    if (stored) stored.creator = run;
    this.changed();
  }

  /** Records that a state contains a resource. */
  public setSaved(type: string, identity: string): void {
    const stored = this.content.resources[type]?.[identity];
    if (stored?.creator === undefined && stored?.unanswered === undefined) return;
    delete stored.creator;
    delete stored.unanswered;
    this.changed();
  }

  /** Lists resources that Terraform created and no state contains yet, of one run or of all. */
  public unsaved(run?: string): { readonly type: string; readonly identity: string }[] {
    return Object.entries(this.content.resources).flatMap(([type, all]) =>
      Object.entries(all)
        .filter(([, { creator }]) => creator !== undefined && (run === undefined || creator === run))
        .map(([identity]) => ({ type, identity })),
    );
  }

  public next(series: string): number {
    const number = (this.content.series[series] ?? 0) + 1;
    this.content.series[series] = number;
    this.changed();
    return number;
  }

  public projectNumber(project: string): string {
    const given = this.options.projectNumbers?.[project];
    return given ?? String(100_000_000_000 + (createHash('sha256').update(project).digest().readUInt32BE() % 900_000_000));
  }

  public mayBeNumberOf(project: string, number: string): boolean {
    const given = this.options.projectNumbers?.[project];
    return given === undefined || given === number;
  }

  public now(): string {
    return new Date().toISOString();
  }

  public localFile(path: string): string | undefined {
    return this.locate(path);
  }

  public isApiEnabled(project: string, api: string): boolean {
    return this.options.enabledApis === 'all' || this.enabledApis(project).includes(api);
  }

  /** Enabled APIs of a project; with `enabledApis: 'all'`, only those enabled one by one. */
  public enabledApis(project: string): string[] {
    const { enabledApis = DEFAULT_APIS } = this.options;
    const services = this.list('google_project_service').filter((service) => lastPart(service.text('project')) === project);
    return [...new Set([...(enabledApis === 'all' ? [] : enabledApis), ...services.map((service) => service.text('service'))])];
  }
}
