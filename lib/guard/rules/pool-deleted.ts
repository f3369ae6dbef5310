import type { ResourceChange } from '../../terraform/plan';
import { known, listAt, numberAt, textAt } from '../../terraform/values';
import type { Rule } from '../rule';
import { mayShareScope } from '../scope';
import { describeDestruction, isDestroyed, type Subject } from '../subject';
import { lastSegment } from '../words';

/**
 * Deletions of node pools. GKE evicts their pods regardless of PodDisruptionBudgets.
 *
 * @see https://cloud.google.com/kubernetes-engine/docs/concepts/node-pools#deleting-node-pools
 */
export const poolDeleted: Rule = {
  id: 'pool-deleted',
  severities: ['refuse', 'warn'],
  title: 'A node pool is deleted or replaced, which ignores PodDisruptionBudgets',
  why: 'GKE evicts the pods of a deleted pool regardless of budgets, so all replicas of a workload may stop together',
  remediation: 'add a second pool, drain the nodes of this one with kubectl drain, which honors budgets, and delete it when it is empty',
  check: (subject) =>
    subject
      .ofType('google_container_node_pool')
      .filter((pool) => isDestroyed(pool) && !isClusterDestroyed(subject, pool))
      .map((pool) => {
        const name = known(textAt(pool.before, 'name')) ?? pool.name;
        const isEmpty = known(numberAt(pool.before, 'node_count')) === 0;
        return {
          severity: isEmpty ? 'warn' : 'refuse',
          address: pool.address,
          action: pool.action,
          reason:
            `pool ${name} ${describeDestruction(pool)}. GKE does not honor PodDisruptionBudgets when it deletes a pool` +
            (isEmpty
              ? `: ${fewNodes(pool)} had a node when the plan was created`
              : ', so all replicas of a workload may be evicted together'),
          impact: isEmpty ? '' : 'replicas that budgets protect, and data on the nodes: emptyDir volumes, caches, local disks',
          recovery: isEmpty ? '' : 'the pods, on other nodes with capacity and matching labels',
          remediation: isEmpty
            ? 'check with kubectl get nodes that none remains'
            : 'add a second pool and set minNodes 0 on this one, apply, run kubectl drain on each of its nodes, which honors budgets, and then delete it; ' +
              'while node_count is above 0, with an acknowledgement',
        };
      }),
};

/** Tests that the cluster of a pool is deleted too, which other rules report. */
function isClusterDestroyed(subject: Subject, pool: ResourceChange): boolean {
  const cluster = lastSegment(known(textAt(pool.before, 'cluster')));
  return subject
    .ofType('google_container_cluster')
    .some(
      (change) =>
        isDestroyed(change) &&
        cluster !== undefined &&
        known(textAt(change.before, 'name')) === cluster &&
        mayShareScope(subject.plan, pool, change),
    );
}

/** Zones without a node, in words: the provider divides the number of nodes by that of zones and rounds down. */
function fewNodes({ before }: ResourceChange): string {
  const zones = listAt(before, 'node_locations').length;
  return zones === 1 ? 'no zone' : `not every one of its ${zones === 0 ? '' : `${zones} `}zones`;
}
