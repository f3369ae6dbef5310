import type { PolicyRule } from '../rule';

/** All resources of the stack can be checked. */
export const moduleNotRead: PolicyRule = {
  id: 'module-not-read',
  severity: 'warning',
  title: 'All resources of the stack can be checked',
  why: 'resources of a Terraform module are not in a synthesized stack, so no rule checks them',
  remediation: 'use constructs, or review the module, and check its plan with gke-platform guard',
  sources: [],
  check: ({ unreadModules }) =>
    unreadModules.map((name) => ({ address: `module.${name}`, problem: 'it must be read by the rules, got a Terraform module' })),
};
