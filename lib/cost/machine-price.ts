import { findMachineShape } from './machine-type';
import { HOURS_A_MONTH, lookUp, type Prices } from './prices';

/** Hourly on-demand price of a VM instance. */
export interface MachinePrice {
  readonly family: string;
  readonly hour: number;
}

/** Finds the on-demand price of a machine type; undefined when the price list does not have it. */
export function findMachinePrice(prices: Prices, region: string, machineType: string): MachinePrice | undefined {
  const shape = findMachineShape(machineType);
  const rates = shape && lookUp(prices.regions, region)?.machines[shape.family];
  return shape && rates && { family: shape.family, hour: shape.vCpus * rates.vCpuHour + shape.gib * rates.gibHour };
}

/** Estimates the monthly cost of a VM instance that runs for a share of the month, with the sustained use discount. */
export function estimateMonth(prices: Prices, { family, hour }: MachinePrice, share: number): number {
  const quarters = prices.sustainedUse[family] ?? [1, 1, 1, 1];
  const paid = quarters.reduce((sum, factor, index) => sum + factor * Math.min(0.25, Math.max(0, share - index * 0.25)), 0);
  return hour * HOURS_A_MONTH * paid;
}

/**
 * Estimates the monthly cost of a pool from its number of nodes in each minute. Google combines the VM instances of a region for the
 * discount, so the first node counts as running while there is one, the second while there are two, and so on.
 */
export function estimateMonthOfNodes(prices: Prices, price: MachinePrice, nodes: Uint16Array): number {
  const most = nodes.reduce((a, b) => Math.max(a, b), 0);
  let total = 0;
  for (let level = 1; level <= most; level++) {
    total += estimateMonth(prices, price, nodes.reduce((count, each) => count + (each >= level ? 1 : 0), 0) / nodes.length);
  }
  return total;
}
