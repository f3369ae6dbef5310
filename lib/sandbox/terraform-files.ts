import { type Dirent, existsSync, readdirSync, readFileSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { PROVIDER_NAMES } from './bindings';

const TYPE = new RegExp(`\\b(?:${PROVIDER_NAMES.join('|')})_[a-z0-9_]+`, 'g');

/** Folders without configurations, which can be large. */
const SKIPPED = new Set(['node_modules', '.git', '.terraform', 'dist']);

/** Maximum depth of the search for configurations. */
const DEPTH = 8;

/** Terraform files and states below some folders. */
export class TerraformFiles {
  /** Possible resource and data source types in the files. Words that are none do no harm. */
  public readonly types = new Set<string>();

  /** Files of local states. */
  public readonly states: string[] = [];

  /** True if a run holds the lock of a local state, or has left it behind. */
  public hasLocks = false;

  /** Folders with configurations, in which Terraform can run. */
  private readonly folders: string[] = [];

  constructor(roots: Iterable<string>) {
    for (const root of roots) this.read(root, DEPTH);
  }

  /** Resolves a path in a configuration, which is relative to the folder that Terraform runs in. */
  public locate(path: string): string | undefined {
    const candidates = isAbsolute(path) ? [path] : this.folders.map((folder) => join(folder, path));
    return candidates.find((candidate) => existsSync(candidate));
  }

  private read(folder: string, depth: number): void {
    for (const entry of readEntries(folder)) {
      const path = join(folder, entry.name);
      if (entry.isDirectory() && depth > 0 && !SKIPPED.has(entry.name)) this.read(path, depth - 1);
      if (!entry.isFile()) continue;
      if (/^\..*\.tfstate\.lock\.info$/.test(entry.name)) this.hasLocks = true;
      if (!/\.tf$|\.tf\.json$|\.tfstate$/.test(entry.name)) continue;
      // Not copies, and not the state that Terraform could not save.
      if (/^terraform(\..+)?\.tfstate$/.test(entry.name)) this.states.push(path);
      if (!entry.name.endsWith('.tfstate') && this.folders.at(-1) !== folder) this.folders.push(folder);
      for (const [type] of readText(path).matchAll(TYPE)) this.types.add(type);
    }
  }
}

/** Reads a file; empty if it is deleted meanwhile, or not readable. */
function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

function readEntries(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}
