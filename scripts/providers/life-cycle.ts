import { TerraformResource, type TerraformStack } from 'cdktf';
import type { PlannedChanges, ResourceChange, Sandbox } from '../../lib/sandbox';
import type { PlanJson } from '../../lib/sandbox/planned-changes';
import type { LifeCycleCase, StackVersion } from './cases';
import { causeDrift, type StateResource } from './drift';
import { differsInReservedKeys, findImportId, unreadIn } from './import-ids';

/** Resource as read by a plugin. */
export interface ReadResource extends StateResource {
  /** Read by an import, without prior state. */
  readonly isImported: boolean;

  /** Top-level arguments that the import did not find. */
  readonly unread: readonly string[];
}

/** Result of a case's life cycle with the real provider plugins. */
export interface LifeCycle {
  readonly name: string;

  /** Number of resources in the first apply. */
  readonly resources: number;

  /** Changes of the second apply, for example `3 updated, 1 replaced`. */
  readonly change: string;

  /** Resources as read by an import, or by a refresh if they are not imported. */
  readonly read: readonly ReadResource[];

  /** Number of resources that were changed outside of Terraform and repaired. */
  readonly repaired: number;

  /** Unexpected results; empty for a passed case. */
  readonly faults: readonly string[];
}

/**
 * Applies stacks, changes them, imports all of their resources, changes and deletes some outside of Terraform, and destroys them. After each
 * step, a plan must be empty. It is not for a plugin that does not send or read back an argument.
 *
 * @param check additional checks after the first apply
 */
export async function liveThrough(
  sandbox: Sandbox,
  lifeCycleCase: LifeCycleCase,
  check: () => readonly string[] = () => [],
): Promise<LifeCycle> {
  const life = new Life(sandbox, lifeCycleCase);
  try {
    await life.begin(check);
    await life.change();
    await life.import();
    await life.repair();
    await life.end();
  } catch (error) {
    life.faults.push((error as Error).message);
  }
  const { resources, changes, read, repaired, faults } = life;
  return { name: lifeCycleCase.name, resources, change: summarize(changes), read, repaired, faults };
}

class Life {
  public readonly faults: string[] = [];
  public readonly changes: string[] = [];
  public readonly read: ReadResource[] = [];
  public resources = 0;
  public repaired = 0;

  /** Resources of each stack in its last plan. */
  private readonly states: StateResource[][] = [];

  constructor(
    private readonly sandbox: Sandbox,
    private readonly lifeCycleCase: LifeCycleCase,
  ) {}

  public async begin(check: () => readonly string[]): Promise<void> {
    for (const index of this.stacks()) this.resources += (await this.sandbox.apply(this.build(index, 'first'))).added;
    this.faults.push(...check());
    for (const index of this.stacks()) await this.expectEmpty(index, 'first', 'the first apply');
  }

  public async change(): Promise<void> {
    for (const index of this.stacks()) {
      const stack = this.build(index, 'changed');
      const { changes } = await this.sandbox.plan(stack);
      const made = changes.flatMap(({ action }) => (action === 'read' ? [] : [action]));
      if (made.length === 0) continue;
      this.changes.push(...made);
      await this.sandbox.applyPlanned(stack);
      await this.expectEmpty(index, 'changed', 'the change');
    }
  }

  /**
   * Removes all resources from the state and imports them: the imported values must match the configuration. `repair` checks the next plan.
   */
  public async import(): Promise<void> {
    for (const index of this.stacks()) {
      const ids = this.importIds(index);
      await this.sandbox.terraform(this.build(index, 'changed'), ['state', 'rm', ...ids.keys()]);
      const stack = this.build(index, 'changed');
      for (const resource of stack.node.findAll().filter(TerraformResource.isTerraformResource)) {
        const id = ids.get(`${resource.terraformResourceType}.${resource.friendlyUniqueId}`);
        if (id !== undefined) resource.importFrom(id);
      }
      const plan = await this.sandbox.plan(stack);
      const isRead = ({ address, type, action, changes, before, after }: ResourceChange): boolean => {
        const unread = unreadIn(type, changes).filter(
          (name) => name !== 'metadata' || !differsInReservedKeys(before?.[name], after?.[name]),
        );
        return ids.has(address) && action === 'update' && unread.length === 0;
      };
      this.expect(plan, 'the import', isRead);
      this.read.push(...listImported(plan), ...this.states[index]!.filter(({ address }) => !ids.has(address)).map(refreshed));
      await this.sandbox.applyPlanned(stack);
    }
  }

  /** Changes and deletes resources outside of Terraform: the next plan must show exactly that, and the next apply repair it. */
  public async repair(): Promise<void> {
    for (const index of this.stacks()) {
      const drifts = new Map((await causeDrift(this.sandbox, this.states[index]!)).map((drift) => [drift.address, drift]));
      const stack = this.build(index, 'changed');
      const plan = await this.sandbox.plan(stack);
      const isRepair = ({ address, type, action, changes }: ResourceChange): boolean => {
        const drift = drifts.get(address);
        // Terraform sets the arguments that an import leaves empty together with the first change.
        return drift !== undefined && drift.action === action && drift.changes.join() === unreadIn(type, changes).join();
      };
      this.expect(plan, 'the import, and changes behind its back,', isRepair);
      const repaired = new Set(plan.changes.map(({ address }) => address));
      for (const { address } of drifts.values()) {
        if (!repaired.has(address)) this.faults.push(`the plan does not show that ${address} was changed behind its back`);
      }
      this.repaired += drifts.size;
      await this.sandbox.applyPlanned(stack);
      await this.expectEmpty(index, 'changed', 'the repair');
    }
  }

  /** Destroys the stacks in reverse order, after removing deletion protection. */
  public async end(): Promise<void> {
    const version = this.lifeCycleCase.isProtected ? 'released' : 'changed';
    for (const index of this.stacks().reverse()) {
      if (this.lifeCycleCase.isProtected) await this.sandbox.apply(this.build(index, version));
      await this.sandbox.destroy(this.build(index, version));
    }
    const { cloud } = this.sandbox;
    const left = cloud.types().flatMap((type) => cloud.list(type).map(({ identity }) => `${type} ${identity}`));
    for (const each of left.filter((one) => !OUTLIVES_DESTROY.test(one))) this.faults.push(`destroyed, and still there: ${each}`);
  }

  private stacks(): number[] {
    return this.lifeCycleCase.stacks.map((_, index) => index);
  }

  private build(index: number, version: StackVersion): TerraformStack {
    return this.lifeCycleCase.stacks[index]!(version, this.sandbox.cloud);
  }

  private importIds(index: number): Map<string, string> {
    // cdktf generates import blocks for resources, not for single instances.
    const single = this.states[index]!.filter(({ address }) => !address.endsWith(']'));
    const ids = single.map(({ type, address, values }) => [address, findImportId(type, values)] as const);
    return new Map(ids.filter((each): each is [string, string] => each[1] !== undefined));
  }

  private async expectEmpty(index: number, version: StackVersion, after: string): Promise<void> {
    const plan = await this.sandbox.plan(this.build(index, version));
    this.states[index] = listResources(plan);
    this.expect(plan, after, () => false);
  }

  /** Records each unexpected change of a plan. */
  private expect(plan: PlannedChanges, after: string, isExpected: (change: ResourceChange) => boolean): void {
    for (const change of plan.changes) {
      if (change.action === 'read' || isExpected(change)) continue;
      const { address, action, changes, before, after: wanted } = change;
      const values = changes.map((name) => `${name} ${JSON.stringify(before?.[name])} -> ${JSON.stringify(wanted?.[name])}`);
      this.faults.push([`the plan after ${after} wants to ${action} ${address}:`, ...values].join('\n  '));
    }
  }
}

/** Lists the resources in the refreshed state of a plan. */
function listResources({ json }: PlannedChanges): StateResource[] {
  const { prior_state: state } = json as PlanJson & { readonly prior_state?: PriorState };
  const resources = state?.values?.root_module?.resources ?? [];
  return resources.filter(({ mode }) => mode === 'managed');
}

interface PriorState {
  readonly values?: { readonly root_module?: { readonly resources?: readonly (StateResource & { readonly mode: string })[] } };
}

function listImported({ json, changes }: PlannedChanges): ReadResource[] {
  return (json.resource_changes ?? []).flatMap(({ type, address, change }) => {
    const { before, importing } = change as typeof change & { readonly importing?: object };
    if (!importing || !before) return [];
    const unread = changes.find((each) => each.address === address)?.changes ?? [];
    return [{ type, address, values: before, isImported: true, unread }];
  });
}

function refreshed(resource: StateResource): ReadResource {
  return { ...resource, isImported: false, unread: [] };
}

function summarize(actions: readonly string[]): string {
  const counts = ['update', 'replace', 'create', 'delete'].map(
    (action) => [action, actions.filter((each) => each === action).length] as const,
  );
  return counts.flatMap(([action, count]) => (count > 0 ? [`${count} ${action}d`] : [])).join(', ') || 'nothing to change';
}

/** Resources left after a destroy: enabled APIs, and the final snapshots of data disks. */
const OUTLIVES_DESTROY = /^google_(project_service|compute_snapshot) /;
