import type { ITerraformDependable } from 'cdktf';
import type { IConstruct } from 'constructs';
import { Cidr } from '../core/cidr';
import { ValidationError } from '../core/validation-error';
import { countPodAddresses, countUsableAddresses } from '../network/ip-plan';
import type { INetwork } from '../network/network-reference';
import type { NodeTemplate } from './placement';

/** Node pool of a cluster. */
export interface PoolOfNodes extends IConstruct {
  /** Name without the suffix that changes when the pool is replaced. */
  readonly baseName: string;

  /** Maximum number of pods per node. */
  readonly maxPodsPerNode: number;

  /** Maximum number of nodes at one time: the maximum of the autoscaler, and those that an upgrade adds. */
  readonly peakNodes: number;

  /** Dependency for resources that need the nodes. */
  readonly ready: ITerraformDependable;

  /** Machine type, labels and taints of the nodes as they are synthesized. Call it at synth: overrides come later. */
  nodeTemplate(): NodeTemplate;
}

/** Node pools of one cluster, which share the addresses of its network. */
export class NodePools {
  private readonly pools: PoolOfNodes[] = [];

  constructor(cluster: IConstruct, network: INetwork) {
    cluster.node.addValidation({ validate: () => this.findProblems(cluster, network) });
  }

  /**
   * Adds a node pool.
   *
   * @throws ValidationError when another pool of the cluster has the same name
   */
  public add(pool: PoolOfNodes): void {
    const existing = this.pools.find((other) => other.baseName === pool.baseName);
    if (existing) {
      throw new ValidationError(
        pool,
        `'name' must differ from those of the cluster's other pools, got '${pool.baseName}', as ${existing.node.path}`,
      );
    }
    this.pools.push(pool);
  }

  /** Node pools in the order in which they were added. */
  public list(): readonly PoolOfNodes[] {
    return [...this.pools];
  }

  /** Reasons why the network has too few addresses for all pools at their maximum. Autoscaling and upgrades would stop. */
  private findProblems(cluster: IConstruct, network: INetwork): string[] {
    const sum = (figure: (pool: PoolOfNodes) => number) => this.pools.reduce((total, pool) => total + figure(pool), 0);
    const listed = (figure: (pool: PoolOfNodes) => string) => this.pools.map((pool) => `${pool.baseName} ${figure(pool)}`).join(', ');

    const problems: string[] = [];
    const nodes = sum((pool) => pool.peakNodes);
    const nodeRange = Cidr.parse(cluster, 'nodeRange', network.nodeSubnet.range);
    if (nodes > countUsableAddresses(nodeRange)) {
      problems.push(
        `node pools may need ${nodes} nodes (${listed((pool) => `${pool.peakNodes}`)}), but the node subnet ${nodeRange} has ` +
          `${countUsableAddresses(nodeRange)} addresses: lower their limits or widen 'nodeRange'`,
      );
    }

    const podAddresses = sum((pool) => pool.peakNodes * countPodAddresses(pool.maxPodsPerNode));
    const podRange = Cidr.parse(cluster, 'podRange', network.podRange);
    if (podAddresses > podRange.size) {
      problems.push(
        `node pools may need ${podAddresses} pod addresses ` +
          `(${listed((pool) => `${pool.peakNodes} nodes of ${countPodAddresses(pool.maxPodsPerNode)}`)}), but the pod range ${podRange} has ` +
          `${podRange.size}: lower their limits or 'maxPodsPerNode', or widen 'podRange'`,
      );
    }
    return problems;
  }
}
