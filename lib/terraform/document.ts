import { readConfiguration } from './configuration';
import { TerraformDocumentError } from './errors';
import { readStackName } from './notes';
import type { ValuePath } from './value-path';
import { type Block, block, blocks, configuredValues, isBlock, toList, Undetermined } from './values';

/** Resource in Terraform's JSON. */
export interface Resource {
  readonly type: string;
  readonly name: string;

  /** `type.name`. */
  readonly address: string;

  /** Body as written: texts are templates. */
  readonly body: Block;

  /** Values for the accessors of `values.ts`: each expression is `Undetermined`. */
  readonly values: Block;

  /** Notes of the construct: its path, and facts that the JSON does not contain otherwise. */
  readonly metadata: Block;
}

/** Synthesized stack (`cdk.tf.json`), or planned values of a plan (`terraform show -json`). */
export class TerraformDocument {
  /**
   * Reads a synthesized stack or a plan.
   *
   * @param synthesized the `cdk.tf.json` of a plan, since plans do not contain notes of constructs
   * @throws TerraformDocumentError for other JSON, or JSON that Terraform reads differently
   */
  public static read(json: unknown, synthesized?: unknown): TerraformDocument {
    if (!isBlock(json)) throw new TerraformDocumentError('neither a synthesized stack nor a plan: expected a JSON object');
    const isPlan = 'planned_values' in json || 'format_version' in json;
    return isPlan ? fromPlan(json, synthesized) : fromSynthesized(json);
  }

  /** Resources sorted by address, for a deterministic order of results. */
  public readonly resources: readonly Resource[];

  private readonly byType = new Map<string, Resource[]>();
  private readonly byAddress = new Map<string, Resource>();

  constructor(
    resources: readonly Resource[],

    /** Lists of provider configurations, by name. */
    public readonly providers: Block,
    public readonly locals: Block,
    public readonly stackName: string | undefined,

    /** Names of modules whose resources are not in the document, which are those of a synthesized stack. */
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

function fromSynthesized(json: Block): TerraformDocument {
  const { resource, provider = {}, locals = {}, module = {} } = readConfiguration(json) as Readonly<Record<string, Block>>;
  const resources = Object.entries(resource ?? {}).flatMap(([type, named]) =>
    Object.entries(named as Readonly<Record<string, Block>>).map(([name, body]) => configuredResource(type, name, body)),
  );
  return new TerraformDocument(resources, provider, locals, readStackName(json), Object.keys(module).sort());
}

function configuredResource(type: string, name: string, body: Block): Resource {
  const notes = body['//'];
  return new ReadResource(type, name, body, isBlock(notes) ? notes : {}, () => configuredValues(body) as Block);
}

class ReadResource implements Resource {
  public readonly address: string;
  private read?: Block;

  constructor(
    public readonly type: string,
    public readonly name: string,
    public readonly body: Block,
    public readonly metadata: Block,
    private readonly valuesOf: () => Block,
  ) {
    this.address = `${type}.${name}`;
  }

  public get values(): Block {
    this.read ??= this.valuesOf();
    return this.read;
  }
}

/** Replaces unknown values of a plan by their references, so that a plan reads like its stack. */
function fromPlan(plan: Block, synthesized: unknown): TerraformDocument {
  const stack = isBlock(synthesized) ? fromSynthesized(synthesized) : undefined;
  const configuration = block(plan, 'configuration', 'root_module');
  const configured = new Map(blocks(configuration, 'resources').map((resource) => [resource.address, resource]));
  const unknown = new Map(blocks(plan, 'resource_changes').map((change) => [change.address, block(change, 'change')?.after_unknown]));

  const resources = plannedResources(block(plan, 'planned_values')?.root_module, ['planned_values', 'root_module']).map(
    ({ type, address, values }) => {
      const name = address.slice(address.lastIndexOf(`${type}.`) + type.length + 1);
      const source = configured.get(address.replace(/\[[^\]]*\]$/, ''));
      const provider = source?.provider_config_key;
      const read = (unknownValue: UnknownValue): Block => ({
        ...(plannedValue(values, unknown.get(address), source?.expressions, address, unknownValue) as Block),
        ...(provider ? { provider } : {}),
      });
      return new ReadResource(
        type,
        name,
        read((reference) => `\${${reference}}`),
        stack?.find(`${type}.${name}`)?.metadata ?? {},
        () => read((reference) => new Undetermined(reference)),
      );
    },
  );
  return new TerraformDocument(resources, stack?.providers ?? providersOf(plan), stack?.locals ?? {}, stack?.stackName, []);
}

interface PlannedResource {
  readonly type: string;
  readonly address: string;
  readonly values: Block;
}

/** Reads the managed resources of a module and its child modules. */
function plannedResources(module: unknown, path: ValuePath): PlannedResource[] {
  if (module === undefined) return [];
  if (!isBlock(module)) throw new TerraformDocumentError('must be an object', path);
  const own = toList(module.resources).flatMap((resource, index): PlannedResource[] => {
    const { type, address, mode, values = {} } = isBlock(resource) ? resource : ({} as Block);
    if (typeof type !== 'string' || typeof address !== 'string' || typeof mode !== 'string' || !isBlock(values)) {
      throw new TerraformDocumentError("must be a resource with 'address', 'mode', 'type' and 'values'", [...path, 'resources', index]);
    }
    return mode === 'managed' ? [{ type, address, values }] : [];
  });
  const nested = toList(module.child_modules).flatMap((child, index) => plannedResources(child, [...path, 'child_modules', index]));
  return [...own, ...nested];
}

/** Returns a placeholder for a value that comes from a reference. */
type UnknownValue = (reference: string) => unknown;

function plannedValue(value: unknown, unknown: unknown, expression: unknown, path: string, unknownValue: UnknownValue): unknown {
  if (unknown === true) {
    // A value that is not in the configuration is computed, and is absent as in the stack.
    if (!isBlock(expression)) return undefined;
    const [reference] = toList(expression.references);
    return unknownValue(String(reference ?? `unknown ${path}`));
  }
  if (Array.isArray(unknown)) {
    return unknown.map((part, index) =>
      plannedValue(
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
        plannedValue(known[key], unknown[key], isBlock(expression) ? expression[key] : undefined, `${path}.${key}`, unknownValue),
      ]),
    );
  }
  return value;
}

/** Reads the providers of a plan, for the clusters that they refer to. */
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
