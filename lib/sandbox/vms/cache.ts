import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/**
 * Folder for artifacts of local VMs: the environment variable `GKE_PLATFORM_CACHE`, otherwise `gke-platform` in the user's cache folder.
 */
export function cacheFolder(): string {
  return process.env.GKE_PLATFORM_CACHE || join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'gke-platform');
}

/**
 * Creates a folder once for each recipe, and reuses it afterwards. Creation is atomic: of two concurrent ones, one is kept.
 *
 * @param recipe all inputs of the content
 * @param make fills an empty folder
 */
export async function cached(name: string, recipe: unknown, make: (folder: string) => Promise<void>): Promise<string> {
  const key = createHash('sha256').update(JSON.stringify(recipe)).digest('hex').slice(0, 16);
  const root = cacheFolder();
  const folder = join(root, `${name}-${key}`);
  if (existsSync(folder)) return folder;
  mkdirSync(root, { recursive: true });
  const unfinished = mkdtempSync(join(root, `.${name}-`));
  try {
    await make(unfinished);
    if (!existsSync(folder)) renameSync(unfinished, folder);
  } finally {
    rmSync(unfinished, { recursive: true, force: true });
  }
  return folder;
}
