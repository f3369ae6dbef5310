import { TerraformElement, type TerraformStack, Testing } from 'cdktf';
import { parseJson } from '../terraform/json';

/** Generated resource class, such as `ComputeFirewall`. */
export interface ResourceClass {
  readonly tfResourceType: string;
}

/** Block of Terraform's JSON. */
// biome-ignore lint/suspicious/noExplicitAny: Terraform's JSON is as wide as its providers
export type Block = Record<string, any>;

/**
 * Synthesized resources of a stack, for tests.
 *
 * @remarks
 * The stack is prepared and validated as by `cdktf synth`, so that failed validations throw. Use it once per stack.
 *
 * @example
 * ```ts
 * import { ContainerCluster } from '@cdktf/provider-google/lib/container-cluster';
 *
 * cluster.addNodePool('Batch', { maxNodes: 10 });
 *
 * const synthesized = Synthesized.from(stack);
 * expect(synthesized.only(ContainerCluster)).toMatchObject({ deletion_protection: true });
 * ```
 */
export class Synthesized {
  /** Synthesizes a stack. */
  public static from(stack: TerraformStack): Synthesized {
    stack.prepareStack();
    const json = parseJson(Testing.synth(stack, true)) as Block;
    const elements = stack.node.findAll().filter((construct) => TerraformElement.isTerraformElement(construct));
    return new Synthesized(json, new Map(elements.map(({ friendlyUniqueId, node }) => [friendlyUniqueId, node.path])));
  }

  private constructor(
    public readonly json: Block,
    private readonly paths: ReadonlyMap<string, string>,
  ) {}

  /** All resources of the type, by logical id. */
  public all(type: ResourceClass): Record<string, Block> {
    return this.json.resource?.[type.tfResourceType] ?? {};
  }

  /** All resources of the type. */
  public list(type: ResourceClass): Block[] {
    return Object.values(this.all(type));
  }

  /**
   * The only resource of the type.
   *
   * @throws Error when there is none or more than one
   */
  public only(type: ResourceClass): Block {
    const found = this.all(type);
    if (Object.keys(found).length !== 1) {
      throw new Error(`expected one ${type.tfResourceType}, found ${Object.keys(found).length}: ${Object.keys(found).join(', ')}`);
    }
    return Object.values(found)[0]!;
  }

  /** All resources of the type, by construct path below the stack, for example `Cluster/Resource`. */
  public byPath(type: ResourceClass): Record<string, Block> {
    const pathOf = (id: string) => this.paths.get(id)?.split('/').slice(1).join('/') ?? id;
    return Object.fromEntries(Object.entries(this.all(type)).map(([id, block]) => [pathOf(id), block]));
  }

  /**
   * The resource of the type with the construct path below the stack.
   *
   * @throws Error when there is none
   */
  public at(path: string, type: ResourceClass): Block {
    const blocks = this.byPath(type);
    const block = blocks[path];
    if (!block) throw new Error(`expected one ${type.tfResourceType} at '${path}'; there are: ${Object.keys(blocks).join(', ')}`);
    return block;
  }
}
