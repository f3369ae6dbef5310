import { at, describeViolation, forEach, isMissing, isSet, type ResourceCheck } from '../resource-check';
import type { PolicyRule } from '../rule';

const legacyEndpoints: ResourceCheck = ({ values }) => {
  const metadata = at(values, 'node_config.metadata');
  const value = at(metadata, 'disable-legacy-endpoints');
  // Without metadata they are disabled.
  return isMissing(metadata) || isSet(value) ? [] : [describeViolation('node_config.metadata.disable-legacy-endpoints', 'be true', value)];
};

/** Legacy metadata endpoints are disabled. */
export const poolLegacyMetadata: PolicyRule = {
  id: 'pool-legacy-metadata',
  severity: 'error',
  title: 'Legacy metadata endpoints are disabled',
  why: 'they issue tokens to requests without the Metadata-Flavor header',
  remediation: 'set disable-legacy-endpoints to true in node_config.metadata',
  sources: ['CIS GKE 5.4.1'],
  check: forEach(['google_container_node_pool'], legacyEndpoints),
};
