import type { Construct } from 'constructs';
import { requireWholeNumber } from '../core/require';
import { ValidationError } from '../core/validation-error';
import type { NodePoolOptions, UpgradeStrategy } from './node-pool-options';

/** Upgrade settings of a node pool, as Google Cloud names them. */
export type UpgradeSettings = SurgeSettings | BlueGreenUpgradeSettings;

interface SurgeSettings {
  readonly strategy: 'SURGE';
  readonly maxSurge: number;
  readonly maxUnavailable: number;
}

interface BlueGreenUpgradeSettings {
  readonly strategy: 'BLUE_GREEN';
  readonly blueGreenSettings: {
    /** Duration in seconds, for example `3600s`. */
    readonly nodePoolSoakDuration: string;
    readonly standardRolloutPolicy: { readonly batchPercentage: number; readonly batchSoakDuration: string };
  };
}

/**
 * Resolves the upgrade settings of a node pool.
 *
 * @throws ValidationError when a setting is out of range or belongs to the other strategy
 */
export function resolveUpgradeSettings(pool: Construct, strategy: UpgradeStrategy, options: NodePoolOptions): UpgradeSettings {
  const { maxSurge, maxUnavailable, blueGreenBatchPercent, blueGreenBatchSoakMinutes, blueGreenSoakMinutes } = options;

  if (strategy === 'BLUE_GREEN') {
    requireUnset(pool, { maxSurge, maxUnavailable }, 'SURGE');
    const percent = requireWholeNumber(pool, 'blueGreenBatchPercent', blueGreenBatchPercent ?? 25, { min: 1, max: 100 });
    const batchSoak = requireWholeNumber(pool, 'blueGreenBatchSoakMinutes', blueGreenBatchSoakMinutes ?? 0, { min: 0 });
    const soak = requireWholeNumber(pool, 'blueGreenSoakMinutes', blueGreenSoakMinutes ?? 60, { min: 0, max: 7 * 24 * 60 });
    return {
      strategy: 'BLUE_GREEN',
      blueGreenSettings: {
        nodePoolSoakDuration: `${soak * 60}s`,
        standardRolloutPolicy: { batchPercentage: percent / 100, batchSoakDuration: `${batchSoak * 60}s` },
      },
    };
  }

  requireUnset(pool, { blueGreenBatchPercent, blueGreenBatchSoakMinutes, blueGreenSoakMinutes }, 'BLUE_GREEN');
  const surge = requireWholeNumber(pool, 'maxSurge', maxSurge ?? 1, { min: 0, max: 20 });
  const unavailable = requireWholeNumber(pool, 'maxUnavailable', maxUnavailable ?? 0, { min: 0, max: 20 });
  if (surge + unavailable < 1 || surge + unavailable > 20) {
    throw new ValidationError(pool, `the sum of 'maxSurge' and 'maxUnavailable' must be from 1 to 20, got ${surge + unavailable}`);
  }
  return { strategy: 'SURGE', maxSurge: surge, maxUnavailable: unavailable };
}

/** Maximum number of nodes during an upgrade: blue/green doubles the pool, surge adds nodes in each zone. */
export function countPeakNodes(settings: UpgradeSettings, maxNodes: number, zoneCount: number): number {
  return settings.strategy === 'BLUE_GREEN' ? 2 * maxNodes : maxNodes + zoneCount * settings.maxSurge;
}

/** Timeout of an upgrade in hours: GKE waits up to one hour per drain for a PodDisruptionBudget. */
export function estimateUpgradeHours(settings: UpgradeSettings, maxNodes: number): number {
  if (settings.strategy === 'SURGE') return 1 + Math.ceil(maxNodes / (settings.maxSurge + settings.maxUnavailable));
  const { nodePoolSoakDuration, standardRolloutPolicy } = settings.blueGreenSettings;
  const { batchPercentage, batchSoakDuration } = standardRolloutPolicy;
  const hours = (duration: string) => Number.parseInt(duration, 10) / 3600;
  return 1 + Math.ceil(hours(nodePoolSoakDuration) + Math.ceil(1 / batchPercentage) * (1 + hours(batchSoakDuration)));
}

/** Fails when a prop of another upgrade strategy is given. */
function requireUnset(pool: Construct, props: Readonly<Record<string, number | undefined>>, strategy: UpgradeStrategy): void {
  for (const [prop, value] of Object.entries(props)) {
    if (value !== undefined) {
      throw new ValidationError(pool, `'${prop}' must not be given unless 'upgradeStrategy' is ${strategy}, got ${value}`);
    }
  }
}
