export { checkPolicy, type PolicyFinding, type PolicyReport } from './check';
export { formatPolicyReport } from './format-policy-report';
export { findSharedProjects, formatSharedProject, type SharedProject } from './own-project';
export type { PolicyProblem, PolicyRule } from './rule';
export { POLICY_RULES } from './rules';
