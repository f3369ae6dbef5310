import { ConstructPaths } from '../terraform/construct-path';
import { holdsUnknown, type Plan, type ResourceChange, stripInstanceKeys } from '../terraform/plan';
import { isBlock, isSameValue, known, listAt, textsAt, valueAt } from '../terraform/values';
import { type SubjectChange, toTypedChanges } from './typed-change';

/** Further input of the guard. */
export interface SubjectOptions {
  /** The `cdk.tf.json` of the plan: construct paths, and notes of constructs. */
  readonly synthesized?: unknown;

  /** The `cdk.tf.json` that is deployed: addresses that were protected. */
  readonly base?: unknown;

  /**
   * Demands a drill before a Cassandra ring is changed.
   *
   * @default - not demanded
   */
  readonly drill?: DrillState;
}

/** State of the latest drill. */
export interface DrillState {
  /** Reason, as a clause, why there is no valid proof; undefined if there is one. */
  readonly problem: string | undefined;
}

/** Plan that rules check, indexed for the queries that several of them make. */
export class Subject {
  /** Managed resources of the plan, unchanged ones included, by address. Manifests have the form of typed resources. */
  public readonly resources: readonly SubjectChange[];
  public readonly constructPaths: ConstructPaths;
  public readonly synthesized: unknown;
  public readonly base: unknown;
  public readonly drill: DrillState | undefined;

  /** True when the changes are drift: they have happened outside of Terraform. */
  public readonly isDrift: boolean;

  private readonly byType = new Map<string, SubjectChange[]>();
  private readonly byAddress = new Map<string, SubjectChange>();
  private readonly byPreviousAddress = new Map<string, SubjectChange>();

  constructor(
    public readonly plan: Plan,
    options: SubjectOptions = {},
    changes: readonly ResourceChange[] = plan.resources,
  ) {
    this.synthesized = options.synthesized;
    this.base = options.base;
    this.drill = options.drill;
    this.isDrift = changes === plan.drift;
    this.constructPaths = new ConstructPaths(options.synthesized, options.base);
    this.resources = changes
      .filter(({ mode }) => mode === 'managed')
      .flatMap(toTypedChanges)
      .sort((a, b) => (a.address < b.address ? -1 : a.address > b.address ? 1 : 0));
    for (const resource of this.resources) {
      const list = this.byType.get(resource.type);
      if (list) list.push(resource);
      else this.byType.set(resource.type, [resource]);
      if (resource.deposed === undefined && !this.byAddress.has(resource.address)) this.byAddress.set(resource.address, resource);
      if (resource.previousAddress !== undefined) this.byPreviousAddress.set(resource.previousAddress, resource);
    }
  }

  public at(address: string): SubjectChange | undefined {
    return this.byAddress.get(address);
  }

  /** Resource that had an address before the plan is applied. */
  public wasAt(address: string): SubjectChange | undefined {
    return this.byPreviousAddress.get(address) ?? this.byAddress.get(address);
  }

  public ofType(...types: string[]): readonly SubjectChange[] {
    return types.flatMap((type) => this.byType.get(type) ?? []);
  }

  /** Resources of a Kubernetes type under both of its names, for example `kubernetes_namespace` and `kubernetes_namespace_v1`. */
  public ofKubernetes(kind: string): readonly SubjectChange[] {
    return this.ofType(`kubernetes_${kind}`, `kubernetes_${kind}_v1`);
  }

  /** Top-level arguments that change; empty for creations and deletions. */
  public changedArguments(change: ResourceChange): readonly string[] {
    if (!isBlock(change.before) || !isBlock(change.after)) return [];
    const { before, after, afterUnknown } = change;
    const names = new Set([...Object.keys(before), ...Object.keys(after), ...Object.keys(isBlock(afterUnknown) ? afterUnknown : {})]);
    return [...names].filter((name) => holdsUnknown(valueAt(afterUnknown, name)) || !isSameValue(before[name], after[name])).sort();
  }

  /** Addresses, without keys, that an argument refers to. */
  public references(change: ResourceChange, argument: string): readonly string[] {
    const expression = valueAt(this.plan.configured(change)?.expressions, argument);
    const prefix = change.module === '' ? '' : `${stripInstanceKeys(change.module)}.`;
    return listAt(expression).flatMap((part) =>
      known(textsAt(part, 'references')).map((reference) => `${prefix}${stripInstanceKeys(reference)}`),
    );
  }
}

/** Tests that the existing object is deleted or replaced. */
export function isDestroyed({ actions }: ResourceChange): boolean {
  return actions.includes('delete');
}

/** Tests that the same object exists before and after. */
export function stays({ before, after, actions }: ResourceChange): boolean {
  return before !== null && after !== null && !actions.includes('delete') && !actions.includes('create');
}

/** Formats the paths that force a replacement: `size, boot_disk[0].image`. */
function formatPaths({ replacePaths }: ResourceChange): string {
  return replacePaths
    .map((path) => path.map((step, index) => (typeof step === 'number' ? `[${step}]` : `${index > 0 ? '.' : ''}${step}`)).join(''))
    .join(', ');
}

/** Describes a deletion and its cause: `is replaced: size cannot change in place`. */
export function describeDestruction(change: ResourceChange): string {
  if (change.deposed !== undefined) return 'is deleted: it is left over from a replacement that failed half-way';
  if (change.action === 'replace') {
    if (change.reason === 'replace_because_tainted') return 'is replaced because it is tainted';
    if (change.reason === 'replace_by_request') return 'is replaced because it was requested with -replace';
    if (change.reason === 'replace_by_triggers') return 'is replaced because a resource in replace_triggered_by changes';
    const paths = formatPaths(change);
    return paths === '' ? 'is replaced' : `is replaced: ${paths} cannot change in place`;
  }
  switch (change.reason) {
    case 'delete_because_no_resource_config':
      return 'is deleted: its block was removed from the configuration, and any prevent_destroy with it';
    case 'delete_because_no_module':
      return 'is deleted: its module was removed from the configuration, and any prevent_destroy with it';
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
