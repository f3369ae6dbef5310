import { TerraformDocumentError } from './errors';
import { CREATE_PLAN_JSON } from './json-input';
import type {
  ActionInvocationJson,
  ChangeJson,
  CheckJson,
  ConfigurationJson,
  ConfiguredResourceJson,
  ModuleJson,
  PlanJson,
  ResourceChangeJson,
} from './plan-json';
import { isState } from './state-json';
import { listUnknownParts, type UnknownPart } from './unknown-parts';
import type { ValuePath } from './value-path';
import { type Block, isBlock, isSameValue } from './values';

/**
 * Action on a resource. `import` and `move` are without other changes: a resource that is imported or moved and also updated is an
 * `update`. `unknown` is an action of a later Terraform version, and never safe.
 */
export type Action = (typeof ACTIONS)[number];

/** All actions. */
export const ACTIONS = ['create', 'update', 'replace', 'delete', 'read', 'forget', 'import', 'move', 'no-op', 'unknown'] as const;

/** Values before and after a change. */
export interface ValueChange {
  readonly before: unknown;

  /** Known values after the change. Unknown elements of lists are `null`. */
  readonly after: unknown;

  /** Shape of `after`, with `true` in place of unknown values. */
  readonly afterUnknown: unknown;

  /** Shape of `before`, with `true` in place of sensitive values, including nested ones. */
  readonly beforeSensitive: unknown;
  readonly afterSensitive: unknown;
}

/** Planned change or drift of a resource. */
export interface ResourceChange extends ValueChange {
  /** Address, for example `module.a["x"].google_compute_disk.Data[0]`. */
  readonly address: string;

  /** Previous address of a moved resource. */
  readonly previousAddress: string | undefined;

  /** Address of the module; empty for the root module. */
  readonly module: string;
  readonly mode: 'managed' | 'data';
  readonly type: string;
  readonly name: string;
  readonly index: string | number | undefined;

  /** Source address of the provider, for example `registry.terraform.io/hashicorp/google`. */
  readonly provider: string;
  readonly action: Action;

  /** Actions as Terraform names them. */
  readonly actions: readonly string[];

  /** Replacement with `create_before_destroy`. */
  readonly createsFirst: boolean;

  /** Replacement that removes the old resource from the state without destroying it. */
  readonly forgetsOld: boolean;

  /** Reason of the action as Terraform names it, for example `replace_because_tainted`. Do not derive the action from it. */
  readonly reason: string | undefined;

  /** Paths of arguments that force the replacement; empty when the resource is tainted, or the replacement requested or triggered. */
  readonly replacePaths: readonly ValuePath[];

  /** Key of a deposed object, which a failed replacement left. Its address then occurs twice. */
  readonly deposed: string | undefined;

  /** Import of the resource. The id may be unknown. */
  readonly importing: { readonly id: string | undefined } | undefined;

  /** The object after the change has another identity than the one before. */
  readonly changesIdentity: boolean;
}

/** Change that Terraform defers to a later plan. */
export interface DeferredChange {
  readonly reason: string;
  readonly change: ResourceChange | undefined;
}

/** Action that the apply invokes, from Terraform 1.14 on. A plan does not show its effect. */
export interface ActionInvocation {
  readonly address: string;

  /** Resource whose change triggers it, and the event; undefined for an action that is invoked by itself. */
  readonly trigger: { readonly address: string; readonly event: string } | undefined;

  /** Reason why Terraform defers it to a later plan; undefined when this apply invokes it. */
  readonly deferredFor: string | undefined;
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

/** Resource counts of the `Plan:` line of Terraform. A replacement is counted as an addition and a destruction. */
export interface Counts {
  readonly import: number;
  readonly add: number;
  readonly change: number;
  readonly destroy: number;
}

/** Plan in an unsupported format. It never counts as safe. */
export class PlanFormatError extends TerraformDocumentError {
  public override readonly name = 'PlanFormatError';
}

/** Plan in the JSON format of `terraform show -json <plan>`. */
export class Plan {
  /** @throws PlanFormatError when the JSON is not a plan of format 1.x */
  public static read(json: unknown): Plan {
    if (!isBlock(json)) throw new PlanFormatError('not a plan: expected a JSON object, as terraform show -json prints it');
    if (isState(json)) throw new PlanFormatError(`not a plan, but a state: ${CREATE_PLAN_JSON}`);
    const version = json.format_version;
    if (typeof version !== 'string' || !('resource_changes' in json || 'planned_values' in json)) {
      throw new PlanFormatError("not a plan: expected 'format_version' and 'planned_values', as terraform show -json <plan> prints them");
    }
    if (!/^1(\.|$)/.test(version)) throw new PlanFormatError(`the format of a plan must be 1.x, got ${version.slice(0, 20)}`);
    requireDepth(json);
    requireParts(json);
    return new Plan(json as unknown as PlanJson);
  }

  public readonly formatVersion: string;
  public readonly terraformVersion: string | undefined;

  /** Changes in the order of Terraform, without `no-op`. */
  public readonly changes: readonly ResourceChange[];

  /** All resources of the plan, including `no-op`. */
  public readonly resources: readonly ResourceChange[];

  /** Drift: changes outside of Terraform since the last apply. */
  public readonly drift: readonly ResourceChange[];
  public readonly deferred: readonly DeferredChange[];

  /** Actions that the apply invokes, and deferred ones. */
  public readonly actions: readonly ActionInvocation[];

  /** Parts that this release does not read. Their effect is unknown. */
  public readonly unknownParts: readonly UnknownPart[];

  /** Changed outputs. */
  public readonly outputs: readonly OutputChange[];
  public readonly checks: readonly FailedCheck[];

  /** Planning failed, and the changes are incomplete. */
  public readonly isErrored: boolean;

  /** The plan covers the whole configuration: false with targets, deferred changes and errors. Always true before Terraform 1.8. */
  public readonly isComplete: boolean;

  /** Terraform can apply the plan. */
  public readonly isApplyable: boolean;
  public readonly configuration: ConfigurationJson;

  private constructor(public readonly json: PlanJson) {
    this.formatVersion = json.format_version;
    this.terraformVersion = json.terraform_version ?? undefined;
    this.resources = (json.resource_changes ?? []).map(toResourceChange);
    this.changes = this.resources.filter(({ action }) => action !== 'no-op');
    this.drift = (json.resource_drift ?? []).map(toResourceChange).filter(({ action }) => action !== 'no-op');
    this.deferred = (json.deferred_changes ?? []).map((deferred) => ({
      reason: deferred.reason ?? 'unknown',
      change: deferred.resource_change && toResourceChange(deferred.resource_change),
    }));
    this.actions = [
      ...(json.action_invocations ?? []).map((invocation) => toActionInvocation(invocation, undefined)),
      ...(json.deferred_action_invocations ?? []).map((deferred) =>
        toActionInvocation(deferred.action_invocation ?? {}, deferred.reason ?? 'unknown'),
      ),
    ];
    this.unknownParts = listUnknownParts(json);
    this.outputs = Object.entries(json.output_changes ?? {})
      .map(([name, change]) => this.toOutputChange(name, change))
      .filter(({ action }) => action !== 'no-op');
    this.checks = (json.checks ?? []).flatMap(toFailedChecks);
    this.isErrored = json.errored === true;
    this.isComplete =
      json.complete !== false &&
      !this.isErrored &&
      this.deferred.length === 0 &&
      this.actions.every(({ deferredFor }) => deferredFor === undefined);
    this.isApplyable = json.applyable !== false && !this.isErrored;
    this.configuration = json.configuration ?? {};
  }

  /** Resource counts of the `Plan:` line of Terraform. */
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

  /** Configuration of a resource; undefined when it was removed from the configuration. */
  public configured({ module, address }: Pick<ResourceChange, 'module' | 'address'>): ConfiguredResourceJson | undefined {
    return this.configuredByModule(module).get(stripInstanceKeys(module === '' ? address : address.slice(module.length + 1)));
  }

  /**
   * Key of the provider configuration of a resource, such as `google.europe`; undefined when several are possible, which is the case for
   * a resource that was removed from the configuration.
   */
  public providerKey(change: ResourceChange): string | undefined {
    const configured = this.configured(change)?.provider_config_key;
    if (configured !== undefined) return configured;
    const local = change.provider.slice(change.provider.lastIndexOf('/') + 1);
    const keys = Object.entries(this.configuration.provider_config ?? {})
      .filter(([, { full_name: source, name }]) => (source === undefined ? name === local : source === change.provider))
      .map(([key]) => key);
    return keys.length > 1 ? undefined : (keys[0] ?? local);
  }

  private readonly configuredResources = new Map<string, Map<string, ConfiguredResourceJson>>();

  private configuredByModule(moduleAddress: string): Map<string, ConfiguredResourceJson> {
    const known = this.configuredResources.get(moduleAddress);
    if (known) return known;
    let module: ModuleJson | undefined = this.configuration.root_module;
    for (const [, name] of stripInstanceKeys(moduleAddress).matchAll(/module\.([^.]+)/g))
      module = ownMember(module?.module_calls, name!)?.module;
    const resources = new Map((module?.resources ?? []).map((resource) => [resource.address, resource]));
    this.configuredResources.set(moduleAddress, resources);
    return resources;
  }

  private toOutputChange(name: string, change: ChangeJson): OutputChange {
    return {
      name,
      ...toValueChange(change),
      action: determineAction(change.actions, change, undefined),
      isSensitive:
        change.before_sensitive === true ||
        change.after_sensitive === true ||
        this.json.configuration?.root_module?.outputs?.[name]?.sensitive === true,
    };
  }
}

function ownMember<T>(members: Readonly<Record<string, T>> | undefined, name: string): T | undefined {
  const own = members ?? {};
  return Object.hasOwn(own, name) ? own[name] : undefined;
}

/** Removes the instance keys of `count` and `for_each` from an address. Keys may contain any character, including dots and brackets. */
export function stripInstanceKeys(address: string): string {
  return address.replace(/\["(?:[^"\\]|\\.)*"\]|\[\d+\]/g, '');
}

/** Tests that a shape of unknown values contains an unknown value. */
export function holdsUnknown(shape: unknown): boolean {
  if (shape === true) return true;
  return Array.isArray(shape) ? shape.some(holdsUnknown) : isBlock(shape) && Object.values(shape).some(holdsUnknown);
}

/**
 * Reads the prior state of a plan as a plan without changes, for analyses that compare the stack before and after.
 *
 * @returns undefined before the first deploy
 */
export function readPriorState({ json, resources }: Plan): unknown {
  const values = json.prior_state?.values;
  if (!isBlock(values) || !resources.some(({ mode, before }) => mode === 'managed' && before !== null)) return undefined;
  return { ...json, planned_values: values, resource_changes: [] };
}

/** Maximum nesting of a plan. Values of providers have fewer than a hundred levels, and functions that read them are recursive. */
const MAX_DEPTH = 500;

/** @throws PlanFormatError when the JSON is nested too deeply to be read */
function requireDepth(value: unknown, depth = 0): void {
  if (typeof value !== 'object' || value === null) return;
  if (depth > MAX_DEPTH) throw new PlanFormatError(`a plan must have at most ${MAX_DEPTH} levels of nesting`);
  if (Array.isArray(value)) for (const item of value) requireDepth(item, depth + 1);
  else for (const name in value) requireDepth((value as Block)[name], depth + 1);
}

/** @throws PlanFormatError with the path of the first value that does not have the type of plan format 1.x */
function requireParts(json: Block): void {
  const { resource_changes, resource_drift, deferred_changes, output_changes, checks } = json;
  const { action_invocations, deferred_action_invocations } = json;
  requireText(json, 'terraform_version', []);
  requireList(resource_changes, ['resource_changes'], requireResourceChange);
  requireList(resource_drift, ['resource_drift'], requireResourceChange);
  requireList(deferred_changes, ['deferred_changes'], (deferred, path) => {
    const { resource_change: change } = deferred;
    requireText(deferred, 'reason', path);
    if (change !== undefined) requireResourceChange(requireObject(change, [...path, 'resource_change']), [...path, 'resource_change']);
  });
  requireList(action_invocations, ['action_invocations'], () => {});
  requireList(deferred_action_invocations, ['deferred_action_invocations'], (deferred, path) => {
    const { action_invocation: invocation } = deferred;
    requireText(deferred, 'reason', path);
    if (invocation !== undefined) requireObject(invocation, [...path, 'action_invocation']);
  });
  for (const [name, change] of Object.entries(requireObject(output_changes ?? {}, ['output_changes']))) {
    requireActions(change, ['output_changes', name]);
  }
  requireList(checks, ['checks'], ({ instances }, path) => {
    requireList(instances, [...path, 'instances'], ({ problems }, place) => requireList(problems, [...place, 'problems'], () => {}));
  });
  const configuration = requireObject(json.configuration ?? {}, ['configuration']);
  requireConfiguration(configuration.root_module, ['configuration', 'root_module']);
  requireMembers(configuration.provider_config, ['configuration', 'provider_config']);
  requireMembers(json.variables, ['variables']);
  requireValues(json.planned_values, ['planned_values']);
  requireValues(requireObject(json.prior_state ?? {}, ['prior_state']).values, ['prior_state', 'values']);
}

function requireValues(values: unknown, path: ValuePath): void {
  const { outputs, root_module: root } = requireObject(values ?? {}, path);
  requireMembers(outputs, [...path, 'outputs']);
  requireModuleValues(requireObject(root ?? {}, [...path, 'root_module']), [...path, 'root_module']);
}

function requireModuleValues({ resources, child_modules: children }: Block, path: ValuePath): void {
  requireList(resources, [...path, 'resources'], (resource, place) => {
    for (const name of ['address', 'type']) {
      if (typeof resource[name] !== 'string') throw new PlanFormatError(`'${name}' must be a string`, [...place, name]);
    }
  });
  requireList(children, [...path, 'child_modules'], requireModuleValues);
}

function requireMembers(value: unknown, path: ValuePath): void {
  for (const [name, member] of Object.entries(requireObject(value ?? {}, path))) requireObject(member, [...path, name]);
}

/** Requires that an optional text is one. */
function requireText(block: Block, name: string, path: ValuePath): void {
  if (typeof (block[name] ?? '') !== 'string') throw new PlanFormatError(`'${name}' must be a string`, [...path, name]);
}

const OPTIONAL_TEXTS = ['previous_address', 'module_address', 'provider_name', 'deposed', 'action_reason'];

function requireResourceChange(change: Block, path: ValuePath): void {
  for (const name of ['address', 'type', 'name']) {
    if (typeof change[name] !== 'string') throw new PlanFormatError(`'${name}' must be a string`, [...path, name]);
  }
  for (const name of OPTIONAL_TEXTS) requireText(change, name, path);
  requireActions(change.change, [...path, 'change']);
}

function requireActions(change: unknown, path: ValuePath): void {
  const { actions, replace_paths: paths } = requireObject(change, path);
  if (!Array.isArray(actions) || !actions.every((action) => typeof action === 'string')) {
    throw new PlanFormatError("'actions' must be a list of strings", [...path, 'actions']);
  }
  if (paths !== undefined && paths !== null && !(Array.isArray(paths) && paths.every(Array.isArray))) {
    throw new PlanFormatError("'replace_paths' must be a list of paths", [...path, 'replace_paths']);
  }
}

function requireConfiguration(module: unknown, path: ValuePath): void {
  if (module === undefined) return;
  const { resources, module_calls: calls } = requireObject(module, path);
  requireList(resources, [...path, 'resources'], ({ address }, place) => {
    if (typeof address !== 'string') throw new PlanFormatError("'address' must be a string", [...place, 'address']);
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

function toResourceChange(json: ResourceChangeJson): ResourceChange {
  const { change } = json;
  const previousAddress = json.previous_address === json.address ? undefined : (json.previous_address ?? undefined);
  const actions = change.actions ?? [];
  return {
    address: json.address,
    previousAddress,
    module: json.module_address ?? '',
    // An ephemeral resource is read, and not kept. A resource of an unknown mode counts as managed.
    mode: json.mode === 'data' || json.mode === 'ephemeral' ? 'data' : 'managed',
    type: json.type,
    name: json.name,
    index: json.index ?? undefined,
    provider: json.provider_name ?? '',
    action: determineAction(actions, change, previousAddress),
    actions,
    createsFirst: actions.length === 2 && actions[0] === 'create',
    forgetsOld: actions.length === 2 && actions[1] === 'forget',
    reason: json.action_reason ?? undefined,
    replacePaths: change.replace_paths ?? [],
    deposed: json.deposed ?? undefined,
    importing: isBlock(change.importing)
      ? { id: typeof change.importing.id === 'string' && change.importing.id !== '' ? change.importing.id : undefined }
      : undefined,
    changesIdentity: isOtherIdentity(change.before_identity, change.after_identity),
    ...toValueChange(change),
  };
}

/** Tests that a value that both identities have differs. A provider may add values to an identity. */
function isOtherIdentity(before: unknown, after: unknown): boolean {
  if (!isBlock(before) || !isBlock(after)) return false;
  const isSet = (value: unknown): boolean => value !== undefined && value !== null;
  return Object.entries(before).some(([name, value]) => isSet(value) && isSet(after[name]) && !isSameValue(value, after[name]));
}

function toActionInvocation({ address, lifecycle_action_trigger: trigger }: ActionInvocationJson, deferredFor: string | undefined) {
  return {
    address: typeof address === 'string' ? address : 'an action',
    trigger: isBlock(trigger)
      ? { address: String(trigger.triggering_resource_address), event: String(trigger.action_trigger_event) }
      : undefined,
    deferredFor,
  };
}

function toValueChange(change: ChangeJson): ValueChange {
  return {
    before: change.before ?? null,
    after: change.after ?? null,
    afterUnknown: change.after_unknown ?? false,
    beforeSensitive: change.before_sensitive ?? false,
    afterSensitive: change.after_sensitive ?? false,
  };
}

const KNOWN_ACTIONS: ReadonlyMap<string, Action> = new Map([
  ['no-op', 'no-op'],
  ['create', 'create'],
  ['read', 'read'],
  // Ephemeral resources.
  ['open', 'read'],
  ['renew', 'read'],
  ['close', 'read'],
  ['update', 'update'],
  ['delete', 'delete'],
  ['forget', 'forget'],
  ['delete,create', 'replace'],
  ['create,delete', 'replace'],
  ['create,forget', 'replace'],
]);

function determineAction(actions: readonly string[], change: ChangeJson, previousAddress: string | undefined): Action {
  const action = KNOWN_ACTIONS.get(actions.join(',')) ?? 'unknown';
  if (action !== 'no-op') return action;
  if (isBlock(change.importing)) return 'import';
  return previousAddress === undefined ? 'no-op' : 'move';
}

function toFailedChecks(check: CheckJson): FailedCheck[] {
  const { status } = check;
  if (status !== 'fail' && status !== 'error' && status !== 'unknown') return [];
  const messages = (check.instances ?? []).flatMap(({ problems }) => (problems ?? []).flatMap(({ message }) => message ?? []));
  return [{ address: check.address?.to_display ?? 'a check', status, messages }];
}
