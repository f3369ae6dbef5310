import { readTemplate, type TemplateReference } from '../terraform/template-expression';
import { TemplateSyntaxError } from '../terraform/template-tokens';
import { type Block, isBlock } from '../terraform/values';

/** Resource or data source in a configuration. */
export interface StackResource {
  readonly kind: 'resource' | 'data';
  readonly type: string;

  /** `type.name`, or `data.type.name`. */
  readonly address: string;
  readonly body: Block;
}

/** Blocks of a normalized configuration, by address. */
export class StackBlocks {
  public readonly resources: ReadonlyMap<string, StackResource>;
  public readonly resourceTypes: ReadonlySet<string>;

  constructor(public readonly json: Block) {
    this.resources = new Map(
      [...listResources(json, 'resource'), ...listResources(json, 'data')].map((resource) => [resource.address, resource]),
    );
    this.resourceTypes = new Set([...this.resources.values()].filter(({ kind }) => kind === 'resource').map(({ type }) => type));
  }

  /** Value of a local or of a variable. */
  public find(block: 'locals' | 'variable', name: string): unknown {
    return own(this.json[block], name);
  }

  /** All values that a value refers to, directly or not: locals, variables, and bodies of resources and data sources. */
  public referredBy(value: unknown): readonly unknown[] {
    const found = new Map<string, unknown>();
    const pending = [...referencesIn(value)];
    for (const reference of pending) {
      for (const [name, referred] of this.resolve(reference)) {
        if (found.has(name)) continue;
        found.set(name, referred);
        pending.push(...referencesIn(referred));
      }
    }
    return [...found.values()];
  }

  /** Values that a reference may name: all of a kind when it is computed which one. */
  private resolve({ root, path: [first, second] }: TemplateReference): readonly (readonly [name: string, value: unknown])[] {
    if (root === 'local' || root === 'var') {
      const block = this.json[root === 'local' ? 'locals' : 'variable'];
      const named = Object.entries(isBlock(block) ? block : {}).filter(([name]) => typeof first !== 'string' || name === first);
      return named.map(([name, value]) => [`${root}.${name}`, value]);
    }
    const [type, name] = root === 'data' ? [first, second] : [root, first];
    return [...this.resources.values()]
      .filter((each) => (each.kind === 'data') === (root === 'data') && (typeof type !== 'string' || each.type === type))
      .filter((each) => typeof name !== 'string' || each.address.endsWith(`.${name}`))
      .map(({ address, body }) => [address, body]);
  }

  /** Configurations of a provider, by alias; the one without alias is `''`. */
  public providerConfigurations(name: string): ReadonlyMap<unknown, Block> {
    const configurations = own(this.json.provider, name);
    return new Map((Array.isArray(configurations) ? configurations : []).filter(isBlock).map((each) => [each.alias ?? '', each]));
  }

  /** Blocks without labels: `moved`, `removed` or `import`. */
  public listed(name: 'moved' | 'removed' | 'import'): readonly Block[] {
    const blocks = this.json[name];
    return Array.isArray(blocks) ? blocks.filter(isBlock) : [];
  }
}

function listResources(json: Block, kind: 'resource' | 'data'): StackResource[] {
  return Object.entries(isBlock(json[kind]) ? json[kind] : {}).flatMap(([type, named]) =>
    Object.entries(isBlock(named) ? named : {}).map(([name, body]): StackResource => {
      const address = `${type}.${name}`;
      return { kind, type, address: kind === 'data' ? `data.${address}` : address, body: isBlock(body) ? body : {} };
    }),
  );
}

/** Own property: names of untrusted files include `constructor`. */
export function own(value: unknown, name: string): unknown {
  return isBlock(value) && Object.hasOwn(value, name) ? value[name] : undefined;
}

/** All references in the templates of a value, in names of properties too. A template that cannot be read has none: it is refused elsewhere. */
export function referencesIn(value: unknown): readonly TemplateReference[] {
  if (typeof value === 'string') return readReferences(value);
  if (Array.isArray(value)) return value.flatMap(referencesIn);
  return isBlock(value) ? Object.entries(value).flatMap(([key, member]) => [...readReferences(key), ...referencesIn(member)]) : [];
}

function readReferences(text: string): readonly TemplateReference[] {
  try {
    return readTemplate(text).references;
  } catch (error) {
    if (error instanceof TemplateSyntaxError) return [];
    throw error;
  }
}
