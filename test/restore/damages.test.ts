import { type ChildProcess, spawn } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { formatTable } from '../../bench/text-table';
import * as recovery from '../../lib/recovery';
import { MANIFEST_CHECKS } from '../../lib/recovery/verification';
import { drillSet } from '../../lib/recovery/verify-set';
import { leavesNothing } from '../cassandra-vms/leaves-nothing';
import { POD_ADDRESS, RealRing } from '../cassandra-vms/real-ring';
import { restoreFromSet } from '../cassandra-vms/restored';
import { progress, step } from '../cassandra-vms/steps';
import { ARCHIVE_DAMAGES } from './archive-damages';
import { createBatches, describeBatch, findNode, verifyBatch } from './batches';
import { type Caught, findProblems, listNaming } from './caught';
import { findInArchive, findInProof, findInSnapshots } from './evaluate';
import { KEEPS_RING, KeptSets, ROWS, SETTINGS, takeSets } from './kept-sets';
import { type LiveState, readLiveState } from './live-ring';
import { createRecord, PROOF_DAMAGES, REQUIREMENTS, signRecord } from './proof-damages';
import { RING, recordings } from './recordings';
import { SET_DAMAGES } from './set-damages';

const library = { ...recovery, drillSet };
const { checkProof, isVerified } = recovery;

let started: RealRing | undefined;
let kept: KeptSets | undefined;
const ring = (): RealRing => started!;
const sets = (): KeptSets => kept!;

const caught: Caught[] = [];
const seconds = { boot: 0, drill: 0, restore: 0, recovery: 0 };
let before: LiveState;
let good: recovery.Verification;
let writing: Promise<string> | undefined;
const stopFile = () => join(ring().directory, 'stop-writing');

step(
  'a ring of three nodes boots',
  ring,
  async () => {
    started = await RealRing.start(RING, { cassandraSettings: SETTINGS }, { resumes: KEEPS_RING });
    const began = Date.now();
    await ring().ready(undefined, 420);
    await ring().allUp();
    seconds.boot = (Date.now() - began) / 1000;
    kept = new KeptSets(ring());
    rmSync(stopFile(), { force: true });
  },
  900,
);

function startLoad(): void {
  writing = ring().client(POD_ADDRESS, 'writer.js', [stopFile(), ...ring().nodeNames.map((node) => ring().address(node))]);
  writing.catch(() => {});
}

step(
  'sets of snapshots are taken, of rows in SSTables and of rows in the commit log',
  ring,
  async () => {
    if (sets().isComplete) {
      startLoad();
    } else {
      const apart = await takeSets(ring(), sets(), startLoad);
      progress()(`from the last acknowledged write to its snapshots: ${apart.join(', ')} ms`);
    }
    before = await readLiveState(ring());
  },
  900,
);

step(
  'a good set is verified, with the rows that were acknowledged right before it was taken',
  ring,
  async () => {
    const run = await sets().verify('flushed');
    good = run.verification;
    seconds.drill = run.seconds;
    recordings.write('good', run.recorded);
    expect(good.checks.filter(({ outcome }) => outcome !== 'passed')).toEqual([]);
    expect(isVerified(good)).toBe(true);
    for (const { keyspace, table, rows, hash } of before.rows) {
      expect([table, rows]).toEqual([table, ROWS[table as keyof typeof ROWS]]);
      const disks = good.tables.filter((each) => each.table === table && each.keyspace === keyspace);
      expect(disks).toEqual(ring().nodeNames.map((node) => ({ node, keyspace, table, rows, hash })));
    }
  },
  900,
);

step(
  'what a crash leaves is no damage: files that Cassandra does not sync are empty',
  ring,
  async () => {
    const image = 'for f in data/*/*/*-Summary.db data/*/*/*-TOC.txt; do truncate -s 0 "$f"; done';
    const { verification } = await sets().verify('unflushed', new Map([[ring().nodeNames[0]!, { image }]]));
    const expected = ({ level, code }: recovery.Check) => MANIFEST_CHECKS.some((each) => each[0] === level && each[1] === code);
    expect(verification.checks.filter((check) => check.outcome !== 'passed' && !expected(check))).toEqual([]);
  },
  900,
);

step(
  'a good disk is verified without the others, answers at QUORUM, and is prepared for its node',
  ring,
  async () => {
    const [node] = ring().nodeNames;
    const { verification, seconds: taken } = await sets().recover('flushed', new Map([[node!, {}]]));
    seconds.recovery = taken;
    expect(verification.checks.filter(({ outcome }) => outcome !== 'passed')).toEqual([]);
    expect(isVerified(verification)).toBe(true);
    const live = before.rows.map(({ keyspace, table, rows, hash }) => ({ node, keyspace, table, rows, hash }));
    expect(verification.tables).toEqual(expect.arrayContaining(live));
  },
  900,
);

for (const batch of createBatches()) {
  step(
    `found: ${describeBatch(batch)}`,
    ring,
    async () => {
      const nodes = ring().nodeNames;
      const { verification, seconds: taken } = await verifyBatch(sets(), batch, nodes);
      const found = batch.map((damage): Caught => {
        const node = findNode(batch, damage, nodes);
        const problems = findProblems(damage, verification.checks, node);
        if (isVerified(verification)) problems.push('the set is verified');
        return { name: damage.name, by: listNaming(damage, verification.checks, node), seconds: taken, problems };
      });
      expectCaught(found);
      expect(await sets().leftOver()).toEqual([]);
    },
    900,
  );
}

step('damages of the list of snapshots are found before a clone is made', ring, async () => {
  const all = SET_DAMAGES.map((damage) => findInSnapshots(library, damage, recordings.get('good')));
  expectCaught(await Promise.all(all));
});

step('damages of the manifests in an archive are found', ring, async () => {
  expectCaught(await Promise.all(ARCHIVE_DAMAGES.map((damage) => findInArchive(library, damage, recordings.get('good')))));
});

step('damages of a proof are found', ring, async () => {
  expect(checkProof(signRecord(createRecord(good)), REQUIREMENTS)).toBeUndefined();
  expectCaught(PROOF_DAMAGES.map((damage) => findInProof(library, damage, good)));
});

step(
  'what a killed verification leaves at each step, the next run removes',
  ring,
  async () => {
    for (const [when, pattern] of Object.entries({ clone: /creating recovery VM/, install: /: install/, boot: /boot of/ })) {
      const before = await sets().leftOver();
      await killAt(when, pattern);
      expect((await sets().leftOver()).length).toBeGreaterThan(before.length);
    }
    age(await sets().leftOver());
    const { verification } = await sets().verify('empty', new Map(), 'files');
    expect(isVerified(verification)).toBe(false);
    expect(await sets().leftOver()).toEqual([]);
  },
  900,
);

step(
  'the live ring was not touched: rows, host ids, peers and disks are the same, and all acknowledged writes are there',
  ring,
  async () => {
    writeFileSync(stopFile(), '');
    const { written, failed, found } = JSON.parse(await writing!) as { written: number; failed: string[]; found: number };
    progress()(`${written} rows written meanwhile, ${failed.length} writes failed`);
    expect(found).toBeGreaterThanOrEqual(written);
    expect(await readLiveState(ring())).toEqual(before);
  },
);

if (!KEEPS_RING) {
  step(
    'the good set is restored',
    ring,
    async () => {
      await sets().prepare('flushed');
      const began = Date.now();
      const { state, problem } = await restoreFromSet(ring(), 'good', 'flushed');
      seconds.restore = (Date.now() - began) / 1000;
      expect({ state, problem }).toEqual({ state: 'restored', problem: undefined });
    },
    900,
  );
  describe('the end', () => leavesNothing(ring));
}

afterAll(async () => {
  await started?.stop();
  if (!KEEPS_RING) started?.remove();
  const table = describeDamages();
  process.stderr.write(`\n${table}\n`);
  if (process.env.RESTORE_TABLE) writeFileSync(process.env.RESTORE_TABLE, table);
});

function expectCaught(found: readonly Caught[]): void {
  caught.push(...found);
  expect(found.flatMap(({ name, problems }) => problems.map((problem) => `${name}: ${problem}`))).toEqual([]);
}

/** Kills a process that verifies a set, when its progress reaches a step. */
async function killAt(when: string, pattern: RegExp): Promise<void> {
  const set = await sets().find('flushed');
  const input = JSON.stringify({ ring: ring().described(), set: { ...set, snapshots: [...set.snapshots] }, run: `killed-${when}` });
  const child: ChildProcess = spawn(process.execPath, [join(__dirname, 'clients/verify.js')], {
    env: { ...process.env, ...ring().sandbox.environment },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  child.stdin!.end(input);
  let output = '';
  await new Promise<void>((resolve, reject) => {
    child.stdout!.on('data', (data) => {
      output += data;
      if (pattern.test(output)) child.kill('SIGKILL');
    });
    child.once('exit', (_, signal) => (signal === 'SIGKILL' ? resolve() : reject(new Error(`it ended before: ${output}`))));
  });
}

/** Makes resources a week old, so that they are no longer of a run that may be in progress. */
function age(names: readonly string[]): void {
  const { cloud } = ring().sandbox;
  const old = new Date(Date.now() - 7 * 86_400_000).toISOString();
  for (const type of ['google_compute_disk', 'google_compute_instance'])
    for (const resource of cloud.list(type))
      if (names.includes(resource.text('name'))) cloud.patch(type, resource.identity, { creation_timestamp: old });
}

function describeDamages(): string {
  const rows = caught.map(({ name, by, seconds: taken, problems }) => [
    name,
    by.join(', ') || 'MISSED',
    problems.length > 0 ? 'FAILED' : '',
    taken.toFixed(1),
  ]);
  // Goals: twice a ring boot.
  const ratio = (value: number) =>
    value === 0 ? 'not measured' : `${value.toFixed(1)} s, ${(value / seconds.boot).toFixed(2)} times a ring boot`;
  const { boot, drill, restore, recovery } = seconds;
  const times = [
    `ring boot: ${boot.toFixed(1)} s`,
    `drill: ${ratio(drill)}`,
    `restore: ${ratio(restore)}`,
    `recovery of one disk: ${ratio(recovery)}`,
  ];
  return `${formatTable(['damage', 'caught by (level code)', '', 'seconds'], rows)}\n\n${times.join('\n')}\n`;
}
