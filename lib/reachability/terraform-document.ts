import { ReportedError } from '../core/reported-error';

/** A block of Terraform's JSON. */
export type Block = Readonly<Record<string, unknown>>;

/** A resource as Terraform's JSON shows it. */
export interface Resource {
  readonly type: string;
  readonly name: string;

  /** `type.name`. */
  readonly address: string;
  readonly body: Block;

  /** What the construct wrote about itself: its path, and what the JSON would not show otherwise. */
  readonly metadata: Block;
}

/** JSON that is neither a synthesized stack nor a plan. */
export class TerraformDocumentError extends ReportedError {
  public override readonly name = 'TerraformDocumentError';
}

/** One synthesized stack (`cdk.tf.json`), or the planned values of a plan (`terraform show -json`). */
export class TerraformDocument {
  /**
   * Reads either kind of JSON.
   *
   * @param synthesized the `cdk.tf.json` a plan was made from: a plan lacks what constructs wrote about themselves
   */
  public static read(json: unknown, synthesized?: unknown): TerraformDocument {
    if (!isBlock(json)) throw new TerraformDocumentError('neither a synthesized stack nor a plan: expected a JSON object');
    return 'planned_values' in json ? fromPlan(json, synthesized) : fromSynthesized(json);
  }

  /** Sorted by address, so that all that follows from them comes in one order. */
  public readonly resources: readonly Resource[];

  private readonly byType = new Map<string, Resource[]>();
  private readonly byAddress = new Map<string, Resource>();

  constructor(
    resources: readonly Resource[],

    /** Configuration of providers by name, each of them a list. */
    public readonly providers: Block,
    public readonly locals: Block,
    public readonly stackName: string | undefined,

    /** Names of modules whose resources are not in the document: a synthesized stack has none of them, a plan has all. */
    public readonly unreadModules: readonly string[],
  ) {
    this.resources = [...resources].sort((a, b) => (a.address < b.address ? -1 : 1));
    for (const resource of this.resources) {
      this.byAddress.set(resource.address, resource);
      const list = this.byType.get(resource.type);
      if (list) list.push(resource);
      else this.byType.set(resource.type, [resource]);
    }
  }

  public ofType(...types: string[]): Resource[] {
    return types.flatMap((type) => this.byType.get(type) ?? []);
  }

  public find(address: string): Resource | undefined {
    return this.byAddress.get(address);
  }
}

export function isBlock(value: unknown): value is Block {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Value as a list: blocks are written alone or in a list, and a missing one as nothing or as an empty list. */
export function listOf(value: unknown): unknown[] {
  return value === undefined || value === null ? [] : Array.isArray(value) ? value : [value];
}

/** The nested blocks of a name. */
export function blocks(body: unknown, name: string): Block[] {
  return isBlock(body) ? listOf(body[name]).map((value) => (isBlock(value) ? value : {})) : [];
}

/** The one nested block at the end of a path of names, when it is there. */
export function block(body: unknown, ...path: string[]): Block | undefined {
  let current = body;
  for (const name of path) current = blocks(current, name)[0];
  return isBlock(current) ? current : undefined;
}

function fromSynthesized(json: Block): TerraformDocument {
  const resources = Object.entries(isBlock(json.resource) ? json.resource : {}).flatMap(([type, named]) =>
    Object.entries(isBlock(named) ? named : {}).flatMap(([name, body]) => (isBlock(body) ? [resourceOf(type, name, body)] : [])),
  );
  const stackName = block(json, '//', 'metadata')?.stackName;
  return new TerraformDocument(
    resources,
    isBlock(json.provider) ? json.provider : {},
    block(json, 'locals') ?? {},
    typeof stackName === 'string' ? stackName : undefined,
    Object.keys(isBlock(json.module) ? json.module : {}).sort(),
  );
}

function resourceOf(type: string, name: string, body: Block, notes: unknown = body['//']): Resource {
  return { type, name, address: `${type}.${name}`, body, metadata: isBlock(notes) ? notes : {} };
}

/** Unknown values of a plan take the reference they will come from, so that a plan reads like the stack it is made from. */
function fromPlan(plan: Block, synthesized: unknown): TerraformDocument {
  const stack = isBlock(synthesized) ? fromSynthesized(synthesized) : undefined;
  const configuration = block(plan, 'configuration', 'root_module');
  const configured = new Map(blocks(configuration, 'resources').map((resource) => [resource.address, resource]));
  const unknown = new Map(blocks(plan, 'resource_changes').map((change) => [change.address, block(change, 'change')?.after_unknown]));

  const modules = [block(plan, 'planned_values', 'root_module')];
  const resources: Resource[] = [];
  for (const module of modules) {
    modules.push(...blocks(module, 'child_modules'));
    for (const planned of blocks(module, 'resources')) {
      if (planned.mode !== 'managed' || !isBlock(planned.values)) continue;
      const type = String(planned.type);
      const name = String(planned.address).slice(String(planned.address).lastIndexOf(`${type}.`) + type.length + 1);
      const source = configured.get(String(planned.address).replace(/\[[^\]]*\]$/, ''));
      const body = withReferences(planned.values, unknown.get(planned.address), source?.expressions, String(planned.address));
      const provider = source?.provider_config_key;
      resources.push(
        resourceOf(
          type,
          name,
          { ...(isBlock(body) ? body : {}), ...(provider ? { provider } : {}) },
          stack?.find(`${type}.${name}`)?.metadata,
        ),
      );
    }
  }
  return new TerraformDocument(resources, stack?.providers ?? providersOf(plan), stack?.locals ?? {}, stack?.stackName, []);
}

function withReferences(value: unknown, unknown: unknown, expression: unknown, path: string): unknown {
  if (unknown === true) {
    // What nobody wrote is left to the provider, and reads as in the stack: as not there.
    if (!isBlock(expression)) return undefined;
    const [reference] = listOf(expression.references);
    return `\${${reference ?? `unknown ${path}`}}`;
  }
  if (Array.isArray(unknown)) {
    return unknown.map((part, index) =>
      withReferences(listOf(value)[index], part, Array.isArray(expression) ? expression[index] : expression, `${path}[${index}]`),
    );
  }
  if (isBlock(unknown)) {
    const known = isBlock(value) ? value : {};
    return Object.fromEntries(
      [...new Set([...Object.keys(known), ...Object.keys(unknown)])].map((key) => [
        key,
        withReferences(known[key], unknown[key], isBlock(expression) ? expression[key] : undefined, `${path}.${key}`),
      ]),
    );
  }
  return value;
}

/** Providers as a plan has them: what matters here is which cluster one refers to. */
function providersOf(plan: Block): Block {
  const providers: Record<string, Block[]> = {};
  for (const provider of Object.values(block(plan, 'configuration', 'provider_config') ?? {})) {
    if (!isBlock(provider)) continue;
    const name = String(provider.name);
    const project = block(provider, 'expressions', 'project')?.constant_value;
    providers[name] = [...(providers[name] ?? []), { alias: provider.alias, project, expressions: provider.expressions }];
  }
  return providers;
}
