import { forEach, mustBeThere, mustNotBe } from '../resource-check';
import type { PolicyRule } from '../rule';

/** Clusters use a release channel. */
export const clusterReleaseChannel: PolicyRule = {
  id: 'cluster-release-channel',
  severity: 'warning',
  title: 'Clusters use a release channel',
  why: 'without a channel, versions reach their end of life and are upgraded by force',
  remediation: 'set release_channel.channel to REGULAR or STABLE',
  sources: ['CKV_GCP_70', 'CIS GKE 5.5.4', 'gke-policy-automation release_channels'],
  check: forEach(['google_container_cluster'], mustBeThere('release_channel.channel'), mustNotBe('release_channel.channel', 'UNSPECIFIED')),
};
