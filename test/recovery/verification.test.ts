import {
  type Check,
  describeChecks,
  isRestorable,
  isVerified,
  listUnchecked,
  MANIFEST_ARCHIVED,
  MANIFEST_CHECKS,
} from '../../lib/recovery/verification';
import { EXPECTED_CHECKS } from '../../lib/recovery/vm/recovery-program';

const passed: Check = { level: 4, code: 'rows', outcome: 'passed', node: 'b' };
const manifest = (outcome: Check['outcome']): Check[] =>
  [...MANIFEST_CHECKS, MANIFEST_ARCHIVED].map(([level, code]) => ({ level, code, outcome, node: 'b' }));
const of = (checks: readonly Check[]) => ({ set: 's', checks, tables: [], seconds: {} });

test('a set without manifests can be restored, and is not verified', () => {
  const verification = of([passed, ...manifest('not-run')]);
  expect([isVerified(verification), isRestorable(verification)]).toEqual([false, true]);
  expect(listUnchecked(verification)).toEqual(manifest('not-run'));
});

test.each([
  ['no check', []],
  ['a failed check', [{ ...passed, outcome: 'failed' }]],
  ['a check that was not run and needs no manifest', [passed, { ...passed, code: 'boot', level: 3, outcome: 'not-run' }]],
  ['a check of the same code at another level', [passed, { level: 0, code: 'canary', outcome: 'not-run' }]],
] as const)('a set with %s cannot be restored', (_, checks) => {
  expect(isRestorable(of(checks))).toBe(false);
});

test.each([...MANIFEST_CHECKS, MANIFEST_ARCHIVED])('a set that fails at level %s, %s, cannot be restored', (level, code) => {
  expect(isRestorable(of([passed, { level, code, outcome: 'failed', node: 'b' }]))).toBe(false);
});

test('a set whose disks cannot be compared can be restored, and is not verified', () => {
  const notRun: Check = { level: 4, code: 'disks-agree', outcome: 'not-run', detail: 'no comparison of shop' };
  const verification = of([passed, notRun]);
  expect([isVerified(verification), isRestorable(verification)]).toEqual([false, true]);
  expect(isRestorable(of([passed, { ...notRun, outcome: 'failed' }]))).toBe(false);
});

test('every check against a manifest belongs to a step', () => {
  expect(Object.values(EXPECTED_CHECKS).flat()).toEqual(expect.arrayContaining([...MANIFEST_CHECKS]));
});

test('a reason names the first of many checks, and their number', () => {
  const failed: Check[] = Array.from({ length: 8 }, (_, index) => ({
    level: 2,
    code: 'sstable-digest',
    outcome: 'failed',
    table: `shop.t${index}`,
  }));
  expect(describeChecks(failed)).toMatch(/^level 2 \(files\): sstable-digest of shop\.t0; .*shop\.t4; and 3 more$/);
  expect(describeChecks(failed.slice(0, 5))).toMatch(/shop\.t4$/);
  expect(describeChecks([])).toBe('');
});
