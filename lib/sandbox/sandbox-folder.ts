import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
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

/** The folder in which a sandbox keeps its cloud and the states. One sandbox at a time has it. */
export class SandboxFolder {
  /**
   * Opens the folder, and makes it when it is not there. A sandbox deletes and overwrites files of its own names in it.
   *
   * @throws RefusedError when the folder holds something else
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

  /** What the cloud of a folder holds, for whoever only looks. */
  public static read(path: string): CloudContent {
    return readContent(join(path, CLOUD_FILE));
  }

  /** @throws RefusedError when the folder is not a sandbox's, and must not be removed */
  public static requireOwned(path: string): void {
    requireOwnedFolder(path, SANDBOX_FOLDER);
  }

  /**
   * Removes the folder with everything that was deployed; not while a sandbox has it.
   *
   * @throws RefusedError when the folder is not a sandbox's
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

  /** Saves the cloud soon: what changes within a short time is written once. */
  public save(): void {
    this.unsaved ??= setTimeout(this.saveAtExit, SAVE_AFTER_MS);
  }

  public saveNow(): void {
    if (!this.unsaved) return;
    clearTimeout(this.unsaved);
    this.unsaved = undefined;
    const next = `${this.cloudPath}.next`;
    writeFileSync(next, JSON.stringify(this.content));
    // A rename is all or nothing: whatever happens, there is a whole file.
    renameSync(next, this.cloudPath);
  }

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
          `another sandbox (process ${owner}) is using ${this.path}: stop it first, or give this one another folder with --directory`,
        );
      }
      // Whoever had it is gone.
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
    mkdirSync(path, { recursive: true });
  } catch (error) {
    throw new SandboxError(`'${path}' cannot hold a sandbox: ${(error as Error).message}`);
  }
}

function readContent(path: string): CloudContent {
  if (!existsSync(path)) return { resources: {}, series: {} };
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new SandboxError(`${path} cannot be read (${(error as Error).message}): reset the sandbox, or put the file right`);
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
