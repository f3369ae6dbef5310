import { isDeepStrictEqual } from 'node:util';
import type { Differences } from './differences';

/** What is read of `terraform providers schema -json`. */
export interface ProviderSchemas {
  readonly provider_schemas: Readonly<Record<string, { readonly resource_schemas?: Readonly<Record<string, { readonly block: Block }>> }>>;
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

/** Notes every argument and block of the types that the sandbox's schema shows differently. */
export function compareSchemas(types: readonly string[], real: ProviderSchemas, sandbox: ProviderSchemas, differences: Differences): void {
  for (const type of types) {
    const simulated = schemaOf(type, sandbox);
    if (simulated) compareBlocks(type, schemaOf(type, real)!, simulated, differences);
    else differences.add(type, 'the sandbox has no schema of it');
  }
}

/** Whether `google_compute_instance.boot_disk`, for example, is a block and not an attribute. */
export function isBlock(subject: string, schemas: ProviderSchemas): boolean {
  const [type, ...path] = subject.split('.');
  let block = schemaOf(type!, schemas);
  for (const name of path) block = block?.block_types?.[name]?.block;
  return block !== undefined && path.length > 0;
}

function schemaOf(type: string, schemas: ProviderSchemas): Block | undefined {
  return Object.values(schemas.provider_schemas)
    .map(({ resource_schemas }) => resource_schemas?.[type]?.block)
    .find((block) => block !== undefined);
}

function compareBlocks(subject: string, real: Block, sandbox: Block, differences: Differences): void {
  compareAttributes(subject, real.attributes ?? {}, sandbox.attributes ?? {}, differences);
  each(subject, real.block_types ?? {}, sandbox.block_types ?? {}, differences, (name, ours, theirs) => {
    for (const key of ['nesting_mode', 'min_items', 'max_items'] as const) {
      const [a, b] = [ours[key] ?? 0, theirs[key] ?? 0];
      if (a !== b) differences.add(name, `schema: ${key}: real ${a}, sandbox ${b}`);
    }
    compareBlocks(name, ours.block, theirs.block, differences);
  });
}

function compareAttributes(
  subject: string,
  real: Readonly<Record<string, Attribute>>,
  sandbox: Readonly<Record<string, Attribute>>,
  differences: Differences,
): void {
  each(subject, real, sandbox, differences, (name, ours, theirs) => {
    if (!isDeepStrictEqual(ours.type, theirs.type)) {
      differences.add(name, `schema: type: real ${JSON.stringify(ours.type)}, sandbox ${JSON.stringify(theirs.type)}`);
    }
    for (const key of ['required', 'optional', 'computed', 'sensitive'] as const) {
      if ((ours[key] ?? false) !== (theirs[key] ?? false))
        differences.add(
          name,
          `schema: ${ours.optional ? 'optional, ' : ''}${ours[key] ? `real ${key}, sandbox` : `sandbox ${key}, real`} not`,
        );
    }
    if (ours.nested_type?.nesting_mode !== theirs.nested_type?.nesting_mode) {
      differences.add(name, `schema: nesting: real ${ours.nested_type?.nesting_mode}, sandbox ${theirs.nested_type?.nesting_mode}`);
    }
    if (ours.nested_type && theirs.nested_type)
      compareAttributes(name, ours.nested_type.attributes, theirs.nested_type.attributes, differences);
  });
}

function each<Member>(
  subject: string,
  real: Readonly<Record<string, Member>>,
  sandbox: Readonly<Record<string, Member>>,
  differences: Differences,
  compare: (name: string, real: Member, sandbox: Member) => void,
): void {
  for (const name of new Set([...Object.keys(real), ...Object.keys(sandbox)])) {
    const [ours, theirs] = [real[name], sandbox[name]];
    if (ours && theirs) compare(`${subject}.${name}`, ours, theirs);
    else differences.add(`${subject}.${name}`, ours ? 'schema: missing in the sandbox' : 'schema: only in the sandbox');
  }
}
