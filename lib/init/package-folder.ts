import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** Finds the folder of this package: the nearest parent with a `package.json`, of the sources and of the compiled copy. */
export function findPackageFolder(): string {
  let folder = __dirname;
  while (!existsSync(path.join(folder, 'package.json'))) folder = path.dirname(folder);
  return folder;
}

/** Version and dependencies of this package. */
export interface PackageJson {
  readonly name: string;
  readonly version: string;
  readonly engines: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
}

/** Reads the `package.json` of this package. */
export function readPackageJson(): PackageJson {
  return JSON.parse(readFileSync(path.join(findPackageFolder(), 'package.json'), 'utf8')) as PackageJson;
}
