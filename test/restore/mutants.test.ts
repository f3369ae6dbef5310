import { formatTable } from '../../bench/text-table';
import { staging } from '../../environments';
import { RealRing } from '../cassandra-vms/real-ring';
import { step } from '../cassandra-vms/steps';
import { ARCHIVE_DAMAGES } from './archive-damages';
import { createBatches, splitByKind, verifyBatch } from './batches';
import { listNaming } from './caught';
import { type Damage, withMetadata, withTask } from './damages';
import { findInArchive, findInProof, findInReports, findInSnapshots, type Library, replay } from './evaluate';
import { type Change, KEEPS_RING, KeptSets, SETTINGS, takeSets } from './kept-sets';
import { loadLibrary, replaceOnce } from './load-library';
import { findDamage, LIBRARY_MUTANTS, PROGRAM_MUTANTS, type ProgramMutant } from './mutants';
import { PROOF_DAMAGES } from './proof-damages';
import { RING, recordings } from './recordings';
import { SET_DAMAGES } from './set-damages';

let started: RealRing | undefined;
const ring = (): RealRing | undefined => started;

/** Damages that a weakened check misses, by mutant. */
const missed: [mutant: string, damages: readonly string[], seconds: number][] = [];

/** Starts the ring once; its VMs are off: the snapshots are enough. */
async function startSets(): Promise<KeptSets> {
  if (started !== undefined) return new KeptSets(started);
  started = await RealRing.start(RING, { cassandraSettings: SETTINGS }, { resumes: KEEPS_RING });
  const sets = new KeptSets(started);
  if (!sets.isComplete) {
    await started.ready(undefined, 420);
    await started.allUp();
    await takeSets(started, sets, () => {});
  }
  await Promise.all(started.vms.map((vm) => vm.powerOff()));
  return sets;
}

step(
  'there are reports of all damages',
  ring,
  async () => {
    const batches = createBatches().filter((some) => some.some(({ name }) => recordings.find(name) === undefined));
    if (recordings.find('good') === undefined) recordings.write('good', (await (await startSets()).verify('flushed')).recorded);
    for (const batch of batches) await verifyBatch(await startSets(), batch, nodes());
  },
  1800,
);

step('each weakened check of the library misses a damage', ring, async () => {
  const good = recordings.get('good');
  const proven = await replay(loadLibrary(), good);
  const findMissed = async (library: Library): Promise<string[]> => {
    const found = [
      ...(await Promise.all(SET_DAMAGES.map((damage) => findInSnapshots(library, damage, good)))),
      ...(await Promise.all(ARCHIVE_DAMAGES.map((damage) => findInArchive(library, damage, good)))),
      ...PROOF_DAMAGES.map((damage) => findInProof(library, damage, proven)),
      ...(await Promise.all(
        createBatches()
          .flat()
          .map((damage) => findInReports(library, damage, recordings.get(damage.name))),
      )),
    ];
    return found.filter(({ problems }) => problems.length > 0).map(({ name }) => name);
  };
  expect(await findMissed(loadLibrary())).toEqual([]);
  for (const mutant of LIBRARY_MUTANTS) {
    const began = Date.now();
    add(mutant.name, await findMissed(loadLibrary(mutant)), began);
  }
  expect(survivors()).toEqual([]);
});

for (const some of programBatches()) {
  step(
    `a weakened program misses a damage: ${some.map(([{ name }]) => name).join('; ')}`,
    ring,
    async () => {
      const began = Date.now();
      const changes = new Map(some.map(([mutant, damage], index) => [nodes()[index]!, weaken(mutant, damage)] as const));
      const { verification } = await (await startSets()).examine(some[0][1], changes);
      for (const [index, [{ name, code }, damage]] of some.entries()) {
        const named = listNaming(damage, verification.checks, nodes()[index]!);
        const isMissed = !named.some((each) => each.split(' ').includes(code));
        add(name, isMissed ? [damage.name] : [], began);
      }
      expect(survivors()).toEqual([]);
    },
    900,
  );
}

afterAll(async () => {
  await started?.stop();
  if (!KEEPS_RING) started?.remove();
  const rows = missed.map(([mutant, damages, seconds]) => [mutant, describeMissed(damages), seconds.toFixed(1)]);
  process.stderr.write(`\n${formatTable(['weakened check', 'missed damages', 'seconds'], rows)}\n`);
});

/** Names of the nodes, as a damage is on the disk of each. */
function nodes(): string[] {
  return Object.keys(staging.cassandraNodes).sort();
}

/** Mutants of the program with a damage that they have to miss: up to three of one set, each on a node of its own. */
function programBatches(): [[ProgramMutant, Damage], ...[ProgramMutant, Damage][]][] {
  const pairs = PROGRAM_MUTANTS.flatMap((mutant): [ProgramMutant, Damage][] => {
    const damage = findDamage(mutant);
    return damage === undefined ? [] : [[mutant, damage]];
  });
  return splitByKind(pairs, ([, damage]) => damage);
}

function weaken({ from, to }: ProgramMutant, damage: Damage): Change {
  const change = withMetadata('startup-script', (script) => replaceOnce(script, from, to));
  // A phase whose failure is not noticed does not end.
  const limit = withTask((task) => ({ limits: { boot: 120 }, ...task }));
  return { image: damage.image, vm: (body) => limit(change(damage.vm?.(body) ?? body)) };
}

function add(mutant: string, damages: readonly string[], began: number): void {
  missed.push([mutant, damages, (Date.now() - began) / 1000]);
}

function survivors(): string[] {
  return missed.filter(([, damages]) => damages.length === 0).map(([mutant]) => mutant);
}

function describeMissed([first, ...others]: readonly string[]): string {
  if (first === undefined) return 'NONE';
  return others.length === 0 ? first : `${first} (and ${others.length} more)`;
}
