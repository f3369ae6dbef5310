import type { Sandbox } from '../../lib/sandbox';
import type { LifeCycleCase } from './cases';

/** What one case's life with the real provider plugins showed. */
export interface LifeCycle {
  readonly name: string;

  /** Resources of the first apply. */
  readonly resources: number;

  /** Changes of the second apply, for example `3 updated, 1 replaced`. */
  readonly change: string;

  /** What is not as it has to be; none of a life that went well. */
  readonly faults: readonly string[];
}

/**
 * Applies a stack, expects an empty plan, changes it, expects an empty plan again, and destroys it. With plugins that send a part of the
 * arguments only, or read others back, one of the plans is not empty.
 */
export async function liveThrough(sandbox: Sandbox, { name, isKept, build }: LifeCycleCase): Promise<LifeCycle> {
  const faults: string[] = [];
  let resources = 0;
  let change = '';
  const expectEmpty = async (isChanged: boolean, after: string): Promise<void> => {
    const plan = await sandbox.plan(build(isChanged));
    for (const { address, action, changes, before, after: wanted } of plan.changes) {
      if (action === 'read') continue;
      const values = changes.map((name) => `${name} ${JSON.stringify(before?.[name])} -> ${JSON.stringify(wanted?.[name])}`);
      faults.push([`the plan after ${after} still wants to ${action} ${address}:`, ...values].join('\n  '));
    }
  };
  try {
    resources = (await sandbox.apply(build(false))).added;
    await expectEmpty(false, 'the first apply');
    const planned = await sandbox.plan(build(true));
    const counts = [planned.updates.length, planned.replaces.length, planned.creates.length, planned.deletes.length];
    change = ['updated', 'replaced', 'created', 'deleted']
      .flatMap((word, index) => (counts[index] ? [`${counts[index]} ${word}`] : []))
      .join(', ');
    if (change !== '') {
      await sandbox.apply(build(true));
      await expectEmpty(true, 'the change');
    }
    if (!isKept) await expectDestroyed(sandbox, build, faults);
  } catch (error) {
    faults.push((error as Error).message);
  }
  return { name, resources, change: change || 'nothing to change', faults };
}

async function expectDestroyed(sandbox: Sandbox, build: LifeCycleCase['build'], faults: string[]): Promise<void> {
  await sandbox.destroy(build(true));
  const left = sandbox.cloud.types().flatMap((type) => sandbox.cloud.list(type).map(({ identity }) => `${type} ${identity}`));
  for (const each of left.filter((one) => !OUTLIVES_DESTROY.test(one))) faults.push(`destroyed, and still there: ${each}`);
}

/** APIs stay enabled, and of a data disk a snapshot is taken before it goes. */
const OUTLIVES_DESTROY = /^google_(project_service|compute_snapshot) /;
