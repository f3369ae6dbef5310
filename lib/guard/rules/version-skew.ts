import type { ResourceChange } from '../../terraform/plan';
import { known, textAt } from '../../terraform/values';
import { controlPlaneVersion, KubernetesVersion } from '../kubernetes-version';
import type { Rule } from '../rule';
import { type Subject, stays } from '../subject';
import type { Finding } from '../verdict';
import { lastSegment } from '../words';

/**
 * Nodes may be as old as two minor versions before their control plane, three from 1.28 on, and never newer.
 *
 * @see https://kubernetes.io/releases/version-skew-policy/
 */
export const versionSkew: Rule = {
  id: 'version-skew',
  title: 'The apply will fail half-way, or nodes will: control plane and nodes are too far apart',
  check: (subject) =>
    subject.ofType('google_container_node_pool').flatMap((pool): Finding[] => {
      const cluster = clusterOf(subject, pool);
      const nodes = KubernetesVersion.parse(known(textAt(pool.after, 'version')));
      const controlPlane = cluster && controlPlaneVersion(cluster.after);
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
            : `its nodes (${nodes}) would be ${behind} minor versions older than the control plane (${controlPlane})${isAllowed ? ', the most there may be' : ''}`,
          impact: '',
          recovery: '',
          remediation: isNewer
            ? 'upgrade the control plane first, in an apply of its own'
            : 'upgrade the nodes before the control plane goes on',
        },
      ];
    }),
};

/** The cluster of a pool that is there after the plan, when it is in the same plan. */
export function clusterOf(subject: Subject, pool: ResourceChange): ResourceChange | undefined {
  const value = pool.after ?? pool.before;
  const name = lastSegment(known(textAt(value, 'cluster')));
  const clusters = subject.ofType('google_container_cluster').filter(({ after }) => after !== null);
  const named = clusters.filter((cluster) => name !== undefined && known(textAt(cluster.after, 'name')) === name);
  if (named.length > 0) return named.find(stays) ?? named[0];
  const references = subject.references(pool, 'cluster');
  return clusters.find(({ address }) => references.some((reference) => reference === address || reference.startsWith(`${address}.`)));
}
