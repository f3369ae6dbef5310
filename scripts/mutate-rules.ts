import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { formatTable } from '../bench/text-table';
import { environments } from '../environments';
import { createMutants, type Mutant } from './rule-mutations';

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: { json: { type: 'boolean', default: false }, help: { type: 'boolean', default: false } },
});

if (options.help) {
  console.log(`Usage: npm run mutate -- [environment ...] [--json]

Mutation test of the reachability analysis: removes and widens every NetworkPolicy, each of its rules, and every firewall rule of
the environments, one at a time. Exits 1 if a mutant survives without a reason. --json lists every mutant.`);
} else {
  process.exitCode = main(positionals.length > 0 ? positionals : environments.map(({ name }) => name));
}

function main(names: readonly string[]): number {
  const folder = mkdtempSync(join(tmpdir(), 'mutate-'));
  try {
    execFileSync(process.execPath, [join(__dirname, '../environments/main.js')], {
      env: { ...process.env, CDKTF_OUTDIR: folder },
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    const results = names.map((name) => {
      const mutants = createMutants(JSON.parse(readFileSync(join(folder, 'stacks', name, 'cdk.tf.json'), 'utf8')));
      if (!options.json) show(name, mutants);
      return [name, mutants] as const;
    });
    if (options.json) console.log(JSON.stringify(Object.fromEntries(results), undefined, 2));
    return results.some(([, mutants]) => mutants.some(isSurvivor)) ? 1 : 0;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function show(name: string, mutants: readonly Mutant[]): void {
  const rules = [...new Set(mutants.map(({ rule }) => rule))];
  const counts = (some: readonly Mutant[]) => {
    const count = (test: (mutant: Mutant) => boolean) => String(some.filter(test).length);
    return [
      String(some.length),
      count(({ noticedBy }) => noticedBy.includes('matrix')),
      count(({ noticedBy }) => noticedBy.length === 1 && noticedBy[0] === 'one side'),
      count(({ reason }) => reason !== undefined),
      count(isSurvivor),
    ];
  };
  const rows = rules.map((rule) => [rule, ...counts(mutants.filter((mutant) => mutant.rule === rule))]);
  const head = [name, 'changes', 'detected in the matrix', 'on one side only', 'equivalent', 'survivors'];
  console.log(`${formatTable(head, [...rows, [`all ${rules.length} rules`, ...counts(mutants)]])}\n`);
  list(
    'Equivalent mutants',
    mutants.filter(({ reason }) => reason !== undefined),
  );
  list('Survivors', mutants.filter(isSurvivor));
}

function list(title: string, mutants: readonly Mutant[]): void {
  if (mutants.length === 0) return;
  console.log(title);
  for (const { rule, change, reason } of mutants) console.log(`  - ${rule}, ${change}${reason === undefined ? '' : `: ${reason}`}`);
  console.log();
}

function isSurvivor({ noticedBy, reason }: Mutant): boolean {
  return noticedBy.length === 0 && reason === undefined;
}
