import { lstatSync, readdirSync, readFileSync, realpathSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { createFolder } from '../core/create-folder';
import { describeFileError } from '../core/file-error';
import { RefusedError } from '../core/reported-error';

/** Kind of folder that commands create, replace and remove. */
export interface OwnedFolderKind {
  /** Noun with its article, for error messages: `a sandbox`. */
  readonly name: string;

  /** First lines of the marker file of folders that a command created; empty for kinds without a marker file. */
  readonly marker: string;

  /** Identifies a folder without a marker by its content, for example one of an earlier version. */
  isKnown(folder: string, entries: readonly string[]): boolean;
}

/** Name of the marker file. */
export const MARKER_FILE = '.gke-platform-folder';

/**
 * Removes a folder that a command created, with its content.
 *
 * @throws RefusedError for any other folder, without deleting anything
 */
export function removeOwnedFolder(folder: string, kind: OwnedFolderKind): void {
  requireOwnedFolder(folder, kind);
  rmSync(folder, { recursive: true, force: true });
}

/**
 * Replaces a folder that a command created by an empty one with a marker.
 *
 * @throws RefusedError for any other folder, without deleting anything
 */
export function replaceOwnedFolder(folder: string, kind: OwnedFolderKind): void {
  removeOwnedFolder(folder, kind);
  try {
    createFolder(folder);
  } catch (error) {
    throw createRefusal(folder, kind, { reason: describeFileError(error, 'no such folder') });
  }
  markOwnedFolder(folder, kind);
}

/** Writes the marker into an empty folder. Other folders are not changed. */
export function markOwnedFolder(folder: string, kind: OwnedFolderKind): void {
  if (kind.marker !== '' && readdirSync(folder).length === 0) writeFileSync(path.join(folder, MARKER_FILE), kind.marker);
}

/** @throws RefusedError when the path exists and is not a folder of this kind */
export function requireOwnedFolder(folder: string, kind: OwnedFolderKind): void {
  const problem = findProblem(folder, kind);
  if (problem !== undefined) throw createRefusal(folder, kind, problem);
}

interface Problem {
  readonly reason: string;

  /** True when the folder holds more than the command may advise to delete. @default false */
  readonly mustStay?: boolean;
}

function findProblem(folder: string, kind: OwnedFolderKind): Problem | undefined {
  if (folder === '') return { reason: 'the path is empty' };
  if (folder === '-') return { reason: "'-' stands for standard output in other programs" };
  try {
    const absolute = path.resolve(folder);
    const status = lstatSync(absolute, { throwIfNoEntry: false });
    if (status === undefined) return undefined;
    if (status.isSymbolicLink()) return { reason: 'it is a symbolic link' };
    if (!status.isDirectory()) return { reason: 'it is not a folder' };
    const real = realpathSync(absolute);
    if (isWithin(process.cwd(), real)) return { reason: 'it contains the working directory', mustStay: true };
    if (isWithin(homedir(), real)) return { reason: 'it contains the home directory', mustStay: true };
    const entries = readdirSync(real);
    if (entries.length === 0 || isMarked(real, kind) || kind.isKnown(real, entries)) return undefined;
    return { reason: `it holds '${entries[0]}' and does not look like ${kind.name}` };
  } catch (error) {
    return { reason: describeFileError(error, 'no such folder') };
  }
}

function isMarked(folder: string, { marker }: OwnedFolderKind): boolean {
  if (marker === '') return false;
  const file = path.join(folder, MARKER_FILE);
  return lstatSync(file, { throwIfNoEntry: false })?.isFile() === true && readFileSync(file, 'utf8').startsWith(marker);
}

function isWithin(inner: string, outer: string): boolean {
  const relative = path.relative(outer, path.resolve(inner));
  return relative === '' || !(relative === '..' || relative.startsWith(`..${path.sep}`) || path.isAbsolute(relative));
}

function createRefusal(folder: string, { name }: OwnedFolderKind, { reason, mustStay = false }: Problem): RefusedError {
  const advice = `choose a folder that is empty or does not exist${mustStay ? '' : ', or delete this one first'}`;
  return new RefusedError(`'${folder}' cannot be used for ${name}: ${reason}. Nothing was deleted: ${advice}`);
}

/** Tests that a file in a folder is a JSON object with the given keys. */
export function holdsJson(folder: string, file: string, ...keys: readonly string[]): boolean {
  try {
    const name = path.join(folder, file);
    // Opening a pipe would wait for a writer.
    if (!statSync(name).isFile()) return false;
    const value: unknown = JSON.parse(readFileSync(name, 'utf8'));
    return typeof value === 'object' && value !== null && keys.every((key) => key in value);
  } catch {
    return false;
  }
}
