import type { Allowance } from './allowance';
import type { Endpoint } from './endpoint';

/** Ports at which one endpoint reaches another. */
export interface Cell {
  readonly from: Endpoint;
  readonly to: Endpoint;
  readonly allowance: Allowance;
}

/** Endpoints of a stack, and the allowed ports of each pair. */
export interface Cells {
  readonly endpoints: readonly Endpoint[];

  /** Pairs with at least one possible port. */
  readonly cells: readonly Cell[];

  /** Cell of a pair; undefined without a possible port. */
  cell(from: Endpoint, to: Endpoint): Cell | undefined;
}
