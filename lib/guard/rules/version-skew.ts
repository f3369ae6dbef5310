import type { ResourceChange } from '../../terraform/plan';
import { known, textAt } from '../../terraform/values';
import { KubernetesVersion, readControlPlaneVersion } from '../kubernetes-version';
import type { Rule } from '../rule';
import { mayShareScope } from '../scope';
import { type Subject, stays } from '../subject';
import type { Finding } from '../verdict';
import { lastSegment } from '../words';

/**
 * Node pools that are too old for their control plane, or newer: nodes may be two minor versions older, three from 1.28 on, and never
 * newer.
 *
 * @see https://kubernetes.io/releases/version-skew-policy/
 */
export const versionSkew: Rule = {
  id: 'version-skew',
  severities: ['refuse', 'warn'],
  title: 'Control plane and nodes are too many versions apart',
  why: 'nodes may be at most two minor versions older than the control plane, three from 1.28 on, and never newer',
  remediation: 'upgrade one minor version at a time: the control plane first, in its own apply, then the nodes',
  check: (subject) =>
    subject.ofType('google_container_node_pool').flatMap((pool): Finding[] => {
      const cluster = findCluster(subject, pool);
      const nodes = KubernetesVersion.parse(known(textAt(pool.after, 'version')));
      const controlPlane = cluster && readControlPlaneVersion(cluster.after);
      if (!cluster || !nodes || !controlPlane) return [];
      const isTouched = pool.action !== 'no-op' || cluster.action !== 'no-op';
      const behind = controlPlane.minor - nodes.minor;
      if (!isTouched || (behind < 3 && !controlPlane.isOlderThan(nodes))) return [];
      const isNewer = controlPlane.isOlderThan(nodes);
      const isAllowed = !isNewer && behind === 3 && controlPlane.minor >= 28;
      return [
        {
          severity: isAllowed ? 'warn' : 'refuse',
          address: pool.address,
          action: pool.action,
          reason: isNewer
            ? `its nodes (${nodes}) would be newer than the control plane (${controlPlane})`
            : `its nodes (${nodes}) would be ${behind} minor versions older than the control plane (${controlPlane})${isAllowed ? ', the maximum' : ''}`,
          remediation: isNewer ? 'upgrade the control plane first, in its own apply' : 'upgrade the nodes before the control plane',
        },
      ];
    }),
};

/** Cluster of a pool after the plan is applied, when it is in the same plan. */
function findCluster(subject: Subject, pool: ResourceChange): ResourceChange | undefined {
  const value = pool.after ?? pool.before;
  const name = lastSegment(known(textAt(value, 'cluster')));
  const clusters = subject.ofType('google_container_cluster').filter(({ after }) => after !== null);
  const named = clusters.filter(
    (cluster) => name !== undefined && known(textAt(cluster.after, 'name')) === name && mayShareScope(subject.plan, pool, cluster),
  );
  if (named.length > 0) return named.find(stays) ?? named[0];
  const references = subject.references(pool, 'cluster');
  return clusters.find(({ address }) => references.some((reference) => reference === address || reference.startsWith(`${address}.`)));
}
