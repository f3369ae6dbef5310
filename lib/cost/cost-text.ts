import { inColumns } from '../core/columns';
import type { Band } from './band';
import type { Cost, CostLine, Unpriced } from './cost';

/** A month in whole dollars, as `expected (minimum to maximum)`. */
export function bandText({ minimum, expected, maximum }: Band): string {
  const [least, most] = [dollars(minimum), dollars(maximum)];
  return least === most ? dollars(expected) : `${dollars(expected)} (${least} to ${most})`;
}

export function dollars(amount: number): string {
  return `$${Math.round(amount).toLocaleString('en-US')}`;
}

/** A month of the whole, with what has no price; no total when that may be the largest part. */
export function headlineText({ total, priced, notPriced }: Cost): string {
  const named = (weight: Unpriced['weight']): string => {
    const counts = new Map<string, number>();
    for (const { what, count = 1 } of notPriced.filter((each) => each.weight === weight)) counts.set(what, (counts.get(what) ?? 0) + count);
    return [...counts].map(([what, count]) => `${count} ${what}`).join(', ');
  };
  const without = named('part') === '' ? '' : `, without ${named('part')}`;
  if (total) return `${bandText(total)} a month${without}`;
  return `no total, since ${named('main')} without a price may be the largest part; the rest: ${bandText(priced)} a month${without}`;
}

/** What scaling saves, in a sentence; nothing without pools that scale. */
export function savingText({ pools: { expected, withoutScaling }, total }: Cost): string | undefined {
  if (withoutScaling <= 0 || Math.round(expected) === Math.round(withoutScaling)) return undefined;
  const saved = withoutScaling - expected;
  return (
    `Always at its largest the cluster's nodes would cost ${dollars(withoutScaling)}: scaling saves ${percent(saved / withoutScaling)} of that` +
    `${total === undefined ? '' : `, and ${percent(saved / (total.expected + saved))} of the whole`}.`
  );
}

/** Saving of one pool, as a share. */
export function savingOf({ band, withoutScaling }: CostLine): string | undefined {
  return withoutScaling === undefined || withoutScaling <= 0 ? undefined : percent(1 - band.expected / withoutScaling);
}

/** Where the amounts come from. */
export function sourceText({ pricesOf, source }: Cost): string {
  return `USD a month, prices of ${pricesOf} (${source}); ${HOURS} hours a month, no taxes, no negotiated or committed use discounts.`;
}

const HOURS = 730;

/** The same for a terminal. */
export function costText(cost: Cost): string {
  const rows = cost.lines.map((line) => [
    line.kind,
    bandText(line.band),
    savingOf(line) === undefined ? '' : `saves ${savingOf(line)}`,
    line.address,
    line.note,
  ]);
  return [
    headlineText(cost),
    ...(savingText(cost) === undefined ? [] : [savingText(cost)!]),
    '',
    ...inColumns(rows),
    '',
    'Not priced:',
    ...cost.notPriced.map(({ what, address, why }) => `  ${address ?? what}: ${why}`),
    '',
    sourceText(cost),
  ].join('\n');
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}
