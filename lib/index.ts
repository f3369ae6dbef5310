export * from './cassandra';
export * from './cluster';
export * from './connectivity';
export { setDefaultLabels } from './core/labels';
export { type IProject, Project, type ProjectProps } from './core/project';
export { ValidationError } from './core/validation-error';
export * from './network';
export * from './policy';
export * from './workload';
