import { blocks, toList } from '../../terraform/values';
import { describeViolation, forEach, type ResourceCheck } from '../resource-check';
import type { PolicyRule } from '../rule';

const noStars: ResourceCheck = ({ values }) =>
  blocks(values, 'rule').flatMap((rule) =>
    ['api_groups', 'resources', 'verbs'].flatMap((name) =>
      toList(rule[name]).includes('*') ? [describeViolation(`rule.${name}`, 'not hold *', rule[name])] : [],
    ),
  );

/** Roles contain no wildcards. */
export const roleWildcards: PolicyRule = {
  id: 'role-wildcards',
  severity: 'warning',
  title: 'Roles contain no wildcards',
  why: 'a wildcard includes resources that are added to Kubernetes later',
  remediation: 'name api_groups, resources and verbs',
  sources: ['CKV_K8S_49', 'CIS GKE 4.1.3'],
  check: forEach(['kubernetes_role', 'kubernetes_role_v1', 'kubernetes_cluster_role', 'kubernetes_cluster_role_v1'], noStars),
};
