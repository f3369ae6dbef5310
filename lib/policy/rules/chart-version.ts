import { describeViolation, forEach, isMissing, type ResourceCheck } from '../resource-check';
import type { PolicyRule } from '../rule';

const fixed: ResourceCheck = ({ values }) => {
  const isLocal = isMissing(values.repository) && !String(values.chart).startsWith('oci://');
  const isFixed = /^v?\d+\.\d+\.\d+/.test(String(values.version));
  return isLocal || isFixed ? [] : [describeViolation('version', 'be an exact version', values.version)];
};

/** Charts from a repository have a fixed version. */
export const chartVersion: PolicyRule = {
  id: 'chart-version',
  severity: 'warning',
  title: 'Charts from a repository have a fixed version',
  why: 'otherwise the next plan may install another version',
  remediation: 'set version',
  sources: [],
  check: forEach(['helm_release'], fixed),
};
