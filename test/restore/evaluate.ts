import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Ring } from '../../lib/operations';
import type * as Recovery from '../../lib/recovery';
import type { ComputeResource, DiskSnapshot, SnapshotSet, Verification } from '../../lib/recovery';
import type * as VerifySet from '../../lib/recovery/verify-set';
import { type ArchiveDamage, createAllManifests, createArchive, type NodeManifests } from './archive-damages';
import { type Caught, findProblems, listNaming } from './caught';
import type { Damage } from './damages';
import { createRecord, type ProofDamage, REQUIREMENTS } from './proof-damages';
import { type RecordedRun, replayCompute } from './recorded';
import type { SetDamage } from './set-damages';

/** Functions that find damages: those of the library, or weakened ones. */
export type Library = Pick<
  typeof Recovery,
  'listSnapshotSets' | 'restoreRing' | 'runDrill' | 'checkProof' | 'isVerified' | 'recoverDisk' | 'RecoveryError'
> &
  Pick<typeof VerifySet, 'drillSet'>;

/** Assertion of the application in each drill of the matrix. */
export const ASSERTIONS = [{ cql: 'SELECT count(*) FROM proof.orders', expect: '400' }];

/** Time limit of a replay, which waits for no VM. */
const REPLAY_MS = 5_000;

/** Recorded reports of recovery VMs, with the ring and the set that they are of. */
export interface Recorded {
  readonly ring: Ring;
  readonly set: SnapshotSet;
  readonly recorded: RecordedRun;

  /** Node whose disk has the damage. @default - there is none, or it is on several */
  readonly node?: string;
}

/** Verification of a set from the recorded reports of its recovery VMs. @param storage archive of the ring, if it has one */
export async function replay(
  library: Library,
  { ring, set, recorded }: Recorded,
  storage?: ReturnType<typeof createArchive>,
): Promise<Verification> {
  const controller = new AbortController();
  const options = {
    ...{ ring, set, run: recorded.run, assertions: ASSERTIONS, signal: controller.signal, onProgress: () => {} },
    ...(storage !== undefined && { storage }),
  };
  void sleep(REPLAY_MS, undefined, { ref: false }).then(() => controller.abort());
  return (await library.drillSet({ ...options, compute: replayCompute(recorded), pollMs: 10 })).verification;
}

/** Run of one disk in the run of a batch. */
export function nameRun(run: string, node: string): string {
  return `${run}-${node}`;
}

/** Verification of one disk, each check with its node. */
export function assignNode(verification: Verification, node: string): Verification {
  return { ...verification, checks: verification.checks.map((check) => ({ node, ...check })) };
}

/** Verification of one disk of a set from the recorded report of its recovery VM. */
async function replayDisk(library: Library, { ring, set, recorded }: Recorded, node: string): Promise<Verification> {
  const snapshot = set.snapshots.get(node)!;
  const compute = Object.assign(replayCompute(recorded), { snapshot: async () => describeSnapshot(ring, snapshot) });
  const controller = new AbortController();
  const options = { compute, ring, run: nameRun(recorded.run, node), signal: controller.signal, onProgress: () => {} };
  void sleep(REPLAY_MS, undefined, { ref: false }).then(() => controller.abort());
  return assignNode((await library.recoverDisk({ ...options, source: { snapshot: snapshot.name } })).verification, node);
}

/** Finds the damage of a set in the recorded reports. */
export async function findInReports(library: Library, damage: Damage, recorded: Recorded): Promise<Caught> {
  const began = Date.now();
  const { node } = recorded;
  try {
    const verification = await (damage.recovers ? replayDisk(library, recorded, node!) : replay(library, recorded));
    const problems = findProblems(damage, verification.checks, node);
    if (library.isVerified(verification)) problems.push('the set is verified');
    return { name: damage.name, by: listNaming(damage, verification.checks, node), seconds: secondsSince(began), problems };
  } catch (error) {
    return { name: damage.name, by: [], seconds: secondsSince(began), problems: [(error as Error).message] };
  }
}

/** Finds the damage of a list of snapshots: it is reported, a drill fails at level 0, and a restore is refused unless it may be from an old set. */
export async function findInSnapshots(library: Library, damage: SetDamage, { ring, set, recorded }: Recorded): Promise<Caught> {
  const began = Date.now();
  const problems: string[] = [];
  const taken = [...set.snapshots.values()];
  const disks = taken.map(({ zone, disk: name, sizeGiB }) => ({ zone, name, sizeGb: String(sizeGiB) }));
  const compute = Object.assign(replayCompute(recorded), {
    snapshots: async () => damage.change(taken.map((snapshot) => describeSnapshot(ring, snapshot))),
    disks: async (zone: string, filter?: string) => (filter === undefined ? disks.filter((disk) => disk.zone === zone) : []),
  });
  const sets = await library.listSnapshotSets({ compute, ring, now: Date.now() });
  const found = sets[0]!.problems.map(({ code }) => code as string);
  if (JSON.stringify(found) !== JSON.stringify(damage.isRestorable ? [] : [damage.expected]))
    problems.push(`reported: ${found.join(', ') || 'nothing'}`);
  for (const choice of damage.isRestorable ? [] : [{ id: sets[0]!.id }, {}]) {
    const refusal = await library.restoreRing({ ring, sets, tools: DRY_TOOLS, dryRun: true, ...choice }).then(
      () => undefined,
      ({ message }: Error) => message,
    );
    if (!refusal?.includes(damage.expected)) problems.push(`a restore ${'id' in choice ? 'of it' : 'without a choice'} is not refused`);
  }
  const drill = { configurationHash: 'abc', run: recorded.run, isLocal: true, assertions: ASSERTIONS, onProgress: () => {}, pollMs: 10 };
  const { record } = await library.runDrill({ ...drill, compute, ring });
  const isFailed = record.verification.checks.some(
    ({ level, code, outcome }) => level === 0 && code === damage.expected && outcome === 'failed',
  );
  if (!isFailed) problems.push('a drill does not fail at level 0');
  return { name: damage.name, by: problems.length === 0 ? [`0 ${damage.expected}`] : [], seconds: secondsSince(began), problems };
}

/** Finds the damage of a manifest on the last disk, or of its object in the archive. The good reports get manifests that are in it. */
export async function findInArchive(library: Library, damage: ArchiveDamage, { ring, set, recorded }: Recorded): Promise<Caught> {
  const began = Date.now();
  const nodes = createAllManifests(set);
  const [node, manifests] = [...nodes].at(-1)!;
  damage.change(manifests);
  const archived = { ...ring, archive: 'parking-archive', archiveRetentionDays: 3650 };
  const verification = await replay(
    library,
    { ring: archived, set, recorded: withManifests(recorded, nodes) },
    createArchive(ring.name, nodes, library.RecoveryError),
  );
  const found = verification.checks.filter(({ code }) => code === 'manifest-archived');
  const problems = [...set.snapshots.keys()].flatMap((each) => {
    const outcome = found.find((check) => check.node === each)?.outcome;
    const expected = each === node ? damage.expected : 'passed';
    return outcome === expected ? [] : [`manifest-archived of ${each}: ${outcome ?? 'not reported'}`];
  });
  if (library.isVerified(verification)) problems.push('the set is verified');
  return { name: damage.name, by: problems.length === 0 ? ['1 manifest-archived'] : [], seconds: secondsSince(began), problems };
}

/** Reports with the manifests on the disks of their nodes. */
function withManifests({ run, attributes, ended }: Recorded['recorded'], nodes: ReadonlyMap<string, NodeManifests>): Recorded['recorded'] {
  const changed = Object.entries(attributes).map(([zone, entries]) => {
    const pieces = entries.filter(([key]) => key.startsWith('report-')).sort();
    const report = JSON.parse(Buffer.from(pieces.map(([, piece]) => piece).join(''), 'base64').toString());
    const own = [...nodes].filter(([node]) => report.checks.some((check: { readonly node?: string }) => check.node === node));
    const text = JSON.stringify({ ...report, manifests: own.flatMap(([, { onDisk }]) => onDisk ?? []) });
    const state = `done 1 ${createHash('sha256').update(text).digest('hex')}`;
    return [zone, Object.entries({ state, 'report-000': Buffer.from(text).toString('base64') })] as const;
  });
  return { run, ended, attributes: Object.fromEntries(changed) };
}

/** Snapshot as the API returns it. */
function describeSnapshot(
  { project }: Ring,
  { name, zone, disk, diskNumber, takenAt, status, sizeGiB, isFlushed, labels }: DiskSnapshot,
): ComputeResource {
  return {
    ...{ name, status, labels, guestFlush: isFlushed, diskSizeGb: String(sizeGiB), sourceDiskId: diskNumber },
    sourceDisk: `projects/${project}/zones/${zone}/disks/${disk}`,
    creationTimestamp: new Date(takenAt).toISOString(),
  };
}

const DRY_TOOLS = { readGenerations: () => ({}) } as Parameters<Library['restoreRing']>[0]['tools'];

/** Finds the damage of a proof. */
export function findInProof(library: Library, damage: ProofDamage, verification: Verification): Caught {
  const began = Date.now();
  const required = { ...REQUIREMENTS, ...damage.requirements };
  const problem = library.checkProof(damage.create(createRecord(verification)), required);
  const problems = problem?.code === damage.expected ? [] : [`reported: ${problem?.code ?? 'nothing'}`];
  return { name: damage.name, by: problems.length === 0 ? [`proof ${damage.expected}`] : [], seconds: secondsSince(began), problems };
}

function secondsSince(began: number): number {
  return (Date.now() - began) / 1000;
}
