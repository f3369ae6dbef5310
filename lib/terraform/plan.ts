import { TerraformDocumentError } from './errors';
import type {
  ChangeJson,
  CheckJson,
  ConfigurationJson,
  ConfiguredResourceJson,
  ModuleJson,
  PlanJson,
  ResourceChangeJson,
} from './plan-json';
import type { ValuePath } from './value-path';
import { type Block, isBlock } from './values';

/**
 * Action on a resource. `import` and `move` change nothing else; a resource that is imported or moved and also updated is an `update`.
 * `unknown` is an action of a later Terraform release, and is never safe.
 */
export type Action = 'create' | 'update' | 'replace' | 'delete' | 'read' | 'forget' | 'import' | 'move' | 'no-op' | 'unknown';

/** Value before and after a change. */
export interface ValueChange {
  readonly before: unknown;

  /** Known part of the value; unknown elements of lists are `null`. */
  readonly after: unknown;

  /** Shape of `after` with `true` for values that are known after apply. */
  readonly afterUnknown: unknown;

  /** Shape of `before` with `true` for sensitive values and everything below them. */
  readonly beforeSensitive: unknown;
  readonly afterSensitive: unknown;
}

/** Planned change of one resource, or its drift. */
export interface ResourceChange extends ValueChange {
  /** Address, for example `module.a["x"].google_compute_disk.Data[0]`. */
  readonly address: string;

  /** Former address of a moved resource. */
  readonly previousAddress: string | undefined;

  /** Address of its module; empty for the root. */
  readonly module: string;
  readonly mode: 'managed' | 'data';
  readonly type: string;
  readonly name: string;
  readonly index: string | number | undefined;

  /** Source address of the provider, for example `registry.terraform.io/hashicorp/google`. */
  readonly provider: string;
  readonly action: Action;

  /** Actions as Terraform writes them. */
  readonly actions: readonly string[];

  /** True for a replacement that creates the new resource first. */
  readonly createsFirst: boolean;

  /** True for a replacement that leaves the old resource unmanaged. */
  readonly forgetsOld: boolean;

  /** Reason in Terraform's terms, for example `replace_because_tainted`. It does not determine the action. */
  readonly reason: string | undefined;

  /** Paths that force a replacement; empty for a tainted, requested or triggered one. */
  readonly replacePaths: readonly ValuePath[];

  /** Key of an object that is left over from a failed replacement. Its address occurs twice. */
  readonly deposed: string | undefined;

  /** Set for an import; the id may be unknown. */
  readonly importing: { readonly id: string | undefined } | undefined;
}

/** Change that Terraform deferred to a later plan. */
export interface DeferredChange {
  readonly reason: string;
  readonly change: ResourceChange | undefined;
}

/** Change of an output of the stack. */
export interface OutputChange extends ValueChange {
  readonly name: string;
  readonly action: Action;
  readonly isSensitive: boolean;
}

/** Check, precondition or postcondition that failed or is unknown. */
export interface FailedCheck {
  readonly address: string;
  readonly status: 'fail' | 'error' | 'unknown';
  readonly messages: readonly string[];
}

/** Counts of Terraform's `Plan:` line. A replacement counts as one to add and one to destroy. */
export interface Counts {
  readonly import: number;
  readonly add: number;
  readonly change: number;
  readonly destroy: number;
}

/** Plan of an unsupported format, which is never safe. */
export class PlanFormatError extends TerraformDocumentError {
  public override readonly name = 'PlanFormatError';
}

/** Plan, as printed by `terraform show -json <plan>`. */
export class Plan {
  /** @throws PlanFormatError for other JSON, or a format other than 1.x */
  public static read(json: unknown): Plan {
    if (!isBlock(json)) throw new PlanFormatError('not a plan: expected the JSON object of terraform show -json');
    const version = json.format_version;
    if (typeof version !== 'string' || !('resource_changes' in json || 'planned_values' in json)) {
      throw new PlanFormatError("not a plan: expected 'format_version' and 'planned_values' of terraform show -json <plan>");
    }
    if (!/^1(\.|$)/.test(version)) throw new PlanFormatError(`plans of format ${version.slice(0, 20)} are not supported, only 1.x`);
    requireParts(json);
    return new Plan(json as unknown as PlanJson);
  }

  public readonly formatVersion: string;
  public readonly terraformVersion: string | undefined;

  /** Changes in Terraform's order, without unchanged resources. */
  public readonly changes: readonly ResourceChange[];

  /** All resources of the plan, unchanged ones included. */
  public readonly resources: readonly ResourceChange[];

  /** Changes outside of Terraform since the last apply. */
  public readonly drift: readonly ResourceChange[];
  public readonly deferred: readonly DeferredChange[];

  /** Outputs that change. */
  public readonly outputs: readonly OutputChange[];
  public readonly checks: readonly FailedCheck[];

  /** True when planning failed. The plan has the changes up to the error. */
  public readonly isErrored: boolean;

  /** True for a complete plan: false with targets, deferred changes and errors. Terraform before 1.8 does not report it. */
  public readonly isComplete: boolean;

  /** True when Terraform accepts the plan for an apply. */
  public readonly isApplyable: boolean;
  public readonly configuration: ConfigurationJson;

  private constructor(public readonly json: PlanJson) {
    this.formatVersion = json.format_version;
    this.terraformVersion = json.terraform_version;
    this.resources = (json.resource_changes ?? []).map(resourceChangeOf);
    this.changes = this.resources.filter(({ action }) => action !== 'no-op');
    this.drift = (json.resource_drift ?? []).map(resourceChangeOf).filter(({ action }) => action !== 'no-op');
    this.deferred = (json.deferred_changes ?? []).map((deferred) => ({
      reason: deferred.reason ?? 'unknown',
      change: deferred.resource_change && resourceChangeOf(deferred.resource_change),
    }));
    this.outputs = Object.entries(json.output_changes ?? {})
      .map(([name, change]) => this.outputOf(name, change))
      .filter(({ action }) => action !== 'no-op');
    this.checks = (json.checks ?? []).flatMap(failedCheckOf);
    this.isErrored = json.errored === true;
    this.isComplete = json.complete !== false && !this.isErrored && this.deferred.length === 0;
    this.isApplyable = json.applyable !== false && !this.isErrored;
    this.configuration = json.configuration ?? {};
  }

  /** Counts of Terraform's `Plan:` line. */
  public get counts(): Counts {
    const managed = this.resources.filter(({ mode }) => mode === 'managed');
    const count = (holds: (change: ResourceChange) => boolean): number => managed.filter(holds).length;
    return {
      import: count(({ importing }) => importing !== undefined),
      add: count(({ actions }) => actions.includes('create')),
      change: count(({ actions }) => actions.includes('update')),
      destroy: count(({ actions }) => actions.includes('delete')),
    };
  }

  /** Finds the configuration of a resource; undefined when it was removed. */
  public configured(change: Pick<ResourceChange, 'module' | 'mode' | 'type' | 'name'>): ConfiguredResourceJson | undefined {
    const address = `${change.mode === 'data' ? 'data.' : ''}${change.type}.${change.name}`;
    return this.configuredByModule(change.module).get(address);
  }

  private readonly configuredResources = new Map<string, Map<string, ConfiguredResourceJson>>();

  private configuredByModule(moduleAddress: string): Map<string, ConfiguredResourceJson> {
    const known = this.configuredResources.get(moduleAddress);
    if (known) return known;
    let module: ModuleJson | undefined = this.configuration.root_module;
    for (const [, name] of withoutKeys(moduleAddress).matchAll(/module\.([^.]+)/g)) module = module?.module_calls?.[name!]?.module;
    const resources = new Map((module?.resources ?? []).map((resource) => [resource.address, resource]));
    this.configuredResources.set(moduleAddress, resources);
    return resources;
  }

  private outputOf(name: string, change: ChangeJson): OutputChange {
    return {
      name,
      ...valueChangeOf(change),
      action: actionOf(change.actions, change, undefined),
      isSensitive:
        change.before_sensitive === true ||
        change.after_sensitive === true ||
        this.json.configuration?.root_module?.outputs?.[name]?.sensitive === true,
    };
  }
}

/** Removes the keys of `count` and `for_each` from an address. They may contain any text, dots and brackets too. */
export function withoutKeys(address: string): string {
  return address.replace(/\["(?:[^"\\]|\\.)*"\]|\[\d+\]/g, '');
}

/** Tests that a shape of unknown values has an unknown value. */
export function holdsUnknown(shape: unknown): boolean {
  if (shape === true) return true;
  return Array.isArray(shape) ? shape.some(holdsUnknown) : isBlock(shape) && Object.values(shape).some(holdsUnknown);
}

/**
 * Returns the prior state as a plan without changes, for analyses that compare before and after.
 *
 * @returns undefined before the first deploy
 */
export function priorState({ json, resources }: Plan): unknown {
  const values = json.prior_state?.values;
  if (!isBlock(values) || !resources.some(({ mode, before }) => mode === 'managed' && before !== null)) return undefined;
  return { ...json, planned_values: values, resource_changes: [] };
}

/** @throws PlanFormatError with the path of the first part whose type differs from format 1.x */
function requireParts(json: Block): void {
  const { resource_changes, resource_drift, deferred_changes, output_changes, checks } = json;
  requireList(resource_changes, ['resource_changes'], requireResourceChange);
  requireList(resource_drift, ['resource_drift'], requireResourceChange);
  requireList(deferred_changes, ['deferred_changes'], ({ resource_change: change }, path) => {
    if (change !== undefined) requireResourceChange(requireObject(change, [...path, 'resource_change']), [...path, 'resource_change']);
  });
  for (const [name, change] of Object.entries(requireObject(output_changes ?? {}, ['output_changes']))) {
    requireActions(change, ['output_changes', name]);
  }
  requireList(checks, ['checks'], ({ instances }, path) => {
    requireList(instances, [...path, 'instances'], ({ problems }, place) => requireList(problems, [...place, 'problems'], () => {}));
  });
  requireConfiguration(requireObject(json.configuration ?? {}, ['configuration']).root_module, ['configuration', 'root_module']);
}

function requireResourceChange(change: Block, path: ValuePath): void {
  for (const name of ['address', 'type', 'name']) {
    if (typeof change[name] !== 'string') throw new PlanFormatError(`'${name}' must be text`, [...path, name]);
  }
  requireActions(change.change, [...path, 'change']);
}

function requireActions(change: unknown, path: ValuePath): void {
  const { actions, replace_paths: paths } = requireObject(change, path);
  if (!Array.isArray(actions) || !actions.every((action) => typeof action === 'string')) {
    throw new PlanFormatError("'actions' must be a list of texts", [...path, 'actions']);
  }
  if (paths !== undefined && paths !== null && !(Array.isArray(paths) && paths.every(Array.isArray))) {
    throw new PlanFormatError("'replace_paths' must be a list of paths", [...path, 'replace_paths']);
  }
}

function requireConfiguration(module: unknown, path: ValuePath): void {
  if (module === undefined) return;
  const { resources, module_calls: calls } = requireObject(module, path);
  requireList(resources, [...path, 'resources'], ({ address }, place) => {
    if (typeof address !== 'string') throw new PlanFormatError("'address' must be text", [...place, 'address']);
  });
  for (const [name, call] of Object.entries(requireObject(calls ?? {}, [...path, 'module_calls']))) {
    const place = [...path, 'module_calls', name];
    requireConfiguration(requireObject(call, place).module, [...place, 'module']);
  }
}

function requireList(value: unknown, path: ValuePath, requireItem: (item: Block, path: ValuePath) => void): void {
  if (value === undefined || value === null) return;
  if (!Array.isArray(value)) throw new PlanFormatError('must be a list', path);
  for (const [index, item] of value.entries()) requireItem(requireObject(item, [...path, index]), [...path, index]);
}

function requireObject(value: unknown, path: ValuePath): Block {
  if (!isBlock(value)) throw new PlanFormatError('must be an object', path);
  return value;
}

function resourceChangeOf(json: ResourceChangeJson): ResourceChange {
  const { change } = json;
  const actions = change.actions ?? [];
  return {
    address: json.address,
    previousAddress: json.previous_address === json.address ? undefined : json.previous_address,
    module: json.module_address ?? '',
    mode: json.mode === 'data' ? 'data' : 'managed',
    type: json.type,
    name: json.name,
    index: json.index,
    provider: json.provider_name ?? '',
    action: actionOf(actions, change, json.previous_address === json.address ? undefined : json.previous_address),
    actions,
    createsFirst: actions.length === 2 && actions[0] === 'create',
    forgetsOld: actions.length === 2 && actions[1] === 'forget',
    reason: json.action_reason,
    replacePaths: change.replace_paths ?? [],
    deposed: json.deposed,
    importing: isBlock(change.importing)
      ? { id: typeof change.importing.id === 'string' && change.importing.id !== '' ? change.importing.id : undefined }
      : undefined,
    ...valueChangeOf(change),
  };
}

function valueChangeOf(change: ChangeJson): ValueChange {
  return {
    before: change.before ?? null,
    after: change.after ?? null,
    afterUnknown: change.after_unknown ?? false,
    beforeSensitive: change.before_sensitive ?? false,
    afterSensitive: change.after_sensitive ?? false,
  };
}

const KNOWN_ACTIONS: Readonly<Record<string, Action>> = {
  'no-op': 'no-op',
  create: 'create',
  read: 'read',
  update: 'update',
  delete: 'delete',
  forget: 'forget',
  'delete,create': 'replace',
  'create,delete': 'replace',
  'create,forget': 'replace',
};

function actionOf(actions: readonly string[], change: ChangeJson, previousAddress: string | undefined): Action {
  const action = KNOWN_ACTIONS[actions.join(',')] ?? 'unknown';
  if (action !== 'no-op') return action;
  if (isBlock(change.importing)) return 'import';
  return previousAddress === undefined ? 'no-op' : 'move';
}

function failedCheckOf(check: CheckJson): FailedCheck[] {
  const { status } = check;
  if (status !== 'fail' && status !== 'error' && status !== 'unknown') return [];
  const messages = (check.instances ?? []).flatMap(({ problems }) => (problems ?? []).flatMap(({ message }) => message ?? []));
  return [{ address: check.address?.to_display ?? 'a check', status, messages }];
}
