import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const MODULE = JSON.stringify(path.join(__dirname, '../../dist/lib/core/temporary-folder'));
const CREATE = `const folder = require(${MODULE}).createTemporaryFolder('test'); require('fs').writeFileSync(folder.path + '/plan', 'secret');`;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'temporary-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const run = (code: string) =>
  spawnSync(process.execPath, ['-e', code], { encoding: 'utf8', env: { ...process.env, TMPDIR: folder, TEMP: folder, TMP: folder } });

const left = () => readdirSync(folder).filter((name) => name.startsWith('gke-platform-'));

/** Leaves the folder of a killed process. */
function leave(): string {
  run(`${CREATE} process.kill(process.pid, 'SIGKILL');`);
  const [name] = left();
  return path.join(folder, name!);
}

test('a folder is private, and removed when the process exits or it is no longer needed', () => {
  const { stdout } = run(`${CREATE} console.log(require('fs').statSync(folder.path).mode & 0o777); `);
  expect(Number(stdout)).toBe(0o700);
  run(`${CREATE} folder.remove(); process.kill(process.pid, 'SIGKILL');`);
  run(`${CREATE} process.exit(3);`);
  expect(left()).toEqual([]);
});

test('the next run removes the folder of a killed process with its plan', () => {
  const killed = leave();
  expect(existsSync(path.join(killed, 'plan'))).toBe(true);
  run(CREATE);
  expect(left()).toEqual([]);
});

test('the folder of a running process stays', () => {
  const nested = `${CREATE} require('child_process').spawnSync(process.execPath, ['-e', ${JSON.stringify(CREATE)}]); console.log(require('fs').readdirSync(folder.path).join());`;
  expect(run(nested).stdout).toBe('.gke-platform-owner,plan\n');
});

test.each<[string, (killed: string) => void]>([
  ['no owner file', (killed) => rmSync(path.join(killed, '.gke-platform-owner'))],
  ['an unclear owner', (killed) => writeFileSync(path.join(killed, '.gke-platform-owner'), '7')],
  [
    'a pipe as owner file',
    (killed) => {
      rmSync(path.join(killed, '.gke-platform-owner'));
      execFileSync('mkfifo', [path.join(killed, '.gke-platform-owner')]);
    },
  ],
])('a folder with %s stays', (_, change) => {
  const killed = leave();
  change(killed);
  run(CREATE);
  expect(existsSync(path.join(killed, 'plan'))).toBe(true);
});

test('a link to a folder, and a folder with another name, stay', () => {
  const killed = leave();
  const kept = path.join(folder, 'kept');
  execFileSync('mv', [killed, kept]);
  symlinkSync(kept, path.join(folder, 'gke-platform-link'));
  mkdirSync(path.join(folder, 'gke-platform-empty'));
  run(CREATE);
  expect(existsSync(path.join(kept, 'plan'))).toBe(true);
  expect(left().toSorted()).toEqual(['gke-platform-empty', 'gke-platform-link']);
  expect(statSync(kept).isDirectory()).toBe(true);
});
