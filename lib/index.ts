/**
 * Constructs and checks: `import { PrivateCluster } from 'cdktf-gke-platform'`.
 *
 * @module constructs
 */

export * from './cassandra';
export * from './cluster';
export * from './connectivity';
export { reportFailedValidations } from './core/failed-validations';
export { setDefaultLabels } from './core/labels';
export { type IProject, Project, type ProjectProps } from './core/project';
export { RefusedError, ReportedError } from './core/reported-error';
export { ValidationError } from './core/validation-error';
export * from './network';
export * from './policy';
export { requireOutputFolder } from './terraform/output-folder';
export * from './workload';
