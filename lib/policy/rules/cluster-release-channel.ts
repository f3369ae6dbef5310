import { forEach, mustBeThere, mustNotBe } from '../look';
import type { PolicyRule } from '../rule';

/** A cluster is in a release channel. */
export const clusterReleaseChannel: PolicyRule = {
  id: 'cluster-release-channel',
  severity: 'warning',
  title: 'A cluster is in a release channel',
  why: 'outside of a channel versions end without a plan, and the upgrade is forced one day',
  remediation: 'set release_channel.channel to REGULAR or STABLE',
  sources: ['CKV_GCP_70', 'CIS GKE 5.5.4', 'gke-policy-automation release_channels'],
  check: forEach(['google_container_cluster'], mustBeThere('release_channel.channel'), mustNotBe('release_channel.channel', 'UNSPECIFIED')),
};
