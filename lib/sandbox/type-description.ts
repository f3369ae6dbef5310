import type { CloudResource } from './cloud-resource';
import type { Value, Values } from './values';

/**
 * Behaviour of a resource type that its generated binding does not describe: identity in the cloud, computed and ForceNew arguments,
 * defaults, and requests that the service rejects. Only `type` and `identity` are required.
 *
 * **Paths** are attribute names joined by dots, without indices: `boot_disk.device_name` is the attribute in each `boot_disk` block.
 * In lists of paths, `a.{b,c}` is short for `a.b` and `a.c`.
 */
export interface TypeDescription {
  /** Terraform resource type, for example `google_compute_disk`. */
  readonly type: string;

  /**
   * Returns the key of the resource in the cloud, for example `projects/p/zones/z/disks/data`. Creating a second resource of the type with
   * the same identity fails: it already exists.
   *
   * Called when the resource is created. All arguments are known, `project`, `region`, `zone` and `location` are resolved from the provider,
   * and a generated `name` is set; other computed arguments are not. Kubernetes identities begin with the host: use the helper in
   * `types/kubernetes.ts`.
   */
  identity(resource: CloudResource): string;

  /** Returns the attribute `id`. @default - the identity */
  id?(resource: CloudResource): string;

  /** Returns the import id. @default - the identity and `id` are both accepted */
  importId?(resource: CloudResource): string;

  /** Shows whether the provider imports the type. @default true */
  readonly isImported?: boolean;

  /** Name in error messages: `Error creating Disk: ...`. @default - derived from the type */
  readonly label?: string;

  /** API that must be enabled in the project, for example `compute.googleapis.com`. @default - none */
  readonly api?: string;

  /**
   * Paths of optional arguments with a default of the API (`Optional` and `Computed` in the provider's schema): unknown in the plan of a
   * creation, kept afterwards. The default is taken from `values`, or generated from the attribute's name and type.
   */
  readonly computed?: readonly string[];

  /**
   * Arguments that default to the provider block in the plan already. Other arguments of that kind are resolved when the resource is
   * created.
   */
  readonly providerDefaults?: readonly ('project' | 'region' | 'zone')[];

  /**
   * Defaults of the API for `computed` and unsent (`notSentWhen`) arguments, and values of read-only attributes, by path: a value or a
   * function. They are set when the resource is created, in the order given here, so that a later one can read an earlier one; `id` and
   * `self_link` come first. Other computed attributes are generated from name and type: `self_link` from the identity, a time for
   * `creation_timestamp`, some text, 0, false, an empty list.
   */
  readonly values?: Readonly<Record<string, Value | MakeValue>>;

  /**
   * Read-only attributes that the provider computes from the arguments while planning (`CustomizeDiff`). Return `Unknown.value` for one
   * that is known after apply. `terraform_labels` and `effective_labels` are handled for all types.
   */
  readonly plannedValues?: Readonly<Record<string, (resource: CloudResource, cloud: Cloud) => Value>>;

  /** Computed attributes that are known after apply again if one of the listed arguments changes. */
  readonly recomputedWith?: Readonly<Record<string, readonly string[]>>;

  /** Defaults of the provider for arguments that are not set, by path. They are part of the plan. */
  readonly defaults?: Readonly<Record<string, Value>>;

  /** Paths of arguments or whole blocks whose change forces a replacement (`ForceNew`). */
  readonly forceNew?: readonly string[];

  /** Paths below one in `forceNew` that are updated in place. */
  readonly updatesInPlace?: readonly string[];

  /** Top-level arguments whose change forces a replacement if the condition holds (`ForceNewIf`), such as a disk that shrinks. */
  readonly forceNewIf?: Readonly<Record<string, (before: CloudResource, after: CloudResource) => boolean>>;

  /** Paths of sensitive attributes. */
  readonly sensitive?: readonly string[];

  /**
   * Arguments with several equivalent spellings, by path: the plan shows no change if the function returns true for the two values
   * (`DiffSuppressFunc`). See `sameReference` for references by name or self link.
   */
  readonly diffSuppress?: Readonly<Record<string, (one: Value, other: Value) => boolean>>;

  /**
   * Computed nested blocks, such as `master_auth` of a cluster: functions that return the blocks' values, by path. Terraform accepts blocks
   * that are not configured from legacy providers only, so a type with any reports `legacy_type_system`, as the real provider does. Use it
   * only for blocks that other resources read.
   */
  readonly addsBlocks?: Readonly<Record<string, (resource: CloudResource, cloud: Cloud) => Values[]>>;

  /**
   * Arguments and blocks that the provider omits from its requests if a condition on the value (for blocks, on each one) and the resource
   * holds, by path. Use `isZero` for those omitted if they are false, 0 or empty, or contain nothing else. On creation, the API's default
   * applies: the one in `values`, or none. An update keeps the present value. An argument that is not sent is planned as a change again.
   */
  readonly notSentWhen?: Readonly<Record<string, (value: Value, resource: CloudResource) => boolean>>;

  /**
   * Paths of arguments that the provider sends as zero (false, 0 or an empty text) if they are not set but another argument of their block
   * is. The API treats the zero as set. It is read back, and not planned as a change.
   */
  readonly sentAsZero?: readonly string[];

  /**
   * Normalization by the API of arguments that it does not store as sent, by path: functions of the block that holds the argument. Examples
   * are a quantity in canonical form, or a map completed by defaults. Other spellings in a configuration are planned as a change again.
   */
  readonly storedAs?: Readonly<Record<string, (block: Values) => Value>>;

  /**
   * Arguments that the provider does not read back, since the API does not return them or they are the provider's own, by path. The value is
   * the one after an import: null, the provider's default, or a function if it is derived from the import id. A refresh keeps the value in
   * the state; of a map, it reads the keys in the state. `labels`, `terraform_labels` and `annotations` of google types are handled for all.
   */
  readonly notReadBack?: Readonly<Record<string, Value | ((resource: CloudResource) => Value)>>;

  /**
   * References to other resources by name, id or self link. A referenced resource cannot be deleted while this one exists:
   * `resourceInUseByAnotherResource`.
   */
  readonly holds?: readonly Hold[];

  /**
   * Creating a resource that exists adopts it instead of failing: IAM members, enabled APIs.
   *
   * @default false
   */
  readonly adoptsExisting?: boolean;

  /** Returns false if the cloud has removed the resource together with its parent: the next read does not find it. @default - true */
  exists?(resource: CloudResource, cloud: Cloud): boolean;

  /** Returns true if destroying the resource in Terraform leaves it in the cloud, as with `disable_on_destroy = false`. @default - false */
  abandonOnDestroy?(resource: CloudResource): boolean;

  /**
   * Validation rules by phase. To reject an operation, a rule throws a `CloudError` in the provider's own words. `plan` rules run while
   * planning, when values may be unknown. The others run during apply, in order, after the general checks (API enabled, already exists, in
   * use). `wait` rules fail while the provider waits for a created or updated resource, which by then is in the cloud and in the state.
   */
  readonly rules?: {
    readonly plan?: readonly Rule[];
    readonly create?: readonly Rule[];
    readonly update?: readonly Rule[];
    readonly delete?: readonly Rule[];
    readonly wait?: readonly Rule[];
  };

  /** Side effects in the cloud after an operation, such as deleting the content of a deleted namespace. */
  readonly effects?: {
    readonly create?: readonly Effect[];
    readonly update?: readonly Effect[];
    readonly delete?: readonly Effect[];
  };
}

/**
 * Computes a value when a resource is created (or, for `recomputedWith`, updated).
 *
 * @param resource the resource so far: arguments, identity, id, and the values computed before this one
 * @param block innermost block that holds the attribute, or the resource's values
 * @param index position of the block in its list
 */
export type MakeValue = (resource: CloudResource, cloud: Cloud, block: Values, index: number) => Value;

/** Reference that keeps the referenced resource from being deleted. */
export interface Hold {
  /** Path of the argument. */
  readonly path: string;
  /** Type of the referenced resource. */
  readonly type: string;
}

/** Operation on a resource, as seen by rules and side effects. */
export interface Change {
  /** Resource after the change; for a deletion, as in Terraform's state. */
  readonly resource: CloudResource;
  /** Resource before the change; undefined for a creation. */
  readonly before?: CloudResource;
  /** Configured arguments, without defaults and earlier values; in `plan` rules only. */
  readonly configuration?: Values;
  readonly cloud: Cloud;
}

/** Validation rule: throws a `CloudError` to reject the operation. */
export type Rule = (change: Change) => void;

/** Side effect of an operation. */
export type Effect = (change: Change) => void;

/** Simulated cloud, as seen by type descriptions. */
export interface Cloud {
  /** Lists the resources of a type, optionally below an identity prefix such as `https://host/namespaces/billing/`. */
  list(type: string, below?: string): CloudResource[];

  /** Returns the resource with an identity; undefined if there is none. */
  get(type: string, identity: string): CloudResource | undefined;

  /** Resolves a reference by name, id or self link. */
  find(type: string, reference: string): CloudResource | undefined;

  /** Adds or overwrites a resource that Terraform does not manage. */
  put(resource: CloudResource): void;

  /** Changes values of a resource outside of Terraform. */
  patch(type: string, identity: string, values: Values): void;

  /** Removes a resource without rules and side effects. */
  remove(type: string, identity: string): void;

  /** Removes the resources of any type below an identity prefix such as `https://host/namespaces/billing/`. */
  removeBelow(prefix: string): void;

  /** Returns the next number of a series, from 1, for addresses, ids and the like. Numbers are never reused. */
  next(series: string): number;

  /** Returns the number of a project: the one in `SandboxOptions.projectNumbers`, or one derived from its id. */
  projectNumber(project: string): string;

  /** Checks the number of a project; any number is valid if `SandboxOptions.projectNumbers` does not list the project. */
  mayBeNumberOf(project: string, number: string): boolean;

  /** Checks that an API is enabled in a project. */
  isApiEnabled(project: string, api: string): boolean;

  /** Resolves the path of a local file or folder, such as a chart; undefined if it does not exist. */
  localFile(path: string): string | undefined;

  /** Returns the present time, RFC 3339. */
  now(): string;
}

/** Data source that does more than read the resource of the same name. */
export interface DataDescription {
  /** Terraform data source type, for example `google_client_config`. */
  readonly type: string;

  /**
   * Returns the values of read-only attributes; missing ones are generated.
   *
   * @throws CloudError if the provider would report an error
   */
  read(data: CloudResource, cloud: Cloud): Values;
}
