import type { ContainerNodePoolUpgradeSettings } from '@cdktf/provider-google/lib/container-node-pool';
import type { Construct } from 'constructs';
import { requireWholeNumber } from '../core/require';
import { ValidationError } from '../core/validation-error';
import type { NodePoolOptions, UpgradeStrategy } from './node-pool-options';

/**
 * Resolves the upgrade settings of a node pool.
 *
 * @throws ValidationError when a setting is out of range or belongs to the other strategy
 */
export function resolveUpgradeSettings(
  pool: Construct,
  strategy: UpgradeStrategy,
  options: NodePoolOptions,
): ContainerNodePoolUpgradeSettings {
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
    throw new ValidationError(pool, `'maxSurge' and 'maxUnavailable' must be from 1 to 20 together, got ${surge + unavailable}`);
  }
  return { strategy: 'SURGE', maxSurge: surge, maxUnavailable: unavailable };
}

/** Maximum number of nodes during an upgrade: blue/green doubles the pool, surge adds nodes in each zone. */
export function countPeakNodes({ strategy, maxSurge }: ContainerNodePoolUpgradeSettings, maxNodes: number, zoneCount: number): number {
  return strategy === 'BLUE_GREEN' ? 2 * maxNodes : maxNodes + zoneCount * maxSurge!;
}

/** Timeout of an upgrade in hours: GKE waits up to one hour per drain for a PodDisruptionBudget. */
export function estimateUpgradeHours(settings: ContainerNodePoolUpgradeSettings, maxNodes: number): number {
  const { blueGreenSettings, maxSurge, maxUnavailable } = settings;
  if (!blueGreenSettings) return 1 + Math.ceil(maxNodes / (maxSurge! + maxUnavailable!));
  const { batchPercentage, batchSoakDuration } = blueGreenSettings.standardRolloutPolicy!;
  const hours = (duration: string) => Number.parseInt(duration, 10) / 3600;
  return 1 + Math.ceil(hours(blueGreenSettings.nodePoolSoakDuration!) + Math.ceil(1 / batchPercentage!) * (1 + hours(batchSoakDuration!)));
}

/** Fails when a prop of another upgrade strategy is given. */
function requireUnset(pool: Construct, props: Readonly<Record<string, number | undefined>>, strategy: UpgradeStrategy): void {
  for (const [prop, value] of Object.entries(props)) {
    if (value !== undefined) {
      throw new ValidationError(pool, `'${prop}' must not be given unless 'upgradeStrategy' is ${strategy}, got ${value}`);
    }
  }
}
