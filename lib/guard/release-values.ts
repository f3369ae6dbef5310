import { holdsUnknown } from '../terraform/plan';
import { isBlock, listAt, valueAt } from '../terraform/values';
import { parseYaml } from '../terraform/yaml';

/** Values that a release gives to its chart. */
export interface ReleaseValues {
  /** Values by their path in lower case, for example `crds.enabled`. */
  readonly byPath: ReadonlyMap<string, unknown>;

  /** Paths as they are written, by their path in lower case. */
  readonly writtenPaths: ReadonlyMap<string, string>;

  /** False when a part is known only after apply, or is in a form of YAML that is not read. */
  readonly isComplete: boolean;
}

/** Arguments with single values, in the order of Helm: later ones win. */
const SINGLE: readonly string[] = ['set', 'set_list', 'set_sensitive', 'set_wo'];

/**
 * Reads the values of a `helm_release`: the texts of `values`, and the single values of `set`, as a list or as a map.
 *
 * @param unknown shape of the values that are known only after apply
 */
export function readReleaseValues(release: unknown, unknown: unknown = false): ReleaseValues {
  const byPath = new Map<string, unknown>();
  const writtenPaths = new Map<string, string>();
  const add = (path: string, value: unknown): void => {
    byPath.set(path.toLowerCase(), value);
    writtenPaths.set(path.toLowerCase(), path);
  };
  let isComplete = unknown !== true && !['values', ...SINGLE].some((name) => holdsUnknown(valueAt(unknown, name)));
  for (const text of listAt(release, 'values')) {
    const document = typeof text === 'string' ? readDocument(text) : undefined;
    if (document === undefined) isComplete = false;
    else flatten(document, '', add);
  }
  for (const name of SINGLE) {
    for (const entry of listAt(release, name)) {
      if (!isBlock(entry)) continue;
      if (typeof entry.name === 'string' && 'value' in entry) add(toPath(entry.name), entry.value);
      else flatten(entry, '', add);
    }
  }
  return { byPath, writtenPaths, isComplete };
}

/** Values in one text. A text of comments has none. */
function readDocument(text: string): object | undefined {
  return /^[ \t]*[^#\s-]/m.test(text) ? parseYaml(text) : {};
}

function flatten(value: unknown, path: string, add: (path: string, value: unknown) => void): void {
  if (!isBlock(value)) {
    add(path, value);
    return;
  }
  for (const [key, member] of Object.entries(value)) flatten(member, path === '' ? toPath(key) : `${path}.${toPath(key)}`, add);
}

function toPath(name: string): string {
  return name.replace(/\\\./g, '.');
}

/** Truth of a value, as templates of charts and versions of YAML read it; undefined for an absent value. */
export function isOn(value: unknown): boolean | undefined {
  if (value === undefined || value === null || value === '') return undefined;
  return /^(true|yes|on|y|1)$/i.test(String(value));
}
