export type { Band } from './band';
export type { Cost, CostLine, Unpriced } from './cost';
export { type CostChange, type CostLineChange, compareCosts, type UnpricedChange } from './cost-change';
export { describeSaving, describeSource, formatBand, formatCost, formatHeadline, formatSaving, summarizeCost } from './cost-text';
export { estimateCost } from './estimate';
export { PRICES, type Prices, requirePrices } from './prices';
export { estimateDiskMonth, estimateMachineMonth } from './resource-month';
