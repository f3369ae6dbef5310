import { spawnSync } from 'node:child_process';
import { closeSync, fstatSync, ftruncateSync, openSync, rmSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { hasEnded, identifyProcess, type ProcessIdentity, parseIdentity } from '../core/process-identity';
import { RefusedError } from '../core/reported-error';
import { readSavedFile } from '../core/saved-file';

/** Name of the lock file. */
export const LOCK_FILE = 'lock';

/**
 * Lock of a sandbox's folder.
 *
 * The kernel holds it where the program `flock` is installed: it ends with the process, and covers all containers of a machine. Elsewhere the
 * lock is the file's content, the identity of a process, so that neither a reboot nor a reused process id keeps it.
 */
export class FolderLock {
  /** @throws RefusedError if a sandbox uses the folder, or may use it */
  public static take(folder: string): FolderLock {
    const file = join(folder, LOCK_FILE);
    const owner = parseOwner(readSavedFile(file) ?? '');
    const opened = openSync(file, 'a+', 0o600);
    const kernel = takeKernelLock(opened);
    // Another process may have released and removed it meanwhile.
    const isCurrent = fstatSync(opened).ino === statSync(file, { throwIfNoEntry: false })?.ino;
    if (kernel === 'taken' && isCurrent && isReleased(owner)) return new FolderLock(opened, file, true);
    closeSync(opened);
    if (kernel === 'taken' && !isCurrent) return FolderLock.take(folder);
    if (kernel === 'busy' || !isReleased(owner)) throw createRefusal(folder, owner);
    rmSync(file, { force: true });
    const created = createFile(file);
    if (created === undefined) throw createRefusal(folder, undefined);
    return new FolderLock(created, file, false);
  }

  private constructor(
    private readonly opened: number,
    private readonly file: string,
    isKernelLock: boolean,
  ) {
    ftruncateSync(opened);
    writeSync(opened, JSON.stringify({ ...identifyProcess(), isKernelLock }));
  }

  public release(): void {
    rmSync(this.file, { force: true });
    closeSync(this.opened);
  }
}

/** Owner that a lock file names. */
interface Owner {
  readonly identity: ProcessIdentity;
  readonly isKernelLock: boolean;
}

/** Parses a lock file: an identity, or the process id of an earlier version. A file with anything else has no owner. */
function parseOwner(text: string): Owner | undefined {
  const identity = parseIdentity(text);
  if (identity) return { identity, isKernelLock: text.includes('"isKernelLock":true') };
  const isProcessId = /^[1-9]\d{0,9}$/.test(text);
  return isProcessId ? { identity: { ...identifyProcess(), pid: Number(text), startedAt: undefined }, isKernelLock: false } : undefined;
}

/** True if the owner no longer holds its lock. An owner that cannot be seen from here is trusted to the kernel if it held its lock there. */
function isReleased(owner: Owner | undefined): boolean {
  return owner === undefined || (hasEnded(owner.identity) ?? owner.isKernelLock);
}

/** Locks an open file, until it is closed. The program locks the file description, which it shares with this process. */
function takeKernelLock(opened: number): 'taken' | 'busy' | 'not supported' {
  const { status } = spawnSync('flock', ['-n', '-x', '3'], { stdio: ['ignore', 'ignore', 'ignore', opened] });
  if (status === 0) return 'taken';
  return status === 1 ? 'busy' : 'not supported';
}

function createFile(file: string): number | undefined {
  try {
    return openSync(file, 'wx', 0o600);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return undefined;
    throw error;
  }
}

function createRefusal(folder: string, owner: Owner | undefined): RefusedError {
  const isHere = owner !== undefined && hasEnded(owner.identity) !== undefined;
  const place = owner === undefined || isHere ? '' : ` on ${owner.identity.host}`;
  const who = owner === undefined ? '' : ` (process ${owner.identity.pid}${place})`;
  const advice = place === '' ? '' : `. If that process has ended, delete ${join(folder, LOCK_FILE)}`;
  return new RefusedError(`another sandbox${who} is using ${folder}: stop it first, or choose another folder with --directory${advice}`);
}
