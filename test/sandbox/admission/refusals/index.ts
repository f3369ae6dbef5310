import type { Refusal } from '../refusal';
import { labels } from './labels';
import { limitRanges, quotas } from './limits';
import { names } from './names';
import { network } from './network';
import { others } from './others';
import { pods } from './pods';

/** Every wrong configuration, by subject. */
export const REFUSALS: Readonly<Record<string, readonly Refusal[]>> = {
  names,
  labels,
  pods,
  network,
  quotas,
  'limit-ranges': limitRanges,
  others,
};
