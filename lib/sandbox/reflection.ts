import type { App, TerraformStack } from 'cdktf';
import type { AttributeSchema, BlockSchema, Nesting, TypeExpression } from './schema';

/** Generated class of a resource, data source or provider. */
export interface GeneratedClass {
  new (scope: TerraformStack, id: string, config: object): object;
  readonly tfResourceType: string;
}

/** Member of a generated object, as derived from its getter. */
interface Member {
  readonly name: string;
  readonly schema: TypeExpression | Child;
  readonly argument: boolean;
  readonly required: boolean;
}

interface Child {
  readonly nesting: Nesting;
  readonly maxItems: number;
  readonly members: Member[];
}

/** Description of an argument in generated code, for HCL. */
interface HclMember {
  readonly isBlock: boolean;
  readonly type: string;
  readonly storageClassType: string;
}

/** Protected members of generated objects, which generated getters call. */
interface GeneratedObject {
  readonly terraformAttribute: string;
  readonly wrapsSet?: boolean;
  readonly complexObjectIndex?: number | string;
  readonly complexObjectIsFromSet?: boolean;
  get?(index: number | string): GeneratedObject;
}

/**
 * Derives a type's schema from its generated class.
 *
 * The bindings contain no schema as data, but their code implies it: the getter of an attribute calls a method for its type with its
 * Terraform name, and a nested block is an object. A getter with an `...Input` counterpart is an argument, one with a `reset...`
 * counterpart an optional argument.
 *
 * @param nestedAttributes true for nested attributes in place of nested blocks: generated code does not distinguish them
 */
export class Reflection {
  private readonly cdktf: typeof import('cdktf');
  private readonly app: App;
  private count = 0;

  constructor(cdktf: typeof import('cdktf')) {
    this.cdktf = cdktf;
    this.app = new cdktf.App({ skipValidation: true });
  }

  public buildSchema(generated: GeneratedClass, nestedAttributes = false): BlockSchema {
    const stack = new this.cdktf.TerraformStack(this.app, `Stack${this.count++}`);
    const members = this.listMembers(new generated(stack, 'Reflected', {}));
    const block = buildBlock(members, nestedAttributes);
    // Terraform's own `id` cannot be set in any resource, although the bindings have it as an argument.
    if (block.attributes.id?.optional) block.attributes.id.computed = true;
    return block;
  }

  /**
   * Builds the schema of a provider block. Its getters do not name attributes, but its synthesized JSON does: it has each argument with a
   * value, and so all of them if every property has one.
   */
  public buildProviderSchema(
    generated: GeneratedClass & { prototype: object },
    exported: Record<string, unknown>,
    nestedAttributes = false,
  ): BlockSchema {
    const prototype = generated.prototype as { synthesizeHclAttributes(): Record<string, HclMember> };
    return this.blockOfHcl(prototype.synthesizeHclAttributes.call(this.anything()), exported, nestedAttributes);
  }

  private blockOfHcl(members: Record<string, HclMember>, exported: Record<string, unknown>, nestedAttributes: boolean): BlockSchema {
    const block: BlockSchema = { attributes: {}, blocks: {} };
    const argument = { required: false, optional: true, computed: false, sensitive: false };
    for (const [name, { isBlock, type, storageClassType }] of Object.entries(members)) {
      if (name === 'alias') continue;
      if (!isBlock) {
        const [, item] = /^(string|number|boolean)(List|Map)?$/.exec(storageClassType) ?? [];
        const primitive = item === 'boolean' ? 'bool' : (item ?? 'string');
        block.attributes[name] = { type: type === 'simple' ? primitive : [type as Nesting, primitive], ...argument };
        continue;
      }
      const struct = storageClassType.replace(/List$/, '');
      const toHcl = exported[`${struct[0]!.toLowerCase()}${struct.slice(1)}ToHclTerraform`] as (
        value: unknown,
      ) => Record<string, HclMember>;
      const nesting = type === 'struct' ? 'single' : (type as Nesting);
      const inner = this.blockOfHcl(toHcl(this.anything()), exported, nestedAttributes);
      if (nestedAttributes) block.attributes[name] = { nested: { nesting, attributes: inner.attributes }, ...argument };
      else block.blocks[name] = { nesting, minItems: 0, maxItems: 0, block: inner };
    }
    return block;
  }

  /** Builds an object with a value for every property. */
  private anything(): object {
    return new Proxy(
      {},
      {
        get: (_, property) =>
          typeof property === 'symbol' || property === 'resolve' ? undefined : this.cdktf.Lazy.anyValue({ produce: () => '' }),
      },
    );
  }

  private listMembers(object: object): Member[] {
    const prototype = Object.getPrototypeOf(object);
    const getters = Object.entries(Object.getOwnPropertyDescriptors(prototype)).filter(([, property]) => property.get);
    const names = new Set(Object.getOwnPropertyNames(prototype));

    return getters.flatMap(([name, property]) => {
      if (name === 'internalValue' || (name.endsWith('Input') && names.has(name.slice(0, -'Input'.length)))) return [];
      const read = this.read(object, property.get!);
      if (!read) return [];
      const argument = names.has(`${name}Input`);
      const required = argument && !names.has(`reset${name[0]!.toUpperCase()}${name.slice(1)}`);
      return [{ ...read, argument, required }];
    });
  }

  /** Calls a getter on an object whose attribute methods record their arguments. */
  private read(object: object, getter: () => unknown): Pick<Member, 'name' | 'schema'> | undefined {
    let asked: { name: string; schema: TypeExpression } | undefined;
    const answer =
      (schema: TypeExpression, result: unknown) =>
      (name: string): unknown => {
        asked = { name, schema };
        return result;
      };
    const recorder = Object.create(object, {
      getStringAttribute: { value: answer('string', '') },
      getNumberAttribute: { value: answer('number', 0) },
      getBooleanAttribute: { value: answer('bool', false) },
      getListAttribute: { value: answer(['list', 'string'], []) },
      getNumberListAttribute: { value: answer(['list', 'number'], []) },
      getStringMapAttribute: { value: answer(['map', 'string'], {}) },
      getNumberMapAttribute: { value: answer(['map', 'number'], {}) },
      getBooleanMapAttribute: { value: answer(['map', 'bool'], {}) },
      getAnyMapAttribute: { value: answer('dynamic', {}) },
    });
    const result = getter.call(recorder);
    if (asked) {
      const isSet = Array.isArray(asked.schema) && asked.schema[0] === 'list' && getter.toString().includes('tolist(');
      return isSet ? { name: asked.name, schema: ['set', asked.schema[1] as TypeExpression] } : asked;
    }
    return this.readObject(result);
  }

  private readObject(value: unknown): Pick<Member, 'name' | 'schema'> | undefined {
    const { ComplexObject, ComplexList, ComplexMap, StringMap, NumberMap, BooleanMap, AnyMap, StringMapList } = this.cdktf;
    const object = value as GeneratedObject;
    const name = object?.terraformAttribute;
    if (value instanceof StringMapList) return { name, schema: ['list', ['map', 'string']] };
    if (value instanceof ComplexList) {
      return { name, schema: { nesting: object.wrapsSet ? 'set' : 'list', maxItems: 0, members: this.listMembers(object.get!(0)) } };
    }
    if (value instanceof ComplexMap) return { name, schema: { nesting: 'map', maxItems: 0, members: this.listMembers(object.get!('')) } };
    if (value instanceof ComplexObject) {
      const single = object.complexObjectIndex === undefined;
      const nesting = single ? 'single' : object.complexObjectIsFromSet ? 'set' : 'list';
      return { name, schema: { nesting, maxItems: single ? 0 : 1, members: this.listMembers(value) } };
    }
    if (value instanceof StringMap) return { name, schema: ['map', 'string'] };
    if (value instanceof NumberMap) return { name, schema: ['map', 'number'] };
    if (value instanceof BooleanMap) return { name, schema: ['map', 'bool'] };
    if (value instanceof AnyMap) return { name, schema: 'dynamic' };
    return undefined;
  }
}

function isChild(schema: TypeExpression | Child): schema is Child {
  return typeof schema === 'object' && !Array.isArray(schema);
}

function buildBlock(members: Member[], nestedAttributes: boolean): BlockSchema {
  const block: BlockSchema = { attributes: {}, blocks: {} };
  for (const member of members) {
    const { name, schema, argument, required } = member;
    if (isChild(schema) && argument && !nestedAttributes) {
      const { nesting, maxItems } = schema;
      block.blocks[name] = {
        nesting,
        maxItems,
        minItems: required && nesting !== 'single' ? 1 : 0,
        block: buildBlock(schema.members, nestedAttributes),
      };
    } else {
      block.attributes[name] = buildAttribute(member, nestedAttributes);
    }
  }
  return block;
}

function buildAttribute({ schema, argument, required }: Member, nestedAttributes: boolean): AttributeSchema {
  const flags = {
    required,
    optional: argument && !required,
    computed: !argument,
    sensitive: false,
  };
  if (!isChild(schema)) return { type: schema, ...flags };
  if (nestedAttributes) {
    const attributes = Object.fromEntries(schema.members.map((member) => [member.name, buildAttribute(member, true)]));
    return { nested: { nesting: schema.nesting, attributes }, ...flags };
  }
  return { type: buildType(schema), ...flags };
}

/** Builds the type of a read-only attribute that is a list of objects. */
function buildType(schema: TypeExpression | Child): TypeExpression {
  if (!isChild(schema)) return schema;
  const object: TypeExpression = ['object', Object.fromEntries(schema.members.map((member) => [member.name, buildType(member.schema)]))];
  return schema.nesting === 'single' ? object : [schema.nesting, object];
}
