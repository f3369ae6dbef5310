import { forEach, isMissing, type Look, wrong } from '../look';
import type { PolicyRule } from '../rule';

const fixed: Look = ({ values }) => {
  const isLocal = isMissing(values.repository) && !String(values.chart).startsWith('oci://');
  const isFixed = /^v?\d+\.\d+\.\d+/.test(String(values.version));
  return isLocal || isFixed ? [] : [wrong('version', 'be an exact version', values.version)];
};

/** Charts from a repository have a fixed version. */
export const chartVersion: PolicyRule = {
  id: 'chart-version',
  severity: 'warning',
  title: 'Charts from a repository have a fixed version',
  why: 'the next plan installs another one',
  remediation: 'set version',
  sources: [],
  check: forEach(['helm_release'], fixed),
};
