export { ApplyError, type ApplyPlanOptions, applyPlan } from './apply-plan';
export { type Bundle, type BundleContent, type BundleManifest, discardBundle, openBundle, writeBundle } from './bundle';
export { type Deployed, type DeployOptions, type DeployStep, deploy, MAX_AGE_MINUTES } from './deploy';
export { type StateMark, stateMark } from './state-mark';
export { type Versions, versionsIn } from './versions';
