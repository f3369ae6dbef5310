import type { Cells } from './cell';
import type { OneSided } from './one-sided';

/** Reachability of a stack, or of a part of it, as tables, pictures and reports show it. */
export interface ReachabilityView extends Cells {
  /** True for the connections of one endpoint. */
  readonly isFocused: boolean;

  /** Limits of the analysis that apply to the stack. */
  readonly notes: readonly string[];

  /** Sentences on ports that are open to endpoints that the stack does not declare, with the reason. */
  exposures(): string[];

  /** Reasons for undetermined ports. */
  unknowns(): string[];

  /** Ports that the rules at each endpoint allow, whatever the rules at the other end are. */
  oneSided(): OneSided;
}
