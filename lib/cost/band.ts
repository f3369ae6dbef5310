/** Monthly amount in USD: minimum, expected and maximum. */
export interface Band {
  readonly minimum: number;
  readonly expected: number;
  readonly maximum: number;
}

export const NOTHING: Band = { minimum: 0, expected: 0, maximum: 0 };

/** Creates a band of one fixed amount. */
export function createFixedBand(amount: number): Band {
  return { minimum: amount, expected: amount, maximum: amount };
}

export function sumBands(bands: readonly Band[]): Band {
  return bands.reduce(
    (a, b) => ({ minimum: a.minimum + b.minimum, expected: a.expected + b.expected, maximum: a.maximum + b.maximum }),
    NOTHING,
  );
}
