import { chmodSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Writes a world-readable file with its parent folders, independent of the umask. */
export function writeReadable(root: string, path: string, content: string, isProgram = false): void {
  const parents = ['', ...dirname(path).split('/')];
  parents.forEach((_, depth) => {
    const folder = join(root, ...parents.slice(0, depth + 1));
    if (mkdirSync(folder, { recursive: true }) !== undefined) chmodSync(folder, 0o755);
  });
  writeFileSync(join(root, path), content);
  chmodSync(join(root, path), isProgram ? 0o755 : 0o644);
}

/** Makes a folder with all its files world-readable. */
export function makeReadable(folder: string): void {
  chmodSync(folder, 0o755);
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (entry.isDirectory()) makeReadable(join(folder, entry.name));
    else chmodSync(join(folder, entry.name), 0o644);
  }
}
