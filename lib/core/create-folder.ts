import { existsSync, mkdirSync, statSync } from 'node:fs';
import path from 'node:path';

/**
 * Creates a folder and those above it that do not exist. Existing folders stay as they are.
 *
 * `mkdirSync` with `recursive` does not return where a file system refuses a folder with ENOENT, as that of `/proc` does.
 */
export function createFolder(folder: string, mode = 0o777): void {
  const missing: string[] = [];
  for (let at = path.resolve(folder); !existsSync(at) && at !== path.dirname(at); at = path.dirname(at)) missing.unshift(at);
  if (missing.length === 0 && statSync(folder).isDirectory()) return;
  for (const each of missing.length === 0 ? [folder] : missing) {
    try {
      mkdirSync(each, { mode });
    } catch (error) {
      // Another process may have created it.
      if (!statSync(each, { throwIfNoEntry: false })?.isDirectory()) throw error;
    }
  }
}
