import type { TerraformStack } from 'cdktf';
import { Sandbox } from '../../lib/sandbox';
import { ArgumentTable, faultsIn } from './argument-table';
import { LIFE_CYCLE_CASES } from './cases';
import { type LifeCycle, liveThrough } from './life-cycle';

// Takes stacks through their life with the real provider plugins: `node dist/scripts/providers/run.js [case...]`. Each in a cloud of its own.

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  },
);

async function main(): Promise<number> {
  const wanted = process.argv.slice(2);
  const unknown = wanted.find((name) => !LIFE_CYCLE_CASES.some((each) => each.name === name));
  if (unknown !== undefined) throw new Error(`there is no case '${unknown}': ${LIFE_CYCLE_CASES.map(({ name }) => name).join(', ')}`);
  const cases = LIFE_CYCLE_CASES.filter(({ name }) => wanted.length === 0 || wanted.includes(name));
  const lives: LifeCycle[] = [];
  const table = new ArgumentTable();
  for (const each of cases) {
    const sandbox = await Sandbox.start({
      realProviders: true,
      discoveryDocuments: process.env.GOOGLE_DISCOVERY_DOCUMENTS,
      projectNumbers: { 'parking-service': '210000000020' },
    });
    const began = Date.now();
    try {
      const life = await liveThrough(sandbox, each);
      const faults = [...life.faults, ...faultsIn(sandbox)];
      for (const isChanged of [false, true]) table.add(sandbox, synthesized(each.build(isChanged)));
      lives.push({ ...life, faults });
      console.log(
        `${faults.length === 0 ? 'ok    ' : 'FAULTY'} ${life.name}: ${life.resources} resources, ${life.change} (${Math.round((Date.now() - began) / 1000)} s)`,
      );
      for (const fault of faults) console.log(`       ${fault.split('\n').slice(0, 12).join('\n       ')}`);
    } finally {
      await sandbox.stop();
    }
  }
  for (const line of table.lines()) console.log(line);
  return lives.some(({ faults }) => faults.length > 0) ? 1 : 0;
}

function synthesized(stack: TerraformStack): Parameters<ArgumentTable['add']>[1] {
  stack.prepareStack();
  return JSON.parse(JSON.stringify(stack.toTerraform()));
}
