import type { ITerraformDependable } from 'cdktf';
import type { IConstruct } from 'constructs';
import { Cidr } from '../core/cidr';
import { ValidationError } from '../core/validation-error';
import { podAddressesPerNode, usableAddresses } from '../network/ip-plan';
import type { INetwork } from '../network/network-reference';
import type { NodeTemplate } from './placement';

/** A node pool as its cluster sees it. */
export interface PoolOfNodes extends IConstruct {
  /** Name without the suffix that changes when the pool is replaced. */
  readonly baseName: string;
  readonly maxPodsPerNode: number;

  /** Nodes there can be at one time: the most it scales to, and those an upgrade adds. */
  readonly peakNodes: number;

  readonly ready: ITerraformDependable;

  /** Machine type, labels and taints of its nodes as they are synthesized. Ask at synth: overrides come later. */
  nodeTemplate(): NodeTemplate;
}

/** The node pools of one cluster, which share its network's addresses. */
export class NodePools {
  private readonly pools: PoolOfNodes[] = [];

  constructor(cluster: IConstruct, network: INetwork) {
    cluster.node.addValidation({ validate: () => this.problems(cluster, network) });
  }

  /** Takes a pool in; fails when another of the cluster has its name. */
  public add(pool: PoolOfNodes): void {
    const twin = this.pools.find((other) => other.baseName === pool.baseName);
    if (twin) {
      throw new ValidationError(
        pool,
        `'name' must differ from those of the cluster's other pools, got '${pool.baseName}', as ${twin.node.path}`,
      );
    }
    this.pools.push(pool);
  }

  public list(): readonly PoolOfNodes[] {
    return [...this.pools];
  }

  /** Whether all pools at their largest fit the network: otherwise autoscaling and upgrades stop half way. */
  private problems(cluster: IConstruct, network: INetwork): string[] {
    const sum = (figure: (pool: PoolOfNodes) => number) => this.pools.reduce((total, pool) => total + figure(pool), 0);
    const listed = (figure: (pool: PoolOfNodes) => string) => this.pools.map((pool) => `${pool.baseName} ${figure(pool)}`).join(', ');

    const problems: string[] = [];
    const nodes = sum((pool) => pool.peakNodes);
    const nodeRange = Cidr.parse(cluster, 'nodeRange', network.nodeSubnet.range);
    if (nodes > usableAddresses(nodeRange)) {
      problems.push(
        `node pools may need ${nodes} nodes (${listed((pool) => `${pool.peakNodes}`)}), but the node subnet ${nodeRange} has ` +
          `${usableAddresses(nodeRange)} addresses: lower their limits or widen 'nodeRange'`,
      );
    }

    const podAddresses = sum((pool) => pool.peakNodes * podAddressesPerNode(pool.maxPodsPerNode));
    const podRange = Cidr.parse(cluster, 'podRange', network.podRange);
    if (podAddresses > podRange.size) {
      problems.push(
        `node pools may need ${podAddresses} pod addresses ` +
          `(${listed((pool) => `${pool.peakNodes} nodes of ${podAddressesPerNode(pool.maxPodsPerNode)}`)}), but the pod range ${podRange} has ` +
          `${podRange.size}: lower their limits or 'maxPodsPerNode', or widen 'podRange'`,
      );
    }
    return problems;
  }
}
