/** What a plan does to one resource. */
export interface ResourceChange {
  /** For example `google_compute_disk.Ring_Node-a_Data_4F1D2C3B`. */
  readonly address: string;
  readonly type: string;
  readonly action: 'create' | 'update' | 'replace' | 'delete' | 'read';

  /** `create_before_destroy`: a replacement creates the new one first. */
  readonly createsFirst: boolean;

  /** Arguments that change, at the top level; empty for creations and deletions. */
  readonly changes: readonly string[];

  /** Paths that force a replacement, for example `boot_disk[0].device_name`; empty when it is replaced for being tainted. */
  readonly replacedBy: readonly string[];

  readonly before: Readonly<Record<string, unknown>> | null;

  /** The values it will have, as far as they are known. */
  readonly after: Readonly<Record<string, unknown>> | null;
}

/** What `terraform plan` would do, by address. */
export class PlannedChanges {
  public readonly changes: readonly ResourceChange[];

  /** Addresses of what was changed or deleted in the cloud behind Terraform's back. */
  public readonly drift: readonly string[];

  /** @param json what `terraform show -json <plan>` prints */
  constructor(public readonly json: PlanJson) {
    this.changes = (json.resource_changes ?? []).flatMap(changeOf);
    this.drift = (json.resource_drift ?? []).filter(({ change }) => change.actions[0] !== 'no-op').map(({ address }) => address);
  }

  /** Addresses of what is created. */
  public get creates(): string[] {
    return this.addresses('create');
  }

  /** Addresses of what is updated in place. */
  public get updates(): string[] {
    return this.addresses('update');
  }

  /** Addresses of what is replaced. */
  public get replaces(): string[] {
    return this.addresses('replace');
  }

  /** Addresses of what is deleted. */
  public get deletes(): string[] {
    return this.addresses('delete');
  }

  /** True when there is nothing to do. */
  public get isEmpty(): boolean {
    return this.changes.every(({ action }) => action === 'read');
  }

  /** The change of one resource; fails when the plan has none for it. */
  public change(address: string): ResourceChange {
    const found = this.changes.find((change) => change.address === address);
    if (!found)
      throw new Error(
        `the plan does nothing to ${address}; it has: ${this.changes.map((change) => change.address).join(', ') || 'nothing'}`,
      );
    return found;
  }

  private addresses(action: ResourceChange['action']): string[] {
    return this.changes.filter((change) => change.action === action).map(({ address }) => address);
  }
}

/** The part of Terraform's plan JSON that is read here. */
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

function changeOf({ address, type, change }: PlanJsonChange): ResourceChange[] {
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

/** `after_unknown` has an empty list or object for what is known but nested. */
function isUnknownIn(unknown: Record<string, unknown> | boolean, name: string): boolean {
  const holds = (value: unknown): boolean =>
    value === true || (typeof value === 'object' && value !== null && Object.values(value).some(holds));
  return typeof unknown === 'object' && holds(unknown[name]);
}
