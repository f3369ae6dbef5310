import type { IConstruct } from 'constructs';
import { requireDistinct, requireMatch } from '../core/require';

/** Number of zones of a regional cluster or node pool that names none. */
export const DEFAULT_ZONE_COUNT = 3;

/** Returns the zones when each is in the region and none is repeated, undefined when none are given. An empty list is refused. */
export function requireZones(
  scope: IConstruct,
  prop: string,
  zones: readonly string[] | undefined,
  region: string,
): readonly string[] | undefined {
  if (zones === undefined) return undefined;
  for (const zone of zones) requireMatch(scope, prop, zone, new RegExp(`^${region}-[a-z]$`), `zones of ${region}, such as ${region}-b`);
  return requireDistinct(scope, prop, zones);
}
