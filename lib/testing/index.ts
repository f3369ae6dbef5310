export { type PortText, Reachability, ReachabilityError } from './reachability';
export { type Block, type ResourceClass, Synthesized } from './synthesized';
