import type { Allowance } from './allowance';
import type { Peer } from './peer';

/** Ports at which one peer reaches another. */
export interface Cell {
  readonly from: Peer;
  readonly to: Peer;
  readonly allowance: Allowance;
}

/** Peers of a stack, and the ports between each two of them. */
export interface Cells {
  readonly peers: readonly Peer[];

  /** Pairs of which one reaches or may reach the other. */
  readonly cells: readonly Cell[];

  /** Ports at which one reaches the other; nothing when there are none. */
  cell(from: Peer, to: Peer): Cell | undefined;
}
