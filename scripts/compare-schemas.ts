import { isDeepStrictEqual } from 'node:util';
import type { Differences } from './differences';

/** Schemas of `terraform providers schema -json`, as far as they are read here. */
export interface ProviderSchemas {
  readonly provider_schemas: Readonly<Record<string, { readonly resource_schemas?: Readonly<Record<string, ResourceSchema>> }>>;
}

interface ResourceSchema {
  readonly version?: number;
  readonly block: Block;
}

interface Block {
  readonly attributes?: Readonly<Record<string, Attribute>>;
  readonly block_types?: Readonly<Record<string, BlockType>>;
}

interface Attribute {
  readonly type?: unknown;
  readonly nested_type?: { readonly nesting_mode: string; readonly attributes: Readonly<Record<string, Attribute>> };
  readonly required?: boolean;
  readonly optional?: boolean;
  readonly computed?: boolean;
  readonly sensitive?: boolean;
}

interface BlockType {
  readonly nesting_mode: string;
  readonly min_items?: number;
  readonly max_items?: number;
  readonly block: Block;
}

/** Records every argument, block and schema version of the types that differs between two schemas. */
export function compareSchemas(types: readonly string[], first: ProviderSchemas, second: ProviderSchemas, differences: Differences): void {
  for (const type of types) {
    const [ours, theirs] = [findResource(type, first)!, findResource(type, second)];
    const [one, two] = differences.sides;
    if (!theirs) {
      differences.add(type, `no schema of ${two}`);
      continue;
    }
    const [version, other] = [ours.version ?? 0, theirs.version ?? 0];
    if (version !== other) differences.add(type, `schema: version: ${one} ${version}, ${two} ${other}`);
    compareBlocks(type, ours.block, theirs.block, differences);
  }
}

/** Returns the prefix of a difference: `block: ` for blocks such as `google_compute_instance.boot_disk`, empty for attributes. */
export function describeKind(subject: string, schemas: ProviderSchemas): string {
  const [type, path] = pathOf(subject);
  return path.length > 0 && blockAt(path, findSchema(type, schemas)) ? 'block: ' : '';
}

/** True if the schemas have an argument such as `google_compute_instance.boot_disk.auto_delete`. */
export function isKnown(subject: string, schemas: ProviderSchemas): boolean {
  const [type, path] = pathOf(subject);
  const depth = path.findIndex((name, index) => blockAt(path.slice(0, index), findSchema(type, schemas))?.attributes?.[name]);
  return depth >= 0 || blockAt(path, findSchema(type, schemas)) !== undefined;
}

function pathOf(subject: string): [string, string[]] {
  const [type, ...path] = subject.split('.');
  return [type!, path];
}

function blockAt(path: readonly string[], block: Block | undefined): Block | undefined {
  return path.reduce((inner, name) => inner?.block_types?.[name]?.block, block);
}

function findSchema(type: string, schemas: ProviderSchemas): Block | undefined {
  return findResource(type, schemas)?.block;
}

function findResource(type: string, schemas: ProviderSchemas): ResourceSchema | undefined {
  return Object.values(schemas.provider_schemas)
    .map(({ resource_schemas }) => resource_schemas?.[type])
    .find((schema) => schema !== undefined);
}

function compareBlocks(subject: string, first: Block, second: Block, differences: Differences): void {
  const [one, two] = differences.sides;
  compareAttributes(subject, first.attributes ?? {}, second.attributes ?? {}, differences);
  each(subject, first.block_types ?? {}, second.block_types ?? {}, differences, (name, ours, theirs) => {
    for (const key of ['nesting_mode', 'min_items', 'max_items'] as const) {
      const [a, b] = [ours[key] ?? 0, theirs[key] ?? 0];
      if (a !== b) differences.add(name, `schema: ${key}: ${one} ${a}, ${two} ${b}`);
    }
    compareBlocks(name, ours.block, theirs.block, differences);
  });
}

function compareAttributes(
  subject: string,
  first: Readonly<Record<string, Attribute>>,
  second: Readonly<Record<string, Attribute>>,
  differences: Differences,
): void {
  const [one, two] = differences.sides;
  each(subject, first, second, differences, (name, ours, theirs) => {
    if (!isDeepStrictEqual(ours.type, theirs.type)) {
      differences.add(name, `schema: type: ${one} ${JSON.stringify(ours.type)}, ${two} ${JSON.stringify(theirs.type)}`);
    }
    for (const key of ['required', 'optional', 'computed', 'sensitive'] as const) {
      if ((ours[key] ?? false) !== (theirs[key] ?? false))
        differences.add(
          name,
          `schema: ${ours.optional ? 'optional, ' : ''}${ours[key] ? `${one} ${key}, ${two}` : `${two} ${key}, ${one}`} not`,
        );
    }
    if (ours.nested_type?.nesting_mode !== theirs.nested_type?.nesting_mode) {
      differences.add(name, `schema: nesting: ${one} ${ours.nested_type?.nesting_mode}, ${two} ${theirs.nested_type?.nesting_mode}`);
    }
    if (ours.nested_type && theirs.nested_type)
      compareAttributes(name, ours.nested_type.attributes, theirs.nested_type.attributes, differences);
  });
}

function each<Member>(
  subject: string,
  first: Readonly<Record<string, Member>>,
  second: Readonly<Record<string, Member>>,
  differences: Differences,
  compare: (name: string, first: Member, second: Member) => void,
): void {
  const [one, two] = differences.sides;
  for (const name of new Set([...Object.keys(first), ...Object.keys(second)])) {
    const [ours, theirs] = [first[name], second[name]];
    if (ours && theirs) compare(`${subject}.${name}`, ours, theirs);
    else differences.add(`${subject}.${name}`, `schema: only in ${ours ? one : two}`);
  }
}
