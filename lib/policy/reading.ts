export { checkPolicy, type PolicyFinding, type PolicyReport } from './check';
export { findSharedProjects, formatSharedProject, type SharedProject } from './own-project';
export { policyText } from './policy-text';
export type { PolicyProblem, PolicyRule } from './rule';
export { POLICY_RULES } from './rules';
