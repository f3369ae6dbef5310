import { lstatSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { hasEnded, identifyProcess, parseIdentity } from './process-identity';

/** File that identifies the process which created a temporary folder. */
const OWNER_FILE = '.gke-platform-owner';

const PREFIX = 'gke-platform-';

/** Folder in the system's folder for temporary files, which only its owner can enter. */
export interface TemporaryFolder {
  readonly path: string;

  /** Removes the folder. It is also removed when the process exits. */
  remove(): void;
}

/**
 * Creates a temporary folder, and removes those that killed processes left: they hold plans, which contain secrets in clear text.
 *
 * @param purpose part of the name, for example `preview`
 * @param parent folder to create it in. @default - the system's folder for temporary files
 */
export function createTemporaryFolder(purpose: string, parent: string = tmpdir()): TemporaryFolder {
  removeLeftFolders(parent);
  const folder = mkdtempSync(path.join(parent, `${PREFIX}${purpose}-`));
  writeFileSync(path.join(folder, OWNER_FILE), JSON.stringify(identifyProcess()), { mode: 0o600 });
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  process.once('exit', remove);
  return {
    path: folder,
    remove: () => {
      process.off('exit', remove);
      remove();
    },
  };
}

/** Removes the temporary folders of this user whose processes have ended. A folder without an owner file, or with an unclear one, stays. */
function removeLeftFolders(parent: string): void {
  for (const name of readdirSync(parent)) {
    if (!name.startsWith(PREFIX)) continue;
    const folder = path.join(parent, name);
    try {
      if (isLeft(folder)) rmSync(folder, { recursive: true, force: true });
    } catch {
      // Another process removes it at the same time, or it belongs to another user.
    }
  }
}

function isLeft(folder: string): boolean {
  const [status, owner] = [lstatSync(folder), lstatSync(path.join(folder, OWNER_FILE))];
  const isOurs = (uid: number): boolean => process.getuid === undefined || uid === process.getuid();
  if (!status.isDirectory() || !owner.isFile() || !isOurs(status.uid) || !isOurs(owner.uid)) return false;
  const identity = parseIdentity(readFileSync(path.join(folder, OWNER_FILE), 'utf8'));
  return identity !== undefined && hasEnded(identity) === true;
}
