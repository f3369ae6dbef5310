import { lstatSync, mkdirSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { RefusedError } from '../core/reported-error';

/** Kind of folder that commands create, replace and remove. */
export interface OwnedFolderKind {
  /** Noun with its article, for messages: `a sandbox`. */
  readonly name: string;

  /** Content of the marker file that identifies a folder of a command; empty when its readers allow no such file. */
  readonly marker: string;

  /** Tests the content of a folder without a marker, for example of an earlier version. */
  isKnown(folder: string, entries: readonly string[]): boolean;
}

/** Name of the marker file. */
export const MARKER_FILE = '.gke-platform-folder';

/**
 * Removes a folder that a command created, with its content.
 *
 * @throws RefusedError for any other path, without deleting anything
 */
export function removeOwnedFolder(folder: string, kind: OwnedFolderKind): void {
  requireOwnedFolder(folder, kind);
  rmSync(folder, { recursive: true, force: true });
}

/**
 * Creates a folder with only its marker, and replaces one that a command created before.
 *
 * @throws RefusedError for any other path, without deleting anything
 */
export function replaceOwnedFolder(folder: string, kind: OwnedFolderKind): void {
  removeOwnedFolder(folder, kind);
  try {
    mkdirSync(folder, { recursive: true });
  } catch (error) {
    throw refusal(folder, kind, (error as Error).message);
  }
  markOwnedFolder(folder, kind);
}

/** Marks an empty folder as created by a command. Other folders are not changed. */
export function markOwnedFolder(folder: string, kind: OwnedFolderKind): void {
  if (kind.marker !== '' && readdirSync(folder).length === 0) writeFileSync(path.join(folder, MARKER_FILE), kind.marker);
}

/** @throws RefusedError when the path exists and was not created by a command of this kind */
export function requireOwnedFolder(folder: string, kind: OwnedFolderKind): void {
  const reason = reasonToKeep(folder, kind);
  if (reason !== undefined) throw refusal(folder, kind, reason);
}

function reasonToKeep(folder: string, kind: OwnedFolderKind): string | undefined {
  if (folder === '') return 'the path is empty';
  try {
    const absolute = path.resolve(folder);
    const status = lstatSync(absolute, { throwIfNoEntry: false });
    if (status === undefined) return undefined;
    if (status.isSymbolicLink()) return 'it is a symbolic link';
    if (!status.isDirectory()) return 'it is not a folder';
    const real = realpathSync(absolute);
    if (isWithin(process.cwd(), real)) return 'the command runs in it';
    if (isWithin(homedir(), real)) return 'the home folder is in it';
    const entries = readdirSync(real);
    if (entries.length === 0 || isMarked(real, kind) || kind.isKnown(real, entries)) return undefined;
    return `it holds '${entries[0]}' and does not look like ${kind.name}`;
  } catch (error) {
    return (error as Error).message;
  }
}

function isMarked(folder: string, { marker }: OwnedFolderKind): boolean {
  if (marker === '') return false;
  const file = path.join(folder, MARKER_FILE);
  return lstatSync(file, { throwIfNoEntry: false })?.isFile() === true && readFileSync(file, 'utf8') === marker;
}

function isWithin(inner: string, outer: string): boolean {
  const relative = path.relative(outer, path.resolve(inner));
  return relative === '' || !(relative === '..' || relative.startsWith(`..${path.sep}`) || path.isAbsolute(relative));
}

function refusal(folder: string, { name }: OwnedFolderKind, reason: string): RefusedError {
  return new RefusedError(
    `'${folder}' cannot be used for ${name}: ${reason}. Nothing was deleted: name a folder that is empty or does not exist, or delete this one yourself`,
  );
}

/** Tests that a file of a folder is JSON with the given keys. */
export function holdsJson(folder: string, file: string, ...keys: readonly string[]): boolean {
  try {
    const value: unknown = JSON.parse(readFileSync(path.join(folder, file), 'utf8'));
    return typeof value === 'object' && value !== null && keys.every((key) => key in value);
  } catch {
    return false;
  }
}
