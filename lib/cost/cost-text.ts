import { inColumns } from '../core/columns';
import type { Band } from './band';
import { type Cost, type CostLine, MODULES } from './cost';
import { countUnpriced } from './unpriced';

/** Formats a band in whole dollars, as `expected (minimum to maximum)`. */
export function formatBand({ minimum, expected, maximum }: Band): string {
  const [least, most] = [formatDollars(minimum), formatDollars(maximum)];
  return least === most ? formatDollars(expected) : `${formatDollars(expected)} (${least} to ${most})`;
}

export function formatDollars(amount: number): string {
  return `$${formatCount(Math.round(amount))}`;
}

/** Summary of a cost: the total, and what it is without. */
export interface CostSummary {
  /** Total as `expected (minimum to maximum) a month`; undefined without one. */
  readonly total?: string;

  /** Sentences about the rest, without a final stop; empty when the total is complete. */
  readonly rest: string;
}

/** Summarizes a cost. Without a total, it states what has no price before any amount. */
export function summarizeCost(cost: Cost): CostSummary {
  const { total, priced, lines } = cost;
  const unpriced = describeUnpriced(cost);
  const rest = unpriced === undefined ? '' : `Not priced: ${unpriced}`;
  if (lines.length === 0) return { rest: rest === '' ? 'No resources with a price' : rest };
  if (total) return { total: formatMonth(total), rest };
  return { rest: `No total. ${rest}, which may be the largest part. The others: ${formatMonth(priced)}` };
}

/** Formats a summary in one line. */
export function formatHeadline(cost: Cost): string {
  const { total, rest } = summarizeCost(cost);
  return [total, rest].filter(Boolean).join('. ');
}

/** Formats a band of a month. Less than a dollar is not zero. */
function formatMonth(band: Band): string {
  if (Math.round(band.expected) > 0) return `${formatBand(band)} a month`;
  return Math.round(band.maximum) > 0 ? `up to ${formatDollars(band.maximum)} a month` : 'less than $1 a month';
}

/** Maximum number of types in a summary. */
const MAX_TYPES = 3;

/** Describes the resources without a price, except for what is paid by use; undefined without any. */
function describeUnpriced(cost: Cost): string | undefined {
  const counts = countUnpriced(cost);
  const modules = counts.get(MODULES) ?? 0;
  counts.delete(MODULES);
  const main = new Set(cost.notPriced.flatMap(({ what, weight }) => (weight === 'main' ? [what] : [])));
  const types = [...counts].sort(([a, countA], [b, countB]) => Number(main.has(b)) - Number(main.has(a)) || countB - countA);
  const number = types.reduce((sum, [, count]) => sum + count, 0);
  const named = types
    .slice(0, types.length > MAX_TYPES + 1 ? MAX_TYPES : types.length)
    .map(([what, count]) => `${formatCount(count)} ${what}`);
  if (types.length > named.length) named.push(`${formatCount(types.length - named.length)} other types`);
  const parts = [
    ...(number === 0 ? [] : [`${formatCount(number)} ${number === 1 ? 'resource' : 'resources'} (${named.join(', ')})`]),
    ...(modules === 0 ? [] : [`the resources of ${formatCount(modules)} ${modules === 1 ? 'module' : 'modules'}`]),
  ];
  return parts.length === 0 ? undefined : parts.join(', ');
}

/** One format for all numbers: `toLocaleString` would create one for each. */
const NUMBERS = new Intl.NumberFormat('en-US');

function formatCount(count: number): string {
  return NUMBERS.format(count);
}

/** Describes the saving by autoscaling; undefined without autoscaled pools. */
export function describeSaving({ pools: { expected, withoutScaling }, total }: Cost): string | undefined {
  if (withoutScaling <= 0 || Math.round(expected) === Math.round(withoutScaling)) return undefined;
  const saved = withoutScaling - expected;
  return (
    `At maximum size the cluster's nodes would cost ${formatDollars(withoutScaling)}: autoscaling saves ${formatPercent(saved / withoutScaling)} of that` +
    `${total === undefined ? '' : `, and ${formatPercent(saved / (total.expected + saved))} of the total`}.`
  );
}

/** Formats the saving of one pool, as a share. */
export function formatSaving({ band, withoutScaling }: CostLine): string | undefined {
  return withoutScaling === undefined || withoutScaling <= 0 ? undefined : formatPercent(1 - band.expected / withoutScaling);
}

/** Describes the source of the prices. */
export function describeSource({ pricesOf, source }: Cost): string {
  return `USD a month, prices of ${pricesOf} (${source}); ${HOURS} hours a month, no taxes, no negotiated or committed use discounts.`;
}

const HOURS = 730;

/** Formats a cost for a terminal. */
export function formatCost(cost: Cost): string {
  const rows = cost.lines.map((line) => [
    line.kind,
    formatBand(line.band),
    formatSaving(line) === undefined ? '' : `saves ${formatSaving(line)}`,
    line.address,
    line.note,
  ]);
  return [
    formatHeadline(cost),
    ...(describeSaving(cost) === undefined ? [] : [describeSaving(cost)!]),
    '',
    ...inColumns(rows),
    '',
    'Not priced:',
    ...cost.notPriced.map(({ what, address, why }) => `  ${address ?? what}: ${why}`),
    '',
    describeSource(cost),
  ].join('\n');
}

function formatPercent(share: number): string {
  return `${Math.round(share * 100)} %`;
}
