export type { Band } from './band';
export type { Cost, CostLine, Unpriced } from './cost';
export { type CostChange, type CostLineChange, costChange } from './cost-change';
export { bandText, costText, headlineText, savingOf, savingText, sourceText } from './cost-text';
export { estimateCost } from './estimate';
export { PRICES, type Prices, requirePrices } from './prices';
