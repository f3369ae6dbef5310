import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeRepository } from '../../../lib/sandbox/vms/package-repository';
import { testWith } from './installed';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'repository-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A folder with one package that installs nothing. */
function packageOf(version: string): string {
  const root = join(folder, `root-${version}`);
  mkdirSync(join(root, 'DEBIAN'), { recursive: true });
  const control = `Package: cassandra\nVersion: ${version}\nArchitecture: all\nMaintainer: a <a@b>\nDescription: test\n`;
  writeFileSync(join(root, 'DEBIAN/control'), control);
  const target = join(folder, `packages-${version}`);
  mkdirSync(target);
  execFileSync('dpkg-deb', ['--build', root, join(target, `cassandra_${version}_all.deb`)], { stdio: 'ignore' });
  return target;
}

testWith(
  'dpkg-deb',
  'gpg',
  'gpgv',
)('lists every release with its digest, signed by the key that is published', async () => {
  const repository = join(folder, 'repository');
  mkdirSync(repository);
  await writeRepository(repository, [packageOf('5.0.7'), packageOf('5.0.8')]);

  execFileSync('gpg', ['--batch', '--dearmor', '--output', join(folder, 'keyring'), join(repository, 'KEYS')], { stdio: 'ignore' });
  const release = join(repository, 'dists/50x/InRelease');
  expect(() => execFileSync('gpgv', ['--keyring', join(folder, 'keyring'), release], { stdio: 'pipe' })).not.toThrow();

  const index = readFileSync(join(repository, 'dists/50x/main/binary-amd64/Packages'));
  expect(readFileSync(release, 'utf8')).toContain(`${sha256(index)} ${index.length} main/binary-amd64/Packages`);
  for (const version of ['5.0.7', '5.0.8']) {
    const file = `pool/cassandra_${version}_all.deb`;
    expect(index.toString()).toContain(`Filename: ${file}\n`);
    expect(index.toString()).toContain(`SHA256: ${sha256(readFileSync(join(repository, file)))}`);
  }
  expect(existsSync(join(repository, 'gnupg'))).toBe(false);
});

function sha256(content: Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}
