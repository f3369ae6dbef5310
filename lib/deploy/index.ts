export { ApplyError, type ApplyPlanOptions, applyPlan } from './apply-plan';
export { type Bundle, type BundleContent, type BundleManifest, discardBundle, openBundle, writeBundle } from './bundle';
export { type DeployOptions, type DeployResult, type DeployStep, deploy, MAX_AGE_MINUTES } from './deploy';
export { readStateFingerprint, type StateFingerprint } from './state-fingerprint';
export { readVersions, type Versions } from './versions';
