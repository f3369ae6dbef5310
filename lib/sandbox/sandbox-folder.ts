import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createFolder } from '../core/create-folder';
import { describeFileError } from '../core/file-error';
import { RefusedError } from '../core/reported-error';
import {
  holdsJson,
  MARKER_FILE,
  markOwnedFolder,
  type OwnedFolderKind,
  removeOwnedFolder,
  requireOwnedFolder,
} from '../terraform/owned-folder';
import { SandboxError } from './sandbox-error';
import type { CloudContent } from './simulated-cloud';

/** Folder of a sandbox's cloud and the Terraform states, locked while a sandbox uses it. */
export class SandboxFolder {
  /**
   * Opens and locks the folder, and creates it if it does not exist. A sandbox deletes and overwrites its own files in it.
   *
   * @throws RefusedError if the folder contains other files, or another sandbox uses it
   */
  public static open(path: string): SandboxFolder {
    requireOwnedFolder(path, SANDBOX_FOLDER);
    makeFolder(path);
    markOwnedFolder(path, SANDBOX_FOLDER);
    const folder = new SandboxFolder(path, readContent(join(path, CLOUD_FILE)));
    folder.lock();
    process.on('exit', folder.saveAtExit);
    return folder;
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
    const folder = new SandboxFolder(path, { resources: {}, series: {} });
    folder.lock();
    removeOwnedFolder(path, SANDBOX_FOLDER);
  }

  public readonly statesPath: string;
  public readonly workPath: string;
  public readonly secretsPath: string;
  public readonly vmsPath: string;
  public readonly kubernetesPath: string;
  private readonly cloudPath: string;
  private readonly lockPath: string;
  private unsaved?: NodeJS.Timeout;
  private readonly saveAtExit = () => this.saveNow();

  private constructor(
    public readonly path: string,
    public readonly content: CloudContent,
  ) {
    this.statesPath = join(path, 'states');
    this.workPath = join(path, 'work');
    this.secretsPath = join(path, 'secrets.json');
    this.vmsPath = join(path, 'vms');
    this.kubernetesPath = join(path, 'kubernetes');
    this.cloudPath = join(path, CLOUD_FILE);
    this.lockPath = join(path, 'lock');
  }

  /** Schedules saving the cloud, so that changes within a short time are written once. */
  public save(): void {
    this.unsaved ??= setTimeout(this.saveAtExit, SAVE_AFTER_MS);
  }

  /** Saves the cloud if it has changed. */
  public saveNow(): void {
    if (!this.unsaved) return;
    clearTimeout(this.unsaved);
    this.unsaved = undefined;
    const next = `${this.cloudPath}.next`;
    writeFileSync(next, JSON.stringify(this.content));
    // A rename is atomic: the file is complete at any time.
    renameSync(next, this.cloudPath);
  }

  /** Saves the cloud and releases the lock. */
  public close(): void {
    this.saveNow();
    process.off('exit', this.saveAtExit);
    rmSync(this.lockPath, { force: true });
  }

  private lock(): void {
    for (;;) {
      try {
        writeFileSync(this.lockPath, String(process.pid), { flag: 'wx' });
        return;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      }
      const owner = Number(readFileSync(this.lockPath, 'utf8'));
      if (owner && isAlive(owner)) {
        throw new RefusedError(
          `another sandbox (process ${owner}) is using ${this.path}: stop it first, or choose another folder with --directory`,
        );
      }
      // The owner has ended without releasing it.
      rmSync(this.lockPath, { force: true });
    }
  }
}

const CLOUD_FILE = 'cloud.json';

const SAVE_AFTER_MS = 100;

const PARTS: readonly string[] = [
  MARKER_FILE,
  CLOUD_FILE,
  `${CLOUD_FILE}.next`,
  'kubernetes',
  'lock',
  'secrets.json',
  'states',
  'vms',
  'work',
];

const SANDBOX_FOLDER: OwnedFolderKind = {
  name: 'a sandbox',
  marker: 'Made by gke-platform sandbox, which removes it with --reset.\n',
  isKnown: (folder, entries) =>
    entries.every((entry) => PARTS.includes(entry)) &&
    (entries.every((entry) => entry === 'lock' || entry === 'states' || entry === 'work') || holdsJson(folder, CLOUD_FILE, 'resources')),
};

function makeFolder(path: string): void {
  try {
    createFolder(path);
  } catch (error) {
    throw new SandboxError(`'${path}' cannot be created: ${describeFileError(error, 'no such folder')}`);
  }
}

function readContent(path: string): CloudContent {
  if (!existsSync(path)) return { resources: {}, series: {} };
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new SandboxError(`${path} cannot be read (${describeFileError(error)}): fix the file, or delete the sandbox with --reset`);
  }
}

function isAlive(process_: number): boolean {
  try {
    process.kill(process_, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
