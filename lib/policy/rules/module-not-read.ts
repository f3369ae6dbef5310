import type { PolicyRule } from '../rule';

/** The rules read everything that a stack makes. */
export const moduleNotRead: PolicyRule = {
  id: 'module-not-read',
  severity: 'warning',
  title: 'The rules read everything that a stack makes',
  why: 'resources of a Terraform module are not in a synthesized stack, so no rule looks at them',
  remediation: 'make them with constructs, or look at the module itself, and ask gke-platform guard about its plan',
  sources: [],
  check: ({ unreadModules }) =>
    unreadModules.map((name) => ({ address: `module.${name}`, problem: 'it must be read by the rules, got a Terraform module' })),
};
