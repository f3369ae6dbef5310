import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, renameSync, rmdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describeFileError } from '../core/file-error';
import { ReportedError } from '../core/reported-error';
import { type OwnedFolderKind, requireOwnedFolder } from '../terraform/owned-folder';
import { readTarball } from './library-tarball';
import { readPackageJson } from './package-folder';
import { listReservedNames, renderRepository } from './repository-files';

/** Options of `createRepository`. */
export interface RepositoryOptions {
  /** Name of the repository: the name of its npm package and prefix of its Google Cloud project ids. */
  readonly name: string;

  /**
   * Folder of the repository. It does not exist, or is empty.
   *
   * @default - `name`, in the current folder
   */
  readonly folder?: string;

  /**
   * Packed library (`.tgz`). The repository keeps it in `vendor/` and installs it from there.
   *
   * @default - the version of the running library, from the npm registry
   */
  readonly library?: string;
}

/** Created repository. */
export interface Repository {
  readonly folder: string;

  /** Paths of the files in the folder, sorted. */
  readonly files: readonly string[];
}

/**
 * Creates a repository that synthesizes, tests and deploys an environment stack.
 *
 * The folder is created completely or not at all: files are written to a folder beside it, which is renamed at the end.
 *
 * @throws ReportedError when an option is wrong or the folder cannot be written
 * @throws RefusedError when the folder exists and is not empty
 */
export function createRepository({ name, folder = name, library }: RepositoryOptions): Repository {
  requireName(name);
  requireOwnedFolder(folder, NEW_REPOSITORY);
  const target = path.resolve(folder);
  if (statSync(path.dirname(target), { throwIfNoEntry: false })?.isDirectory() !== true) {
    throw new ReportedError(`'${folder}' cannot be created: there is no folder '${path.dirname(target)}'`);
  }
  const own = readPackageJson();
  const tarball = library === undefined ? undefined : readTarball(library, own.name);
  const vendored = tarball && `vendor/${own.name}-${tarball.version}.tgz`;
  const files: Record<string, string | Buffer> = renderRepository(name, vendored ? `file:${vendored}` : `^${own.version}`);
  if (tarball && vendored) files[vendored] = tarball.content;
  try {
    writeAtomically(target, files);
  } catch (error) {
    // Errors of the file system have a code; others are defects.
    if (!(error as NodeJS.ErrnoException).code) throw error;
    throw new ReportedError(`'${folder}' cannot be created: ${describeFileError(error, 'no such folder')}`);
  }
  return { folder: target, files: Object.keys(files).sort() };
}

/** Only an empty folder is used: there is no content to recognize. */
const NEW_REPOSITORY: OwnedFolderKind = { name: 'a new repository', marker: '', isKnown: () => false };

/** Google Cloud allows 30 characters in a project id, and `-production` takes 11. */
const NAME = /^[a-z](?:[a-z0-9-]{0,17}[a-z0-9])?$/;

/** Strings that Google Cloud rejects in project ids. */
const RESTRICTED: readonly string[] = ['google', 'null', 'ssl', 'undefined'];

function requireName(name: string): void {
  if (!NAME.test(name)) {
    const rule = "'name' must be 1 to 19 lowercase letters, digits or hyphens, begin with a letter and not end with a hyphen";
    throw new ReportedError(`${rule}, got '${name}'`);
  }
  const restricted = RESTRICTED.find((text) => name.includes(text));
  if (restricted) throw new ReportedError(`'name' must not contain '${restricted}', which project ids cannot contain, got '${name}'`);
  if (listReservedNames().includes(name))
    throw new ReportedError(`'name' must not be the name of a package that is installed, got '${name}'`);
}

function writeAtomically(target: string, files: Readonly<Record<string, string | Buffer>>): void {
  const beside = path.join(path.dirname(target), `.${path.basename(target)}.${randomUUID()}`);
  try {
    for (const [file, content] of Object.entries(files)) {
      const full = path.join(beside, file);
      mkdirSync(path.dirname(full), { recursive: true });
      writeFileSync(full, content, { mode: file.endsWith('.sh') ? 0o777 : 0o666 });
    }
    // An empty folder is replaced. rmdir and rename fail when another process has written to it.
    if (existsSync(target)) rmdirSync(target);
    renameSync(beside, target);
  } finally {
    rmSync(beside, { recursive: true, force: true });
  }
}
