export { findKind, findResourceType, isNotApplicable, RESOURCE_TYPES, typesWith } from './catalog';
export type { DataLoss, Deletion, Harmless, ServiceLoss } from './deletion';
export type { Opening } from './opening';
export type { Protection, Safe } from './protection';
export type { Backup, Facet, NotApplicable, Pods, Price, ResourceType, RulesScope, UniqueName, Use } from './resource-type';
