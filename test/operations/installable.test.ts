import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { findRing, type NodeShell, type RingNode } from '../../lib/operations';
import { findPackageProblem } from '../../lib/operations/installable';
import { stackWithRing } from './rings';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'packages-'));
  mkdirSync(path.join(folder, 'tmp'));
  writeFileSync(path.join(folder, 'cassandra.list'), 'deb https://debian.cassandra.apache.org 50x main\n');
});
afterEach(() => rmSync(folder, { recursive: true }));

const [asked, node] = findRing(stackWithRing()).nodes.map((one): RingNode => ({ ...one, cassandraVersion: '5.0.8', packageAccess: true }));

/** Runs the real script with an apt that has the versions given. */
function shell(versions: string, update = 0): NodeShell {
  for (const [name, text] of [
    ['apt-get', `echo 'E: the repository does not answer' >&2; exit ${update}`],
    ['apt-cache', `for version in ${versions}; do echo "cassandra | $version | https://debian.cassandra.apache.org 50x/main"; done`],
  ] as const)
    writeFileSync(path.join(folder, name), `#!/bin/bash\n${text}\n`, { mode: 0o755 });
  return {
    run: async (_, script) => {
      const input = script.replaceAll('/etc/apt/sources.list.d', folder);
      const env = { ...process.env, PATH: `${folder}:${process.env.PATH}`, TMPDIR: path.join(folder, 'tmp') };
      const { status, stdout, stderr } = spawnSync('bash', { input, env, encoding: 'utf8' });
      return { status: status!, stdout, stderr };
    },
    formatCommand: (_, script) => script,
  };
}

test('a version in the repository is installable', async () => {
  expect(await findPackageProblem(shell('5.0.9 5.0.8'), asked!, node!)).toBeUndefined();
});

test('a version that the repository removed is not installable, nor is a version with only the same prefix', async () => {
  const problem = (has: string) =>
    `Cassandra 5.0.8 can no longer be installed on a new VM of c, the package repository has cassandra: ${has}: set another 'cassandraVersion', or a boot image with this one`;
  expect(await findPackageProblem(shell('5.0.9'), asked!, node!)).toBe(problem('5.0.9'));
  expect(await findPackageProblem(shell('5.0.80'), asked!, node!)).toBe(problem('5.0.80'));
});

test('an unreachable repository leaves the result unknown, which is a problem', async () => {
  expect(await findPackageProblem(shell('5.0.8', 100), asked!, node!)).toBe(
    'it is unknown whether Cassandra 5.0.8 can still be installed on a new VM of c: E: the repository does not answer',
  );
});

test('sends no request when Cassandra is in the boot image or packages are not installed', async () => {
  expect(await findPackageProblem(shell('', 100), asked!, { ...node!, packageAccess: false })).toBeUndefined();
  rmSync(path.join(folder, 'cassandra.list'));
  expect(await findPackageProblem(shell('', 100), asked!, node!)).toBeUndefined();
});
