import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { command } from '../../../lib/sandbox/vms/command';
import { makeReadable, writeReadable } from '../../../lib/sandbox/vms/readable-files';
import { testWith } from './installed';

let folder: string;
let umask: number;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'modes-'));
  umask = process.umask(0o077);
});
afterEach(() => {
  process.umask(umask);
  rmSync(folder, { recursive: true });
});

const mode = (path: string): string => (statSync(join(folder, path)).mode & 0o777).toString(8);

test('under umask 077 a file of a VM is readable, and so are the folders above it', () => {
  writeReadable(join(folder, 'root'), 'usr/bin/tool', '', true);
  writeReadable(join(folder, 'root'), 'etc/motd', '');
  const paths = ['root', 'root/usr', 'root/usr/bin', 'root/usr/bin/tool', 'root/etc', 'root/etc/motd'];
  expect(paths.map(mode)).toEqual(['755', '755', '755', '755', '755', '644']);
});

test('the mode of an existing folder is unchanged', () => {
  mkdirSync(join(folder, 'root/tmp'), { recursive: true, mode: 0o700 });
  writeReadable(join(folder, 'root'), 'tmp/file', '');
  expect(mode('root/tmp')).toBe('700');
});

test('a folder that was filled under umask 077 becomes readable', () => {
  mkdirSync(join(folder, 'share/lib'), { recursive: true });
  writeFileSync(join(folder, 'share/lib/a.jar'), '');
  makeReadable(join(folder, 'share'));
  expect(['share', 'share/lib', 'share/lib/a.jar'].map(mode)).toEqual(['755', '755', '644']);
});

test('a build command for a VM creates files with the modes of Debian, and its error contains the command as given', async () => {
  await command(['touch', join(folder, 'built')], { withDebianModes: true });
  await command(['touch', join(folder, 'ours')]);
  expect([mode('built'), mode('ours')]).toEqual(['644', '600']);
  await expect(command(['false', 'a'], { withDebianModes: true })).rejects.toThrow("'false a ...' failed with status 1");
});

testWith('dpkg-deb')('a package is readable whatever the umask', () => {
  writeReadable(
    join(folder, 'root'),
    'DEBIAN/control',
    'Package: a\nVersion: 1\nArchitecture: all\nMaintainer: a <a@b>\nDescription: test\n',
  );
  writeReadable(join(folder, 'root'), 'usr/bin/tool', '', true);
  execFileSync('dpkg-deb', ['--build', join(folder, 'root'), join(folder, 'a.deb')], { stdio: 'ignore' });
  const content = execFileSync('dpkg-deb', ['--contents', join(folder, 'a.deb')], { encoding: 'utf8' });
  expect(content).not.toMatch(/^.rw.------/m);
});
