import { isDeepStrictEqual } from 'node:util';
import type { PathStep, TemplateReference } from '../terraform/template-expression';
import { type Block, isBlock, toList } from '../terraform/values';
import { formatName } from './printable';
import { own, referencesIn, type StackBlocks, type StackResource } from './stack-blocks';

/** Arguments that identify a resource, and those that decide which resource an address is. */
const IDENTITY = ['provider', 'name', 'project', 'location', 'count', 'for_each', 'lifecycle'] as const;

/**
 * Types of which only the identity and the arguments that are referred to must be as in the base branch. Provider blocks refer to the
 * cluster, and its other arguments must stay changeable. None of them changes the attributes that the provider blocks use: the endpoint and
 * the certificate of a cluster are chosen by Google Cloud.
 */
const REVIEWED_TYPES: ReadonlySet<string> = new Set(['google_container_cluster']);

/**
 * Compares values of a configuration with those of the base branch, with everything that they refer to: locals, variables, data sources and
 * resources.
 */
export class BaseComparison {
  private readonly compared = new Map<string, Comparison>();
  private readonly comparedReferences = new Map<string, ReferenceComparison>();

  constructor(
    private readonly head: StackBlocks,
    private readonly base: StackBlocks,
  ) {}

  /** Compares everything that a value refers to, but not the value itself. */
  public compareReferences(value: unknown): Comparison {
    const pending = [...referencesIn(value)];
    const seen = new Set<string>();
    const result = { problems: [] as string[], addresses: new Set<string>() };
    for (const reference of pending) {
      const key = JSON.stringify([reference.root, reference.path.map((step) => step ?? null)]);
      if (seen.has(key)) continue;
      seen.add(key);
      const { problem, address, references } = this.compareOnce(key, reference);
      if (problem !== undefined) result.problems.push(problem);
      if (address !== undefined) result.addresses.add(address);
      pending.push(...references);
    }
    return result;
  }

  /** Tests that a block, and everything that it refers to, is as in the base branch. */
  public isSame(block: unknown, baseBlock: unknown): boolean {
    return isDeepStrictEqual(block, baseBlock) && this.refersToSame(block);
  }

  /** Tests that everything that a value refers to is as in the base branch, wherever the value stands. */
  public hasSameReferences(value: unknown): boolean {
    // These are the values of the block around it.
    return !referencesIn(value).some(({ root }) => root === 'each' || root === 'count' || root === 'self') && this.refersToSame(value);
  }

  /** Tests that values in two repeated bodies that are alike have the same `each` and `count`, and that all they refer to is as in the base. */
  public isRepeatedAlike(body: Block, baseBody: Block, values: unknown): boolean {
    const repetition = [body.for_each, body.count];
    return isDeepStrictEqual(repetition, [baseBody.for_each, baseBody.count]) && this.refersToSame([repetition, values]);
  }

  private refersToSame(value: unknown): boolean {
    const references = referencesIn(value);
    if (references.length === 0) return true;
    const key = JSON.stringify(value);
    const known = this.compared.get(key) ?? this.compareReferences(value);
    this.compared.set(key, known);
    return known.problems.length === 0;
  }

  /** Tests that a resource or data source of the base branch has the same body, under any name for data sources. */
  public isOfBase({ kind, type, address, body }: StackResource): boolean {
    const candidates =
      kind === 'data' ? [...this.base.resources.values()].filter((each) => each.kind === 'data' && each.type === type) : [];
    const same = this.base.resources.get(address);
    return [...(same === undefined ? [] : [same]), ...candidates].some((each) => this.isSame(withoutNotes(body), withoutNotes(each.body)));
  }

  private compareOnce(key: string, reference: TemplateReference): ReferenceComparison {
    const known = this.comparedReferences.get(key);
    if (known !== undefined) return known;
    const { refersTo, ...compared } = this.compareOne(reference);
    const result = { ...compared, references: referencesIn(refersTo) };
    this.comparedReferences.set(key, result);
    return result;
  }

  private compareOne({ root, path }: TemplateReference): { problem?: string; address?: string; refersTo?: unknown } {
    const [first, second] = path;
    if (root === 'local' || root === 'var') {
      if (typeof first !== 'string') return { problem: `all of ${root} must not be used there: name one of its values` };
      const block = root === 'local' ? 'locals' : 'variable';
      const value = this.head.find(block, first);
      if (!isDeepStrictEqual(value, this.base.find(block, first)))
        return { problem: `${formatName(`${block}.${first}`)} must be as in the base branch` };
      return { refersTo: value };
    }
    if (['each', 'count', 'path', 'terraform', 'self'].includes(root)) return {};
    const isData = root === 'data';
    const names = isData ? [first, second] : [root, first];
    if (!names.every((name) => typeof name === 'string')) return { problem: `all of ${formatName(root)} must not be used there: name one` };
    const address = `${isData ? 'data.' : ''}${names.join('.')}`;
    return { address, ...this.compareResource(address, path.slice(isData ? 2 : 1)) };
  }

  private compareResource(address: string, path: readonly PathStep[]): { problem?: string; refersTo?: unknown } {
    const [is, was] = [this.head.resources.get(address), this.base.resources.get(address)];
    const name = formatName(address);
    if (is === undefined || was === undefined) return { problem: `${name} must be there, as in the base branch` };
    const names = argumentPath(path, is.body);
    if (names === undefined || !REVIEWED_TYPES.has(is.type)) {
      if (!isDeepStrictEqual(withoutNotes(is.body), withoutNotes(was.body))) return { problem: `${name} must be as in the base branch` };
      return { refersTo: withoutNotes(is.body) };
    }
    const pinned: Record<string, unknown> = {};
    for (const argument of IDENTITY) {
      pinned[argument] = is.body[argument];
      if (!isDeepStrictEqual(is.body[argument], was.body[argument]))
        return { problem: `'${argument}' of ${name} must be as in the base branch` };
    }
    const values = valuesAt(is.body, names);
    if (!isDeepStrictEqual(values, valuesAt(was.body, names)))
      return { problem: `'${names.map(formatName).join('.')}' of ${name} must be as in the base branch` };
    return { refersTo: [pinned, values] };
  }
}

/** Result of a comparison. */
export interface Comparison {
  /** Sentences about what differs. */
  readonly problems: readonly string[];

  /** Addresses of the resources and data sources that the value refers to, directly or not. */
  readonly addresses: ReadonlySet<string>;
}

interface ReferenceComparison {
  readonly problem?: string;
  readonly address?: string;

  /** References in what is referred to. */
  readonly references: readonly TemplateReference[];
}

/** Names of the arguments in a path, without indexes; undefined when it is not known which argument is meant, or all are. */
function argumentPath(path: readonly PathStep[], body: Block): readonly string[] | undefined {
  const isRepeated = body.for_each !== undefined || body.count !== undefined;
  const steps = isRepeated && typeof path[0] !== 'string' ? path.slice(1) : path;
  const names: string[] = [];
  for (const step of steps) {
    if (typeof step === 'number') continue;
    // An index that is computed can be the name of an attribute.
    if (step === undefined) return names.length === 0 ? undefined : names;
    names.push(typeof step === 'string' ? step : step.key);
  }
  return names.length === 0 ? undefined : names;
}

/** Values of an argument in all blocks at a path, those of `dynamic` blocks included. */
function valuesAt(value: unknown, [name, ...rest]: readonly string[]): readonly unknown[] {
  if (name === undefined || !isBlock(value)) return [value];
  const generated = toList(value.dynamic).flatMap((each) => (isBlock(each) ? toList(own(each, name)) : [each]));
  const blocks = rest.length === 0 ? [value[name]] : toList(value[name]);
  return [...blocks.flatMap((each) => valuesAt(each, rest)), generated];
}

/** Body without the comment property, which Terraform ignores. */
function withoutNotes({ '//': _, ...body }: Block): Block {
  return body;
}
