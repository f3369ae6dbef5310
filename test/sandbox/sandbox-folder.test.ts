import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CloudResource } from '../../lib/sandbox/cloud-resource';
import { SandboxFolder } from '../../lib/sandbox/sandbox-folder';
import { SimulatedCloud } from '../../lib/sandbox/simulated-cloud';

let path: string;
beforeEach(() => {
  path = join(mkdtempSync(join(tmpdir(), 'sandbox-folder-')), 'with spaces');
});
afterEach(() => rmSync(join(path, '..'), { recursive: true }));

test('keeps the cloud for the next sandbox', () => {
  const folder = SandboxFolder.open(path);
  new SimulatedCloud(folder.content, {}, () => folder.save()).put(new CloudResource('google_x', 'projects/p/x', { name: 'x' }));
  folder.close();

  const again = SandboxFolder.open(path);
  expect(new SimulatedCloud(again.content).get('google_x', 'projects/p/x')?.values).toEqual({ name: 'x' });
  again.close();
});

test('fails while another sandbox uses the folder', () => {
  const folder = SandboxFolder.open(path);
  expect(() => SandboxFolder.open(path)).toThrow(`another sandbox (process ${process.pid}) is using ${path}`);
  expect(() => SandboxFolder.remove(path)).toThrow('is using');
  folder.close();
  SandboxFolder.remove(path);
  expect(existsSync(path)).toBe(false);
});

test.each(['the number of a process that ended', 'nothing'])('takes over a lock with %s', (what) => {
  SandboxFolder.open(path).close();
  const { pid } = spawnSync(process.execPath, ['--version']);
  writeFileSync(join(path, 'lock'), what === 'nothing' ? '' : String(pid));
  SandboxFolder.open(path).close();
});

test('fails with one sentence if the saved cloud is damaged', () => {
  SandboxFolder.open(path).close();
  writeFileSync(join(path, 'cloud.json'), '{"resources":');
  expect(() => SandboxFolder.open(path)).toThrow(/cloud\.json cannot be read .*: fix the file, or delete the sandbox/);
});

test('removing a folder that does not exist has no effect', () => {
  SandboxFolder.remove(path);
  expect(existsSync(path)).toBe(false);
});
