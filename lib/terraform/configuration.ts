import { TerraformDocumentError } from './errors';
import type { ValuePath } from './value-path';
import { type Block, isBlock } from './values';

/** Form of a block type at the top level. */
interface BlockType {
  /** Labels of the block: type and name of a resource. */
  readonly labels: 0 | 1 | 2;

  /** Blocks with the same labels: exactly one, a list, or several that Terraform merges. */
  readonly occurs: 'once' | 'listed' | 'merged';

  /** True for a block with arbitrary expressions, which may be nested lists. */
  readonly isFree?: true;
}

const BLOCK_TYPES: Readonly<Record<string, BlockType>> = {
  check: { labels: 1, occurs: 'once', isFree: true },
  data: { labels: 2, occurs: 'once' },
  ephemeral: { labels: 2, occurs: 'once' },
  import: { labels: 0, occurs: 'listed' },
  locals: { labels: 0, occurs: 'merged', isFree: true },
  module: { labels: 1, occurs: 'once', isFree: true },
  moved: { labels: 0, occurs: 'listed' },
  output: { labels: 1, occurs: 'once', isFree: true },
  provider: { labels: 1, occurs: 'listed' },
  removed: { labels: 0, occurs: 'listed' },
  resource: { labels: 2, occurs: 'once' },
  terraform: { labels: 0, occurs: 'merged' },
  variable: { labels: 1, occurs: 'once', isFree: true },
};

/** Arguments of any type, by resource type. */
const FREE_ARGUMENTS: Readonly<Record<string, readonly string[]>> = {
  kubernetes_manifest: ['manifest', 'computed_fields', 'object'],
  terraform_data: ['input', 'triggers_replace'],
};

/** Comments and notes of constructs, which Terraform ignores. */
const COMMENT = '//';

/**
 * Normalizes a configuration in JSON (`cdk.tf.json`).
 *
 * Terraform accepts a block alone, in a list and as several members of one name, at each level. In the result, each level above a block is
 * an object, a resource is one object, and providers and blocks without labels are lists. Other forms are refused, so that Terraform and
 * the readers of the result agree.
 *
 * @throws TerraformDocumentError with the path of the refused part
 */
export function readConfiguration(json: unknown): Block {
  if (!isBlock(json)) throw new TerraformDocumentError('not a Terraform configuration: expected a JSON object');
  return Object.fromEntries(
    Object.entries(json)
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => [name, name === COMMENT ? value : blocksOf(name, value)]),
  );
}

function blocksOf(name: string, value: unknown): unknown {
  const type = Object.hasOwn(BLOCK_TYPES, name) ? BLOCK_TYPES[name]! : undefined;
  if (type === undefined) throw new TerraformDocumentError(`${JSON.stringify(name)} is not a Terraform block`, [name]);
  return labelled([[value, [name]]], type, []);
}

/** Value with its path. */
type Placed<T = unknown> = readonly [value: T, path: ValuePath];

function labelled(values: readonly Placed[], type: BlockType, labels: readonly string[]): unknown {
  const found = values.flatMap(objectsOf);
  if (labels.length === type.labels) {
    if (!type.isFree) for (const [body, path] of found) checkMembers(body, path, FREE_ARGUMENTS[labels[0] ?? '']);
    return bodies(values[0]![1], found, type);
  }
  const named = new Map<string, Placed[]>();
  for (const [object, path] of found) {
    for (const [name, below] of Object.entries(object)) {
      if (!NAME.test(name)) throw new TerraformDocumentError(`a name must have letters, digits, '_' and '-' alone`, [...path, name]);
      named.set(name, [...(named.get(name) ?? []), [below, [...path, name]]]);
    }
  }
  return Object.fromEntries([...named].map(([name, below]) => [name, labelled(below, type, [...labels, name])]));
}

function bodies(place: ValuePath, found: readonly Placed<Block>[], { occurs }: BlockType): unknown {
  if (occurs === 'listed') return found.map(([body]) => body);
  if (occurs === 'once') {
    if (found.length !== 1) throw new TerraformDocumentError(`must be one block, got ${found.length}`, place);
    return found[0]![0];
  }
  const merged = new Map<string, unknown>();
  for (const [body, path] of found) {
    for (const [name, value] of Object.entries(body)) {
      if (merged.has(name)) throw new TerraformDocumentError(`${JSON.stringify(name)} must be there once, got it twice`, [...path, name]);
      merged.set(name, value);
    }
  }
  return Object.fromEntries(merged);
}

/** Identifiers of Terraform, with letters of all languages. */
const NAME = /^[\p{ID_Start}_][\p{ID_Continue}-]*$/u;

/** Reads the objects at a path: one, a list, or none. */
function objectsOf([value, path]: Placed): Placed<Block>[] {
  if (value === undefined || value === null) return [];
  if (isBlock(value)) return [[value, path]];
  if (!Array.isArray(value)) throw new TerraformDocumentError(`must be an object, or a list of objects, got ${kindOf(value)}`, path);
  return value.map((item, index): Placed<Block> => {
    if (!isBlock(item)) throw new TerraformDocumentError(`must be an object, got ${kindOf(item)}`, [...path, index]);
    return [item, [...path, index]];
  });
}

/** Refuses lists that Terraform reads as blocks. */
function checkMembers(body: Block, path: ValuePath, free: readonly string[] = []): void {
  for (const [name, value] of Object.entries(body)) {
    if (name === COMMENT || free.includes(name)) continue;
    if (isBlock(value)) checkMembers(value, [...path, name]);
    else if (Array.isArray(value)) checkList(value, [...path, name]);
  }
}

function checkList(list: readonly unknown[], path: ValuePath): void {
  const holdsBlocks = list.some(isBlock);
  for (const [index, item] of list.entries()) {
    const place = [...path, index];
    if (isBlock(item)) checkMembers(item, place);
    else if (holdsBlocks) throw new TerraformDocumentError(`must be a block, as others in the list are, got ${kindOf(item)}`, place);
    else if (Array.isArray(item) && mayBeBlock(item)) throw new TerraformDocumentError('must be a block, got a list', place);
    else if (item === null) throw new TerraformDocumentError('must be a value, got null', place);
  }
}

/** Tests that Terraform could read a list as the body of a block, by merging its objects. */
function mayBeBlock(list: readonly unknown[]): boolean {
  return list.every((item) => item === null || isBlock(item) || (Array.isArray(item) && mayBeBlock(item)));
}

function kindOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'an object' : `the ${typeof value} ${JSON.stringify(value)}`;
}
