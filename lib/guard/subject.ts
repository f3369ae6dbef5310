import { ConstructPaths } from '../terraform/construct-path';
import { holdsUnknown, type Plan, type ResourceChange, withoutKeys } from '../terraform/plan';
import { isBlock, known, listAt, sameValue, textsAt, valueAt } from '../terraform/values';

/** What else is known of a plan. */
export interface SubjectOptions {
  /** The `cdk.tf.json` the plan was made from: construct paths, and what constructs wrote about themselves. */
  readonly synthesized?: unknown;

  /** The `cdk.tf.json` of what is deployed now: which addresses were protected. */
  readonly base?: unknown;
}

/** What rules look at: a plan, by questions that several of them ask. */
export class Subject {
  /** Everything managed that the plan looked at, with what stays as it is, by address. */
  public readonly resources: readonly ResourceChange[];
  public readonly constructPaths: ConstructPaths;
  public readonly synthesized: unknown;
  public readonly base: unknown;

  private readonly byType = new Map<string, ResourceChange[]>();
  private readonly byAddress = new Map<string, ResourceChange>();
  private readonly byPreviousAddress = new Map<string, ResourceChange>();

  constructor(
    public readonly plan: Plan,
    options: SubjectOptions = {},
  ) {
    this.synthesized = options.synthesized;
    this.base = options.base;
    this.constructPaths = new ConstructPaths(options.synthesized, options.base);
    this.resources = plan.resources
      .filter(({ mode }) => mode === 'managed')
      .sort((a, b) => (a.address < b.address ? -1 : a.address > b.address ? 1 : 0));
    for (const resource of this.resources) {
      const list = this.byType.get(resource.type);
      if (list) list.push(resource);
      else this.byType.set(resource.type, [resource]);
      if (resource.deposed === undefined) this.byAddress.set(resource.address, resource);
      if (resource.previousAddress !== undefined) this.byPreviousAddress.set(resource.previousAddress, resource);
    }
  }

  public at(address: string): ResourceChange | undefined {
    return this.byAddress.get(address);
  }

  /** What was at an address before, wherever it is now. */
  public wasAt(address: string): ResourceChange | undefined {
    return this.byPreviousAddress.get(address) ?? this.byAddress.get(address);
  }

  public ofType(...types: string[]): readonly ResourceChange[] {
    return types.flatMap((type) => this.byType.get(type) ?? []);
  }

  /** A Kubernetes type under both its names, for example `kubernetes_namespace` and `kubernetes_namespace_v1`. */
  public ofKubernetes(kind: string): readonly ResourceChange[] {
    return this.ofType(`kubernetes_${kind}`, `kubernetes_${kind}_v1`);
  }

  /** Arguments at the top level that change; empty for what is created or deleted. */
  public changedArguments(change: ResourceChange): readonly string[] {
    if (!isBlock(change.before) || !isBlock(change.after)) return [];
    const { before, after, afterUnknown } = change;
    const names = new Set([...Object.keys(before), ...Object.keys(after), ...Object.keys(isBlock(afterUnknown) ? afterUnknown : {})]);
    return [...names].filter((name) => holdsUnknown(valueAt(afterUnknown, name)) || !sameValue(before[name], after[name])).sort();
  }

  /** Addresses without keys that an argument refers to. */
  public references(change: ResourceChange, argument: string): readonly string[] {
    const expression = valueAt(this.plan.configured(change)?.expressions, argument);
    const prefix = change.module === '' ? '' : `${withoutKeys(change.module)}.`;
    return listAt(expression).flatMap((part) =>
      known(textsAt(part, 'references')).map((reference) => `${prefix}${withoutKeys(reference)}`),
    );
  }
}

/** Whether the object that is there now goes: deleted, or replaced by another one. */
export function isDestroyed({ actions }: ResourceChange): boolean {
  return actions.includes('delete');
}

/** Whether it is there before and after, and is the same object. */
export function stays({ before, after, actions }: ResourceChange): boolean {
  return before !== null && after !== null && !actions.includes('delete') && !actions.includes('create');
}

/** Paths in words: `size, boot_disk[0].image`. */
export function pathsOf({ replacePaths }: ResourceChange): string {
  return replacePaths
    .map((path) => path.map((step, index) => (typeof step === 'number' ? `[${step}]` : `${index > 0 ? '.' : ''}${step}`)).join(''))
    .join(', ');
}

/** Why it goes, as far as the plan says: `is replaced because of size`. */
export function destruction(change: ResourceChange): string {
  if (change.deposed !== undefined) return 'is deleted: it was left over from a replacement that failed half-way';
  if (change.action === 'replace') {
    if (change.reason === 'replace_because_tainted') return 'is replaced because it is tainted';
    if (change.reason === 'replace_by_request') return 'is replaced because somebody asked for it with -replace';
    if (change.reason === 'replace_by_triggers') return 'is replaced because something it is triggered by changes';
    const paths = pathsOf(change);
    return paths === '' ? 'is replaced' : `is replaced: ${paths} cannot change in place`;
  }
  switch (change.reason) {
    case 'delete_because_no_resource_config':
      return 'is deleted: its block left the configuration, and a prevent_destroy would have left with it';
    case 'delete_because_no_module':
      return 'is deleted: its module left the configuration, and a prevent_destroy would have left with it';
    case 'delete_because_no_move_target':
      return 'is deleted: it was moved to an address that is not in the configuration';
    case 'delete_because_wrong_repetition':
    case 'delete_because_count_index':
    case 'delete_because_each_key':
      return 'is deleted: its key is no longer in count or for_each';
    default:
      return 'is deleted';
  }
}
