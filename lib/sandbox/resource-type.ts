import type { AttributeSchema, BlockSchema, NestedBlockSchema } from './schema';
import type { TypeDescription } from './type-description';
import { expandPaths, type Value } from './values';

/** Arguments of google resources that default to the provider block. */
export const SCOPE_ARGUMENTS = ['project', 'region', 'zone', 'location'] as const;

/** Resource type: the schema of its binding, completed by its description if there is one. */
export class ResourceType {
  /** Schema with the description applied: arguments with a default of the API or the provider are computed, secrets sensitive. */
  public readonly schema: BlockSchema;

  /** The state may differ from the configuration in arguments and whole blocks, which Terraform accepts from legacy providers only. */
  public readonly legacyTypeSystem: boolean;

  /** Paths of arguments that are sent as zero if they are not set in a block that is. */
  public readonly sentAsZero: ReadonlySet<string>;

  /** Values after an import of arguments that are not read back, by path. */
  public readonly notReadBack: NonNullable<TypeDescription['notReadBack']>;

  private readonly computed: ReadonlySet<string>;
  private readonly forceNew: ReadonlySet<string>;
  private readonly updatesInPlace: ReadonlySet<string>;

  constructor(
    public readonly name: string,
    bindingSchema: BlockSchema,
    public readonly description?: TypeDescription,
  ) {
    this.computed = new Set(description ? expandPaths(description.computed ?? []) : listScopeArguments(name, bindingSchema));
    this.forceNew = new Set(expandPaths(description?.forceNew ?? []));
    this.updatesInPlace = new Set(expandPaths(description?.updatesInPlace ?? []));
    this.sentAsZero = new Set(expandPaths(description?.sentAsZero ?? []));
    this.notReadBack = { ...listOwnLabels(name, bindingSchema), ...description?.notReadBack };
    const { addsBlocks = {}, notSentWhen = {}, storedAs = {} } = description ?? {};
    this.legacyTypeSystem = [addsBlocks, notSentWhen, storedAs].some((facet) => Object.keys(facet).length > 0) || this.sentAsZero.size > 0;

    const optionalComputed = new Set([...this.computed, ...Object.keys(description?.defaults ?? {})]);
    const sensitive = new Set(expandPaths(description?.sensitive ?? []));
    this.schema = completeSchema(bindingSchema, '', optionalComputed, sensitive);
  }

  /** Name in error messages. */
  public get label(): string {
    return this.description?.label ?? pascalCase(this.name.replace(/^[a-z]+_/, '').replace(/_v\d+$/, ''));
  }

  /** True if the argument at a path is optional and computed. */
  public isComputed(path: string): boolean {
    return this.computed.has(path);
  }

  /** True if a change of the attribute or block at a path forces a replacement. */
  public isForceNew(path: string): boolean {
    const parents = path.split('.').map((_, index, names) => names.slice(0, index + 1).join('.'));
    return parents.some((parent) => this.forceNew.has(parent)) && !parents.some((parent) => this.updatesInPlace.has(parent));
  }
}

/** Lists the computed arguments of a google type without a description: project and location, which the provider has defaults for. */
function listScopeArguments(name: string, schema: BlockSchema): string[] {
  return name.startsWith('google_') ? SCOPE_ARGUMENTS.filter((argument) => schema.attributes[argument]?.optional) : [];
}

/** Lists labels and annotations that the google provider does not read back: it reads the keys in the state, and all of them as `effective_labels`. */
function listOwnLabels(name: string, { attributes }: BlockSchema): Record<string, Value> {
  if (!name.startsWith('google_')) return {};
  return {
    ...(attributes.effective_labels && attributes.labels && { labels: null }),
    ...(attributes.effective_labels && attributes.resource_labels && { resource_labels: null }),
    ...(attributes.effective_labels && attributes.terraform_labels && { terraform_labels: {} }),
    ...(attributes.effective_annotations && attributes.annotations && { annotations: null }),
  };
}

function completeSchema(schema: BlockSchema, prefix: string, computed: ReadonlySet<string>, sensitive: ReadonlySet<string>): BlockSchema {
  const attribute = (path: string, plain: AttributeSchema): AttributeSchema => ({
    ...plain,
    computed: plain.computed || (plain.optional && computed.has(path)),
    sensitive: plain.sensitive || sensitive.has(path),
    ...(plain.nested && {
      nested: {
        ...plain.nested,
        attributes: mapEntries(plain.nested.attributes, (name, inner) => attribute(`${path}.${name}`, inner)),
      },
    }),
  });
  const block = (path: string, nested: NestedBlockSchema): NestedBlockSchema => ({
    ...nested,
    block: completeSchema(nested.block, `${path}.`, computed, sensitive),
  });
  return {
    attributes: mapEntries(schema.attributes, (name, plain) => attribute(prefix + name, plain)),
    blocks: mapEntries(schema.blocks, (name, nested) => block(prefix + name, nested)),
  };
}

function mapEntries<T>(record: Record<string, T>, map: (name: string, value: T) => T): Record<string, T> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, map(name, value)]));
}

function pascalCase(text: string): string {
  return text.replace(/(^|_)([a-z0-9])/g, (_, __, letter: string) => letter.toUpperCase());
}
