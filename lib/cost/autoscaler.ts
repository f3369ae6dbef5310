/** Limits of a node pool, in nodes of all zones. */
export interface PoolLimits {
  readonly minNodes: number;
  readonly maxNodes: number;
}

/** Number of nodes of a pool over a week. */
export interface SimulatedWeek {
  /** Billed nodes in each minute of the week. */
  readonly nodes: Uint16Array;
  readonly averageNodes: number;

  /** Minutes with pods that wait for a node. */
  readonly pendingMinutes: number;
}

/** Minutes from the request of a node, when billing starts, until pods run on it. An assumption: Google publishes no time. */
export const START_MINUTES = 2;

/** Minutes of low utilization before a node is removed. */
export const UNNEEDED_MINUTES = 10;

/** Utilization threshold for scale-down. */
export const UNNEEDED_BELOW = 0.5;

/**
 * Simulates a week of the cluster autoscaler, minute by minute, in the steady state: the week before had the same load.
 *
 * Pending pods add nodes at once. Pods are spread evenly, so all nodes have the same utilization: below one half for ten minutes, one node
 * per minute is removed, as long as its pods fit on the others. So a slowly decreasing load keeps up to twice the required nodes, as on
 * GKE with the profile BALANCED.
 *
 * @param load requests of the pods in each minute, in nodes
 * @see https://cloud.google.com/kubernetes-engine/docs/concepts/cluster-autoscaler
 * @see https://github.com/kubernetes/autoscaler/blob/master/cluster-autoscaler/FAQ.md scale-down-unneeded-time, scale-down-utilization-threshold
 */
export function simulateWeek(load: Float64Array, { minNodes, maxNodes }: PoolLimits): SimulatedWeek {
  const minutes = load.length;
  const nodes = new Uint16Array(minutes);
  let [ready, underHalfSince, pendingMinutes] = [minNodes, -1, 0];
  // Nodes that are starting, by the minute in which they are ready.
  let starting: { readonly at: number; readonly count: number }[] = [];

  for (let minute = 0; minute < 2 * minutes; minute++) {
    const requested = Math.min(load[minute % minutes]!, maxNodes);
    const isMeasured = minute >= minutes;
    for (const each of starting) if (each.at === minute) ready += each.count;
    starting = starting.filter(({ at }) => at > minute);
    const coming = starting.reduce((sum, { count }) => sum + count, 0);

    const needed = Math.min(maxNodes, Math.ceil(requested - ROUNDING));
    if (needed > ready + coming) starting.push({ at: minute + START_MINUTES, count: needed - ready - coming });
    if (requested > ready + ROUNDING && isMeasured) pendingMinutes++;

    const isUnderHalf = ready > minNodes && requested / ready < UNNEEDED_BELOW && starting.length === 0;
    if (!isUnderHalf) underHalfSince = -1;
    else if (underHalfSince < 0) underHalfSince = minute;
    if (isUnderHalf && minute - underHalfSince >= UNNEEDED_MINUTES && requested <= ready - 1 + ROUNDING) ready--;

    if (isMeasured) nodes[minute - minutes] = ready + starting.reduce((sum, { count }) => sum + count, 0);
  }
  return { nodes, averageNodes: nodes.reduce((sum, count) => sum + count, 0) / minutes, pendingMinutes };
}

/** Tolerance for rounding errors of shares. */
const ROUNDING = 1e-9;
