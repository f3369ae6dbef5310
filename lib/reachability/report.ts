import type { OneSided } from './one-sided';
import type { Peer } from './peer';
import type { Reachability } from './reachability';

/** Everything the proof found, for other programs. Ports are `tcp/9042`, `udp/53`, `tcp/7000-7001`, `all tcp` or `all`. */
export interface ReachabilityReport {
  readonly peers: readonly {
    readonly name: string;
    readonly kind: Peer['kind'];
    readonly group?: string;
    readonly platform: boolean;
    readonly address?: string;
  }[];

  /** Pairs of which one reaches or may reach the other: what is certain, and what cannot be told. */
  readonly cells: readonly {
    readonly from: string;
    readonly to: string;
    readonly ports: readonly string[];
    readonly unknown: readonly string[];
  }[];

  /** What each side alone lets through. */
  readonly oneSided: OneSided;

  /** What is open to those of whom the stack does not tell, and by what. */
  readonly openings: readonly string[];

  /** Why something cannot be told. */
  readonly unknowns: readonly string[];

  /** What was left out. */
  readonly notes: readonly string[];
}

export function reportOf(reachability: Reachability): ReachabilityReport {
  return {
    peers: reachability.peers.map(({ label, kind, group, platform, address }) => ({ name: label, kind, group, platform, address })),
    cells: reachability.cells.map(({ from, to, allowance }) => ({
      from: from.label,
      to: to.label,
      ports: allowance.certain.list(),
      unknown: allowance.unknown.list(),
    })),
    oneSided: reachability.oneSided(),
    openings: reachability.openings(),
    unknowns: reachability.unknowns(),
    notes: reachability.notes,
  };
}
