import { randomUUID } from 'node:crypto';
import { statSync } from 'node:fs';
import path from 'node:path';
import type { Command } from 'commander';
import { RefusedError } from '../core/reported-error';
import { saveFile } from '../core/saved-file';
import type * as Operations from '../operations';
import type * as Recovery from '../recovery';
import { progress, type RingOptions, ringCommand } from './cassandra-ring';
import { COPIES_OPTION, openCopies } from './copies-option';
import { interruptionSignal } from './interruption';
import type * as LocalRings from './local-ring';
import { readText } from './read-text';
import { openArchive } from './ring-archive';
import { readJson, readStack, reportingErrors, stackFolder, synthesize } from './synthesized-stack';

interface DrillCommandOptions extends RingOptions {
  readonly set?: string;
  readonly copies?: string;
  readonly zone?: string;
  readonly all: boolean;
  readonly local: boolean;
  readonly directory: string;
  readonly assertions?: string;
  readonly key?: string;
  readonly out?: string;
  readonly badge?: string;
  readonly summary?: string;
}

/** `gke-platform cassandra drill`. */
export function cassandraDrillCommand(): Command {
  return ringCommand('drill')
    .description('Restore a set of snapshots to temporary disks, read everything, and write a proof. The live ring is not touched.')
    .option('--set <id>', 'set of snapshots, as shown by backups (default: the newest that can be restored)')
    .option(...COPIES_OPTION)
    .option('--zone <zone>', 'disks of this zone only, which must have a replica of every row')
    .option('--all', 'disks of all zones, which is the default', false)
    .option(
      '--assertions <file>',
      "JSON of the application: [{ 'cql': 'SELECT ...', 'expect': '249' }]; without it, the result is UNVERIFIED",
    )
    .option('--out <file>', 'file of the proof (default: RING.drill.json)')
    .option('--key <file>', 'private key that signs the proof: Ed25519, as PEM')
    .option('--badge <file>', 'file for a badge of shields.io')
    .option('--summary <file>', 'file for a report in Markdown')
    .option('--local', 'drill on local VMs of this machine, and not in Google Cloud (Linux, root)', false)
    .option('--directory <folder>', 'with --local: sandbox whose VMs run', '.sandbox')
    .addHelpText(
      'after',
      `
Clones of the disks are attached to recovery VMs, where Cassandra runs on each without a network. The levels are 0 set, 1 identity, 2 files, 3 boot,
4 rows, 5 canary and age of the writes, 6 assertions of the application. A check that was not run is no pass. Clones and VMs are removed, also
after a failure or Ctrl-C; what remains is listed with its cost.

--local: where VMs of the ring run (gke-platform sandbox --vms), their sets are used. Otherwise a temporary ring of the stack is started with example rows,
drilled with assertions about them, and removed. Its proof does not satisfy the guard.

Create a key with: openssl genpkey -algorithm ed25519 -out drill.pem && openssl pkey -in drill.pem -pubout -out drill.pub.pem

--copies: the set is a copy in another project. Its age is not checked: what is promised of copies is in the stack of that project.

Credentials: GOOGLE_OAUTH_ACCESS_TOKEN, otherwise Application Default Credentials, which outlast a drill of more than an hour.
Exit codes: 0 PASSED, and nothing remains, 1 FAILED, UNVERIFIED or something remains, 2 refused before anything was created. The last line has the result
and the reason.

Examples:
  gke-platform cassandra drill staging --assertions environments/staging.assertions.json --key drill.pem
  gke-platform cassandra drill staging --set 20261129-041500 --zone europe-west1-b
  gke-platform cassandra drill staging --copies parking-vault
  gke-platform cassandra drill staging --local`,
    )
    .action((stack: string, options: DrillCommandOptions) => reportingErrors(() => run(stack, options)));
}

async function run(stack: string, options: DrillCommandOptions): Promise<void> {
  const { set, zone, all, local, outDir, ring: ringName } = options;
  if (local && options.copies !== undefined)
    throw new RefusedError('--local cannot be combined with --copies: local VMs have no other project');
  if (zone !== undefined && all) throw new RefusedError('--zone cannot be combined with --all');
  for (const file of [options.out, options.badge, options.summary]) if (file !== undefined) requireTarget(file);
  const recovery = require('../recovery') as typeof Recovery;
  const assertions = options.assertions === undefined ? [] : recovery.requireAssertions(readJson(options.assertions), options.assertions);
  const key = options.key === undefined ? undefined : readText(options.key);
  if (key !== undefined) recovery.requireSigningKey(key);
  const rings = require('./local-ring') as typeof LocalRings;
  if (local) rings.requireLocalVms();

  if (options.synth) synthesize(outDir);
  const synthesized = readStack(outDir, stack);
  const { findRing, SANDBOX_VARIABLE } = require('../operations') as typeof Operations;
  const ring = findRing(synthesized, ringName);
  requireZone(ring, zone);
  const out = options.out ?? `${ring.name}.drill.json`;
  requireTarget(out);
  const signal = interruptionSignal('removing what the drill created');
  const settings = {
    ...{ ring, run: randomUUID(), set, assertions, onProgress: progress, signal },
    ...(zone !== undefined && { zones: [zone] }),
    configurationHash: recovery.hashRingConfiguration(synthesized, ring),
    isLocal: local || Boolean(process.env[SANDBOX_VARIABLE]),
  };
  const drill = async (environment: NodeJS.ProcessEnv, temporary?: LocalRings.TemporaryInputs): Promise<Recovery.DrillOutcome> => {
    const compute = new recovery.ComputeEngine({ project: ring.project, environment });
    const archive = openArchive({ ring, signal }, environment);
    const copies = openCopies(options.copies, environment);
    const outcome = await recovery.runDrill({ ...settings, ...temporary, ...archive, compute, copies });
    // A temporary ring is removed with all that is left of the drill.
    return temporary === undefined ? outcome : { ...outcome, remaining: [] };
  };
  const began = Date.now();
  const outcome = local
    ? await rings
        .withLocalRing(
          { ...{ ring, signal, folder: stackFolder(outDir, stack), directory: options.directory }, hasInputs: hasInputs(options) },
          drill,
        )
        .catch((error: Error) => {
          if (error instanceof RefusedError) throw error;
          return recovery.createFailedOutcome(settings, began, error);
        })
    : await drill(process.env);
  writeOutcome(outcome, recovery.createProof(outcome.record, key), { ...options, out });
}

/** A temporary ring has neither the tables nor the sets that these name. */
function hasInputs({ set, assertions }: DrillCommandOptions): boolean {
  return set !== undefined || assertions !== undefined;
}

function writeOutcome(
  { remaining, defect }: Recovery.DrillOutcome,
  proof: Recovery.DrillProof,
  { out, badge, summary }: DrillCommandOptions & { readonly out: string },
): void {
  const { createDrillBadge, describeDrill, formatDrillSummary, isClean } = require('../recovery') as typeof Recovery;
  const drill = { proof, remaining };
  const lines = describeDrill(drill);
  process.exitCode = isClean(drill) ? 0 : 1;
  try {
    saveFile(out, `${JSON.stringify(proof, undefined, 2)}\n`, 'as-before');
    progress(`proof: ${out}${proof.signature === undefined ? ' (not signed)' : ''}`);
    if (badge !== undefined) saveFile(badge, `${JSON.stringify(createDrillBadge(proof))}\n`, 'as-before');
    if (summary !== undefined) saveFile(summary, formatDrillSummary(drill), 'as-before');
  } finally {
    process.stdout.write(lines.map((line) => `${line}\n`).join(''));
  }
  if (defect !== undefined) throw defect;
}

function requireZone({ name, nodes }: Operations.Ring, zone: string | undefined): void {
  const known = [...new Set(nodes.map((node) => node.zone))].sort();
  if (zone === undefined || known.includes(zone)) return;
  throw new RefusedError(`unknown zone '${zone}' of ${name}; known: ${known.join(', ')}`);
}

/** Checks, before anything is created, that a file can be written at the end. */
function requireTarget(file: string): void {
  const folder = path.dirname(path.resolve(file));
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true)
    throw new RefusedError(`'${file}' cannot be written: there is no folder '${folder}'`);
  const found = statSync(file, { throwIfNoEntry: false });
  if (found !== undefined && !found.isFile()) throw new RefusedError(`'${file}' cannot be written: it exists, and is no file`);
}
