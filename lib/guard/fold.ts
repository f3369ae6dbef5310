import type { Verdict } from './verdict';

/** Members of a verdict that decide which verdicts are alike. */
type Foldable = Omit<Verdict, 'acknowledgedBy' | 'constructPath'>;

/** Verdicts with the same problem in several resources of one type, or one verdict. */
export interface Fold<V extends Foldable> {
  readonly count: number;

  /** The first verdict. In a fold of several, its texts have `…` for the names of the resources. */
  readonly verdict: V;

  /** Number, type, first addresses: `52 google_compute_disk: …`; undefined for a verdict that is alone. */
  readonly resources: string | undefined;
}

/** Number of alike verdicts from which on they are shown as one. */
const FOLDED_FROM = 4;
const SHOWN_ADDRESSES = 3;

/**
 * Folds verdicts that differ only in the names of their resources. The order is that of the first verdict of each fold.
 *
 * @param stateOf state that folded verdicts share, such as the acknowledgement
 */
export function foldVerdicts<V extends Foldable>(verdicts: readonly V[], stateOf: (verdict: V) => string): readonly Fold<V>[] {
  const folds = new Map<string, [V, ...V[]]>();
  for (const verdict of verdicts) {
    const { rule, severity, action, type, address } = verdict;
    const { reason, impact, recovery, remediation } = withoutNames(verdict);
    const key = JSON.stringify([rule, severity, action, type ?? address, stateOf(verdict), reason, impact, recovery, remediation]);
    const fold = folds.get(key);
    if (fold) fold.push(verdict);
    else folds.set(key, [verdict]);
  }
  return [...folds.values()].flatMap((alike): Fold<V>[] => {
    if (alike.length < FOLDED_FROM) return alike.map((verdict) => ({ count: 1, verdict, resources: undefined }));
    const shown = alike.slice(0, SHOWN_ADDRESSES).map(({ address }) => address);
    const resources = `${alike.length.toLocaleString('en')} ${alike[0].type}: ${shown.join(', ')} and ${(alike.length - shown.length).toLocaleString('en')} more`;
    return [{ count: alike.length, verdict: withoutNames(alike[0]), resources }];
  });
}

function withoutNames<V extends Foldable>(verdict: V): V {
  const [reason, impact, recovery, remediation] = [verdict.reason, verdict.impact, verdict.recovery, verdict.remediation].map((text) =>
    verdict.names.reduce(withoutName, text),
  );
  return { ...verdict, reason, impact, recovery, remediation };
}

function withoutName(text: string, name: string): string {
  // A name inside of a longer word is not that name.
  return text.split(name).reduce((before, after) => `${before}${/[\w-]$/.test(before) || /^[\w-]/.test(after) ? name : '…'}${after}`);
}
