import type { Band } from './band';

/** Monthly cost of one component. */
export interface CostLine {
  readonly kind: 'cluster' | 'nodes' | 'machine' | 'disk' | 'snapshots' | 'NAT' | 'address';
  readonly address: string;
  readonly band: Band;

  /** Cost of a node pool at its maximum size, without autoscaling. */
  readonly withoutScaling?: number;

  /** Expected average number of nodes of a node pool. */
  readonly averageNodes?: number;

  /** Composition of the amount. */
  readonly note: string;
}

/** Component without a price. */
export interface Unpriced {
  /** Type of the resource, or a name of what is not a resource. */
  readonly what: string;
  readonly address?: string;

  /** Number of resources or modules, when they are counted as a whole. */
  readonly count?: number;
  readonly why: string;

  /**
   * `main`: may be the largest component, so there is no total. `part`: named beside the total. `usage`: depends on the usage, and
   * is in no estimate.
   */
  readonly weight: 'main' | 'part' | 'usage';
}

/** Name of modules whose resources are not known. */
export const MODULES = 'Terraform modules';

/** Monthly cost of a stack in USD: list prices, without taxes. */
export interface Cost {
  readonly pricesOf: string;
  readonly source: string;

  /** Priced components, highest cost first. */
  readonly lines: readonly CostLine[];

  /** Absent when a component that may be the largest has no price, or none has one. */
  readonly total?: Band;

  /** Sum of the priced components. */
  readonly priced: Band;

  /** Expected cost of the node pools, and their cost without autoscaling. */
  readonly pools: { readonly expected: number; readonly withoutScaling: number };
  readonly notPriced: readonly Unpriced[];
}
