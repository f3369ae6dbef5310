import type { ResourceChange } from '../../terraform/plan';
import { known, listAt, numberAt, textAt } from '../../terraform/values';
import type { Rule } from '../rule';
import { destruction, isDestroyed, type Subject } from '../subject';
import { lastSegment } from '../words';

/**
 * GKE evicts the pods of a pool that it deletes without regard to disruption budgets.
 *
 * @see https://cloud.google.com/kubernetes-engine/docs/concepts/node-pools#deleting-node-pools
 */
export const poolDeleted: Rule = {
  id: 'pool-deleted',
  title: 'A node pool is deleted or replaced, and its pods are evicted past their disruption budgets',
  check: (subject) =>
    subject
      .ofType('google_container_node_pool')
      .filter((pool) => isDestroyed(pool) && !clusterGoes(subject, pool))
      .map((pool) => {
        const name = known(textAt(pool.before, 'name')) ?? pool.name;
        const isEmpty = known(numberAt(pool.before, 'node_count')) === 0;
        return {
          severity: isEmpty ? 'warn' : 'refuse',
          address: pool.address,
          action: pool.action,
          reason:
            `pool ${name} ${destruction(pool)}. GKE does not honor PodDisruptionBudgets when it deletes a pool` +
            (isEmpty
              ? `: ${fewNodes(pool)} had a node when this plan was made`
              : ', so all replicas of a workload may be evicted together'),
          impact: isEmpty ? '' : 'replicas that budgets keep, and what pods keep on their nodes: emptyDir volumes, caches, local disks',
          recovery: isEmpty ? '' : 'the pods, on other nodes that have room and the labels they ask for',
          remediation: isEmpty
            ? 'check with kubectl get nodes that none is left'
            : 'add a second pool and set minNodes 0 on this one, apply, run kubectl drain on each node of this one, which honors budgets, and then delete it; ' +
              'while node_count is above 0, with an acknowledgement',
        };
      }),
};

/** Pods of a cluster that is deleted have nowhere to go: that is the verdict of other rules. */
function clusterGoes(subject: Subject, pool: ResourceChange): boolean {
  const cluster = lastSegment(known(textAt(pool.before, 'cluster')));
  return subject
    .ofType('google_container_cluster')
    .some((change) => isDestroyed(change) && cluster !== undefined && known(textAt(change.before, 'name')) === cluster);
}

/** The provider divides the number of nodes by that of zones and rounds down. */
function fewNodes({ before }: ResourceChange): string {
  const zones = listAt(before, 'node_locations').length;
  return zones === 1 ? 'no zone' : `not every one of its ${zones === 0 ? '' : `${zones} `}zones`;
}
