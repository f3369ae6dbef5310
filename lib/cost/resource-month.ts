import { estimateMonth, findMachinePrice } from './machine-price';
import { lookUp, PRICES, type Prices } from './prices';
import { readRegion } from './region';

/** Monthly cost of a disk in USD; undefined when the price list does not have its type. @param zone zone or region */
export function estimateDiskMonth(zone: string, type: string, sizeGiB: number, prices: Prices = PRICES): number | undefined {
  const price = lookUp(lookUp(prices.regions, readRegion(zone))?.disks, type);
  return price === undefined ? undefined : price * sizeGiB;
}

/** Monthly cost of a VM that runs all the time, in USD, without its disks; undefined when the price list does not have its machine type. */
export function estimateMachineMonth(zone: string, machineType: string, prices: Prices = PRICES): number | undefined {
  const price = findMachinePrice(prices, readRegion(zone), machineType);
  return price === undefined ? undefined : estimateMonth(prices, price, 1);
}
