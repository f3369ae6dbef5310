import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** Folder of this package: the nearest one above with a `package.json`, from the sources and from the compiled copy. */
export function packageFolder(): string {
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

export function readPackageJson(): PackageJson {
  return JSON.parse(readFileSync(path.join(packageFolder(), 'package.json'), 'utf8')) as PackageJson;
}
