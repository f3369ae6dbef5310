import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Node program to measure: arguments of `node`. */
export type Program = readonly string[];

/** Medians over a program's runs, including the start of Node and all imports. */
export interface Cost {
  readonly seconds: number;
  readonly mebibytes: number;
}

/**
 * Measures programs, each run in its own process. Runs are interleaved, so that other load affects all programs alike.
 */
export function measure<Name extends string>(programs: Readonly<Record<Name, Program>>, runs: number): Record<Name, Cost> {
  const names = Object.keys(programs) as Name[];
  const costs = new Map<Name, Cost[]>(names.map((name) => [name, []]));
  for (let round = 0; round < runs; round += 1) {
    for (const name of names) costs.get(name)!.push(measureOnce(programs[name]));
  }
  return Object.fromEntries(
    names.map((name) => [
      name,
      {
        seconds: median(costs.get(name)!.map(({ seconds }) => seconds)),
        mebibytes: median(costs.get(name)!.map(({ mebibytes }) => mebibytes)),
      },
    ]),
  ) as Record<Name, Cost>;
}

function measureOnce(program: Program): Cost {
  const folder = mkdtempSync(join(tmpdir(), 'bench-'));
  try {
    const peak = join(folder, 'peak');
    const started = process.hrtime.bigint();
    const { status, stderr } = spawnSync(process.execPath, ['--require', join(__dirname, 'report-peak.js'), ...program], {
      encoding: 'utf8',
      env: { ...process.env, BENCH_PEAK: peak, CDKTF_OUTDIR: join(folder, 'cdktf.out') },
    });
    const seconds = Number(process.hrtime.bigint() - started) / 1e9;
    if (status !== 0) throw new Error(`node ${program.join(' ')} failed:\n${stderr}`);
    return { seconds, mebibytes: Number(readFileSync(peak, 'utf8')) / 1024 };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function median(values: number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
