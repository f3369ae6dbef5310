import { TerraformDocumentError } from './errors';
import type { ValuePath } from './value-path';
import { type Block, isBlock } from './values';

/** Syntax of a top-level block type. */
interface BlockType {
  /** Number of labels. A resource has two: its type and its name. */
  readonly labels: 0 | 1 | 2;

  /** Blocks with the same labels: exactly one, a list of blocks, or blocks that Terraform merges. */
  readonly occurs: 'once' | 'listed' | 'merged';

  /** Allows arguments of any type, including nested lists. */
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

/** Arguments that accept values of any type, by resource type. */
const FREE_ARGUMENTS: Readonly<Record<string, readonly string[]>> = {
  kubernetes_manifest: ['manifest', 'computed_fields', 'object'],
  terraform_data: ['input', 'triggers_replace'],
};

function freeArguments(type: string): readonly string[] {
  return Object.hasOwn(FREE_ARGUMENTS, type) ? FREE_ARGUMENTS[type]! : [];
}

/** Comment property, which Terraform ignores. Constructs write their metadata and notes into it. */
const COMMENT = '//';

/**
 * Reads a JSON configuration (`cdk.tf.json`) and normalizes it to the only form that the other functions read.
 *
 * Terraform accepts a block as an object, as a list of objects, and as several properties of the same name, at each level. In the
 * normalized form, each level above a block is an object, a resource is one object, and providers and blocks without labels are lists.
 * Any other form that Terraform accepts is an error, so that no block is visible to Terraform only.
 *
 * @throws TerraformDocumentError with the path of the unsupported value
 */
export function readConfiguration(json: unknown): Block {
  if (!isBlock(json)) throw new TerraformDocumentError('not a Terraform configuration: expected a JSON object');
  return Object.fromEntries(
    Object.entries(json)
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => [name, name === COMMENT ? value : normalizeBlocks(name, value)]),
  );
}

function normalizeBlocks(name: string, value: unknown): unknown {
  const type = Object.hasOwn(BLOCK_TYPES, name) ? BLOCK_TYPES[name]! : undefined;
  if (type === undefined) throw new TerraformDocumentError(`unknown block type ${JSON.stringify(name)}`, [name]);
  return normalizeLabels([[value, [name]]], type, []);
}

/** Value and its path in the configuration. */
type Located<T = unknown> = readonly [value: T, path: ValuePath];

function normalizeLabels(values: readonly Located[], type: BlockType, labels: readonly string[]): unknown {
  const found = values.flatMap(toObjects);
  if (labels.length === type.labels) {
    if (!type.isFree) for (const [body, path] of found) checkMembers(body, path, freeArguments(labels[0] ?? ''));
    return combineBodies(values[0]![1], found, type);
  }
  const named = new Map<string, Located[]>();
  for (const [object, path] of found) {
    for (const [name, below] of Object.entries(object)) {
      requireName(name, path);
      named.set(name, [...(named.get(name) ?? []), [below, [...path, name]]]);
    }
  }
  return Object.fromEntries([...named].map(([name, below]) => [name, normalizeLabels(below, type, [...labels, name])]));
}

function combineBodies(place: ValuePath, found: readonly Located<Block>[], { occurs }: BlockType): unknown {
  if (occurs === 'listed') return found.map(([body]) => body);
  if (occurs === 'once') {
    if (found.length !== 1) throw new TerraformDocumentError(`must be one block, got ${found.length}`, place);
    return found[0]![0];
  }
  const merged = new Map<string, unknown>();
  for (const [body, path] of found) {
    for (const [name, value] of Object.entries(body)) {
      if (name !== COMMENT) requireName(name, path);
      if (merged.has(name)) throw new TerraformDocumentError(`${JSON.stringify(name)} must occur once, got it twice`, [...path, name]);
      merged.set(name, value);
    }
  }
  return Object.fromEntries(merged);
}

/** Identifier in Terraform's syntax, which allows Unicode letters. */
const NAME = /^[\p{ID_Start}_][\p{ID_Continue}-]*$/u;

function requireName(name: string, path: ValuePath): void {
  if (!NAME.test(name)) throw new TerraformDocumentError(`a name must consist of letters, digits, '_' and '-'`, [...path, name]);
}

/** Converts an object or a list of objects to a list. */
function toObjects([value, path]: Located): Located<Block>[] {
  if (value === undefined || value === null) return [];
  if (isBlock(value)) return [[value, path]];
  if (!Array.isArray(value)) throw new TerraformDocumentError(`must be an object, or a list of objects, got ${describeValue(value)}`, path);
  return value.map((item, index): Located<Block> => {
    if (!isBlock(item)) throw new TerraformDocumentError(`must be an object, got ${describeValue(item)}`, [...path, index]);
    return [item, [...path, index]];
  });
}

/** Fails on lists that Terraform reads as blocks, and other readers as values. */
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
    else if (holdsBlocks)
      throw new TerraformDocumentError(`must be a block like other items of the list, got ${describeValue(item)}`, place);
    else if (Array.isArray(item) && mayBeBlock(item)) throw new TerraformDocumentError('must be a block, got a list', place);
    else if (item === null) throw new TerraformDocumentError('must be a value, got null', place);
  }
}

/** Tests that Terraform could read a nested list as the body of a block: it merges the objects in the list. */
function mayBeBlock(list: readonly unknown[]): boolean {
  return list.every((item) => item === null || isBlock(item) || (Array.isArray(item) && mayBeBlock(item)));
}

function describeValue(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'an object' : `the ${typeof value} ${JSON.stringify(value)}`;
}
