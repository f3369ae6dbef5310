import { readConstructPath, readStackName } from './notes';
import { withoutKeys } from './plan';
import { isBlock } from './values';

/** Path of a resource in the construct tree. */
export interface ConstructPath {
  /** Ids from the child of the stack to the resource, for example `Cassandra`, `node-b`, `Disk`; without a last `Resource`. */
  readonly ids: readonly string[];

  /** True for a path from the name of the resource, without metadata: ids may lack characters. */
  readonly isGuess: boolean;
}

/** Construct paths by address, from the metadata that cdktf writes into `cdk.tf.json`. */
export class ConstructPaths {
  private readonly paths = new Map<string, readonly string[]>();

  /** Id of the stack, when cdktf synthesized it. */
  public readonly stackName: string | undefined;

  /**
   * @param synthesized a `cdk.tf.json`; `undefined` for a plan of plain Terraform
   * @param base an earlier `cdk.tf.json`, for resources that were deleted since
   */
  constructor(synthesized?: unknown, base?: unknown) {
    this.stackName = readStackName(synthesized);
    for (const json of [base, synthesized]) this.add(json);
  }

  /** Finds the path of a resource; without metadata from its name, or from its module and name. */
  public of(address: string): ConstructPath {
    const plain = withoutKeys(address);
    const known = this.paths.get(plain);
    if (known) return { ids: known, isGuess: false };
    const parts = plain.split('.');
    const name = parts.at(-1) ?? plain;
    const modules = parts.flatMap((part, index) => (part === 'module' && parts[index + 1] !== undefined ? [parts[index + 1]!] : []));
    // cdktf names a resource by its path, with a hash at the end.
    const unhashed = /^(.+)_[0-9A-F]{8}$/.exec(name)?.[1];
    if (unhashed !== undefined && modules.length === 0) return { ids: unhashed.split('_'), isGuess: true };
    return { ids: [...modules, name], isGuess: this.paths.size > 0 };
  }

  private add(json: unknown): void {
    if (!isBlock(json)) return;
    const stack = readStackName(json);
    for (const [section, prefix] of [
      ['resource', ''],
      ['data', 'data.'],
    ] as const) {
      for (const [type, named] of Object.entries(isBlock(json[section]) ? json[section] : {})) {
        for (const [name, body] of Object.entries(isBlock(named) ? named : {})) {
          const path = isBlock(body) ? readConstructPath(body['//']) : undefined;
          if (path !== undefined) this.paths.set(`${prefix}${type}.${name}`, idsOf(path, stack));
        }
      }
    }
  }
}

function idsOf(path: string, stack: string | undefined): readonly string[] {
  const ids = path.split('/');
  const below = stack !== undefined && ids.length > 1 && ids[0] === stack ? ids.slice(1) : ids;
  return below.length > 1 && below.at(-1) === 'Resource' ? below.slice(0, -1) : below;
}
