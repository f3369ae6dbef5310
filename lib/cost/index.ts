export type { Band } from './band';
export type { Cost, CostLine, Unpriced } from './cost';
export { type CostChange, type CostLineChange, compareCosts } from './cost-change';
export { describeSaving, describeSource, formatBand, formatCost, formatHeadline, formatSaving } from './cost-text';
export { estimateCost } from './estimate';
export { PRICES, type Prices, requirePrices } from './prices';
