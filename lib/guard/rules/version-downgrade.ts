import { known, textAt } from '../../terraform/values';
import { KubernetesVersion } from '../kubernetes-version';
import type { Rule } from '../rule';
import { type Subject, stays } from '../subject';
import type { Finding } from '../verdict';

/** Versions go up. */
export const versionDowngrade: Rule = {
  id: 'version-downgrade',
  title: 'A version is lowered',
  check: (subject) => [...clusters(subject), ...pools(subject), ...releases(subject)],
};

const NOTHING_LOST = { impact: '', recovery: '' };

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
              ? `min_master_version goes from ${was} to ${is}: a control plane is never downgraded, so nothing happens, and the plan says it does`
              : `node_version goes from ${was} to ${is}: GKE may refuse that in the middle of the apply, and nodes roll`,
          ...NOTHING_LOST,
          remediation: 'leave the version at what runs, or higher',
        }));
    });
}

function pools(subject: Subject): Finding[] {
  return wentBack(subject, 'google_container_node_pool', (was, is) => ({
    severity: 'refuse',
    reason: `its nodes go from ${was} back to ${is}: GKE may refuse that in the middle of the apply, and every node is made again`,
    remediation: 'leave the version at what runs; to go back, make a second pool with the old version and move the pods',
  }));
}

function releases(subject: Subject): Finding[] {
  return wentBack(subject, 'helm_release', (was, is) => ({
    severity: 'warn',
    reason: `its chart goes from ${was} back to ${is}: what the newer one changed in its data or definitions stays as it is`,
    remediation: 'read what the newer version migrated before going back',
  }));
}

/** Resources of a type whose `version` is an older one afterwards. */
function wentBack(
  subject: Subject,
  type: string,
  say: (was: KubernetesVersion, is: KubernetesVersion) => Pick<Finding, 'severity' | 'reason' | 'remediation'>,
): Finding[] {
  return subject
    .ofType(type)
    .filter(stays)
    .flatMap(({ address, action, before, after }): Finding[] => {
      const was = KubernetesVersion.parse(known(textAt(before, 'version')));
      const is = KubernetesVersion.parse(known(textAt(after, 'version')));
      return was && is?.isOlderThan(was) ? [{ address, action, ...NOTHING_LOST, ...say(was, is) }] : [];
    });
}
