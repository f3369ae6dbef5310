import { readConstructPath, readStackName } from './notes';
import { stripInstanceKeys } from './plan';
import { isBlock } from './values';

/** Path of a resource in the construct tree. */
export interface ConstructPath {
  /** Construct ids below the stack, for example `Cassandra`, `node-b`, `Disk`, without a trailing `Resource`. */
  readonly ids: readonly string[];

  /** Derived from the resource name because the metadata is missing. Ids may lack characters. */
  readonly isGuess: boolean;
}

/** Construct paths by resource address, from the cdktf metadata in `cdk.tf.json`. */
export class ConstructPaths {
  private readonly paths = new Map<string, readonly string[]>();

  /** Id of the stack; undefined for plain Terraform. */
  public readonly stackName: string | undefined;

  /**
   * @param synthesized `cdk.tf.json`; undefined for a plan of plain Terraform
   * @param base earlier `cdk.tf.json`, with resources that have been removed since
   */
  constructor(synthesized?: unknown, base?: unknown) {
    this.stackName = readStackName(synthesized);
    for (const json of [base, synthesized]) this.add(json);
  }

  /** Path of a resource. Without metadata it is derived from the resource name, or from the module and the name. */
  public of(address: string): ConstructPath {
    const plain = stripInstanceKeys(address);
    const known = this.paths.get(plain);
    if (known) return { ids: known, isGuess: false };
    const parts = plain.split('.');
    const name = parts.at(-1) ?? plain;
    const modules = parts.flatMap((part, index) => (part === 'module' && parts[index + 1] !== undefined ? [parts[index + 1]!] : []));
    // cdktf derives resource names from the construct path and appends a hash.
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
          if (path !== undefined) this.paths.set(`${prefix}${type}.${name}`, parseIds(path, stack));
        }
      }
    }
  }
}

function parseIds(path: string, stack: string | undefined): readonly string[] {
  const ids = path.split('/');
  const below = stack !== undefined && ids.length > 1 && ids[0] === stack ? ids.slice(1) : ids;
  return below.length > 1 && below.at(-1) === 'Resource' ? below.slice(0, -1) : below;
}
