import { inColumns } from '../../lib/core/columns';
import type { Sandbox } from '../../lib/sandbox';
import { listArgumentPaths } from '../../lib/sandbox/argument-paths';
import { Bindings } from '../../lib/sandbox/bindings';
import type { Values } from '../../lib/sandbox/values';
import type { ReadResource } from './life-cycle';

/** Arguments of a type over all life cycles. */
export interface ArgumentRow {
  readonly type: string;

  /** Paths of arguments that constructs set. */
  readonly set: readonly string[];

  /** Paths in no request and no import; undefined for types whose requests are not inspected. */
  readonly notSent?: readonly string[];

  /** Paths that were not read back; undefined for types that were not read. */
  readonly notReadBack?: readonly string[];
}

interface Seen {
  readonly set: Set<string>;
  readonly sent: Set<string>;
  readonly read: Set<string>;
  readonly imported: Set<string>;
  isRead: boolean;
}

type Synthesized = { readonly resource?: Readonly<Record<string, Readonly<Record<string, Values>>>> };

/**
 * Table of the arguments that constructs set, that the real google plugin sends, and that plugins read back. Imports show what is read back;
 * a refresh keeps unread arguments, and counts for types that are not imported only. An imported argument was sent, even if the field of the
 * API has a different shape.
 */
export class ArgumentTable {
  private readonly seen = new Map<string, Seen>();
  private readonly bindings = new Bindings();

  /** Adds a synthesized stack and the arguments sent for it. */
  public add(sandbox: Pick<Sandbox, 'sentArguments'>, synthesized: Synthesized): void {
    for (const [type, blocks] of Object.entries(synthesized.resource ?? {})) {
      const schema = this.bindings.resource(type);
      if (!schema) continue;
      const { set, sent } = this.of(type);
      for (const block of Object.values(blocks)) for (const path of listArgumentPaths(block, schema)) set.add(path);
      for (const path of sandbox.sentArguments.get(type) ?? []) sent.add(path);
    }
  }

  /** Adds a resource as read by a plugin. An argument that changed after an import was not read. */
  public addRead({ type, values, isImported, unread }: ReadResource): void {
    const schema = this.bindings.resource(type);
    if (!schema) return;
    const seen = this.of(type);
    seen.isRead = true;
    for (const path of listArgumentPaths(values as Values, schema)) {
      if (unread.includes(path.split('.')[0]!)) continue;
      seen.read.add(path);
      if (isImported) seen.imported.add(path);
    }
  }

  public rows(): ArgumentRow[] {
    return [...this.seen.entries()]
      .sort(([one], [other]) => one.localeCompare(other))
      .map(([type, { set, sent, read, imported, isRead }]) => {
        const paths = [...set].filter((path) => !path.startsWith('timeouts.')).sort();
        return {
          type,
          set: paths,
          notSent: type.startsWith('google_') ? paths.filter((path) => !sent.has(path) && !imported.has(path)) : undefined,
          notReadBack: isRead ? paths.filter((path) => !read.has(path)) : undefined,
        };
      });
  }

  /** Formats the table: type, numbers of arguments set, sent and read back, and the missing ones. */
  public lines(): string[] {
    const count = (set: readonly string[], missing?: readonly string[]): string => (missing ? `${set.length - missing.length}` : '-');
    const table = this.rows().map(({ type, set, notSent, notReadBack }) => [
      type,
      `${set.length}`,
      count(set, notSent),
      count(set, notReadBack),
      [list('not sent', notSent), list('not read back', notReadBack)].filter((text) => text !== '').join('; '),
    ]);
    return inColumns([['type', 'set', 'sent', 'read back', ''], ...table]);
  }

  private of(type: string): Seen {
    const seen = this.seen.get(type) ?? { set: new Set(), sent: new Set(), read: new Set(), imported: new Set(), isRead: false };
    this.seen.set(type, seen);
    return seen;
  }
}

function list(word: string, paths: readonly string[] = []): string {
  return paths.length > 0 ? `${word}: ${paths.join(', ')}` : '';
}

/** Lists calls that are not simulated, and mismatches with Google's discovery documents. */
export function findFaults({ calls }: Sandbox): string[] {
  const missing = calls.filter(({ code }) => code === 501).map(({ method, api, path }) => `not simulated: ${method} ${api}/${path}`);
  const mismatches = calls.flatMap(({ api, problems }) => problems.map((problem) => `${api}: ${problem}`));
  return [...new Set([...missing, ...mismatches])];
}
