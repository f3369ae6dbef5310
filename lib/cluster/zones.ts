import type { IConstruct } from 'constructs';
import { requireDistinct, requireMatch } from '../core/require';

/** Number of zones of a regional cluster or node pool that names none. */
export const DEFAULT_ZONE_COUNT = 3;

/** Returns the zones when each is in the region and none is repeated. An empty list is valid. */
export function requireZones(scope: IConstruct, prop: string, zones: readonly string[], region: string): readonly string[] {
  if (zones.length === 0) return zones;
  for (const zone of zones) requireMatch(scope, prop, zone, new RegExp(`^${region}-[a-z]$`), `zones of ${region}, such as ${region}-b`);
  return requireDistinct(scope, prop, zones);
}
