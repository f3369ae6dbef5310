import { known, textAt } from '../../terraform/values';
import { findRollingGroups } from '../rolling-groups';
import { findRollingPools } from '../rolling-pools';
import type { Rule } from '../rule';
import type { Finding } from '../verdict';
import { joinNames } from '../words';

/** Updates in place of a node pool or of a managed instance group that replace all of its VM instances. */
export const poolRolls: Rule = {
  id: 'pool-rolls',
  severities: ['warn'],
  title: 'All nodes of a pool, or all VM instances of a group, are recreated',
  why: 'an update in place of a node pool still replaces every node, so every pod is rescheduled; so does another template of a group',
  remediation: 'apply it during a quiet period; run critical workloads with two replicas and a PodDisruptionBudget',
  check: (subject) => [
    ...findRollingPools(subject).map(
      ({ change, because, nodes, pace }): Finding => ({
        severity: 'warn',
        address: change.address,
        action: change.action,
        reason: `every node of pool ${known(textAt(change.after, 'name')) ?? change.name} is recreated for ${joinNames(because)}: ${
          nodes === undefined ? '' : `up to ${nodes} nodes, `
        }${pace}`,
        impact: 'data on the nodes: emptyDir volumes, caches, local disks',
        recovery: 'the pods, on other nodes, at the pace that their disruption budgets allow',
      }),
    ),
    ...findRollingGroups(subject).map(
      ({ change, pace }): Finding => ({
        severity: 'warn',
        address: change.address,
        action: change.action,
        reason: `every VM instance of group ${known(textAt(change.after, 'name')) ?? change.name} gets another template and is recreated or restarted${pace === '' ? '' : `: ${pace}`}`,
        impact: 'data on disks that are not stateful, and requests in progress',
        recovery: 'new VM instances, from the template',
        remediation:
          'apply it during a quiet period; make disks with data stateful, and set max_surge and max_unavailable for a gradual update',
      }),
    ),
  ],
};
