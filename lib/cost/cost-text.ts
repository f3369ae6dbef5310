import { inColumns } from '../core/columns';
import type { Band } from './band';
import type { Cost, CostLine, Unpriced } from './cost';

/** Formats a band in whole dollars, as `expected (minimum to maximum)`. */
export function formatBand({ minimum, expected, maximum }: Band): string {
  const [least, most] = [formatDollars(minimum), formatDollars(maximum)];
  return least === most ? formatDollars(expected) : `${formatDollars(expected)} (${least} to ${most})`;
}

export function formatDollars(amount: number): string {
  return `$${Math.round(amount).toLocaleString('en-US')}`;
}

/** Formats the total with unpriced components; without a total when one of these may be the largest. */
export function formatHeadline({ total, priced, notPriced }: Cost): string {
  const named = (weight: Unpriced['weight']): string => {
    const counts = new Map<string, number>();
    for (const { what, count = 1 } of notPriced.filter((each) => each.weight === weight)) counts.set(what, (counts.get(what) ?? 0) + count);
    return [...counts].map(([what, count]) => `${count} ${what}`).join(', ');
  };
  const without = named('part') === '' ? '' : `, without ${named('part')}`;
  if (total) return `${formatBand(total)} a month${without}`;
  return `no total: ${named('main')} without a price may be the largest component; the others: ${formatBand(priced)} a month${without}`;
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
