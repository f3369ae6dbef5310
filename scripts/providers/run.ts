import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { TerraformStack } from 'cdktf';
import { type KubernetesRequest, Sandbox } from '../../lib/sandbox';
import { ArgumentTable, findFaults } from './argument-table';
import { LIFE_CYCLE_CASES } from './cases';
import { type LifeCycle, liveThrough } from './life-cycle';
import { changedRequests, chartHashes, readRecorded, record, sentRequests } from './sent-requests';
import { PROJECT_NUMBERS } from './shared-vpc-stacks';

// Runs the life cycles of stacks with the real provider plugins, each case in its own cloud:
// `node dist/scripts/providers/run.js [--json FILE] [--record] [case...]`. Prints the table of arguments, and writes it to the file. Requests of
// an environment's first apply are compared with the recorded ones, or recorded.

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
  const { values, positionals: wanted } = parseArgs({
    allowPositionals: true,
    options: { json: { type: 'string' }, record: { type: 'boolean', default: false } },
  });
  const unknown = wanted.find((name) => !LIFE_CYCLE_CASES.some((each) => each.name === name));
  if (unknown !== undefined) throw new Error(`there is no case '${unknown}': ${LIFE_CYCLE_CASES.map(({ name }) => name).join(', ')}`);
  const cases = LIFE_CYCLE_CASES.filter(({ name, isRecorded }) =>
    wanted.length > 0 ? wanted.includes(name) : isRecorded || !values.record,
  );
  const lives: LifeCycle[] = [];
  const table = new ArgumentTable();
  for (const each of cases) {
    const requests: KubernetesRequest[] = [];
    const checkSent = (): string[] => {
      if (!each.isRecorded) return [];
      const [build] = each.stacks;
      const sent = sentRequests(sandbox.calls, requests, chartHashes(synthesized(build!('first'))));
      if (values.record) {
        record(each.name, sent);
        return [];
      }
      const changes = changedRequests(readRecorded(each.name), sent);
      return changes.length === 0 ? [] : [...changes, 'where these requests are meant: npm run record:sent'];
    };
    const sandbox = await Sandbox.start({
      realProviders: true,
      discoveryDocuments: process.env.GOOGLE_DISCOVERY_DOCUMENTS,
      projectNumbers: PROJECT_NUMBERS,
      onKubernetesRequest: (request) => requests.push(request),
    });
    const began = Date.now();
    try {
      const life = await liveThrough(sandbox, each, checkSent);
      const faults = [...life.faults, ...findFaults(sandbox)];
      for (const version of ['first', 'changed'] as const) {
        for (const build of each.stacks) table.add(sandbox, synthesized(build(version)));
      }
      for (const read of life.read) table.addRead(read);
      lives.push({ ...life, faults });
      print({ ...life, faults }, Math.round((Date.now() - began) / 1000));
    } finally {
      await sandbox.stop();
    }
  }
  for (const line of table.lines()) console.log(line);
  if (values.json !== undefined) {
    const results = lives.map(({ read, ...life }) => ({ ...life, imported: importedIn(read) }));
    writeFileSync(values.json, `${JSON.stringify({ lives: results, arguments: table.rows() }, null, 2)}\n`);
  }
  return lives.some(({ faults }) => faults.length > 0) ? 1 : 0;
}

function importedIn(read: LifeCycle['read']): number {
  return read.filter(({ isImported }) => isImported).length;
}

function print({ name, resources, change, read, repaired, faults }: LifeCycle, seconds: number): void {
  const verdict = faults.length === 0 ? 'ok    ' : 'FAULTY';
  console.log(`${verdict} ${name}: ${resources} resources, ${change}, ${importedIn(read)} imported, ${repaired} repaired (${seconds} s)`);
  for (const fault of faults) console.log(`       ${fault.split('\n').slice(0, 12).join('\n       ')}`);
}

function synthesized(stack: TerraformStack): Parameters<ArgumentTable['add']>[1] {
  stack.prepareStack();
  return JSON.parse(JSON.stringify(stack.toTerraform()));
}
