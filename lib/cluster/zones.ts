import type { IConstruct } from 'constructs';
import { requireDistinct, requireMatch } from '../core/require';

/** Zones of a regional cluster or pool that names none. */
export const DEFAULT_ZONE_COUNT = 3;

/** Returns the zones when each is one of the region's and none is there twice; none at all is allowed. */
export function requireZones(scope: IConstruct, prop: string, zones: readonly string[], region: string): readonly string[] {
  if (zones.length === 0) return zones;
  for (const zone of zones) requireMatch(scope, prop, zone, new RegExp(`^${region}-[a-z]$`), `zones of ${region}, such as ${region}-b`);
  return requireDistinct(scope, prop, zones);
}
