import { blocks } from '../../terraform/values';
import { forEach, isMissing, type ResourceCheck } from '../resource-check';
import type { PolicyRule } from '../rule';

/** Checks every network interface. */
const noAccessConfig: ResourceCheck = ({ values }) =>
  blocks(values, 'network_interface').flatMap(({ access_config, ipv6_access_config }, index) =>
    isMissing(access_config) && isMissing(ipv6_access_config) ? [] : [`'network_interface[${index}]' must have no access_config, got one`],
  );

/** VM instances have no external address. */
export const instancePublicAddress: PolicyRule = {
  id: 'instance-public-address',
  severity: 'error',
  title: 'VM instances have no external address',
  why: 'a VM instance with an external address can be attacked from the internet',
  remediation: 'remove access_config from every network_interface, and use Cloud NAT for egress',
  sources: ['CKV_GCP_40', 'CIS GCP 4.9'],
  check: forEach(['google_compute_instance', 'google_compute_instance_template'], noAccessConfig),
};
