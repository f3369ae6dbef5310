export { type Block, type ResourceClass, Synthesized } from './synthesized';
