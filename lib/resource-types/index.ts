export { findKind, findResourceType, isNotApplicable, RESOURCE_TYPES, typesWith } from './catalog';
export type { DataLoss, Deletion, Harmless, ServiceLoss } from './deletion';
export { findGenericOpenings } from './generic-openings';
export { GENERIC_PROTECTIONS } from './generic-protections';
export { findPowersOfPermissions, findPowersOfRole, type Power } from './google/predefined-roles';
export type { Opening } from './opening';
export type { Danger, Protection, Safe } from './protection';
export { parseQuantity } from './quantity';
export type { Backup, Facet, NotApplicable, Pods, Price, ResourceType, RulesScope, UniqueName, Use } from './resource-type';
