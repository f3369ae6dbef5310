export { type Commented, type CommentOptions, commentOn } from './comment';
export { configurationPlan } from './configuration-plan';
export { checkHandover, type HandoverOptions } from './gate';
export { pack } from './pack';
export { type HandedStack, type HandedTree, readTree } from './tree';
