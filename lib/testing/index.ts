/**
 * Helpers for unit tests of stacks: `import { Reachability, Synthesized } from 'cdktf-gke-platform/testing'`.
 *
 * @module testing
 */

export { type PortText, Reachability, ReachabilityError } from './reachability';
export { type Block, type ResourceClass, Synthesized } from './synthesized';
