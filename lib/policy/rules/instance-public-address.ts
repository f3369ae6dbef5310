import { blocks } from '../../terraform/values';
import { forEach, isMissing, type Look } from '../look';
import type { PolicyRule } from '../rule';

/** Every interface, and not only the first one. */
const noAccessConfig: Look = ({ values }) =>
  blocks(values, 'network_interface').flatMap(({ access_config, ipv6_access_config }, index) =>
    isMissing(access_config) && isMissing(ipv6_access_config) ? [] : [`'network_interface[${index}]' must have no access_config, got one`],
  );

/** A virtual machine has no external address. */
export const instancePublicAddress: PolicyRule = {
  id: 'instance-public-address',
  severity: 'error',
  title: 'A virtual machine has no external address',
  why: 'it can be attacked from the internet',
  remediation: 'leave access_config out of every network_interface, and go out by Cloud NAT',
  sources: ['CKV_GCP_40', 'CIS GCP 4.9'],
  check: forEach(['google_compute_instance', 'google_compute_instance_template'], noAccessConfig),
};
