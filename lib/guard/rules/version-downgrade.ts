import { known, textAt } from '../../terraform/values';
import { KubernetesVersion } from '../kubernetes-version';
import type { Rule } from '../rule';
import { type Subject, stays } from '../subject';
import type { Finding } from '../verdict';

/** Versions of clusters, node pools and charts that are lowered. */
export const versionDowngrade: Rule = {
  id: 'version-downgrade',
  severities: ['refuse', 'warn'],
  title: 'A version is lowered',
  why: 'a control plane is never downgraded, GKE may refuse older nodes, and a chart does not undo its migrations',
  remediation: 'keep the version that runs, or a newer one',
  check: (subject) => [...clusters(subject), ...pools(subject), ...releases(subject)],
};

function clusters(subject: Subject): Finding[] {
  return subject
    .ofType('google_container_cluster')
    .filter(stays)
    .flatMap(({ address, action, before, after }): Finding[] => {
      const pairs = ['min_master_version', 'node_version'].map((name) => ({
        name,
        was: KubernetesVersion.parse(known(textAt(before, name))),
        is: KubernetesVersion.parse(known(textAt(after, name))),
      }));
      return pairs
        .filter(({ was, is }) => was && is?.isOlderThan(was))
        .map(({ name, was, is }) => ({
          severity: name === 'min_master_version' ? 'warn' : 'refuse',
          address,
          action,
          reason:
            name === 'min_master_version'
              ? `min_master_version goes from ${was} to ${is}: a control plane is never downgraded, so nothing changes, although the plan shows it`
              : `node_version goes from ${was} to ${is}: GKE may refuse that during the apply, and the nodes are recreated`,
        }));
    });
}

function pools(subject: Subject): Finding[] {
  return downgrades(subject, 'google_container_node_pool', (was, is) => ({
    severity: 'refuse',
    reason: `its nodes go from ${was} back to ${is}: GKE may refuse that during the apply, and every node is recreated`,
    remediation: 'keep the version that runs; to go back, create a second pool with the old version and move the pods',
  }));
}

function releases(subject: Subject): Finding[] {
  return downgrades(subject, 'helm_release', (was, is) => ({
    severity: 'warn',
    reason: `its chart goes from ${was} back to ${is}: changes that the newer one made to data or definitions stay`,
    remediation: 'check what the newer version migrated before going back',
  }));
}

/** Findings on resources of a type whose `version` is lowered. */
function downgrades(
  subject: Subject,
  type: string,
  describe: (was: KubernetesVersion, is: KubernetesVersion) => Pick<Finding, 'severity' | 'reason' | 'remediation'>,
): Finding[] {
  return subject
    .ofType(type)
    .filter(stays)
    .flatMap(({ address, action, before, after }): Finding[] => {
      const was = KubernetesVersion.parse(known(textAt(before, 'version')));
      const is = KubernetesVersion.parse(known(textAt(after, 'version')));
      return was && is?.isOlderThan(was) ? [{ address, action, ...describe(was, is) }] : [];
    });
}
