import type { Environment } from './environment';
import { production } from './production';
import { staging } from './staging';

export type { Environment } from './environment';
export { production, staging };

/**
 * All environments. Each is deployed as a stack of its own, to a Google Cloud project of its own.
 *
 * Their IP ranges are disjoint, so that the networks can be joined.
 */
export const environments: readonly Environment[] = [staging, production];
