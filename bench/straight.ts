import { Bindings, findProvider } from '../lib/sandbox/bindings';
import type { AttributeSchema, BlockSchema, TypeExpression } from '../lib/sandbox/schema';

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
type JsonObject = { [key: string]: Json };

/** Synthesized stack without the `//` notes. */
export function withoutNotes(value: Json): Json {
  if (Array.isArray(value)) return value.map(withoutNotes);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => key !== '//')
      .map(([key, member]) => [key, withoutNotes(member)]),
  );
}

/**
 * Generates a program that uses only the bindings: one file, one statement per resource. It is generated from the synthesized stacks, and must
 * synthesize to the same JSON.
 */
export function straightProgram(stacks: Readonly<Record<string, JsonObject>>): string {
  const imports = new Map<string, Set<string>>([['cdktf', new Set(['App'])]]);
  const bodies = Object.entries(stacks).map(([id, stack]) => new StraightStack(id, withoutNotes(stack) as JsonObject, imports).text());
  const requires = [...imports].map(([module, names]) => `const { ${[...names].sort().join(', ')} } = require('${module}');`);
  return [...requires, 'const app = new App();', ...bodies, 'app.synth();', ''].join('\n');
}

const bindings = new Bindings();

class StraightStack {
  /** Variables of written resources, by address. */
  private readonly variables = new Map<string, string>();
  private readonly providers = new Map<string, string>();
  private readonly lines: string[] = [];

  constructor(
    private readonly id: string,
    private readonly stack: JsonObject,
    private readonly imports: Map<string, Set<string>>,
  ) {}

  public text(): string {
    this.use('cdktf', 'TerraformStack');
    this.lines.push('{', `const stack = new TerraformStack(app, '${this.id}');`);
    const { terraform, provider, resource, output = {}, ...rest } = this.stack as Record<string, JsonObject>;
    const others = Object.keys(rest);
    if (others.length > 0) throw new Error(`no way to write ${others.join(', ')} of stack ${this.id} straight yet`);

    for (const [type, config] of Object.entries(terraform!.backend as JsonObject)) {
      if (type !== 'gcs') throw new Error(`no way to write the backend ${type} straight yet`);
      this.use('cdktf', 'GcsBackend');
      this.lines.push(`new GcsBackend(stack, ${JSON.stringify(camelCased(config as JsonObject))});`);
    }
    const waiting = new Map<string, JsonObject>();
    for (const [type, byId] of Object.entries(resource!)) {
      for (const [id, config] of Object.entries(byId as JsonObject)) waiting.set(`${type}.${id}`, config as JsonObject);
    }
    const unwritten = new Map<string, JsonObject[]>(Object.entries(provider!).map(([name, blocks]) => [name, blocks as JsonObject[]]));

    // Providers can refer to resources, and resources to providers: write in topological order.
    const ready = (config: JsonObject): boolean => addressesIn(config).every((address) => !waiting.has(address));
    while (waiting.size > 0 || unwritten.size > 0) {
      const before = this.lines.length;
      for (const [name, blocks] of unwritten) {
        if (!blocks.every(ready)) continue;
        for (const block of blocks) this.writeProvider(name, block);
        unwritten.delete(name);
      }
      for (const [address, config] of waiting) {
        if (!ready(config) || unwritten.has(this.providerName(address, config)?.split('.')[0] ?? '')) continue;
        this.writeResource(address, config);
        waiting.delete(address);
      }
      if (this.lines.length === before)
        throw new Error(`stack ${this.id} has a cycle: ${[...waiting.keys(), ...unwritten.keys()].join(', ')}`);
    }
    for (const [name, config] of Object.entries(output)) this.writeOutput(name, config as JsonObject);
    return [...this.lines, '}'].join('\n');
  }

  /** Finds the provider of a resource, by name and alias; undefined for built-in types. */
  private providerName(address: string, config: JsonObject): string | undefined {
    return typeof config.provider === 'string' ? config.provider : findProvider(address);
  }

  private writeProvider(name: string, block: JsonObject): void {
    const provider = name as Parameters<Bindings['provider']>[0];
    const variable = `provider${this.providers.size}`;
    const { alias, ...config } = block;
    const generated = this.generated(`@cdktf/provider-${provider}/lib/provider`, provider);
    // cdktf would convert the keys of labels.
    const { default_labels: labels, ...others } = config;
    const text = this.object(others, bindings.provider(provider), alias === undefined ? [] : [`alias: ${JSON.stringify(alias)}`]);
    this.lines.push(`const ${variable} = new ${generated}(stack, '${alias ?? provider}', ${text});`);
    if (labels !== undefined) this.lines.push(`${variable}.addOverride('default_labels', ${JSON.stringify(labels)});`);
    this.providers.set(alias === undefined ? name : `${name}.${alias}`, variable);
  }

  private writeResource(address: string, block: JsonObject): void {
    const [type, id] = address.split('.') as [string, string];
    const { provider: reference, depends_on: dependsOn, lifecycle, for_each: forEach, ...config } = block;

    const extra: string[] = [];
    if (typeof reference === 'string') extra.push(`provider: ${this.providers.get(reference)}`);
    if (Array.isArray(dependsOn)) extra.push(`dependsOn: [${dependsOn.map((other) => this.variables.get(other as string)).join(', ')}]`);
    if (lifecycle !== undefined) extra.push(`lifecycle: ${JSON.stringify(camelCased(lifecycle as JsonObject))}`);

    const variable = `resource${this.variables.size}`;
    this.lines.push(`const ${variable} = ${this.creation(type, id, config, extra)};`);
    if (forEach !== undefined) this.lines.push(`${variable}.addOverride('for_each', ${JSON.stringify(forEach)});`);
    this.variables.set(address, variable);
  }

  private writeOutput(name: string, { value, ...config }: JsonObject): void {
    this.use('cdktf', 'TerraformOutput');
    const options = [
      `value: ${this.typed(value!, 'string')}`,
      ...Object.entries(camelCased(config)).map(([key, one]) => `${key}: ${JSON.stringify(one)}`),
    ];
    this.lines.push(`new TerraformOutput(stack, '${name}', { ${options.join(', ')} });`);
  }

  private creation(type: string, id: string, config: JsonObject, extra: string[]): string {
    const provider = findProvider(type);
    if (!provider) {
      // Built-in type. cdktf's class for it runs 'terraform version', which would distort the comparison.
      this.use('cdktf', 'TerraformResource');
      const overrides = Object.entries(config).map(([name, value]) => `resource.addOverride('${name}', ${JSON.stringify(value)});`);
      const options = [`terraformResourceType: '${type}'`, ...extra].join(', ');
      return `(() => { const resource = new TerraformResource(stack, '${id}', { ${options} }); ${overrides.join(' ')} return resource; })()`;
    }
    const folder = type.slice(provider.length + 1).replaceAll('_', '-');
    const generated = this.generated(`@cdktf/provider-${provider}/lib/${folder}`, type);
    return `new ${generated}(stack, '${id}', ${this.object(config, bindings.resource(type)!, extra)})`;
  }

  /** Imports a generated module and returns the name of its class. */
  private generated(module: string, type: string): string {
    const exported: Record<string, { tfResourceType?: string }> = require(module);
    const name = Object.keys(exported).find((candidate) => exported[candidate]?.tfResourceType === type)!;
    this.use(module, name);
    return name;
  }

  private use(module: string, name: string): void {
    const names = this.imports.get(module) ?? new Set();
    this.imports.set(module, names.add(name));
  }

  private object(config: JsonObject, schema: BlockSchema, extra: string[] = []): string {
    const members = Object.entries(config).map(([name, value]) => {
      const block = schema.blocks[name];
      const text = block ? this.each(value, (item) => this.object(item, block.block)) : this.attribute(value, schema.attributes[name]);
      return `${camelCase(name)}: ${text}`;
    });
    return `{ ${[...members, ...extra].join(', ')} }`;
  }

  private attribute(value: Json, schema: AttributeSchema | undefined): string {
    const { nested, type } = schema ?? {};
    if (!nested) return this.typed(value, type ?? 'string');
    return this.each(value, (item) => this.object(item, { attributes: nested.attributes, blocks: {} }));
  }

  private typed(value: Json, type: TypeExpression): string {
    if (typeof value === 'string') return this.expression(value);
    if (Array.isArray(value)) return `[${value.map((item) => this.typed(item, type[1] as TypeExpression)).join(', ')}]`;
    if (value === null || typeof value !== 'object') return JSON.stringify(value);
    const members = type[0] === 'object' ? (type[1] as Record<string, TypeExpression>) : undefined;
    const entries = Object.entries(value).map(([name, item]) =>
      members
        ? `${camelCase(name)}: ${this.typed(item, members[name]!)}`
        : `${JSON.stringify(name)}: ${this.typed(item, type[1] as TypeExpression)}`,
    );
    return `{ ${entries.join(', ')} }`;
  }

  private each(value: Json, write: (item: JsonObject) => string): string {
    if (Array.isArray(value)) return `[${value.map((item) => write(item as JsonObject)).join(', ')}]`;
    return typeof value === 'object' && value !== null ? write(value) : JSON.stringify(value);
  }

  /** Writes a string as an expression, in which references to attributes are members of variables. */
  private expression(text: string): string {
    const parts = text.split(/(\$\{[a-z0-9_]+\.[\w-]+\.[a-z0-9_]+\})/);
    const written = parts
      .filter((part) => part !== '')
      .map((part) => {
        const [, type, id, attribute] = /^\$\{([a-z0-9_]+)\.([\w-]+)\.([a-z0-9_]+)\}$/.exec(part) ?? [];
        const variable = type && this.variables.get(`${type}.${id}`);
        const plain = variable && bindings.resource(type)?.attributes[attribute!]?.type === 'string';
        return plain ? `${variable}.${camelCase(attribute!)}` : JSON.stringify(part);
      });
    return written.length === 0 ? "''" : written.join(' + ');
  }
}

/** Lists the addresses that a value refers to or depends on. */
function addressesIn(value: Json): string[] {
  if (Array.isArray(value)) return value.flatMap(addressesIn);
  if (typeof value === 'string') {
    const inside = [...value.matchAll(/\$\{[^}]*\}/g)].flatMap(([text]) => [...text.matchAll(/([a-z0-9]+_[a-z0-9_]+\.[\w-]+)/g)]);
    return inside.map((match) => match[1]!).concat(/^[a-z0-9]+_[a-z0-9_]+\.[\w-]+$/.test(value) ? [value] : []);
  }
  return value === null || typeof value !== 'object' ? [] : Object.values(value).flatMap(addressesIn);
}

function camelCased(block: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(block).map(([name, value]) => [camelCase(name), value]));
}

function camelCase(name: string): string {
  return name.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}
