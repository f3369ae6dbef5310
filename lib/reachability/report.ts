import type { Endpoint } from './endpoint';
import type { OneSided } from './one-sided';
import type { ReachabilityView } from './view';

/** Reachability of a stack, for other programs. Ports are `tcp/9042`, `udp/53`, `tcp/7000-7001`, `all tcp` or `all`. */
export interface ReachabilityReport {
  readonly endpoints: readonly {
    readonly name: string;
    readonly kind: Endpoint['kind'];
    readonly group?: string;
    readonly platform: boolean;
    readonly address?: string;
  }[];

  /** Pairs with open ports: those that are certain, and those that are undetermined. */
  readonly cells: readonly {
    readonly from: string;
    readonly to: string;
    readonly ports: readonly string[];
    readonly unknown: readonly string[];
  }[];

  /** Ports that the rules at each endpoint allow, whatever the rules at the other end are. */
  readonly oneSided: OneSided;

  /** Ports that are open to endpoints that the stack does not declare, with the reason. */
  readonly exposures: readonly string[];

  /** Reasons for undetermined ports. */
  readonly unknowns: readonly string[];

  /** Limits of the analysis that apply to this stack. */
  readonly notes: readonly string[];
}

/** Creates the report. */
export function createReport(reachability: ReachabilityView): ReachabilityReport {
  return {
    endpoints: reachability.endpoints.map(({ label, kind, group, platform, address }) => ({ name: label, kind, group, platform, address })),
    cells: reachability.cells.map(({ from, to, allowance }) => ({
      from: from.label,
      to: to.label,
      ports: allowance.certain.list(),
      unknown: allowance.unknown.list(),
    })),
    oneSided: reachability.oneSided(),
    exposures: reachability.exposures(),
    unknowns: reachability.unknowns(),
    notes: reachability.notes,
  };
}
