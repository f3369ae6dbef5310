import { chmodSync, existsSync, lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { createFolder } from '../core/create-folder';
import { describeFileError } from '../core/file-error';
import { RefusedError } from '../core/reported-error';
import { readSavedFile, saveFile, UNFINISHED } from '../core/saved-file';
import {
  holdsJson,
  MARKER_FILE,
  markOwnedFolder,
  type OwnedFolderKind,
  removeOwnedFolder,
  requireOwnedFolder,
} from '../terraform/owned-folder';
import { FolderLock, LOCK_FILE } from './folder-lock';
import { SandboxError } from './sandbox-error';
import { readSavedJson } from './saved-json';
import { type CloudContent, isCloudContent } from './simulated-cloud';

/** Folder of a sandbox's cloud and the Terraform states, locked while a sandbox uses it. Only its owner can enter it. */
export class SandboxFolder {
  /**
   * Opens and locks the folder, and creates it if it does not exist. A sandbox deletes and overwrites its own files in it.
   *
   * @throws RefusedError if the folder contains other files, another sandbox uses it, or a newer version made it
   * @throws SandboxError if a file in it is damaged
   */
  public static open(path: string): SandboxFolder {
    requireOwnedFolder(path, SANDBOX_FOLDER);
    makeFolder(path);
    markOwnedFolder(path, SANDBOX_FOLDER);
    const lock = FolderLock.take(path);
    try {
      requireFormat(path);
      const folder = new SandboxFolder(path, readContent(join(path, CLOUD_FILE)), lock);
      narrowPermissions(path);
      saveFile(join(path, MARKER_FILE), `${SANDBOX_FOLDER.marker}Format: ${FORMAT}\n`);
      process.on('exit', folder.saveAtExit);
      return folder;
    } catch (error) {
      lock.release();
      throw error;
    }
  }

  /** Reads the cloud of a folder without locking it. */
  public static read(path: string): CloudContent {
    return readContent(join(path, CLOUD_FILE));
  }

  /**
   * Checks that the folder may be removed.
   *
   * @throws RefusedError if it is not a sandbox's
   */
  public static requireOwned(path: string): void {
    requireOwnedFolder(path, SANDBOX_FOLDER);
  }

  /**
   * Removes the folder with the cloud and the states.
   *
   * @throws RefusedError if the folder is not a sandbox's, or a sandbox uses it
   */
  public static remove(path: string): void {
    requireOwnedFolder(path, SANDBOX_FOLDER);
    if (!existsSync(path)) return;
    const lock = FolderLock.take(path);
    try {
      removeOwnedFolder(path, SANDBOX_FOLDER);
    } finally {
      lock.release();
    }
  }

  public readonly statesPath: string;
  public readonly workPath: string;
  public readonly secretsPath: string;
  public readonly vmsPath: string;
  public readonly kubernetesPath: string;
  private readonly cloudPath: string;
  private hasChanged = false;
  private saving?: Promise<void>;

  private constructor(
    public readonly path: string,
    public readonly content: CloudContent,
    private readonly lock: FolderLock,
  ) {
    this.statesPath = join(path, 'states');
    this.workPath = join(path, 'work');
    this.secretsPath = join(path, SECRETS_FILE);
    this.vmsPath = join(path, 'vms');
    this.kubernetesPath = join(path, 'kubernetes');
    this.cloudPath = join(path, CLOUD_FILE);
  }

  /** Schedules saving the cloud, so that changes within a short time are written once. */
  public save(): void {
    this.hasChanged = true;
    if (this.saving) return;
    this.saving = new Promise((resolve, reject) => {
      setTimeout(() => {
        this.saving = undefined;
        try {
          this.saveNow();
          resolve();
        } catch (error) {
          reject(error);
        }
      }, SAVE_AFTER_MS);
    });
    // Reported to callers of `saved` and by `close`.
    this.saving.catch(() => {});
  }

  /**
   * Waits until all changes are saved.
   *
   * @throws ReportedError if they cannot be
   */
  public async saved(): Promise<void> {
    if (this.hasChanged) this.save();
    await this.saving;
  }

  /**
   * Saves the cloud if it has changed.
   *
   * @throws ReportedError if it cannot be saved; the file has its previous content
   */
  public saveNow(): void {
    if (!this.hasChanged) return;
    saveFile(this.cloudPath, JSON.stringify(this.content));
    this.hasChanged = false;
  }

  /**
   * Saves the cloud and releases the lock.
   *
   * @throws ReportedError if the cloud cannot be saved
   */
  public close(): void {
    process.off('exit', this.saveAtExit);
    try {
      this.saveNow();
    } finally {
      this.hasChanged = false;
      this.lock.release();
    }
  }

  private readonly saveAtExit = (): void => {
    if (!existsSync(this.path)) return;
    try {
      this.saveNow();
    } catch (error) {
      process.stderr.write(`${(error as Error).message}\n`);
      process.exitCode = 1;
    }
  };
}

const CLOUD_FILE = 'cloud.json';
const SECRETS_FILE = 'secrets.json';

/** Version of the files in the folder. Version 1 had no line about it, wider permissions, and no schema versions in states. */
const FORMAT = 2;

/** Delay of saving the cloud, in milliseconds: Terraform waits for it, and creates up to ten resources at once. */
const SAVE_AFTER_MS = 5;

const PARTS: readonly string[] = [
  MARKER_FILE,
  CLOUD_FILE,
  // Of the first format.
  `${CLOUD_FILE}.next`,
  `${SECRETS_FILE}.next`,
  'kubernetes',
  LOCK_FILE,
  SECRETS_FILE,
  'states',
  'vms',
  'work',
];

const SANDBOX_FOLDER: OwnedFolderKind = {
  name: 'a sandbox',
  marker: 'Made by gke-platform sandbox, which removes it with --reset.\n',
  isKnown: (folder, entries) =>
    entries.every((entry) => PARTS.includes(entry.replace(UNFINISHED, ''))) &&
    (entries.every((entry) => entry === LOCK_FILE || entry === 'states' || entry === 'work') || holdsJson(folder, CLOUD_FILE, 'resources')),
};

function makeFolder(path: string): void {
  try {
    createFolder(path);
  } catch (error) {
    throw new SandboxError(`'${path}' cannot be created: ${describeFileError(error, 'no such folder')}`);
  }
}

/** Checks that this version can read the folder. The first format is readable, and converted by the next writes. */
function requireFormat(path: string): void {
  const file = join(path, MARKER_FILE);
  const text = readSavedFile(file) ?? SANDBOX_FOLDER.marker;
  const [, format] = text.startsWith(SANDBOX_FOLDER.marker)
    ? (/^(?:Format: (\d+)\n)?$/.exec(text.slice(SANDBOX_FOLDER.marker.length)) ?? [])
    : [];
  if (text === SANDBOX_FOLDER.marker || Number(format) === FORMAT) return;
  if (Number(format) > FORMAT) {
    throw new RefusedError(
      `${path} was made by a newer version of gke-platform (format ${format}; this version reads up to ${FORMAT}): update it, choose another folder with --directory, or delete this one with --reset`,
    );
  }
  throw new SandboxError(
    `${file} cannot be read (it must be the marker of a sandbox, got ${JSON.stringify(text.slice(0, 60))}): delete this file if the folder is a sandbox's, or choose another folder with --directory`,
  );
}

/** Takes the permissions of others away from the folder, its files and the states. Other parts are protected by the folder. */
function narrowPermissions(path: string): void {
  const narrow = (file: string, depth: number): void => {
    const status = lstatSync(file);
    const isFolder = status.isDirectory();
    if (!isFolder && !status.isFile()) return;
    if ((status.mode & 0o077) !== 0) chmodSync(file, isFolder ? 0o700 : 0o600);
    if (isFolder && depth > 0) for (const entry of readdirSync(file)) narrow(join(file, entry), depth - 1);
  };
  try {
    for (const entry of readdirSync(path)) narrow(join(path, entry), entry === 'states' ? 2 : 0);
    narrow(path, 0);
  } catch (error) {
    throw new SandboxError(`the permissions of '${path}' cannot be restricted to its owner: ${describeFileError(error)}`);
  }
}

function readContent(path: string): CloudContent {
  return readSavedJson(path, 'a simulated cloud', isCloudContent) ?? { resources: {}, series: {} };
}
