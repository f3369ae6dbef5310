import type { Construct } from 'constructs';
import { requireWholeNumber } from '../core/require';
import { ValidationError } from '../core/validation-error';
import type { NodePoolOptions } from './node-pool-options';

/** Maximum number of nodes that GKE allows for one pool in one zone. */
const MAX_NODES_PER_ZONE = 1000;

/** Limits between which a node pool scales: those of the whole pool, or those of each zone. */
export interface NodeLimits {
  readonly minNodes?: number;
  readonly maxNodes?: number;
  readonly minNodesPerZone?: number;
  readonly maxNodesPerZone?: number;

  /** Nodes in each zone when the pool is created. */
  readonly initialNodesPerZone: number;

  /** Maximum number of nodes in all zones together. */
  readonly maxTotal: number;
}

/**
 * Resolves the limits of a node pool.
 *
 * @throws ValidationError when both kinds of limits or no maximum is given, or when a limit is out of range
 */
export function resolveNodeLimits(pool: Construct, options: NodePoolOptions, zoneCount: number): NodeLimits {
  const limits = requireLimits(pool, options, zoneCount);
  const { minNodes, maxNodes, minNodesPerZone, maxNodesPerZone } = limits;
  const maxTotal = maxNodes ?? maxNodesPerZone! * zoneCount;
  const initialNodesPerZone = requireWholeNumber(
    pool,
    'initialNodesPerZone',
    options.initialNodesPerZone ?? minNodesPerZone ?? spreadOverZones(minNodes!, maxTotal, zoneCount),
    { min: 0, max: Math.max(1, maxNodesPerZone ?? Math.floor(maxTotal / zoneCount)) },
  );
  return { ...limits, initialNodesPerZone, maxTotal };
}

function requireLimits(pool: Construct, options: NodePoolOptions, zoneCount: number) {
  const perPool = options.minNodes !== undefined || options.maxNodes !== undefined;
  const perZone = options.minNodesPerZone !== undefined || options.maxNodesPerZone !== undefined;
  if (perPool && perZone) {
    throw new ValidationError(pool, `'minNodes' and 'maxNodes' must not be given together with 'minNodesPerZone' and 'maxNodesPerZone'`);
  }
  const [suffix, min, max] = perZone
    ? ['PerZone', options.minNodesPerZone, options.maxNodesPerZone]
    : ['', options.minNodes, options.maxNodes];
  if (max === undefined) throw new ValidationError(pool, `'maxNodes' or 'maxNodesPerZone' must be given`);

  const limit = MAX_NODES_PER_ZONE * (perZone ? 1 : zoneCount);
  requireWholeNumber(pool, `maxNodes${suffix}`, max, { min: 1, max: limit });
  const minimum = requireWholeNumber(pool, `minNodes${suffix}`, min ?? 1, { min: 0 });
  if (max < minimum) throw new ValidationError(pool, `'maxNodes${suffix}' must be at least minNodes${suffix} (${minimum}), got ${max}`);
  return perZone ? { minNodesPerZone: minimum, maxNodesPerZone: max } : { minNodes: minimum, maxNodes: max };
}

/** Nodes in each zone that reach the minimum of the pool, unless that exceeds its maximum. */
function spreadOverZones(min: number, max: number, zoneCount: number): number {
  const spread = Math.ceil(min / zoneCount);
  return spread * zoneCount <= max ? spread : Math.floor(min / zoneCount);
}
