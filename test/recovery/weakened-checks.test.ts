import { createHash } from 'node:crypto';
import { EXPECTED_CHECKS } from '../../lib/recovery/vm/recovery-program';
import { recoveryScript } from '../../lib/recovery/vm/recovery-script';
import { ARCHIVE_DAMAGES } from '../restore/archive-damages';
import { ASSERTIONS, findInArchive, findInProof, findInSnapshots, type Library, type Recorded, replay } from '../restore/evaluate';
import { loadLibrary, replaceOnce } from '../restore/load-library';
import { findDamage, LIBRARY_MUTANTS, PROGRAM_MUTANTS } from '../restore/mutants';
import { PROOF_DAMAGES } from '../restore/proof-damages';
import { SET_DAMAGES } from '../restore/set-damages';
import { RING } from './fake-zones';

// `npm run test:restore` and `npm run mutate:restore` do the rest on real disks.

/** Reports of recovery VMs in which all checks passed. */
function createGoodReports(): Recorded {
  const run = 'good';
  const attributes = RING.nodes.map(({ name: node, zone }) => {
    const checks = Object.values(EXPECTED_CHECKS).flatMap((some) =>
      some.map(([level, code]) => ({ level, code, outcome: 'passed', node })),
    );
    const tables = [{ node, keyspace: 'proof', table: 'orders', rows: 400, hash: 'a'.repeat(64) }];
    const assertions = ASSERTIONS.map(({ expect: found }, index) => ({ node, index, found }));
    const text = JSON.stringify({ run, checks, tables, assertions, seconds: {}, replicas: { proof: 3 } });
    const digest = createHash('sha256').update(text).digest('hex');
    return [zone, Object.entries({ state: `done 1 ${digest}`, 'report-000': Buffer.from(text).toString('base64') })] as const;
  });
  const snapshots = RING.nodes.map(({ name: node, zone, vm }) => {
    const members = { diskNumber: '1', takenAt: Date.now() - 60_000, status: 'READY', sizeGiB: 50, isFlushed: true };
    return [
      node,
      { name: `set-${node}`, node, zone, disk: `${vm}-data`, ...members, labels: { 'cassandra-snapshot-set': 'set' } },
    ] as const;
  });
  const times = { takenAt: snapshots[0]![1].takenAt, lastTakenAt: snapshots[0]![1].takenAt };
  return {
    ring: { ...RING, hoursBetweenSnapshots: 24 },
    set: { id: 'set', snapshots: new Map(snapshots), ...times, origin: 'job', problems: [] },
    recorded: { run, attributes: Object.fromEntries(attributes), ended: [] },
  };
}

async function listMissed(library: Library): Promise<string[]> {
  const good = createGoodReports();
  const verification = await replay(loadLibrary(), good);
  const found = [
    ...(await Promise.all(SET_DAMAGES.map((damage) => findInSnapshots(library, damage, good)))),
    ...(await Promise.all(ARCHIVE_DAMAGES.map((damage) => findInArchive(library, damage, good)))),
    ...PROOF_DAMAGES.map((damage) => findInProof(library, damage, verification)),
  ];
  return found.flatMap(({ name, problems }) => (problems.length > 0 ? [`${name}: ${problems.join('; ')}`] : []));
}

test('damages of lists of snapshots, of archives and of proofs are found', async () => {
  expect(await listMissed(loadLibrary())).toEqual([]);
});

test.each(LIBRARY_MUTANTS.filter(({ name }) => /^(0|1 manifest-archived|proof)/.test(name)))(
  '$name: without it a damage is missed',
  async (mutant) => {
    expect(await listMissed(loadLibrary(mutant))).not.toEqual([]);
  },
);

test.each(LIBRARY_MUTANTS)('$name: can be weakened', (mutant) => {
  expect(loadLibrary(mutant).drillSet).toBeDefined();
});

test.each(PROGRAM_MUTANTS)('$name: can be weakened, and has a damage that it names', (mutant) => {
  const script = recoveryScript({ cassandraVersion: '5.0.8', packageAccess: true });
  expect(replaceOnce(script, mutant.from, mutant.to)).not.toBe(script);
  expect(findDamage(mutant)?.name).toBeDefined();
});
