import { blocks, listOf } from '../../terraform/values';
import { forEach, type Look, wrong } from '../look';
import type { PolicyRule } from '../rule';

const noStars: Look = ({ values }) =>
  blocks(values, 'rule').flatMap((rule) =>
    ['api_groups', 'resources', 'verbs'].flatMap((name) =>
      listOf(rule[name]).includes('*') ? [wrong(`rule.${name}`, 'not hold *', rule[name])] : [],
    ),
  );

/** Roles name what they allow. */
export const roleWildcards: PolicyRule = {
  id: 'role-wildcards',
  severity: 'warning',
  title: 'Roles name what they allow',
  why: 'a star holds what will be added to Kubernetes, too',
  remediation: 'name api_groups, resources and verbs',
  sources: ['CKV_K8S_49', 'CIS GKE 4.1.3'],
  check: forEach(['kubernetes_role', 'kubernetes_role_v1', 'kubernetes_cluster_role', 'kubernetes_cluster_role_v1'], noStars),
};
