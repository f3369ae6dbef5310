export type { Band } from './band';
export { type Cost, type CostLine, costOf, type Unpriced } from './cost';
export { type CostChange, type CostLineChange, costChange } from './cost-change';
export { bandText, costText, headlineText, savingOf, savingText, sourceText } from './cost-text';
export { LoadProfileError } from './load';
export { PRICES, type Prices, PricesError, requirePrices } from './prices';
