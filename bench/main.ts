import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual, parseArgs } from 'node:util';
import { writeClones } from './first-command';
import { type Cost, measure } from './measure';
import { writePlanOfChanges } from './plan-of-changes';
import { straightProgram, withoutNotes } from './straight';
import { formatTable } from './text-table';

/** Goal for time or memory, and its result. Times are ratios: absolute ones differ by a factor of three between days. */
interface Goal {
  readonly what: string;
  readonly measured: number;
  readonly limit: number;
  readonly unit: '' | 'MiB';
  readonly kept: boolean;
}

const { values: options } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    runs: { type: 'string', default: '5' },
    help: { type: 'boolean', default: false },
  },
});

if (options.help) {
  console.log(`Usage: npm run bench -- [--runs <number>] [--json]

Measures time and memory of synthesizing the environments and many namespaces, without and with reachability analysis; of a
preview, the start of a sandbox, and the README's first deploy in clones of the last commit. Exits 1 if a goal is missed.`);
} else {
  process.exitCode = main(Number(options.runs), options.json);
}

function main(runs: number, json: boolean): number {
  const environments = join(__dirname, '../environments/main.js');
  const namespaces = join(__dirname, 'namespaces.js');
  const connections = join(__dirname, 'connections.js');
  const preview = join(__dirname, 'preview.js');
  // Below dist, so that its imports resolve.
  const folder = mkdtempSync(join(__dirname, 'straight-'));
  try {
    const straight = writeStraightProgram(environments, folder);
    writePlanOfChanges(folder, 10_000);
    const clones = join(folder, 'clones');
    writeClones(join(__dirname, '../..'), clones, runs);
    log(json, `Medians of ${runs} runs, each in its own process, including the start of Node.`);
    const costs = measure(
      {
        engine: ['-e', "require('cdktf')"],
        straight: [straight],
        environments: [environments],
        '30 namespaces': [namespaces, '30'],
        '100 namespaces': [namespaces, '100'],
        '300 namespaces': [namespaces, '300'],
        '150 connections': [connections, '30', '150'],
        '500 connections': [connections, '100', '500'],
        '1500 connections': [connections, '300', '1500'],
        '10000 changes': [preview, folder],
        'sandbox start': [join(__dirname, '../lib/cli/main.js'), 'sandbox', '--directory', join(folder, 'sandbox'), 'true'],
        'first command': [join(__dirname, 'first-command.js'), clones],
      },
      runs,
    );
    const goals = evaluateGoals(costs);
    if (json) console.log(JSON.stringify({ runs, costs, goals }, undefined, 2));
    else print(costs, goals);
    return goals.every(({ kept }) => kept) ? 0 : 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Writes the program that synthesizes the same environments without this library, and verifies its output. */
function writeStraightProgram(environments: string, folder: string): string {
  const expected = synthesize(environments, join(folder, 'expected'));
  const program = join(folder, 'straight.js');
  writeFileSync(program, straightProgram(expected));
  const actual = synthesize(program, join(folder, 'actual'));
  const same = isDeepStrictEqual(withoutNotes(actual), withoutNotes(expected));
  if (!same) throw new Error(`the output of the straight program differs: compare ${folder}/actual with ${folder}/expected`);
  return program;
}

function synthesize(app: string, outdir: string): Parameters<typeof straightProgram>[0] {
  execFileSync(process.execPath, [app], { env: { ...process.env, CDKTF_OUTDIR: outdir }, stdio: ['ignore', 'ignore', 'inherit'] });
  const stacks = join(outdir, 'stacks');
  return Object.fromEntries(readdirSync(stacks).map((id) => [id, JSON.parse(readFileSync(join(stacks, id, 'cdk.tf.json'), 'utf8'))]));
}

type Measured =
  | 'engine'
  | 'straight'
  | 'environments'
  | '30 namespaces'
  | '100 namespaces'
  | '300 namespaces'
  | '150 connections'
  | '500 connections'
  | '1500 connections'
  | '10000 changes'
  | 'sandbox start'
  | 'first command';

function evaluateGoals(costs: Record<Measured, Cost>): Goal[] {
  const { engine, straight, environments } = costs;
  const many = costs['300 namespaces'];
  const proof = costs['500 connections'];
  const preview = costs['10000 changes'];
  const growth = (what: 'namespaces' | 'connections', cost: keyof Cost): number => {
    const sizes = what === 'namespaces' ? ([30, 100, 300] as const) : ([150, 500, 1500] as const);
    const [few, some, most] = sizes.map((size) => costs[`${size} ${what}` as Measured][cost]) as [number, number, number];
    return (most - some) / (sizes[2] - sizes[1]) / ((some - few) / (sizes[1] - sizes[0]));
  };
  const goal = (what: string, measured: number, limit: number, unit: Goal['unit'] = ''): Goal => ({
    what,
    measured,
    limit,
    unit,
    kept: measured < limit,
  });
  return [
    goal('environments: time, against the bindings alone', environments.seconds / straight.seconds, 1.5),
    goal('environments: memory, against the bindings alone', environments.mebibytes / straight.mebibytes, 1.5),
    goal("environments: time, against require('cdktf')", environments.seconds / engine.seconds, 5),
    goal("environments: memory, against require('cdktf')", environments.mebibytes / engine.mebibytes, 5),
    goal("300 namespaces: time, against require('cdktf')", many.seconds / engine.seconds, 38),
    goal('300 namespaces: memory', many.mebibytes, 500, 'MiB'),
    // Linear growth is 1; the rest allows for noise in two differences.
    goal('each further namespace: time, above 100 against above 30', growth('namespaces', 'seconds'), 1.25),
    goal('each further namespace: memory, above 100 against above 30', growth('namespaces', 'mebibytes'), 1.25),
    goal("500 connections, with reachability: time, against require('cdktf')", proof.seconds / engine.seconds, 19),
    goal('500 connections, with reachability: memory', proof.mebibytes, 500, 'MiB'),
    goal('each further connection, with reachability: time, above 500 against above 150', growth('connections', 'seconds'), 1.25),
    goal('each further connection, with reachability: memory, above 500 against above 150', growth('connections', 'mebibytes'), 1.25),
    goal("10,000 changes, guarded and reported: time, against require('cdktf')", preview.seconds / engine.seconds, 20),
    goal('10,000 changes, guarded and reported: memory', preview.mebibytes, 512, 'MiB'),
    goal("start and stop of a sandbox: time, against require('cdktf')", costs['sandbox start'].seconds / engine.seconds, 1),
    goal("the README's first deploy: time, against require('cdktf')", costs['first command'].seconds / engine.seconds, 45),
  ];
}

function print(costs: Record<Measured, Cost>, goals: readonly Goal[]): void {
  const names: Record<Measured, string> = {
    engine: `node -e "require('cdktf')"`,
    straight: 'environments with the bindings alone, in one file',
    environments: 'environments',
    '30 namespaces': '30 namespaces of 3 workloads',
    '100 namespaces': '100 namespaces of 3 workloads',
    '300 namespaces': '300 namespaces of 3 workloads',
    '150 connections': '30 such namespaces, 150 connections, with reachability',
    '500 connections': '100 such namespaces, 500 connections, with reachability',
    '1500 connections': '300 such namespaces, 1,500 connections, with reachability',
    '10000 changes': 'gke-platform preview of a plan of 10,000 changes, in every format',
    'sandbox start': 'gke-platform sandbox true',
    'first command': 'npm run sandbox -- npx cdktf deploy staging --auto-approve, in a new clone',
  };
  const rows = (Object.keys(names) as Measured[]).map((name) => [
    names[name],
    `${costs[name].seconds.toFixed(2)} s`,
    `${costs[name].mebibytes.toFixed(0)} MiB`,
  ]);
  console.log(`\n${formatTable(['', 'time', 'memory of the process'], rows)}`);
  const results = formatTable(
    ['goal', 'measured', 'under', ''],
    goals.map(({ what, measured, limit, unit, kept }) => [
      what,
      `${measured.toFixed(unit === 'MiB' ? 0 : 2)} ${unit}`.trim(),
      `${limit} ${unit}`.trim(),
      kept ? 'pass' : 'FAIL',
    ]),
  );
  console.log(`\n${results}`);
}

function log(quiet: boolean, line: string): void {
  if (!quiet) console.log(line);
}
