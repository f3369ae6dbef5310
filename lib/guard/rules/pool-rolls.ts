import { known, textAt } from '../../terraform/values';
import { findRollingPools } from '../rolling-pools';
import type { Rule } from '../rule';
import { joinNames } from '../words';

/** Updates in place of a node pool that replace all of its nodes. */
export const poolRolls: Rule = {
  id: 'pool-rolls',
  severities: ['warn'],
  title: 'All nodes of a pool are drained and recreated',
  why: 'an update in place of a node pool still replaces every node, so every pod is rescheduled',
  remediation: 'apply it during a quiet period; run critical workloads with two replicas and a PodDisruptionBudget',
  check: (subject) =>
    findRollingPools(subject).map(({ change, because, nodes, pace }) => ({
      severity: 'warn',
      address: change.address,
      action: change.action,
      reason: `every node of pool ${known(textAt(change.after, 'name')) ?? change.name} is recreated for ${joinNames(because)}: ${
        nodes === undefined ? '' : `up to ${nodes} nodes, `
      }${pace}`,
      impact: 'data on the nodes: emptyDir volumes, caches, local disks',
      recovery: 'the pods, on other nodes, at the pace that their disruption budgets allow',
    })),
};
