import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PROVIDER_NAMES } from './bindings';

const TYPE = new RegExp(`\\b(?:${PROVIDER_NAMES.join('|')})_[a-z0-9_]+`, 'g');

/** Folders that hold no configuration, and can be large. */
const SKIPPED = new Set(['node_modules', '.git', '.terraform', 'dist']);

/**
 * The resource and data source types that the Terraform files and states below some folders speak of.
 *
 * Terraform asks a provider for all its schemas at once, and there are 1,500: to give it those it needs saves seconds.
 * A word too many does no harm.
 */
export function usedTypes(folders: Iterable<string>, depth = 5): Set<string> {
  const found = new Set<string>();
  for (const folder of folders) collect(folder, depth, found);
  return found;
}

function collect(folder: string, depth: number, found: Set<string>): void {
  for (const entry of entriesOf(folder)) {
    const path = join(folder, entry.name);
    if (entry.isDirectory() && depth > 0 && !SKIPPED.has(entry.name)) collect(path, depth - 1, found);
    else if (entry.isFile() && /\.(tf|tf\.json|tfstate)$|default\.tfstate/.test(entry.name)) {
      for (const [type] of readFileSync(path, 'utf8').matchAll(TYPE)) found.add(type);
    }
  }
}

function entriesOf(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}
