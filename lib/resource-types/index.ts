export {
  findKind,
  findPodTemplate,
  findResourceType,
  hasRulesFor,
  isNotApplicable,
  RESOURCE_TYPES,
  readFacet,
  typesWith,
  typesWithBackup,
  typesWithOriginalData,
} from './catalog';
export type { DataLoss, Deletion, Harmless } from './deletion';
export { ANY_DEPTH_ARGUMENTS, findGenericOpenings } from './generic-opening';
export { GENERIC_PROTECTIONS } from './generic-protections';
export { findPowersOfPermissions, findPowersOfRole, type Power } from './google/predefined-roles';
export { findManifestArguments } from './kubernetes/manifest-arguments';
export type { Opening } from './opening';
export type { Danger, Protection, Safe } from './protection';
export { parseQuantity } from './quantity';
export type { Backup, Pods, Price, ResourceType, Use } from './resource-type';
export { CUSTOM_RESOURCE_RUNNING, GENERIC_RUNNING, type Running } from './running';
export { hoursBetweenSnapshots } from './schedule';
export { isStateOnly } from './terraform/state-only';
