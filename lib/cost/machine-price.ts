import { machineShape } from './machine-type';
import { HOURS_A_MONTH, type Prices } from './prices';

/** What one machine costs an hour. */
export interface MachinePrice {
  readonly family: string;
  readonly hour: number;
}

/** The price on demand; nothing for machine types and regions that the list does not have. */
export function machinePrice(prices: Prices, region: string, machineType: string): MachinePrice | undefined {
  const shape = machineShape(machineType);
  const rates = shape && prices.regions[region]?.machines[shape.family];
  return shape && rates && { family: shape.family, hour: shape.vCpus * rates.vCpuHour + shape.gib * rates.gibHour };
}

/** A month of a machine that runs for a share of it, with the sustained use discount. */
export function monthOfUse(prices: Prices, { family, hour }: MachinePrice, share: number): number {
  const quarters = prices.sustainedUse[family] ?? [1, 1, 1, 1];
  const paid = quarters.reduce((sum, factor, index) => sum + factor * Math.min(0.25, Math.max(0, share - index * 0.25)), 0);
  return hour * HOURS_A_MONTH * paid;
}

/**
 * A month of a pool, from how many nodes it had in each minute. Google adds up the machines of a region for the discount, so the first node
 * counts as running as long as there is one, the second as long as there are two, and so on.
 */
export function monthOfNodes(prices: Prices, price: MachinePrice, nodes: Uint16Array): number {
  const most = nodes.reduce((a, b) => Math.max(a, b), 0);
  let total = 0;
  for (let level = 1; level <= most; level++) {
    total += monthOfUse(prices, price, nodes.reduce((count, each) => count + (each >= level ? 1 : 0), 0) / nodes.length);
  }
  return total;
}
