import type { Sandbox } from '../../lib/sandbox';
import { argumentPaths } from '../../lib/sandbox/argument-paths';
import { Bindings } from '../../lib/sandbox/bindings';
import type { Values } from '../../lib/sandbox/values';

/** Arguments of one type, over all lives. */
interface TypeRow {
  readonly configured: Set<string>;
  readonly sent: Set<string>;
}

/** Which arguments the constructs set, and which of them the real google plugin sends; what the APIs and Google's documents lack. */
export class ArgumentTable {
  private readonly rows = new Map<string, TypeRow>();
  private readonly bindings = new Bindings();

  /** Adds a synthesized stack, and what was sent for it. */
  public add(sandbox: Sandbox, synthesized: { readonly resource?: Readonly<Record<string, Readonly<Record<string, Values>>>> }): void {
    for (const [type, blocks] of Object.entries(synthesized.resource ?? {})) {
      const schema = type.startsWith('google_') ? this.bindings.resource(type) : undefined;
      if (!schema) continue;
      const row = this.rows.get(type) ?? { configured: new Set(), sent: new Set() };
      this.rows.set(type, row);
      for (const block of Object.values(blocks)) for (const path of argumentPaths(block, schema)) row.configured.add(path);
      for (const path of sandbox.sentArguments.get(type) ?? []) row.sent.add(path);
    }
  }

  /** Rows of text: type, arguments set, sent, and those that were set and never sent. */
  public lines(): string[] {
    return [...this.rows.entries()]
      .sort(([one], [other]) => one.localeCompare(other))
      .map(([type, { configured, sent }]) => {
        const unsent = [...configured].filter((path) => !sent.has(path)).sort();
        const count = configured.size - unsent.length;
        return `${type}: ${configured.size} arguments set, ${count} sent${unsent.length > 0 ? `, not sent: ${unsent.join(', ')}` : ''}`;
      });
  }
}

/** Calls that the simulated APIs do not have, and fields that Google's documents do not have. */
export function faultsIn({ calls }: Sandbox): string[] {
  const missing = calls.filter(({ code }) => code === 501).map(({ method, api, path }) => `not simulated: ${method} ${api}/${path}`);
  const doubts = calls.flatMap(({ api, doubts }) => doubts.map((doubt) => `${api}: ${doubt}`));
  return [...new Set([...missing, ...doubts])];
}
