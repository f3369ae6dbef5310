/** Limits of a pool, in nodes of all its zones. */
export interface PoolLimits {
  readonly fewest: number;
  readonly most: number;
}

/** How many nodes a pool had. */
export interface SimulatedWeek {
  /** Nodes that are paid for, in each minute of the week. */
  readonly nodes: Uint16Array;
  readonly averageNodes: number;

  /** Minutes in which pods waited for a node. */
  readonly pendingMinutes: number;
}

/** From the moment a node is asked for until pods run on it; from then on it is paid for. An assumption: Google names no time. */
export const START_MINUTES = 2;

/** How long a node has to be under half use before it goes, and the use in question. */
export const UNNEEDED_MINUTES = 10;
export const UNNEEDED_BELOW = 0.5;

/**
 * A week of the cluster autoscaler, minute by minute, in the steady state: the week before was the same.
 *
 * Pods that fit nowhere bring new nodes at once. Pods are spread evenly, so all nodes are used alike: when they are under half use for ten
 * minutes, one node a minute goes, as long as its pods fit on the others. So a load that sinks slowly leaves up to twice the
 * nodes it needs, as it does on GKE with the profile BALANCED.
 *
 * @param load what pods ask for in each minute, in nodes
 * @see https://cloud.google.com/kubernetes-engine/docs/concepts/cluster-autoscaler
 * @see https://github.com/kubernetes/autoscaler/blob/master/cluster-autoscaler/FAQ.md scale-down-unneeded-time, scale-down-utilization-threshold
 */
export function simulateWeek(load: Float64Array, { fewest, most }: PoolLimits): SimulatedWeek {
  const minutes = load.length;
  const nodes = new Uint16Array(minutes);
  let [ready, underHalfSince, pendingMinutes] = [fewest, -1, 0];
  // Nodes that are being made, by the minute in which they are ready.
  let starting: { readonly at: number; readonly count: number }[] = [];

  for (let minute = 0; minute < 2 * minutes; minute++) {
    const asked = Math.min(load[minute % minutes]!, most);
    const isMeasured = minute >= minutes;
    for (const each of starting) if (each.at === minute) ready += each.count;
    starting = starting.filter(({ at }) => at > minute);
    const coming = starting.reduce((sum, { count }) => sum + count, 0);

    const needed = Math.min(most, Math.ceil(asked - ROUNDING));
    if (needed > ready + coming) starting.push({ at: minute + START_MINUTES, count: needed - ready - coming });
    if (asked > ready + ROUNDING && isMeasured) pendingMinutes++;

    const isUnderHalf = ready > fewest && asked / ready < UNNEEDED_BELOW && starting.length === 0;
    if (!isUnderHalf) underHalfSince = -1;
    else if (underHalfSince < 0) underHalfSince = minute;
    if (isUnderHalf && minute - underHalfSince >= UNNEEDED_MINUTES && asked <= ready - 1 + ROUNDING) ready--;

    if (isMeasured) nodes[minute - minutes] = ready + starting.reduce((sum, { count }) => sum + count, 0);
  }
  return { nodes, averageNodes: nodes.reduce((sum, count) => sum + count, 0) / minutes, pendingMinutes };
}

/** Shares are no exact numbers. */
const ROUNDING = 1e-9;
