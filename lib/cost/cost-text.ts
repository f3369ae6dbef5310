import { inColumns } from '../core/columns';
import type { Band } from './band';
import type { Cost, CostLine } from './cost';

/** A month in whole dollars, as `expected (minimum to maximum)`. */
export function bandText({ minimum, expected, maximum }: Band): string {
  const [least, most] = [dollars(minimum), dollars(maximum)];
  return least === most ? dollars(expected) : `${dollars(expected)} (${least} to ${most})`;
}

export function dollars(amount: number): string {
  return `$${Math.round(amount).toLocaleString('en-US')}`;
}

/** What scaling saves, in a sentence; nothing without pools that scale. */
export function savingText({ pools: { expected, withoutScaling }, total }: Cost): string | undefined {
  if (withoutScaling <= 0 || Math.round(expected) === Math.round(withoutScaling)) return undefined;
  const saved = withoutScaling - expected;
  const whole = total.expected + saved;
  return (
    `Always at its largest the cluster's nodes would cost ${dollars(withoutScaling)}: scaling saves ${percent(saved / withoutScaling)} of that, ` +
    `and ${percent(saved / whole)} of the whole.`
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
    `${bandText(cost.total)} a month`,
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
