import {
  chmodSync,
  closeSync,
  fchmodSync,
  fsyncSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  type Stats,
  statSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { describeFileError } from './file-error';
import { ReportedError } from './reported-error';

/** Ending of a file that is being written. A name that is encoded for a URL never contains it. */
export const UNFINISHED = '+next';

/**
 * Replaces the content of a file as a whole: a reader, also one after a crash or a power failure, gets the previous or the new content.
 * Only the owner can read the file, whatever the umask is or, with `access: 'as-before'`, the readers of the previous content.
 *
 * @throws ReportedError if it cannot be written; the previous content is kept
 */
export function saveFile(file: string, content: string | Uint8Array, access: 'private' | 'as-before' = 'private'): void {
  const unfinished = `${file}${UNFINISHED}`;
  try {
    rmSync(unfinished, { force: true });
    writePrivate(unfinished, content);
    const before = access === 'private' ? undefined : statSync(file, { throwIfNoEntry: false });
    if (before !== undefined) chmodSync(unfinished, before.mode & 0o777);
    renameSync(unfinished, file);
    syncFolder(path.dirname(file));
  } catch (error) {
    removeUnfinished(unfinished);
    throw new ReportedError(`'${file}' cannot be saved: ${describeFileError(error)}. Its previous content is unchanged`);
  }
}

/**
 * Reads a file that `saveFile` wrote; undefined if it does not exist.
 *
 * @throws ReportedError if it cannot be read or is no regular file: opening a pipe would wait for a writer
 */
export function readSavedFile(file: string): string | undefined {
  try {
    return requireFile(file) ? readFileSync(file, 'utf8') : undefined;
  } catch (error) {
    if (error instanceof ReportedError) throw error;
    throw new ReportedError(`'${file}' cannot be read: ${describeFileError(error)}`);
  }
}

/**
 * Checks that a path is a regular file.
 *
 * @returns false if it does not exist
 * @throws ReportedError if it is a folder, a pipe, a socket or a device
 */
export function requireFile(file: string): boolean {
  const status = statSync(file, { throwIfNoEntry: false });
  if (status === undefined || status.isFile()) return status !== undefined;
  throw new ReportedError(`'${file}' must be a file, got ${describeKind(status)}: move it away`);
}

function writePrivate(file: string, content: string | Uint8Array): void {
  const opened = openSync(file, 'wx', 0o600);
  try {
    fchmodSync(opened, 0o600);
    writeFileSync(opened, content);
    fsyncSync(opened);
  } finally {
    closeSync(opened);
  }
}

/** Makes a rename durable. Windows does not open folders. */
function syncFolder(folder: string): void {
  if (process.platform === 'win32') return;
  const opened = openSync(folder, 'r');
  try {
    fsyncSync(opened);
  } finally {
    closeSync(opened);
  }
}

function removeUnfinished(file: string): void {
  try {
    rmSync(file, { force: true });
  } catch {
    // The next write removes it.
  }
}

function describeKind(status: Stats): string {
  if (status.isDirectory()) return 'a folder';
  if (status.isFIFO()) return 'a named pipe';
  return status.isSocket() ? 'a socket' : 'a device';
}
