import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PACKAGE_SUITE } from '../../cassandra-contract/package-source';
import { cached } from './cache';
import { cassandraPackages } from './cassandra-package';
import { command } from './command';

/**
 * Builds a signed apt repository with releases of Cassandra: `dists/50x/InRelease` and so on, and `KEYS` with the public key.
 *
 * @returns its folder in the cache
 */
export async function packageRepository(versions: readonly string[]): Promise<string> {
  const sorted = [...new Set(versions)].sort();
  const sources = await Promise.all(sorted.map(cassandraPackages));
  return cached('cassandra-repository', [sources, 1], (folder) => writeRepository(folder, sources));
}

/** Writes a repository to an empty folder, from folders with packages. */
export async function writeRepository(folder: string, sources: readonly string[]): Promise<void> {
  const pool = join(folder, 'pool');
  mkdirSync(pool);
  for (const source of sources) cpSync(source, pool, { recursive: true });
  const index = join(folder, 'dists', PACKAGE_SUITE, 'main/binary-amd64');
  mkdirSync(index, { recursive: true });
  const packages = await Promise.all(readdirSync(pool).map((name) => indexEntry(pool, name)));
  writeFileSync(join(index, 'Packages'), packages.join('\n'));

  const content = readFileSync(join(index, 'Packages'));
  const release = [
    `Suite: ${PACKAGE_SUITE}`,
    `Codename: ${PACKAGE_SUITE}`,
    'Components: main',
    'Architectures: amd64 all',
    `Date: ${new Date().toUTCString()}`,
    'SHA256:',
    ` ${sha256(content)} ${content.length} main/binary-amd64/Packages`,
    '',
  ].join('\n');
  await sign(folder, release, join(folder, 'dists', PACKAGE_SUITE, 'InRelease'));
}

async function indexEntry(pool: string, name: string): Promise<string> {
  const path = join(pool, name);
  const control = await command(['dpkg-deb', '--field', path]);
  return `${control.trim()}\nFilename: pool/${name}\nSize: ${statSync(path).size}\nSHA256: ${sha256(readFileSync(path))}\n`;
}

/** Signs with a key made for this repository alone, whose secret half is not kept. */
async function sign(folder: string, text: string, target: string): Promise<void> {
  const home = join(folder, 'gnupg');
  mkdirSync(home, { mode: 0o700 });
  const gpg = ['gpg', '--batch', '--quiet', '--homedir', home];
  try {
    await command([...gpg, '--passphrase', '', '--quick-generate-key', 'Cassandra in the sandbox', 'rsa2048', 'sign', 'never']);
    await command([...gpg, '--clearsign', '--output', target], { input: text });
    writeFileSync(join(folder, 'KEYS'), await command([...gpg, '--armor', '--export']));
  } finally {
    await command(['gpgconf', '--homedir', home, '--kill', 'all']);
    await command(['rm', '--recursive', '--force', home]);
  }
}

function sha256(content: Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}
