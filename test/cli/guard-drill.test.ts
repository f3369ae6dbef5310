import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { findRing } from '../../lib/operations';
import { createProof, type DrillRecord, hashRingConfiguration } from '../../lib/recovery';
import { plan, updated } from '../guard/hand-made';
import { stackWithSchedule } from '../recovery/scheduled-stack';

const COMMAND = path.join(__dirname, '../../dist/lib/cli/main.js');
const STACK = stackWithSchedule();
const RING = findRing(STACK);

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'guard drill '));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Runs the guard with the proof of a drill of an hour ago, for a plan that changes a data disk. */
function guard(changes: Partial<DrillRecord>) {
  const at = new Date(Date.now() - 3_600_000).toISOString();
  const record: DrillRecord = {
    ...{ formatVersion: 1, project: RING.project, ring: RING.name, configurationHash: hashRingConfiguration(STACK, RING) },
    ...{ zones: ['europe-west1-b'], startedAt: at, endedAt: at, diskSizesGiB: {} },
    verification: { set: 'night', checks: [{ level: 4, code: 'rows', outcome: 'passed' }], tables: [], seconds: {} },
    assertions: [{ cql: 'SELECT 1', expect: '3', node: 'b', found: '3' }],
    ...changes,
  };
  const labels = { 'cassandra-cluster': 'parking', 'cassandra-node': 'b' };
  const disk = { name: 'b-data', labels, size: 500, zone: 'europe-west1-b' };
  const files = { plan: plan([updated('google_compute_disk.Data', disk, { size: 600 })]), base: STACK, proof: createProof(record) };
  for (const [name, content] of Object.entries(files)) writeFileSync(path.join(folder, `${name}.json`), JSON.stringify(content));
  const options = ['--plan-json', 'plan.json', '--base', 'base.json', '--drill-within', '14', '--drill-proof', 'proof.json'];
  return spawnSync(process.execPath, [COMMAND, 'guard', ...options], { cwd: folder, encoding: 'utf8', env: { PATH: process.env.PATH } });
}

test('the set of the drill may be as old as the schedule of the ring promises', () => {
  expect(guard({ rpoSeconds: 25 * 3600 }).stdout).not.toContain('drill-required');
});

test('fails when the set of a fresh drill was older', () => {
  const { status, stdout } = guard({ rpoSeconds: 394 * 86_400 });
  expect(status).toBe(2);
  expect(stdout).toContain('the latest drill was of a set that was 394 d old, and at most 1 d 1 h are allowed');
});
