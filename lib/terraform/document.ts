import { readConfiguration } from './configuration';
import { TerraformDocumentError } from './errors';
import { CREATE_PLAN_JSON } from './json-input';
import { readStackName } from './notes';
import { isState } from './state-json';
import type { ValuePath } from './value-path';
import { type Block, block, blocks, evaluateBlock, isBlock, toList, Undetermined } from './values';

/** Resource in a configuration or a plan. */
export interface Resource {
  readonly type: string;
  readonly name: string;

  /** `type.name`. */
  readonly address: string;

  /** Body with unevaluated templates. */
  readonly body: Block;

  /** Evaluated values for the accessors of `values.ts`. Expressions are `Undetermined`. */
  readonly values: Block;

  /** Metadata of the construct in the `//` block: its path and its notes. */
  readonly metadata: Block;
}

/** Resources of a synthesized stack (`cdk.tf.json`) or of the planned values of a plan (`terraform show -json`). */
export class TerraformDocument {
  /**
   * Reads a synthesized stack or a plan.
   *
   * @param synthesized `cdk.tf.json` that a plan was created from, for the metadata that plans lack
   * @throws TerraformDocumentError when the JSON is neither of them, or ambiguous
   */
  public static read(json: unknown, synthesized?: unknown): TerraformDocument {
    if (!isBlock(json)) throw new TerraformDocumentError('neither a synthesized stack nor a plan: expected a JSON object');
    if (isState(json)) throw new TerraformDocumentError(`neither a synthesized stack nor a plan, but a state: ${CREATE_PLAN_JSON}`);
    const isPlan = 'planned_values' in json || 'format_version' in json;
    return isPlan ? readPlan(json, synthesized) : readSynthesized(json);
  }

  /** Resources sorted by address, for a stable order of all results. */
  public readonly resources: readonly Resource[];

  private readonly byType = new Map<string, Resource[]>();
  private readonly byAddress = new Map<string, Resource>();

  constructor(
    resources: readonly Resource[],

    /** Provider configurations: a list for each provider name. */
    public readonly providers: Block,
    public readonly locals: Block,
    public readonly stackName: string | undefined,

    /** Names of modules without their resources in the document. Only plans contain resources of modules. */
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

function readSynthesized(json: Block): TerraformDocument {
  const { resource, provider = {}, locals = {}, module = {} } = readConfiguration(json) as Readonly<Record<string, Block>>;
  const resources = Object.entries(resource ?? {}).flatMap(([type, named]) =>
    Object.entries(named as Readonly<Record<string, Block>>).map(([name, body]) => createResource(type, name, body)),
  );
  return new TerraformDocument(resources, provider, locals, readStackName(json), Object.keys(module).sort());
}

function createResource(type: string, name: string, body: Block): Resource {
  const notes = body['//'];
  return new LazyResource(type, name, body, isBlock(notes) ? notes : {}, () => evaluateBlock(body) as Block);
}

class LazyResource implements Resource {
  public readonly address: string;
  private evaluated?: Block;

  constructor(
    public readonly type: string,
    public readonly name: string,
    public readonly body: Block,
    public readonly metadata: Block,
    private readonly evaluate: () => Block,
  ) {
    this.address = `${type}.${name}`;
  }

  public get values(): Block {
    this.evaluated ??= this.evaluate();
    return this.evaluated;
  }
}

/** Reads a plan. Unknown values are replaced by their references, so that a plan reads like the stack it was created from. */
function readPlan(plan: Block, synthesized: unknown): TerraformDocument {
  const stack = isBlock(synthesized) ? readSynthesized(synthesized) : undefined;
  const configuration = block(plan, 'configuration', 'root_module');
  const configured = new Map(blocks(configuration, 'resources').map((resource) => [resource.address, resource]));
  const unknown = new Map(blocks(plan, 'resource_changes').map((change) => [change.address, block(change, 'change')?.after_unknown]));

  const resources = collectPlannedResources(block(plan, 'planned_values')?.root_module, ['planned_values', 'root_module']).map(
    ({ type, address, values }) => {
      const name = address.slice(address.lastIndexOf(`${type}.`) + type.length + 1);
      const source = configured.get(address.replace(/\[[^\]]*\]$/, ''));
      const provider = source?.provider_config_key;
      const read = (unknownValue: UnknownValue): Block => ({
        ...(resolveUnknown(values, unknown.get(address), source?.expressions, address, unknownValue) as Block),
        ...(provider ? { provider } : {}),
      });
      return new LazyResource(
        type,
        name,
        read((reference) => `\${${reference}}`),
        stack?.find(`${type}.${name}`)?.metadata ?? {},
        () => read((reference) => new Undetermined(reference)),
      );
    },
  );
  return new TerraformDocument(resources, stack?.providers ?? readProviders(plan), stack?.locals ?? {}, stack?.stackName, []);
}

interface PlannedResource {
  readonly type: string;
  readonly address: string;
  readonly values: Block;
}

/** Collects the managed resources of a module and its child modules. */
function collectPlannedResources(module: unknown, path: ValuePath): PlannedResource[] {
  if (module === undefined) return [];
  if (!isBlock(module)) throw new TerraformDocumentError('must be an object', path);
  const own = toList(module.resources).flatMap((resource, index): PlannedResource[] => {
    const { type, address, mode, values = {} } = isBlock(resource) ? resource : ({} as Block);
    if (typeof type !== 'string' || typeof address !== 'string' || typeof mode !== 'string' || !isBlock(values)) {
      throw new TerraformDocumentError("must be a resource with 'address', 'mode', 'type' and 'values'", [...path, 'resources', index]);
    }
    return mode === 'managed' ? [{ type, address, values }] : [];
  });
  const nested = toList(module.child_modules).flatMap((child, index) => collectPlannedResources(child, [...path, 'child_modules', index]));
  return [...own, ...nested];
}

/** Creates the placeholder of an unknown value from its reference. */
type UnknownValue = (reference: string) => unknown;

/** Replaces the unknown parts of a planned value by placeholders. */
function resolveUnknown(value: unknown, unknown: unknown, expression: unknown, path: string, unknownValue: UnknownValue): unknown {
  if (unknown === true) {
    // A value without configuration is computed by the provider. It is absent, as in the synthesized stack.
    if (!isBlock(expression)) return undefined;
    const [reference] = toList(expression.references);
    return unknownValue(String(reference ?? `unknown ${path}`));
  }
  if (Array.isArray(unknown)) {
    return unknown.map((part, index) =>
      resolveUnknown(
        toList(value)[index],
        part,
        Array.isArray(expression) ? expression[index] : expression,
        `${path}[${index}]`,
        unknownValue,
      ),
    );
  }
  if (isBlock(unknown)) {
    const known = isBlock(value) ? value : {};
    return Object.fromEntries(
      [...new Set([...Object.keys(known), ...Object.keys(unknown)])].map((key) => [
        key,
        resolveUnknown(known[key], unknown[key], isBlock(expression) ? expression[key] : undefined, `${path}.${key}`, unknownValue),
      ]),
    );
  }
  return value;
}

/** Reads the provider configurations of a plan, to find the clusters that they refer to. */
function readProviders(plan: Block): Block {
  const providers: Record<string, Block[]> = {};
  for (const provider of Object.values(block(plan, 'configuration', 'provider_config') ?? {})) {
    if (!isBlock(provider)) continue;
    const name = String(provider.name);
    const project = block(provider, 'expressions', 'project')?.constant_value;
    providers[name] = [...(providers[name] ?? []), { alias: provider.alias, project, expressions: provider.expressions }];
  }
  return providers;
}
