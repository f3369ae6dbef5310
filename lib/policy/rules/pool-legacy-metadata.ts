import { at, forEach, isMissing, isSet, type Look, wrong } from '../look';
import type { PolicyRule } from '../rule';

const legacyEndpoints: Look = ({ values }) => {
  const metadata = at(values, 'node_config.metadata');
  const value = at(metadata, 'disable-legacy-endpoints');
  // Nobody who writes no metadata switches them on.
  return isMissing(metadata) || isSet(value) ? [] : [wrong('node_config.metadata.disable-legacy-endpoints', 'be true', value)];
};

/** The old metadata endpoints are off. */
export const poolLegacyMetadata: PolicyRule = {
  id: 'pool-legacy-metadata',
  severity: 'error',
  title: 'The old metadata endpoints are off',
  why: 'they hand out tokens to requests that a browser could be made to send',
  remediation: 'set disable-legacy-endpoints to true in node_config.metadata',
  sources: ['CIS GKE 5.4.1'],
  check: forEach(['google_container_node_pool'], legacyEndpoints),
};
