/** Planned change of one resource. */
export interface ResourceChange {
  /** For example `google_compute_disk.Ring_Node-a_Data_4F1D2C3B`. */
  readonly address: string;
  readonly type: string;

  /** A resource that does not change is not listed. `read` is for data sources read during apply. */
  readonly action: 'create' | 'update' | 'replace' | 'delete' | 'read';

  /** The replacement is created before the old resource is destroyed (`create_before_destroy`). */
  readonly createsFirst: boolean;

  /** Top-level arguments that change; empty for creations and deletions. */
  readonly changes: readonly string[];

  /** Paths that force the replacement, for example `boot_disk[0].device_name`; empty for a tainted resource. */
  readonly replacedBy: readonly string[];

  /** Values before the change; null for creations. */
  readonly before: Readonly<Record<string, unknown>> | null;

  /** Values after the change, without those known after apply; null for deletions. */
  readonly after: Readonly<Record<string, unknown>> | null;
}

/** Result of `terraform plan`: planned changes and drift by Terraform address. */
export class PlannedChanges {
  /** Resources that change, in plan order. */
  public readonly changes: readonly ResourceChange[];

  /** Addresses of resources that were changed or deleted outside of Terraform. */
  public readonly drift: readonly string[];

  /** @param json parsed output of `terraform show -json <plan>` */
  constructor(public readonly json: PlanJson) {
    this.changes = (json.resource_changes ?? []).flatMap(readChange);
    this.drift = (json.resource_drift ?? []).filter(({ change }) => change.actions[0] !== 'no-op').map(({ address }) => address);
  }

  /** Addresses of resources to create. */
  public get creates(): string[] {
    return this.addresses('create');
  }

  /** Addresses of resources to update in place. */
  public get updates(): string[] {
    return this.addresses('update');
  }

  /** Addresses of resources to replace. */
  public get replaces(): string[] {
    return this.addresses('replace');
  }

  /** Addresses of resources to delete. */
  public get deletes(): string[] {
    return this.addresses('delete');
  }

  /** True if the plan changes no resource. */
  public get isEmpty(): boolean {
    return this.changes.every(({ action }) => action === 'read');
  }

  /**
   * Finds the change of one resource.
   *
   * @throws Error if the plan does not change the resource
   */
  public change(address: string): ResourceChange {
    const found = this.changes.find((change) => change.address === address);
    if (!found)
      throw new Error(
        `the plan does not change ${address}; planned changes: ${this.changes.map((change) => change.address).join(', ') || 'none'}`,
      );
    return found;
  }

  private addresses(action: ResourceChange['action']): string[] {
    return this.changes.filter((change) => change.action === action).map(({ address }) => address);
  }
}

/** Plan JSON, as far as it is read here. */
export interface PlanJson {
  readonly resource_changes?: readonly PlanJsonChange[];
  readonly resource_drift?: readonly PlanJsonChange[];
}

export interface PlanJsonChange {
  readonly address: string;
  readonly type: string;
  readonly change: {
    readonly actions: readonly string[];
    readonly before: Record<string, unknown> | null;
    readonly after: Record<string, unknown> | null;
    readonly after_unknown: Record<string, unknown> | boolean;
    readonly replace_paths?: readonly (readonly (string | number)[])[];
  };
}

function readChange({ address, type, change }: PlanJsonChange): ResourceChange[] {
  const { actions, before, after, after_unknown: unknown, replace_paths: paths = [] } = change;
  const action = actions.length > 1 ? 'replace' : actions[0];
  if (action === undefined || action === 'no-op') return [];
  const names = before && after ? [...new Set([...Object.keys(before), ...Object.keys(after), ...Object.keys(unknown)])] : [];
  return [
    {
      address,
      type,
      action: action as ResourceChange['action'],
      createsFirst: action === 'replace' && actions[0] === 'create',
      changes: names
        .filter((name) => isUnknownIn(unknown, name) || JSON.stringify(before?.[name]) !== JSON.stringify(after?.[name]))
        .sort(),
      replacedBy: paths.map((path) =>
        path.map((step, index) => (typeof step === 'number' ? `[${step}]` : `${index ? '.' : ''}${step}`)).join(''),
      ),
      before,
      after,
    },
  ];
}

/** Checks `after_unknown`, which holds an empty list or object for known nested values. */
function isUnknownIn(unknown: Record<string, unknown> | boolean, name: string): boolean {
  const holds = (value: unknown): boolean =>
    value === true || (typeof value === 'object' && value !== null && Object.values(value).some(holds));
  return typeof unknown === 'object' && holds(unknown[name]);
}
