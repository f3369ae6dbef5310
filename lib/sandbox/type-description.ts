import type { CloudResource } from './cloud-resource';
import type { Value, Values } from './values';

/**
 * What the bindings do not tell about a resource type: its true identity, what the API fills in, what forces a
 * replacement, what the service refuses. Everything but `type` and `identity` can be left out.
 *
 * **Paths** are attribute names joined by dots, without indices: `boot_disk.device_name` is the attribute in each
 * `boot_disk` block. Where paths are listed, `a.{b,c}` is short for `a.b` and `a.c`.
 */
export interface TypeDescription {
  /** For example `google_compute_disk`. */
  readonly type: string;

  /**
   * The key under which the cloud knows the resource, for example `projects/p/zones/z/disks/data`. A second resource
   * of one type with the same identity is refused as already existing.
   *
   * Asked when the resource is created and its arguments are known. `project`, `region`, `zone` and `location` have
   * their value from the provider by then, and a generated `name` is there; nothing else is filled in yet. Kubernetes identities begin with the host:
   * use the helper in `types/kubernetes.ts`.
   */
  identity(resource: CloudResource): string;

  /** The attribute `id`, when it is not the identity. */
  id?(resource: CloudResource): string;

  /** The id by which the provider imports it, when it is neither the identity nor `id`. */
  importId?(resource: CloudResource): string;

  /** What error messages call it: `Error creating Disk: ...`. The default is made from the type. */
  readonly label?: string;

  /** The API that has to be enabled in its project, for example `compute.googleapis.com`. */
  readonly api?: string;

  /**
   * Paths of arguments that may be left out and get their value from the API: unknown in the plan of a creation, kept
   * from then on. Values come from `values`, or are made up from the attribute's name and type.
   */
  readonly computed?: readonly string[];

  /**
   * Arguments that the plan already has from the provider block when they are left out. Others of that kind get their
   * value when the resource is created.
   */
  readonly providerDefaults?: readonly ('project' | 'region' | 'zone')[];

  /**
   * Values of what the API fills in (`computed`, also when it is not sent: `notSentWhen`) and of read-only attributes, by path: a value or a
   * function; so these are the server's defaults, of which there is no other list. Made when
   * the resource is created, in the order given here, so that a later one can read an earlier one; `id` and
   * `self_link` come first. What is not named here is made up from its name and type: `self_link` from the identity,
   * a time for `creation_timestamp`, some text, 0, false, an empty list.
   */
  readonly values?: Readonly<Record<string, Value | MakeValue>>;

  /**
   * Read-only attributes that are computed in the plan already, from the arguments, and again at every change of them.
   * Returning `Unknown.value` leaves one for later. (`terraform_labels` and `effective_labels` are seen to for all types.)
   */
  readonly plannedValues?: Readonly<Record<string, (resource: CloudResource, cloud: Cloud) => Value>>;

  /** Read-only or filled-in attributes that get a new value when one of the arguments listed changes: known after apply again. */
  readonly recomputedWith?: Readonly<Record<string, readonly string[]>>;

  /** What the provider writes into an argument that is not set, by path; it shows in the plan. */
  readonly defaults?: Readonly<Record<string, Value>>;

  /** Paths of arguments or whole blocks whose change forces a new resource. */
  readonly forceNew?: readonly string[];

  /** Paths below one in `forceNew` that can be changed in place all the same. */
  readonly updatesInPlace?: readonly string[];

  /** Arguments whose change forces a new resource in some cases: a disk that shrinks. By path of a top-level argument. */
  readonly forceNewIf?: Readonly<Record<string, (before: CloudResource, after: CloudResource) => boolean>>;

  /** Paths of sensitive attributes. */
  readonly sensitive?: readonly string[];

  /**
   * Arguments that can be written in several ways, by path: when it says that two values mean the same, the plan shows
   * no change. See `sameReference` for networks, disks and the like, which go by name or by self link.
   */
  readonly diffSuppress?: Readonly<Record<string, (one: Value, other: Value) => boolean>>;

  /**
   * Nested blocks that appear in the state although the configuration has none, such as `master_auth` of a cluster:
   * the values of the block. Terraform forbids this to exact providers, so a type with any is answered with
   * `legacy_type_system`, like by the real provider. Use it only where other resources read the block.
   */
  readonly addsBlocks?: Readonly<Record<string, (resource: CloudResource, cloud: Cloud) => Values[]>>;

  /**
   * Arguments and blocks that the provider leaves out of its requests in some cases, by path: the condition, of the value (for a block, of
   * each one there is) and of the resource. `isZero` is for those that it leaves out when they are false, 0 or empty, or hold nothing else.
   * When the resource is created, the API has its own default instead: the one in `values`, or none. An update leaves what is there. With an
   * argument that is not sent, every plan shows a change again.
   */
  readonly notSentWhen?: Readonly<Record<string, (value: Value, resource: CloudResource) => boolean>>;

  /**
   * Paths of arguments that the provider sends as zero (false, 0 or an empty text) when they are not written, if something else of their
   * block is. The API takes that for a value that was asked for. It is read back, and not planned as a change.
   */
  readonly sentAsZero?: readonly string[];

  /**
   * What the API stores for an argument when it is not what was sent, by path, from the block that holds it: an amount in another spelling,
   * a map completed by defaults. A configuration that writes it differently is planned as a change again.
   */
  readonly storedAs?: Readonly<Record<string, (block: Values) => Value>>;

  /**
   * Arguments that the provider does not read back, by path, with what an import has in their place: null, the provider's default, or a
   * function when it is made from the import's id. They are not returned by the API, or concern the provider alone. A refresh keeps them as
   * the state has them; of a map it reads the keys that the state has. (`labels`, `terraform_labels` and `annotations` of google types are
   * seen to for all.)
   */
  readonly notReadBack?: Readonly<Record<string, Value | ((resource: CloudResource) => Value)>>;

  /**
   * Arguments that hold another resource by its name, id or self link. That one cannot be deleted while this resource
   * exists: `resourceInUseByAnotherResource`.
   */
  readonly holds?: readonly Hold[];

  /**
   * Creating it when it exists already takes it over instead of failing: IAM members, enabled APIs.
   *
   * @default false
   */
  readonly adoptsExisting?: boolean;

  /** False when the cloud removed it along with what it belonged to: the next read finds nothing. The default is true. */
  exists?(resource: CloudResource, cloud: Cloud): boolean;

  /** True when destroying it in Terraform leaves it in the cloud, as `disable_on_destroy = false` does. */
  abandonOnDestroy?(resource: CloudResource): boolean;

  /**
   * Checks, by when they are made. Each throws a `CloudError` in the provider's own words to refuse the operation.
   * `plan` is for what the provider refuses while planning; values may be unknown there. The others are made at apply,
   * in order, after the general ones (API enabled, already exists, in use by another). `wait` is for what fails while the
   * provider waits for a resource that was created or updated: it is in the cloud by then, and in Terraform's state.
   */
  readonly rules?: {
    readonly plan?: readonly Rule[];
    readonly create?: readonly Rule[];
    readonly update?: readonly Rule[];
    readonly delete?: readonly Rule[];
    readonly wait?: readonly Rule[];
  };

  /** What else happens in the cloud, after the operation itself: a deleted namespace takes what is in it along. */
  readonly effects?: {
    readonly create?: readonly Effect[];
    readonly update?: readonly Effect[];
    readonly delete?: readonly Effect[];
  };
}

/**
 * Makes a value when a resource is created (or, for `recomputedWith`, updated).
 *
 * @param resource as far as it is made: arguments, identity, id, and the values made before this one
 * @param block the innermost block that holds the attribute, or the resource's values; with its place in the list
 */
export type MakeValue = (resource: CloudResource, cloud: Cloud, block: Values, index: number) => Value;

/** An argument that holds another resource. */
export interface Hold {
  /** Path of the argument. */
  readonly path: string;
  /** Type of what is held. */
  readonly type: string;
}

/** An operation under way. */
export interface Change {
  /** The resource as it will be; when deleting, as it is in Terraform's state. */
  readonly resource: CloudResource;
  /** As it was before: there is none when creating. */
  readonly before?: CloudResource;
  /** When planning: the arguments as they are written, without defaults and what is known from before. */
  readonly configuration?: Values;
  readonly cloud: Cloud;
}

export type Rule = (change: Change) => void;
export type Effect = (change: Change) => void;

/** The simulated cloud, as descriptions see it. */
export interface Cloud {
  /** Every resource of a type, or those whose identity begins like this: `https://host/namespaces/billing/`. */
  list(type: string, below?: string): CloudResource[];

  /** The resource with this identity. */
  get(type: string, identity: string): CloudResource | undefined;

  /** The resource of a type that a name, id or self link means. */
  find(type: string, reference: string): CloudResource | undefined;

  /** Adds a resource that Terraform does not manage, or writes over one. */
  put(resource: CloudResource): void;

  /** Changes values of a resource by itself, outside of Terraform's plan. */
  patch(type: string, identity: string, values: Values): void;

  /** Removes a resource, with no rules and no effects. */
  remove(type: string, identity: string): void;

  /** Removes every resource whose identity begins like this, of any type: `https://host/namespaces/billing/`. */
  removeBelow(prefix: string): void;

  /** The next number of a series, from 1: for addresses, ids and the like. The same number never comes twice. */
  next(series: string): number;

  /** Number of a project, made up from its id unless the sandbox was told. */
  projectNumber(project: string): string;

  /** Whether a number may be that of a project: every number may when the sandbox was not told. */
  mayBeNumberOf(project: string, number: string): boolean;

  isApiEnabled(project: string, api: string): boolean;

  /** A file or folder of this machine that an argument means, such as a chart; undefined when it is not there. */
  localFile(path: string): string | undefined;

  /** The sandbox's present time, RFC 3339. */
  now(): string;
}

/** A data source that does more than show the resource of the same name. */
export interface DataDescription {
  /** For example `google_client_config`. */
  readonly type: string;

  /** The values of its read-only attributes, from its arguments. What is left out is made up. Throws a `CloudError`. */
  read(data: CloudResource, cloud: Cloud): Values;
}
