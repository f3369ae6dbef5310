import { CLONE_DAMAGES, type Damage } from './damages';
import { DISK_DAMAGES } from './disk-damages';
import type { DamagedRun, KeptSets } from './kept-sets';
import { recordings } from './recordings';

/** All damages of disks and of recovery VMs. */
export const DAMAGES: readonly Damage[] = [...CLONE_DAMAGES, ...DISK_DAMAGES];

/** Damages of one verification, each on the disk of another node, or one that needs the rows of all disks. */
export type Batch = readonly [Damage, ...Damage[]];

/** Name of the batch in titles. */
export function describeBatch(batch: Batch): string {
  return batch.map(({ name }) => name).join('; ');
}

/**
 * Damages of one set that are found by the same steps, by threes; then those that need the rows of all disks. `RESTORE_DAMAGES` chooses some by
 * a pattern of their names.
 */
export function createBatches(): Batch[] {
  const chosen = DAMAGES.filter(({ name }) => new RegExp(process.env.RESTORE_DAMAGES ?? '').test(name));
  const alone = chosen.filter(isAlone).map((damage): Batch => [damage]);
  return [
    ...splitByKind(
      chosen.filter((damage) => !isAlone(damage)),
      (damage) => damage,
    ),
    ...alone,
  ];
}

/** Splits items into threes, for the three nodes, of damages of one set that are found by the same steps. */
export function splitByKind<T>(items: readonly T[], damageOf: (item: T) => Damage): [T, ...T[]][] {
  const kind = (item: T): string => `${damageOf(item).set} ${damageOf(item).until} ${damageOf(item).recovers}`;
  const kinds = [...new Set(items.map(kind))];
  return kinds.flatMap((each) => splitIntoThrees(items.filter((item) => kind(item) === each)));
}

function splitIntoThrees<T>(items: readonly T[]): [T, ...T[]][] {
  return Array.from({ length: Math.ceil(items.length / 3) }, (_, index) => items.slice(index * 3, index * 3 + 3) as [T, ...T[]]);
}

/** Node whose disk the damage of a batch is on; undefined if the checks of all disks count. */
export function findNode(batch: Batch, damage: Damage, nodes: readonly string[]): string | undefined {
  return isAlone(damage) ? undefined : nodes[batch.indexOf(damage)]!;
}

/** Verifies a set with the damages of a batch, and keeps the reports. */
export async function verifyBatch(sets: KeptSets, batch: Batch, nodes: readonly string[]): Promise<DamagedRun> {
  const [first] = batch;
  const damaged =
    first.nodes === 'all' ? nodes.map((node) => [node, first] as const) : batch.map((each, index) => [nodes[index]!, each] as const);
  const result = await sets.examine(first, new Map(damaged));
  for (const damage of batch) recordings.write(damage.name, { ...result.recorded, node: findNode(batch, damage, nodes) });
  return result;
}

function isAlone({ nodes = 'one' }: Damage): boolean {
  return nodes !== 'one';
}
