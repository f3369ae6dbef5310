import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Declaration, parseSync, type TsInterfaceDeclaration, type TsType, type TsTypeElement } from '@swc/core';

/** Types of props as `lib/core/prop-types.ts` holds them. */
export type PropType = string | { listOf: PropType } | { mapOf: PropType } | { anyOf: PropType[] } | { oneOf: string[] };

/** Contents of `lib/core/prop-types.ts`: members by interface, and required members by class or interface of behavior. */
export interface PropTypes {
  readonly props: Readonly<Record<string, Readonly<Record<string, PropType>>>>;
  readonly members: Readonly<Record<string, readonly string[]>>;
}

const KEYWORDS = ['string', 'number', 'boolean'];

/**
 * Reads the types of props from the interfaces of the library, for the named ones and those that they contain.
 *
 * @param interfaces names, by default those that `requireProps` names
 */
export function readPropTypes(lib: string, interfaces?: readonly string[]): PropTypes {
  const files = readdirSync(lib, { recursive: true, encoding: 'utf8' }).filter((file) => /^(?!sandbox|cli).*\.ts$/.test(file));
  const sources = files.map((file) => readFileSync(join(lib, file), 'utf8'));
  const reader = new PropTypeReader(sources.flatMap(readDeclarations));
  const names =
    interfaces ?? sources.flatMap((source) => [...source.matchAll(/\brequireProps\([^,()]+, '(\w+)'/g)].map(([, name]) => name!));
  for (const name of [...new Set(names)].sort()) reader.addProps(name);
  const instances = sources.flatMap((source) =>
    [...source.matchAll(/\brequireInstance\([^,()]+, '\w+', '(\w+)'/g)].map(([, name]) => name!),
  );
  for (const name of new Set(instances)) reader.addMembers(name);
  return { props: sorted(reader.props), members: sorted(reader.members) };
}

/** Formats the file that holds them. `biome format` wraps its lines. */
export function renderPropTypes({ props, members }: PropTypes): string {
  return `// Written by the test of this file with UPDATE_PROPS=1, from the interfaces of the library.

/**
 * Type of a prop: \`string\`, \`number\`, \`boolean\`, \`function\`, \`object\`, \`any\`, the name of an interface or class, or a type made of them.
 */
export type PropType =
  | string
  | { readonly listOf: PropType }
  | { readonly mapOf: PropType }
  | { readonly anyOf: readonly PropType[] }
  | { readonly oneOf: readonly string[] };

/** Types of the props of each interface. The names of optional props end in a question mark. */
export const PROP_TYPES = ${JSON.stringify(props)} satisfies Record<string, Record<string, PropType>>;

/** Required members of objects that constructs take as props. */
export const REQUIRED_MEMBERS: Readonly<Record<string, readonly string[]>> = ${JSON.stringify(members)};
`;
}

function readDeclarations(source: string): Declaration[] {
  return parseSync(withLiterals(source), { syntax: 'typescript' }).body.flatMap((item) => {
    if (item.type === 'ExportDeclaration') return [item.declaration];
    return item.type.endsWith('Declaration') ? [item as Declaration] : [];
  });
}

/** Writes the type of the items of a constant list as a union of its literals. */
function withLiterals(source: string): string {
  return source.replace(/\(typeof (\w+)\)\[number\]/g, (type, list) => {
    const [, items] = new RegExp(`const ${list} = \\[([^\\]]*)\\] as const`).exec(source) ?? [];
    return items === undefined || items.includes('...')
      ? type
      : items
          .split(',')
          .join('|')
          .replace(/\|\s*$/, '');
  });
}

class PropTypeReader {
  public readonly props: Record<string, Record<string, PropType>> = {};
  public readonly members: Record<string, string[]> = {};

  constructor(private readonly declarations: readonly Declaration[]) {}

  public addProps(name: string): void {
    if (this.props[name]) return;
    const own: Record<string, PropType> = {};
    this.props[name] = own;
    for (const element of this.elementsOf(this.interfaceNamed(name))) {
      if (element.type !== 'TsPropertySignature' || element.key.type !== 'Identifier') throw new Error(`${name} must have properties only`);
      const type = element.typeAnnotation?.typeAnnotation;
      const isOptional = element.optional || isUndefinable(type);
      own[`${element.key.value}${isOptional ? '?' : ''}`] = this.read(type);
    }
  }

  private elementsOf({ extends: parents, body }: TsInterfaceDeclaration): TsTypeElement[] {
    const inherited = parents.flatMap(({ expression, typeArguments }) => {
      const parent = this.find('TsInterfaceDeclaration', (expression as { value?: string }).value);
      if (parent) return this.elementsOf(parent);
      return 'value' in expression && expression.value === 'Pick' ? this.pickedElements(typeArguments?.params ?? []) : [];
    });
    const own = new Set(body.body.map(keyOf));
    return [...inherited.filter((element) => !own.has(keyOf(element))), ...body.body];
  }

  /** Members of `Pick<Interface, 'one' | 'other'>`. */
  private pickedElements([type, keys]: readonly TsType[]): TsTypeElement[] {
    const name = type?.type === 'TsTypeReference' && 'value' in type.typeName ? type.typeName.value : '';
    const picked = keys?.type === 'TsUnionType' ? keys.types.map((each) => JSON.stringify(each)) : [];
    return this.elementsOf(this.interfaceNamed(name)).filter((element) =>
      picked.some((key) => key.includes(`"value":"${keyOf(element)}"`)),
    );
  }

  private read(type: TsType | undefined): PropType {
    switch (type?.type) {
      case 'TsKeywordType':
        return KEYWORDS.includes(type.kind) ? type.kind : 'any';
      case 'TsFunctionType':
        return 'function';
      case 'TsTypeLiteral':
        return 'object';
      case 'TsParenthesizedType':
      case 'TsTypeOperator':
        return this.read(type.typeAnnotation);
      case 'TsArrayType':
        return { listOf: this.read(type.elemType) };
      case 'TsUnionType':
        return this.readUnion(type.types.filter((each) => !isUndefinable(each)));
      case 'TsTypeReference': {
        const name = 'value' in type.typeName ? type.typeName.value : '';
        const [key, value] = type.typeParams?.params ?? [];
        if (name === 'Readonly') return this.read(key);
        return name === 'Record' ? { mapOf: this.read(value) } : this.readNamed(name);
      }
      default:
        throw new Error(`unsupported type of a prop: ${type?.type}`);
    }
  }

  private readUnion(types: readonly TsType[]): PropType {
    const literals = types.flatMap((each) => (each.type === 'TsLiteralType' ? [each.literal] : []));
    if (literals.length < types.length) return types.length === 1 ? this.read(types[0]) : { anyOf: types.map((each) => this.read(each)) };
    const texts = literals.flatMap((literal) => (literal.type === 'StringLiteral' ? [literal.value] : []));
    // The constructs check lists of numbers.
    return texts.length === literals.length ? { oneOf: texts } : 'any';
  }

  private readNamed(name: string): PropType {
    const alias = this.find('TsTypeAliasDeclaration', name);
    // Recursive types have checks of their own.
    if (alias) return JSON.stringify(alias.typeAnnotation).includes(`"value":"${name}"`) ? 'any' : this.read(alias.typeAnnotation);
    if (this.find('ClassDeclaration', name) || /^I[A-Z][a-z]/.test(name)) this.addMembers(name);
    else this.addProps(name);
    return name;
  }

  public addMembers(name: string): void {
    this.members[name] ??= [...new Set(this.membersOf(name))].sort();
  }

  /** Names of the required public members of a class or interface. */
  private membersOf(name: string | undefined): string[] {
    if (name === 'Construct' || name === 'IConstruct') return ['node'];
    const found = this.find('TsInterfaceDeclaration', name);
    if (found) {
      return this.elementsOf(found)
        .flatMap((element) => ('optional' in element && element.optional ? [] : [keyOf(element)]))
        .concat(found.extends.flatMap(({ expression }) => this.membersOf((expression as { value?: string }).value)));
    }
    const declared = this.find('ClassDeclaration', name);
    if (!declared) return [];
    const inherited = declared.superClass?.type === 'Identifier' ? this.membersOf(declared.superClass.value) : [];
    const own = declared.body.flatMap((member) => {
      if (member.type === 'Constructor') {
        return member.params.flatMap((param) =>
          param.type === 'TsParameterProperty' &&
          param.accessibility === 'public' &&
          param.param.type === 'Identifier' &&
          !param.param.optional
            ? [param.param.value]
            : [],
        );
      }
      if (member.type === 'ClassMethod' && member.isAbstract && member.key.type === 'Identifier') return [member.key.value];
      if (member.type !== 'ClassProperty' || member.isStatic || member.isOptional || member.key.type !== 'Identifier') return [];
      const isPrivate = member.accessibility === 'private' || member.accessibility === 'protected';
      return isPrivate || isUndefinable(member.typeAnnotation?.typeAnnotation) ? [] : [member.key.value];
    });
    return [...inherited, ...own];
  }

  private interfaceNamed(name: string): TsInterfaceDeclaration {
    const found = this.find('TsInterfaceDeclaration', name);
    if (!found) throw new Error(`${name} must be an interface`);
    return found;
  }

  private find<T extends Declaration['type']>(type: T, name: string | undefined): Extract<Declaration, { type: T }> | undefined {
    return this.declarations.find(
      (each): each is Extract<Declaration, { type: T }> =>
        each.type === type && ('identifier' in each ? each.identifier : 'id' in each ? each.id : undefined)?.value === name,
    );
  }
}

function keyOf(element: TsTypeElement): string {
  return 'key' in element && element.key.type === 'Identifier' ? element.key.value : '';
}

function isUndefinable(type: TsType | undefined): boolean {
  if (type?.type === 'TsUnionType') return type.types.some(isUndefinable);
  return type?.type === 'TsKeywordType' && type.kind === 'undefined';
}

function sorted<T>(record: Readonly<Record<string, T>>): Record<string, T> {
  return Object.fromEntries(Object.entries(record).sort(([one], [other]) => (one < other ? -1 : 1)));
}
