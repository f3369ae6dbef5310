import { EXPECTED_CHECKS } from '../../lib/recovery/vm/recovery-program';
import { DAMAGES } from './batches';
import type { Damage } from './damages';

/** Weakened check of the library: replaces a text of a source file. */
export interface LibraryMutant {
  readonly name: string;

  /** Below `lib/recovery`. */
  readonly file: string;
  readonly from: string;
  readonly to: string;
}

/** Weakened check of the program of recovery VMs. */
export interface ProgramMutant {
  readonly name: string;
  readonly from: string;
  readonly to: string;

  /** Code of the check, for the damages that have to be missed. */
  readonly code: string;

  /** Damage that has to be missed. @default - any that is expected to be named by the code */
  readonly damage?: string;
}

/** Weakened checks of the library, each of which must let a damage pass. */
export const LIBRARY_MUTANTS: readonly LibraryMutant[] = [
  // Level 0.
  ...(
    [
      ['missing-node', 'nodes.filter((node) => !snapshots.has(node))', '[].filter((node) => !snapshots.has(node))'],
      ['unknown-node', "if (!nodes.includes(node)) return [{ code: 'unknown-node', node }];", ''],
      ['not-ready', "(status === 'READY' ? []", '(status !== undefined ? []'],
      ['too-small', 'sizeGiB > limitGiB', 'false'],
      ['from-the-future', 'takenAt > now + CLOCK_TOLERANCE_MS', 'false'],
      ['marked-invalid', "filter((mark) => mark !== 'valid')", 'filter(() => false)'],
      ['skewed', 'skew > HOUR_MS', 'false'],
      ['not-flushed', 'filter(({ isFlushed }) => !isFlushed)', 'filter(() => false)'],
    ] as const
  ).map(([name, from, to]) => ({ name: `0 ${name}`, file: 'group-snapshots.ts', from, to })),
  { name: '0 age', file: 'drill.ts', from: 'age > hours * 3600', to: 'age < 0' },
  { name: '0 a named set with problems is chosen', file: 'choose-set.ts', from: 'if (named.problems.length > 0)', to: 'if (false)' },
  { name: '0 a set with problems is the newest', file: 'choose-set.ts', from: 'problems.length === 0)', to: 'problems.length >= 0)' },
  { name: '0 problems of a set', file: 'verify-set.ts', from: 'return problems.map(', to: 'return ([] as typeof problems).map(' },

  // Reports of recovery VMs.
  { name: '1 recovery-vm: run of the report', file: 'recovery-report.ts', from: 'if (run !== task.run)', to: 'if (false)' },
  {
    name: '1 recovery-vm: digest of the report',
    file: 'recovery-report.ts',
    from: "digest('hex') !== digest)",
    to: "digest('hex') === 'none')",
  },
  { name: '1 recovery-vm: parts of the report', file: 'recovery-report.ts', from: 'if (missing !== undefined)', to: 'if (false)' },
  { name: '1 recovery-vm: end without a report', file: 'recovery-vms.ts', from: "found.status === 'TERMINATED'", to: 'false' },
  {
    ...{ name: 'checks that were not reported', file: 'recovery-report.ts' },
    ...{ from: 'checks: [...checks, ...listMissingChecks(task, checks)]', to: 'checks: [...checks]' },
  },

  // Rows of all disks.
  {
    ...{ name: '4 rows-present: disks that were not read', file: 'compare-disks.ts' },
    ...{ from: 'if (nodes.some(({ name }) => !reports.some(', to: 'if (nodes.every(({ name }) => !reports.some(' },
  },
  { name: '4 rows-present', file: 'compare-disks.ts', from: 'total > 0', to: 'total >= 0' },
  { name: '4 rows-present of one disk', file: 'recover-disk.ts', from: 'if (total === 0)', to: 'if (total < 0)' },
  {
    name: '4 disks-agree: table that was not read',
    file: 'compare-disks.ts',
    from: 'if (missing.length > 0) fail(',
    to: 'if (false) fail(',
  },
  {
    ...{ name: '4 disks-agree: empty table', file: 'compare-disks.ts' },
    ...{ from: 'if (empty.length > 0) fail(', to: 'if (empty.length > 0) void (' },
  },
  {
    ...{ name: 'a check that was not run passes', file: 'verification.ts' },
    ...{
      from: "checks.length > 0 && checks.every(({ outcome }) => outcome === 'passed')",
      to: "checks.every(({ outcome }) => outcome !== 'failed')",
    },
  },

  // Manifests in the archive of the ring.
  ...(
    [
      ['comparison', 'verify-set.ts', 'checks.push(...(await checkArchivedManifests({ ...options, set, reports, now: Date.now() })));', ''],
      ['missing', 'archived-manifests.ts', 'return judgeMissing(names, snapshot, archive, now);', "return { outcome: 'passed' };"],
      ['forged beside the genuine one', 'archived-manifests.ts', 'each.startsWith(takenAt) && each !== name', 'false'],
      ['content', 'archived-manifests.ts', "digest('hex') === sha256)", "digest('hex') !== '')"],
      [
        'none on the disk',
        'archived-manifests.ts',
        "{ outcome: 'not-run', detail: 'no manifest",
        "{ outcome: 'passed', detail: 'no manifest",
      ],
      ['unreadable', 'archived-manifests.ts', "{ outcome: 'not-run', detail: error.message }", "{ outcome: 'passed' }"],
    ] as const
  ).map(([name, file, from, to]) => ({ name: `1 manifest-archived: ${name}`, file, from, to })),

  // Proofs.
  ...(
    [
      ['not-signed', "if (signature === undefined) return 'not-signed';", 'if (signature === undefined) return undefined;'],
      ['altered signature', "? undefined : 'altered'", '? undefined : undefined'],
      ['altered result', 'if (result !== proof.result)', 'if (false)'],
      ['failed', "if (result === 'FAILED')", 'if (false)'],
      ['unverified', "if (result === 'UNVERIFIED')", 'if (false)'],
      ['local', 'if (record.isLocal)', 'if (false)'],
      ['other-ring', 'record.project !== project || record.ring !== ring', 'false'],
      ['from-the-future', 'if (!(days >= 0))', 'if (false)'],
      ['too-old', 'if (days > withinDays)', 'if (false)'],
      ['set-too-old', 'if (!(age <= limit * 3600))', 'if (false)'],
      ['other-configuration', 'record.configurationHash === configurationHash ?', 'record.configurationHash !== undefined ?'],
      ['checks', '!isVerified(verification) ||', ''],
      ['assertions', 'if (assertions.some(({ expect, found }) => found !== expect))', 'if (false)'],
      ['no assertions', "assertions.length === 0 ? 'UNVERIFIED' : 'PASSED'", "'PASSED'"],
    ] as const
  ).map(([name, from, to]) => ({ name: `proof: ${name}`, file: 'drill-proof.ts', from, to })),
];

const CHECK = '        """Reports a check: failed if there is a problem."""\n';

/** Codes of checks that the program decides by `check`. Those of the replay of an archive are damaged in `archive.test.ts`. */
const CODES = [
  ...new Set(
    Object.entries(EXPECTED_CHECKS)
      .filter(([step]) => step !== 'replay')
      .flatMap(([, checks]) => checks.map(([, code]) => code)),
  ),
];

/** Weakened checks of the program: each code in turn passes, whatever was found, and parts of some. */
export const PROGRAM_MUTANTS: readonly ProgramMutant[] = [
  ...CODES.map((code) => ({ name: code, code, from: CHECK, to: `${CHECK}        problem = None if code == '${code}' else problem\n` })),
  {
    name: 'time-limit',
    code: 'time-limit',
    from: '        if is_late:\n            detail',
    to: '        if False:\n            detail',
  },
  { name: 'program', code: 'program', from: 'elif status != 0:', to: 'elif False:' },
  {
    ...{ name: 'sstable-complete: empty files', code: 'sstable-complete', damage: 'Data.db without a byte' },
    ...{ from: '        if empty:\n            self.check(2', to: '        if False:\n            self.check(2' },
  },
  {
    ...{ name: 'ownership-marker: number of markers', code: 'ownership-marker', damage: 'two ownership markers' },
    ...{ from: 'if len(found) != 1 or found[0] != MARKER:', to: 'if False:' },
  },
  {
    ...{ name: 'ownership-marker: token', code: 'ownership-marker', damage: 'disk of another node' },
    ...{ from: "if token != self.node['ownershipToken']:", to: 'if False:' },
  },
  {
    ...{ name: 'commit-log-files: sizes', code: 'commit-log-files', damage: 'truncated commit log' },
    ...{ from: 'return cut and', to: 'return None and' },
  },
  {
    ...{ name: 'commit-log-files: none', code: 'commit-log-files', damage: 'removed commit log' },
    ...{ from: "            return 'there is none: writes of a running node are in it', None", to: "            return None, 'none'" },
  },
];

/** Damage that a mutant of the program has to miss. */
export function findDamage({ code, damage: chosen }: ProgramMutant): Damage | undefined {
  const isNamed = ({ expected }: Damage): boolean => expected.some((each) => !each.startsWith('not-run ') && each.split(' ')[1] === code);
  return DAMAGES.find((damage) => damage.nodes !== 'all' && (chosen === undefined ? isNamed(damage) : damage.name === chosen));
}
